"""Every key of every screen is pressed: none is dead, refused, untranslated or breaks anything."""

import pytest
from asgiref.sync import async_to_sync

from apps.cart import services as carts
from apps.catalog.models import Variant
from apps.core.time import now
from apps.fulfilment import services as fulfilment
from apps.marketing import services as marketing
from apps.orders.models import Order
from bot.keyboards import Action
from bot.models import Dialogue
from bot.simulator.client import ANNA, JOHN, OLGA, PETR, STAFF_GROUP_ID
from tests import factories
from tests.bot.crawled_shop import NAMES, a_customer, a_picture, a_shop, an_address
from tests.bot.crawling import Crawl, leftover
from tests.bot.in_process import Telegram, post_card
from tests.conftest import DEEP_SCALE, scaled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gateway")]
LANGUAGES = ["en", "ru"]
# What staff find there as customers is walked through by customers.
_MENU = frozenset({Action.MENU})


@pytest.fixture
def telegram():
    return Telegram()


def crawl(telegram, crawler, *ways, look_on=0):
    """Walk all ways, each (how deep, what is written, keys that are pressed first…)."""

    async def walk():
        await telegram.begin()
        for depth, *way in ways:
            await crawler.begin(tuple(way), depth)
        if look_on:
            await crawler.look_on(look_on, "the group")

    async_to_sync(walk)()
    assert not crawler.problems, "\n".join(crawler.problems)
    return crawler.actions


def as_customer(telegram, language, depth):
    packs = a_shop()
    a_picture(telegram.sim, packs[3])
    a_picture(telegram.sim, packs[3])
    account = JOHN if language == "en" else ANNA
    person = a_customer(telegram_id=account, language=language, packs=packs)
    marketing.add_favourite(customer_id=person.pk, product_id=packs[4].product_id, now=now())
    placed, paid = Order.objects.exclude(status="cancelled").order_by("pk")
    # Who has chosen an address before is asked for a window only.
    address = person.addresses.get(street=NAMES[language][3])
    draft = {"method": "delivery", "address_id": address.pk}
    Dialogue.objects.create(chat_id=account, draft=draft)
    words = {"en": "pelmeni", "ru": "пельмени"}[language]
    crawler = Crawl(telegram, account, account, language, siblings=depth - 1)
    actions = crawl(
        telegram, crawler, (depth, "/start"),
        (depth - 1, "/cart", "✅", "10:00"), (depth - 1, f"/start p-{packs[1].product_id}"),
        (depth - 1, words), (depth - 1, "/orders", placed.number),
        (depth - 2, "/orders", paid.number, "💳"), (depth - 2, "/privacy"), (depth - 2, "/alerts"),
        (depth - 2, "/privacy", "🗑"), (depth - 2, "/favourites"),
        (depth - 2, f"/start p-{packs[3].product_id}"),
        (depth - 2, f"/start c-{packs[0].product.category_id}", "⚙️", "📦"),
    )  # fmt: skip
    # The same cart with a promo code in it, and at another price.
    factories.make_code("LETO10")
    carts.set_promo_code(customer_id=person.pk, code="LETO10", now=now())
    Variant.objects.filter(pk=packs[2].pk).update(price=700, regular_price=700)
    Dialogue.objects.update(draft={})
    crawler = Crawl(telegram, account, account, language, siblings=depth - 1)
    actions |= crawl(
        telegram,
        crawler,
        (depth - 2, "/cart"),
        (depth - 2, "/cart", "👌", "✅"),
        (depth - 2, "/cart", "👌", "✅", "🏪"),
    )
    # Whose cart is empty is offered the last order again.
    carts.clear(customer_id=person.pk)
    crawler = Crawl(telegram, account, account, language, siblings=depth - 1)
    return actions | crawl(telegram, crawler, (depth - 2, "/start"))


def as_courier(telegram, language, depth):
    first, last, *_where = NAMES[language]
    packs = a_shop()
    boss = factories.StaffFactory(role="manager", first_name=first)
    courier = factories.StaffFactory(
        role="courier", first_name=first, telegram_id=PETR, language=language
    )
    buyer = factories.CustomerFactory(first_name=first, last_name=last, language=language)
    address = an_address(buyer, language)
    boxes = [
        factories.packed_order(boss=boss, customer=buyer, wanted={pack: 1}, address_id=address.pk)
        for pack in packs[:2]
    ]
    run = factories.planned_run(*boxes, courier=courier, boss=boss)
    crawler = Crawl(telegram, PETR, PETR, language, not_beyond=_MENU, siblings=depth - 1)
    actions = crawl(telegram, crawler, (depth - 2, "/run"))
    assert fulfilment.start_run(run_id=run.pk, actor_id=courier.pk, now=now()) == ()
    return actions | crawl(
        telegram, crawler, (depth, "/run"), (depth - 2, "/run", "1. ", "✅", "−18")
    )


def as_manager(telegram, language, depth):
    first, last, *_where = NAMES[language]
    packs = a_shop()
    factories.StaffFactory(role="manager", first_name=first, telegram_id=OLGA, language=language)
    buyer = factories.CustomerFactory(first_name=first, last_name=last, language=language)
    address = an_address(buyer, language)
    factories.placed_order(customer=buyer, wanted={packs[0]: 8}, address_id=address.pk)
    asked = {"en": "how many pelmeni?", "ru": "сколько пельменей?"}[language]
    crawler = Crawl(telegram, OLGA, OLGA, language, not_beyond=_MENU, siblings=depth - 1)
    return crawl(telegram, crawler, *((depth, way) for way in ("/stats", "/stock", asked)))


_OF_COURIERS = {a for a in Action if a.startswith(("stop", "run", "purse"))}
_OF_MANAGERS = {Action.STATS, Action.LOW}
_OF_THE_GROUP = {a for a in Action if a.startswith("staff-")}
# These stand on no screen: they come by themselves.
_UNASKED = {
    Action.SUBSTITUTE, Action.RATE, Action.REVIEW_WORDS, Action.SETTLED, Action.USE_CODE,
}  # fmt: skip
_OF_CUSTOMERS = set(Action) - _OF_COURIERS - _OF_MANAGERS - _OF_THE_GROUP - _UNASKED
# Only a box that is paid already is handed over without money.
_THEIRS = {
    as_customer: _OF_CUSTOMERS, as_courier: _OF_COURIERS - {Action.STOP_GIVE},
    as_manager: _OF_MANAGERS,
}  # fmt: skip


class TestEveryKey:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("visit", [as_customer, as_courier, as_manager])
    def test_answers_three_presses_deep(self, telegram, visit, language):
        missed = _THEIRS[visit] - visit(telegram, language, 3)

        assert not missed

    def test_of_the_staff_group_answers(self, telegram):
        as_group(telegram)

    @pytest.mark.deep
    @pytest.mark.parametrize("language", LANGUAGES[: scaled(2, least=1)])
    @pytest.mark.parametrize("visit", [as_customer, as_courier, as_manager][: scaled(3, least=1)])
    def test_answers_five_presses_deep(self, telegram, visit, language):
        visit(telegram, language, 5 if DEEP_SCALE >= 1 else 4)


def as_group(telegram):
    """Press what stands under an order's card; the group reads the shop's own language."""
    first, last, *_where = NAMES["ru"]
    packs = a_shop()
    factories.StaffFactory(role="manager", telegram_id=OLGA, language="ru")
    buyer = factories.CustomerFactory(first_name=first, last_name=last)
    address = an_address(buyer, "ru")
    order = factories.placed_order(customer=buyer, wanted={packs[0]: 8}, address_id=address.pk)
    post_card(telegram, order)
    crawler = Crawl(telegram, OLGA, STAFF_GROUP_ID, "ru")
    assert crawl(telegram, crawler, look_on=3) == {
        "staff-confirm", "staff-cancel", "staff-cancel-yes", "staff-keep", "staff-call",
    }  # fmt: skip


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
            crawl(telegram, Crawl(telegram, JOHN, JOHN, "en"), (1, "/start"))

    def test_sees_an_error_and_a_refusal(self, telegram, monkeypatch):
        async def fail(update, context):
            await context.bot.send_message(context.chat.chat_id, "<b>broken", parse_mode="HTML")

        monkeypatch.setitem(__import__("bot.routes").routes.BUTTONS, Action.HELP, fail)
        crawler = Crawl(telegram, JOHN, JOHN, "en")
        with pytest.raises(AssertionError, match="Telegram refuses sendMessage"):
            crawl(telegram, crawler, (1, "/start"))
