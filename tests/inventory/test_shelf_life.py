"""A lot's last day: one meaning, to the second, in every question and every door."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings as django_settings

from apps.core.time import now as present
from apps.core.time import shop_date
from apps.inventory import errors, selectors, services
from apps.inventory.dto import Demand, LotPick
from apps.inventory.models import Lot, StockLevel
from apps.inventory.shelf_life import has_left_sale, last_day_of_sale
from tests.factories import OrderFactory, OrderLineFactory, VariantFactory
from tests.factories.inventory import receive

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
# Where clocks change: by day, in that very night, and at midnight itself, which then never strikes.
NIGHTS = [
    ("Europe/Moscow", date(2026, 11, 26)),
    ("Europe/Berlin", date(2026, 3, 28)),
    ("Europe/Berlin", date(2026, 10, 24)),
    ("Africa/Cairo", date(2026, 4, 23)),
    ("America/Havana", date(2026, 10, 31)),
    ("Asia/Kathmandu", date(2026, 11, 26)),
]


@pytest.fixture(params=NIGHTS, ids=lambda night: f"{night[0]} {night[1]}")
def midnight(request, settings):
    """The instant at which a lot whose last day is the night's leaves the sale."""
    zone, day = request.param
    settings.SHOP_TIME_ZONE = zone
    settings.SELLABLE_HORIZON_DAYS = 0
    # The first second of the next day, found without trusting that it is called 00:00.
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    while moment.astimezone(ZoneInfo(zone)).date() == day:
        moment += timedelta(minutes=1)
    return moment


@pytest.fixture
def lot(midnight):
    """A lot whose last day of sale ends at that midnight, received a week before."""
    last = shop_date(midnight - SECOND)
    with time_machine.travel(midnight - timedelta(days=7), tick=False):
        variant = VariantFactory(product__minimum_remaining_days=10)
        lot = receive(variant, 10, expires_on=last + timedelta(days=10))
    assert lot.sell_by == last
    return lot


def ordered(lot, quantity=3):
    order = OrderFactory(lines=0)
    line = OrderLineFactory(order=order, variant=lot.variant, quantity=quantity)
    services.reserve(demands=[Demand(line.pk, lot.variant_id, quantity)])
    return line


def suggested(lot, moment):
    return bool(selectors.suggest_lots(variant_id=lot.variant_id, quantity=1, now=moment))


def consumed(lot, moment):
    line = ordered(lot, 1)
    picks = [LotPick(line.pk, lot.pk, 1)]
    services.consume(order_id=line.order_id, picks=picks, actor_id=None, now=moment)
    return picks, line.order_id


class TestTheLastDay:
    def test_lasts_until_midnight_in_queries(self, lot, midnight):
        before, after = midnight - SECOND, midnight

        assert Lot.objects.sellable(shop_date(before)).exists()
        assert not Lot.objects.sellable(shop_date(after)).exists()
        assert not Lot.objects.left_sale(shop_date(before)).exists()
        assert Lot.objects.left_sale(shop_date(after)).exists()

    def test_lasts_until_midnight_at_picking(self, lot, midnight):
        assert suggested(lot, midnight - SECOND)
        assert not suggested(lot, midnight)
        consumed(lot, midnight - SECOND)
        with pytest.raises(errors.LotUnusable):
            consumed(lot, midnight)

    def test_lasts_until_midnight_for_a_hand(self, lot, midnight):
        services.take_in_hand(lot_id=lot.pk, quantity=1, now=midnight - SECOND)

        with pytest.raises(errors.LotUnusable):
            services.take_in_hand(lot_id=lot.pk, quantity=1, now=midnight)

    def test_lasts_until_midnight_on_the_way_back(self, lot, midnight):
        picks, order_id = consumed(lot, midnight - SECOND)
        values = {"order_id": order_id, "picks": picks, "actor_id": None, "reason": "late"}

        services.put_back(**values, now=midnight - SECOND)
        assert StockLevel.objects.get().blocked == 0

        services.consume(
            order_id=ordered(lot, 1).order_id, picks=[], actor_id=None, now=midnight
        )  # fmt: skip
        line = ordered(lot, 1)
        again = [LotPick(line.pk, lot.pk, 1)]
        services.consume(
            order_id=line.order_id, picks=again, actor_id=None, now=midnight - SECOND
        )  # fmt: skip
        services.put_back(
            order_id=line.order_id, picks=again, actor_id=None, reason="late", now=midnight
        )  # fmt: skip
        assert StockLevel.objects.get().blocked == 10
        assert services.check_books() == []

    def test_lasts_until_midnight_for_the_tick(self, lot, midnight):
        assert services.block_expired_lots(now=midnight - SECOND) == 0
        assert StockLevel.objects.get().available == 10

        assert services.block_expired_lots(now=midnight) == 1
        assert StockLevel.objects.get().available == 0

    def test_lasts_until_midnight_out_of_quarantine(self, lot, midnight):
        for moment, blocked in ((midnight - SECOND, 0), (midnight, 10)):
            services.quarantine_lot(lot_id=lot.pk, reason="x", actor_id=None)
            services.release_quarantine(lot_id=lot.pk, reason="x", actor_id=None, now=moment)
            assert StockLevel.objects.get().blocked == blocked

    def test_lasts_until_midnight_at_the_door(self, lot, midnight):
        for moment, blocked in ((midnight - SECOND, False), (midnight, True)):
            late = receive(VariantFactory(product__minimum_remaining_days=10), 5,
                           expires_on=lot.expires_on, now=moment,
                           made_on=lot.made_on)  # fmt: skip
            assert late.is_blocked is blocked

    def test_lasts_until_midnight_on_the_page(self, lot, midnight, owner, client):
        client.force_login(owner)
        address = "/admin/inventory/lot/?leaves="
        for moment, where in ((midnight - SECOND, "soon"), (midnight, "past")):
            with time_machine.travel(moment, tick=False):
                client.force_login(owner)
                shown = {
                    name: client.get(address + name).context["cl"].result_count
                    for name in ("soon", "past")
                }
            assert shown == {"soon": 0, "past": 0} | {where: 1}


class TestTheTick:
    def test_comes_on_every_full_minute(self):
        """So it comes at the shop's midnight, whose offset is a whole number of minutes."""
        schedule = django_settings.CELERY_BEAT_SCHEDULE["expire-lots"]["schedule"]

        assert len(schedule.minute) == 60
        assert len(schedule.hour) == 24

    def test_costs_one_question_when_there_is_nothing_to_do(self, django_assert_num_queries):
        receive(VariantFactory(), 10)

        with django_assert_num_queries(1):
            services.block_expired_lots(now=present())


class TestHasLeftSale:
    def test_leaves_the_last_day_whole(self):
        last = last_day_of_sale(expires_on=date(2026, 12, 31), minimum_remaining_days=14)

        assert last == date(2026, 12, 17) - timedelta(days=django_settings.SELLABLE_HORIZON_DAYS)
        assert not has_left_sale(last, today=last)
        assert has_left_sale(last, today=last + timedelta(days=1))
