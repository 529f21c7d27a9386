"""Sales and stock in the chats of staff: who may ask, what is said, and the picture of it."""

import io
from decimal import Decimal

import pytest
from asgiref.sync import async_to_sync
from django.utils import translation
from PIL import Image

from apps.catalog.services import index_product
from apps.core.time import now
from apps.orders.dto import OrderStatus
from apps.users import services as users
from bot.charts import sales_chart
from bot.models import SentPicture
from bot.questions import stock_question
from bot.simulator.client import ANNA, IVAN, OLGA, STAFF_GROUP_ID, shown_text
from bot.staff_selectors import Bar
from tests import factories
from tests.analytics.support import sold
from tests.bot.in_process import Somebody, Telegram, toast_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def telegram():
    made = Telegram()
    async_to_sync(made.begin)()
    yield made
    assert made.refusals() == []


@pytest.fixture
def olga(telegram):
    """Olga, who runs the shop, in the staff group."""
    factories.StaffFactory(role="manager", telegram_id=OLGA, language="en", first_name="Olga")
    return Somebody(telegram, OLGA, STAFF_GROUP_ID)


@pytest.fixture
def pelmeni():
    product = factories.ProductFactory(name_ru="Пельмени <Сибирские>", name_en="Pelmeni <Siberia>")
    variant = factories.stocked_variant(12, product=product)
    index_product(product_id=product.pk)
    return variant


class TestStockQuestion:
    @pytest.mark.parametrize(
        ("text", "goods"),
        [("how many pelmeni?", "pelmeni"), ("How much ice cream do we have left?", "ice cream"),
         ("сколько пельменей?", "пельменей"),
         ("А сколько у нас осталось пельменей на складе?", "пельменей"),
         ("Сколько пельменей", "пельменей"), ("остатки вареников", "вареников"),
         ("есть ли вареники с вишней?", "вареники с вишней"), ("stock of «spinach»", "spinach"),
         ("how many?", ""), ("сколько", ""), ("dumplings", ""), ("пельмени", ""), ("", ""),
         ("howmany pelmeni", ""), ("how many " + "x" * 200, "")],
    )  # fmt: skip
    def test_names_the_goods(self, text, goods):
        assert stock_question(text) == goods


class TestTheStock:
    @pytest.mark.parametrize("asked", ["how many pelmeni?", "Сколько пельменей?", "/stock pelmeni"])
    def test_is_told_in_the_group(self, telegram, olga, pelmeni, asked):
        factories.placed_order(wanted={pelmeni: 5})

        olga.says(asked)

        said = shown_text(olga.sees("Pelmeni <Siberia>"))
        assert "can be sold: 7 · on hand: 12 · reserved: 5" in said
        assert "the nearest date: " in said
        assert "🏠 Menu" not in olga.labels()

    def test_is_told_to_whoever_works_by_a_link(self, telegram, pelmeni):
        manager = factories.StaffFactory(role="warehouse")
        anna = Somebody(telegram, ANNA)
        code = users.make_staff_link(user_id=manager.pk, actor_id=manager.pk, now=now())
        anna.says(f"/start staff_{code}")
        anna.says("how many pelmeni?")

        assert "12" in shown_text(anna.sees("<Сибирские>"))

    def test_is_a_search_to_customers_and_chatter_in_the_group(self, telegram, pelmeni):
        anna = Somebody(telegram, ANNA)
        anna.says("how many pelmeni")
        assert "can be sold" not in shown_text(anna.sees())
        ivan = Somebody(telegram, IVAN, STAFF_GROUP_ID)
        telegram.sim.journal.calls.clear()

        ivan.says("how many pelmeni?")
        ivan.says("hello everybody")

        assert not telegram.sim.journal.calls
        ivan.says("/low@FrozenFoodBot")
        ivan.sees("У вас нет прав")

    def test_that_is_unknown_leads_on(self, olga):
        olga.says("how many mammoths?")

        olga.sees("Nothing found for “mammoths”")
        olga.presses("📉")
        olga.sees("Nothing runs low")

    def test_that_runs_low_is_listed(self, olga, pelmeni):
        factories.placed_order(wanted={pelmeni: 5})

        olga.says("/low")

        assert "7 left, low at 10" in shown_text(olga.sees("Pelmeni <Siberia>"))


class TestSales:
    def test_are_a_picture_that_telegram_is_sent_once(self, telegram, olga):
        sold("2026-11-01 12:00", delivered="2026-11-02 12:00")
        olga.says("/stats")
        first = olga.sees("📊 Today")
        assert first["photo"]

        for _ in range(2):
            olga.presses("7 days")
            olga.presses("Today")

        assert len([s for s in olga.of_bot() if "photo" in s.message]) == 1
        assert SentPicture.objects.count() == 2
        uploads = [call for call in telegram.sim.journal.calls if "'size'" in str(call["params"])]
        assert len(uploads) == 2

    def test_are_sent_anew_when_the_name_is_another_bots(self, telegram, olga):
        olga.says("/stats")
        SentPicture.objects.update(file_id="of-another-bot")
        olga.says("/stats")

        assert olga.sees("📊 Today")["photo"]
        assert SentPicture.objects.get().file_id != "of-another-bot"
        telegram.sim.journal.calls.clear()

    def test_are_told_in_words_too(self, telegram, olga):
        order = factories.placed_order()
        boss = factories.StaffFactory(role="manager")
        olga.says("/stats")

        said = shown_text(olga.sees("📊 Today"))

        assert "Orders taken: 1 (before: 0)" in said
        assert order.status == OrderStatus.PLACED
        assert boss.pk

    @pytest.mark.parametrize("role", ["courier", "warehouse", "support", None])
    def test_are_for_those_whose_role_includes_them(self, telegram, role):
        factories.StaffFactory(role=role, telegram_id=IVAN, language="en")
        ivan = Somebody(telegram, IVAN)

        ivan.says("/stats")

        ivan.sees("not allowed")
        assert "not allowed" in toast_of(ivan.forges("1:stats:week"))

    def test_of_days_that_there_are_not_are_an_old_key(self, olga):
        olga.says("/stats")

        assert "out of date" in toast_of(olga.forges("1:stats:century"))


class TestSalesChart:
    @pytest.mark.parametrize("language", ["en", "ru"])
    @pytest.mark.parametrize(
        "amounts", [[], [0], [5], [1500, 0, 2_300_000], [-300, 700], list(range(30))]
    )
    def test_is_a_picture_whatever_was_sold(self, amounts, language):
        bars = [Bar(str(place), Decimal(amount)) for place, amount in enumerate(amounts)]

        with translation.override(language):
            content = sales_chart(title="Earned · 7 days", figure="1 500 ₽", bars=bars)

        picture = Image.open(io.BytesIO(content))
        assert (picture.format, picture.size) == ("PNG", (1200, 720))
        assert len(content) < 60_000
