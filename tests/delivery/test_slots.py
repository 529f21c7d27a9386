"""Windows: opened from templates, booked, released, closed."""

from datetime import UTC, date, datetime, time, timedelta
from functools import partial

import pytest
from django.db import IntegrityError
from django.db.models import F

from apps.core.time import now as present
from apps.delivery import errors, selectors, services
from apps.delivery.dto import ClosedReason
from apps.delivery.models import DeliverySlot, SlotTemplate
from tests.factories import SlotFactory, ZoneFactory
from tests.races import raised, together

pytestmark = pytest.mark.django_db


def booked(slot):
    return DeliverySlot.objects.values_list("booked_orders", "booked_ml").get(pk=slot.pk)


def book(slot, *, volume_ml=3000, now=None):
    services.book_slot(slot_id=slot.pk, volume_ml=volume_ml, now=now or present())


class TestBookSlot:
    def test_takes_a_place_and_room(self):
        slot = SlotFactory()

        book(slot, volume_ml=3000)
        book(slot, volume_ml=500)

        assert booked(slot) == (2, 3500)

    def test_fills_the_last_place_and_room_exactly(self):
        slot = SlotFactory(capacity_orders=1, capacity_ml=3000)

        book(slot, volume_ml=3000)

        assert booked(slot) == (1, 3000)
        assert selectors.slot_card(slot_id=slot.pk).closed_reason == ClosedReason.FULL

    @pytest.mark.parametrize(
        "full", [{"capacity_orders": 2, "booked_orders": 2}, {"capacity_ml": 2999}]
    )
    def test_refuses_a_full_window_and_changes_nothing(self, full):
        slot = SlotFactory(**full)
        before = booked(slot)

        with pytest.raises(errors.SlotFull):
            book(slot, volume_ml=3000)

        assert booked(slot) == before

    def test_refuses_from_the_cutoff_on_and_changes_nothing(self):
        slot = SlotFactory()

        with pytest.raises(errors.SlotClosed) as refusal:
            book(slot, now=slot.cutoff_at)

        assert refusal.value.facts == {"reason": ClosedReason.PAST}
        assert booked(slot) == (0, 0)
        book(slot, now=slot.cutoff_at - timedelta(microseconds=1))

    @pytest.mark.parametrize("reason", [ClosedReason.STAFF, ClosedReason.HOLIDAY])
    def test_refuses_what_the_shop_closed_until_it_reopens(self, reason):
        slot = SlotFactory()
        services.close_slot(slot_id=slot.pk, reason=reason)

        with pytest.raises(errors.SlotClosed) as refusal:
            book(slot)

        assert refusal.value.facts == {"reason": reason}
        assert booked(slot) == (0, 0)
        services.reopen_slot(slot_id=slot.pk)
        book(slot)

    def test_refuses_an_unknown_window(self):
        with pytest.raises(errors.SlotNotFound):
            services.book_slot(slot_id=10**9, volume_ml=1, now=present())
        with pytest.raises(errors.SlotNotFound):
            services.close_slot(slot_id=10**9)


class TestReleaseSlot:
    def test_gives_place_and_room_back(self):
        slot = SlotFactory()
        book(slot, volume_ml=3000)

        services.release_slot(slot_id=slot.pk, volume_ml=3000)

        assert booked(slot) == (0, 0)

    def test_never_counts_below_nothing(self):
        slot = SlotFactory()

        services.release_slot(slot_id=slot.pk, volume_ml=3000)

        assert booked(slot) == (0, 0)


@pytest.mark.django_db(transaction=True)
class TestLastPlace:
    def test_goes_to_exactly_one_of_many(self):
        slot = SlotFactory(capacity_orders=3, booked_orders=2)

        refusals = raised(together([partial(book, slot, volume_ml=10)] * 64))

        assert {type(refusal) for refusal in refusals} == {errors.SlotFull}
        assert len(refusals) == 63
        assert booked(slot)[0] == 3

    def test_would_be_overbooked_without_the_guard(self, monkeypatch):
        """The negative control: only the table's own CHECK is left to stop it."""
        slot = SlotFactory(capacity_orders=3, booked_orders=2)

        def book_unguarded():
            DeliverySlot.objects.filter(pk=slot.pk).update(booked_orders=F("booked_orders") + 1)

        refusals = raised(together([book_unguarded] * 8))

        assert {type(refusal) for refusal in refusals} == {IntegrityError}


class TestGenerateSlots:
    def template(self, **fields):
        values = {"weekday": 0, "starts": time(10), "ends": time(12), "cutoff_minutes": 90}
        zone = fields.pop("zone", None) or ZoneFactory()
        return SlotTemplate.objects.create(zone=zone, **(values | fields))

    def test_opens_the_coming_days_on_the_shops_clock(self, settings):
        settings.SHOP_TIME_ZONE = "Europe/Moscow"
        template = self.template(capacity_orders=7, capacity_ml=70_000)

        opened = services.generate_slots(now=datetime(2026, 11, 23, 6, 0, tzinfo=UTC), days=8)

        first, second = DeliverySlot.objects.order_by("starts_at")
        assert opened == 2
        assert first.starts_at == datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
        assert first.ends_at == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        assert first.cutoff_at == datetime(2026, 11, 23, 5, 30, tzinfo=UTC)
        assert (first.date, second.date) == (date(2026, 11, 23), date(2026, 11, 30))
        assert (first.capacity_orders, first.capacity_ml) == (7, 70_000)
        assert first.zone_id == template.zone_id

    def test_does_nothing_twice_and_leaves_what_staff_changed(self):
        self.template()
        now = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
        services.generate_slots(now=now)
        DeliverySlot.objects.update(
            closed_reason=ClosedReason.HOLIDAY, capacity_orders=1, booked_orders=1
        )

        assert services.generate_slots(now=now) == 0

        slot = DeliverySlot.objects.get()
        assert (slot.closed_reason, slot.capacity_orders) == (ClosedReason.HOLIDAY, 1)

    def test_opens_nothing_that_has_begun_or_is_switched_off(self):
        self.template(starts=time(8), ends=time(9))
        self.template(is_active=False)
        self.template(zone=ZoneFactory(slug="closed", is_active=False))

        now = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)

        assert services.generate_slots(now=now, days=1) == 0

    def test_keeps_the_wall_clock_over_a_change_of_time(self, settings):
        settings.SHOP_TIME_ZONE = "Europe/Berlin"
        self.template(weekday=5)
        self.template(weekday=6)

        services.generate_slots(now=datetime(2026, 3, 28, 0, 0, tzinfo=UTC), days=2)

        saturday, sunday = DeliverySlot.objects.order_by("starts_at")
        assert saturday.starts_at == datetime(2026, 3, 28, 9, 0, tzinfo=UTC)
        assert sunday.starts_at == datetime(2026, 3, 29, 8, 0, tzinfo=UTC)

    def test_opens_no_window_in_the_hour_that_spring_skips(self, settings):
        settings.SHOP_TIME_ZONE = "Europe/Berlin"
        self.template(weekday=6, starts=time(2), ends=time(3), cutoff_minutes=0)
        self.template(weekday=6, starts=time(1), ends=time(2), cutoff_minutes=0)

        services.generate_slots(now=datetime(2026, 3, 28, 12, 0, tzinfo=UTC), days=2)

        slot = DeliverySlot.objects.get()
        assert slot.ends_at - slot.starts_at == timedelta(hours=1)

    def test_counts_the_hour_that_autumn_repeats_as_two(self, settings):
        settings.SHOP_TIME_ZONE = "Europe/Berlin"
        self.template(weekday=6, starts=time(2), ends=time(3), cutoff_minutes=0)

        services.generate_slots(now=datetime(2026, 10, 24, 12, 0, tzinfo=UTC), days=2)

        slot = DeliverySlot.objects.get()
        assert slot.starts_at == datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
        assert slot.ends_at - slot.starts_at == timedelta(hours=2)

    @pytest.mark.django_db(transaction=True)
    def test_opens_each_window_once_for_two_clocks(self):
        self.template()
        now = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)

        outcomes = together([partial(services.generate_slots, now=now)] * 6)

        assert raised(outcomes) == []
        assert DeliverySlot.objects.count() == 1
