"""Two bot processes behind the webhook, and two hundred people who buy at the same time."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.management import call_command
from django.db.models import Sum

from apps.catalog.models import Variant
from apps.inventory.models import StockLevel
from apps.orders.models import Order
from bot.models import InboxUpdate, Lane
from tests import factories
from tests.bot.conftest import tomorrow
from tests.conftest import scaled
from tests.crowd import processes
from tests.crowd.buyer import Buyer
from tests.crowd.customer import Customer, NothingCame
from tests.crowd.town import Town, open_town
from tests.simulator_support import free_port

pytestmark = [pytest.mark.deep, pytest.mark.django_db(transaction=True)]
_FIRST = 930_000_000
_GOODS = 5
_HARMLESS = ("not modified", "message to delete not found", "Query is too old")


@pytest.fixture
def packs(transactional_db) -> list[Variant]:
    """Goods for everybody, a window that takes them all, and a place to fetch them at."""
    people = scaled(200, least=20)
    factories.SlotFactory(
        starts_at=tomorrow(hour=12), capacity_orders=people, capacity_ml=10_000 * people
    )
    factories.PickupPointFactory()
    return [factories.stocked_variant(people * 3, regular_price=600) for _ in range(_GOODS)]


@contextlib.asynccontextmanager
async def shop_of_two(folder: Path) -> AsyncIterator[tuple[Town, processes.Shop]]:
    """Open a web process and two bots behind its webhook."""
    async with open_town(configured.TELEGRAM_BOT_TOKEN, free_port()) as town:
        # An answer that a dead process owed comes half a minute later.
        town.sim.desk.seconds["callback"] = 120.0
        async with processes.opened(folder, telegram=town.address, TELEGRAM_MODE="webhook") as shop:
            await shop.web()
            for _ in range(2):
                await shop.bot()
            yield town, shop


def buyers_of(town: Town, packs: list[Variant]) -> list[Buyer]:
    found = []
    for number in range(scaled(200, least=20)):
        pack = packs[number % len(packs)]
        person = Customer(town, _FIRST + number, f"Anna {number}", language="en")
        quantity = 1 + number % 3
        found.append(Buyer(person, pack.pk, pack.product_id, quantity, number % 2 == 0))
    return found


def handled_by(bot: processes.Running) -> int:
    return bot.text().count("INFO bot.watch")


def assert_everything_is_right(buyers: list[Buyer], packs: list[Variant]) -> None:
    """Each has one order, with what they wanted; the counters say the same."""
    orders = {o.customer.telegram_id: o for o in Order.objects.select_related("customer")}
    assert Order.objects.count() == len(orders) == len(buyers)
    for buyer in buyers:
        order = orders[buyer.customer.user_id]
        [line] = order.lines.all()
        assert order.status == "placed"
        assert (line.variant_id, line.quantity) == (buyer.variant_id, buyer.quantity)
    wanted: Counter[int] = Counter()
    for buyer in buyers:
        wanted[buyer.variant_id] += buyer.quantity
    levels = StockLevel.objects.filter(variant__in=packs)
    assert {level.variant_id: level.reserved for level in levels} == wanted
    assert levels.aggregate(Sum("on_hand"))["on_hand__sum"] == len(packs) * 3 * len(buyers)
    call_command("check_books")


def assert_in_order_and_nothing_left() -> None:
    """Each chat's updates were done one after the other, as they came."""
    assert not InboxUpdate.objects.filter(done_at=None).exists()
    assert not InboxUpdate.objects.exclude(last_error="").exists()
    assert not Lane.objects.exclude(owner="").exists()
    rows = InboxUpdate.objects.order_by("lane", "update_id").values_list("lane", "done_at")
    for (lane, before), (next_lane, after) in pairwise(rows):
        assert lane != next_lane or before < after


def refusals(town: Town) -> list[dict]:
    return [c for c in town.refusals() if not any(word in str(c) for word in _HARMLESS)]


class TestTwoBots:
    def test_serve_two_hundred_who_buy_at_once(self, packs, tmp_path):
        async def story() -> list[Buyer]:
            async with shop_of_two(tmp_path) as (town, shop):
                buyers = buyers_of(town, packs)
                await asyncio.gather(*(buyer.buy() for buyer in buyers))
                await asyncio.gather(*(buyer.customer.settles() for buyer in buyers))
                assert refusals(town) == []
            for one in shop.running:
                assert one.complaints() == [], one.name
            assert min(handled_by(bot) for bot in shop.running[1:]) > len(buyers)
            return buyers

        buyers = asyncio.run(story())

        assert_everything_is_right(buyers, packs)
        assert_in_order_and_nothing_left()
        assert not InboxUpdate.objects.exclude(attempts=1).exists()
        for buyer in buyers:
            assert buyer.customer.diary.in_order
            assert buyer.customer.diary.alerts == []

    def test_lose_and_double_nothing_when_one_is_killed(self, packs, tmp_path):
        async def story() -> list[Buyer]:
            async with shop_of_two(tmp_path) as (town, shop):
                buyers = buyers_of(town, packs)
                shopping = asyncio.gather(*(_buy_anyhow(buyer) for buyer in buyers))
                await _until_a_third_has_put(buyers)
                _web, victim, _other = shop.running
                victim.kill()
                diaries = [buyer.customer.diary for buyer in buyers]
                assert any(len(one.pressed) > len(one.answered) for one in diaries)
                await shop.bot()
                await shopping
                await asyncio.gather(*(buyer.customer.settles() for buyer in buyers))
                assert refusals(town) == []
            for one in shop.running:
                assert one.complaints() == [], one.name
            return buyers

        buyers = asyncio.run(story())

        assert_everything_is_right(buyers, packs)
        assert_in_order_and_nothing_left()
        # What the dead one had in hand was tried again, and nothing more often.
        again = InboxUpdate.objects.exclude(attempts=1)
        assert set(again.values_list("attempts", flat=True)) == {2}


async def _buy_anyhow(buyer: Buyer) -> None:
    try:
        await buyer.buy()
    except NothingCame:
        await buyer.begin_again()


async def _until_a_third_has_put(buyers: list[Buyer]) -> None:
    while True:
        busy = [buyer for buyer in buyers if len(buyer.customer.diary.answered) >= 3]
        if len(busy) >= len(buyers) / 3:
            return
        await asyncio.sleep(0.05)
