"""Every key of every screen is pressed: none is dead, refused, untranslated or breaks anything."""

import json

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.utils import translation

from apps.core.time import now
from apps.orders import selectors as orders
from apps.orders import texts as order_texts
from apps.orders.models import Order
from bot.keyboards import Action
from bot.simulator.client import ANNA, JOHN, OLGA, PETR, STAFF_GROUP_ID
from bot.simulator.methods import METHODS
from bot.simulator.params import Params
from tests import factories
from tests.bot.crawled_shop import NAMES, a_customer, a_picture, a_shop
from tests.bot.crawling import Crawl, leftover
from tests.bot.in_process import Telegram

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gateway")]
LANGUAGES = ["en", "ru"]


@pytest.fixture
def telegram():
    return Telegram()


def crawl(telegram, crawler, *ways, depth, look_on=False):
    """Walk all ways from the beginning, and return the crawler."""

    async def walk():
        await telegram.begin()
        for way in ways:
            await crawler.begin(way, depth)
        if look_on:
            await crawler.look_on(depth, "the group")

    async_to_sync(walk)()
    assert crawler.problems == []
    return crawler


def as_customer(telegram, language, depth):
    packs = a_shop()
    a_picture(telegram.sim, packs[3])
    account = JOHN if language == "en" else ANNA
    a_customer(telegram_id=account, language=language, packs=packs)
    ways = ["/start", "/cart", "/privacy", f"/start p-{packs[1].product_id}", NAMES[language][2]]
    return crawl(
        telegram, Crawl(telegram, account, account, language), "/start", *ways[1:], depth=depth
    )


def as_courier(telegram, language, depth):
    first, last, city, street, comment = NAMES[language]
    packs = a_shop()
    boss = factories.StaffFactory(role="manager", first_name=first)
    courier = factories.StaffFactory(
        role="courier", first_name=first, telegram_id=PETR, language=language
    )
    buyer = factories.CustomerFactory(first_name=first, last_name=last, language=language)
    address = factories.AddressFactory(customer=buyer, city=city, street=street, comment=comment)
    boxes = [
        factories.packed_order(
            boss=boss, customer=buyer, wanted={pack: 1}, address_id=address.pk, comment=comment
        )
        for pack in packs[:2]
    ]
    factories.planned_run(*boxes, courier=courier, boss=boss, started=True)
    crawler = Crawl(telegram, PETR, PETR, language)
    return crawl(telegram, crawler, "/run", "/start", depth=depth)


def as_manager(telegram, language, depth):
    first, last, city, street, _comment = NAMES[language]
    packs = a_shop()
    factories.StaffFactory(role="manager", first_name=first, telegram_id=OLGA, language=language)
    buyer = factories.CustomerFactory(first_name=first, last_name=last, language=language)
    address = factories.AddressFactory(customer=buyer, city=city, street=street)
    factories.placed_order(customer=buyer, wanted={packs[0]: 8}, address_id=address.pk)
    asked = {"en": "how many pelmeni?", "ru": "сколько пельменей?"}[language]
    crawler = Crawl(telegram, OLGA, OLGA, language)
    return crawl(telegram, crawler, "/stats", "/low", "/stock", asked, "/start", depth=depth)


class TestEveryKey:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("visit", [as_customer, as_courier, as_manager])
    def test_answers_three_presses_deep(self, telegram, visit, language):
        visit(telegram, language, 3)

    def test_of_the_staff_group_answers(self, telegram, settings):
        settings.LANGUAGE_CODE = "en"
        as_group(telegram)

    @pytest.mark.deep
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("visit", [as_customer, as_courier, as_manager])
    def test_answers_five_presses_deep(self, telegram, visit, language):
        visit(telegram, language, 5)


def as_group(telegram):
    packs = a_shop()
    factories.StaffFactory(role="manager", first_name="Olga", telegram_id=OLGA, language="en")
    buyer = factories.CustomerFactory(first_name="Anna", last_name="Smith", language="en")
    address = factories.AddressFactory(customer=buyer, city="Moscow", street="Lesnaya 1")
    factories.placed_order(customer=buyer, wanted={packs[0]: 8}, address_id=address.pk)
    order = Order.objects.for_cards().get()
    with translation.override("en"):
        content = order_texts.staff_card(orders.card_of(order, now=now()), now=now())
    keys = [[{"text": k.text, "callback_data": k.data} for k in row] for row in content.buttons]
    card = {
        "chat_id": STAFF_GROUP_ID, "text": content.text, "parse_mode": "HTML",
        "reply_markup": json.dumps({"inline_keyboard": keys}),
    }  # fmt: skip
    async_to_sync(METHODS["sendmessage"])(telegram.sim, Params(card))
    crawler = Crawl(telegram, OLGA, STAFF_GROUP_ID, "en")
    crawl(telegram, crawler, depth=3, look_on=True)
    assert {"staff-confirm", "staff-cancel", "staff-cancel-yes", "staff-call"} <= crawler.actions
    assert settings.TELEGRAM_STAFF_CHAT_ID == STAFF_GROUP_ID


class TestTheCrawler:
    """It would see what it is there for."""

    def test_sees_words_of_the_other_language(self):
        assert leftover("<b>Your cart</b> /cart 5 ₽", "en") is None
        assert leftover("Your корзина", "en") == "корзина"
        assert leftover("<b>Корзина</b> /cart FrozenFood A-48213", "ru") is None
        assert leftover("Корзина is empty", "ru") == "is"

    def test_sees_a_dead_key(self, telegram, monkeypatch):
        async def do_nothing(update, context):
            pass

        monkeypatch.setitem(__import__("bot.routes").routes.BUTTONS, Action.HELP, do_nothing)
        with pytest.raises(AssertionError, match="a dead key"):
            crawl(telegram, Crawl(telegram, JOHN, JOHN, "en"), "/start", depth=1)

    def test_sees_an_error_and_a_refusal(self, telegram, monkeypatch):
        async def fail(update, context):
            await context.bot.send_message(context.chat.chat_id, "<b>broken")

        monkeypatch.setitem(__import__("bot.routes").routes.BUTTONS, Action.HELP, fail)
        crawler = Crawl(telegram, JOHN, JOHN, "en")
        with pytest.raises(AssertionError, match="Hello"):
            crawl(telegram, crawler, "/start", depth=1)
