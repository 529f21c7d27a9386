"""Holidays and opening hours: what they close, and what they say."""

from datetime import UTC, date, datetime, time
from functools import partial
from threading import Event
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from apps.core import locks
from apps.delivery import selectors, services
from apps.delivery.dto import ClosedReason
from apps.delivery.models import DeliverySlot, Holiday, PickupHours, SlotTemplate
from apps.delivery.services import windows
from tests.admin.conftest import desk_of
from tests.factories import PickupPointFactory, SlotFactory, ZoneFactory
from tests.races import raised, together

pytestmark = pytest.mark.django_db

DAY = date(2026, 12, 31)
NOW = datetime(2026, 12, 30, 9, 0, tzinfo=UTC)


def slot_at(hour, **fields):
    """Return a window of two hours of that day, by the shop's clock (UTC+3)."""
    starts = datetime(2026, 12, 31, hour - 3, tzinfo=UTC)
    ends = starts.replace(hour=hour - 1)
    return SlotFactory(date=DAY, starts_at=starts, ends_at=ends, cutoff_at=starts, **fields)


def holiday(**fields):
    return Holiday(date=DAY, name_ru="Новый год", name_en="New Year", **fields)


def reasons():
    slots = DeliverySlot.objects.order_by("starts_at", "pk")
    return list(slots.values_list("closed_reason", flat=True))


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def race(self, monkeypatch):
        """Windows are opened, and a holiday is written once they have read that there is none."""
        SlotTemplate.objects.create(
            zone=ZoneFactory(), weekday=DAY.weekday(), starts=time(10), ends=time(12)
        )
        has_read, is_written = Event(), Event()

        def slow(**asked):
            found = selectors.days_off(**asked)
            has_read.set()
            is_written.wait(1.5)
            return found

        def write():
            has_read.wait(10)
            services.write_holiday(holiday=holiday())
            is_written.set()

        monkeypatch.setattr(windows, "selectors", SimpleNamespace(days_off=slow))
        outcomes = together([partial(services.generate_slots, now=NOW, days=3), write])
        assert raised(outcomes) == []
        return reasons()

    def test_leave_no_window_open_on_a_holiday(self, monkeypatch):
        assert self.race(monkeypatch) == [ClosedReason.HOLIDAY]

    def test_would_leave_one_without_the_calendars_lock(self, monkeypatch):
        """The control."""
        monkeypatch.setattr(locks, "hold", lambda name: None)

        assert self.race(monkeypatch) == [""]


class TestWriteHoliday:
    def test_closes_the_days_windows_and_counts_who_is_booked(self):
        slot_at(10, booked_orders=2)
        slot_at(12, booked_orders=1, closed_reason=ClosedReason.STAFF)
        SlotFactory(date=date(2026, 12, 30))

        booked = services.write_holiday(holiday=holiday())

        assert booked == 2
        assert sorted(reasons()) == ["", ClosedReason.STAFF, ClosedReason.HOLIDAY]
        assert DeliverySlot.objects.get(date=DAY, booked_orders=2).history.count() == 2

    def test_leaves_open_what_lies_within_its_hours(self):
        for hour in (8, 10, 14, 15):
            slot_at(hour)

        services.write_holiday(holiday=holiday(opens=time(10), closes=time(16)))

        assert reasons() == [ClosedReason.HOLIDAY, "", "", ClosedReason.HOLIDAY]

    def test_of_one_zone_wins_there_over_that_of_all(self):
        slot_at(10)
        own = ZoneFactory(slug="centre")
        slot_at(10, zone=own)
        services.write_holiday(holiday=holiday())

        services.write_holiday(holiday=holiday(zone=own, opens=time(9), closes=time(15)))

        assert reasons() == [ClosedReason.HOLIDAY, ""]

    def test_opens_again_what_it_closed_when_it_moves_or_goes(self):
        slot_at(10)
        slot_at(12, closed_reason=ClosedReason.STAFF)
        row = holiday()
        services.write_holiday(holiday=row)
        row.date = date(2027, 1, 1)

        services.write_holiday(holiday=row)

        assert reasons() == ["", ClosedReason.STAFF]
        row.date = DAY
        services.write_holiday(holiday=row)
        services.remove_holiday(holiday=row)
        assert reasons() == ["", ClosedReason.STAFF]
        assert not Holiday.objects.exists()

    def test_closes_windows_that_are_made_later(self):
        SlotTemplate.objects.create(
            zone=ZoneFactory(), weekday=DAY.weekday(), starts=time(10), ends=time(12)
        )
        services.write_holiday(holiday=holiday())

        services.generate_slots(now=NOW)

        assert reasons() == [ClosedReason.HOLIDAY]
        (shown,) = selectors.slots(zone_id=ZoneFactory().pk, now=NOW)
        assert shown.closed_reason == ClosedReason.HOLIDAY

    @pytest.mark.parametrize(
        "wrong", [{"opens": time(9)}, {"opens": time(9), "closes": time(9)}, {}]
    )
    def test_is_held_to_sense_by_the_table(self, wrong):
        services.write_holiday(holiday=holiday())

        with pytest.raises(IntegrityError), transaction.atomic():
            services.write_holiday(holiday=holiday(**wrong))


class TestPickupPoints:
    def test_say_their_week_in_groups_of_days(self):
        point = PickupPointFactory()
        week = [(day, time(10), time(20)) for day in range(5)] + [(6, time(11), time(15))]

        services.set_pickup_hours(point_id=point.pk, hours=week)
        services.set_pickup_hours(point_id=point.pk, hours=reversed(week))

        with override("en"):
            card = selectors.pickup_point(pickup_point_id=point.pk)
        assert card.hours == "Mon–Fri 10:00–20:00, Sun 11:00–15:00"
        assert point.history.count() == 2

    def test_say_which_days_are_special(self):
        own = PickupPointFactory()
        PickupPointFactory(name_ru="Другой")
        services.write_holiday(holiday=holiday())
        services.write_holiday(holiday=holiday(pickup_point=own, opens=time(9), closes=time(14)))

        with override("en"):
            notices = [card.notice for card in selectors.pickup_points(now=NOW)]

        assert notices == ["31 Dec: 09:00–14:00 (New Year)", "31 Dec: closed (New Year)"]
        assert [card.notice for card in selectors.pickup_points()] == ["", ""]

    def test_never_close_before_they_open(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            PickupHours.objects.create(
                point=PickupPointFactory(), weekday=0, opens=time(10), closes=time(10)
            )


class TestThePages:
    FORM = {"date": "2026-12-31", "name_ru": "Новый год", "name_en": "New Year"}
    ADD = "/admin/delivery/holiday/add/"

    def test_close_a_day_tell_who_is_booked_and_open_it_again(self, owner):
        slot_at(10, booked_orders=1)
        desk = desk_of(owner)

        said = desk.post(self.ADD, self.FORM, follow=True).content.decode()

        assert "1 order is booked in windows closed that day" in said
        assert reasons() == [ClosedReason.HOLIDAY]
        row = Holiday.objects.get()
        desk.post(f"/admin/delivery/holiday/{row.pk}/delete/", {"post": "yes"})
        assert reasons() == [""]

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"opens": "10:00"}, "Give both hours, or none."),
            ({"opens": "10:00", "closes": "09:00"}, "It must be later than the opening."),
            ({"date": ""}, "This field is required."),
        ],
    )
    def test_say_what_is_wrong_and_close_nothing(self, owner, change, said):
        slot_at(10)

        answer = desk_of(owner).post(self.ADD, self.FORM | change)

        assert said in answer.content.decode()
        assert reasons() == [""]

    def test_refuse_the_same_day_twice(self, owner):
        services.write_holiday(holiday=holiday())

        answer = desk_of(owner).post(self.ADD, self.FORM)

        assert "already" in answer.content.decode()
        assert Holiday.objects.count() == 1

    def test_keep_a_points_week(self, owner):
        point = PickupPointFactory()
        form = {
            "name_ru": "На Лесной", "name_en": "Lesnaya", "address_ru": "Лесная", "is_active": "on",
            "address_en": "Lesnaya", "latitude": "55.78", "longitude": "37.59",
            "weekly-TOTAL_FORMS": "1", "weekly-INITIAL_FORMS": "0", "weekly-0-weekday": "2",
            "weekly-0-opens": "10:00", "weekly-0-closes": "18:00",
        }  # fmt: skip
        address = f"/admin/delivery/pickuppoint/{point.pk}/change/"

        answer = desk_of(owner).post(address, form)
        wrong = desk_of(owner).post(address, form | {"weekly-0-closes": "09:00"})

        assert answer.status_code == 302, answer.context["errors"]
        assert "It must be later than the opening." in wrong.content.decode()
        assert point.weekly.get().opens == time(10)
