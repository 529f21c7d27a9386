"""Zones, fees, windows and pickup points, as they are asked for."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from apps.core.time import now as present
from apps.core.time import shop_date
from apps.delivery import errors, selectors, services
from apps.delivery.dto import ClosedReason, FeeRule
from apps.delivery.models import Zone
from tests.factories import PickupPointFactory, SlotFactory, ZoneFactory

pytestmark = pytest.mark.django_db

KREMLIN = (Decimal("55.751999"), Decimal("37.617734"))
HERMITAGE = (Decimal("59.939864"), Decimal("30.314566"))


class TestZoneFor:
    @pytest.fixture
    def zones(self):
        city = ZoneFactory()
        centre = ZoneFactory(slug="centre", radius_km=Decimal(3), fee=Decimal(99))
        return city, centre

    def test_is_the_smallest_circle_around_the_point(self, zones):
        city, centre = zones

        near = selectors.zone_for(latitude=Decimal("55.76"), longitude=Decimal("37.62"))
        far = selectors.zone_for(latitude=Decimal("55.65"), longitude=Decimal("37.62"))

        assert (near.id, far.id) == (centre.pk, city.pk)

    def test_is_the_smallest_of_whatever_shape(self, zones):
        ring = [[37.6, 55.74], [37.64, 55.74], [37.64, 55.78], [37.6, 55.78], [37.6, 55.74]]
        area = {"type": "Polygon", "coordinates": [ring]}
        quarter = ZoneFactory(slug="quarter", radius_km=None, area=area)

        inside = selectors.zone_for(latitude=Decimal("55.76"), longitude=Decimal("37.62"))
        beside = selectors.zone_for(latitude=Decimal("55.73"), longitude=Decimal("37.62"))

        assert (inside.id, beside.id) == (quarter.pk, zones[1].pk)

    def test_knows_how_far_it_is_and_what_that_costs(self, zones):
        steps = [FeeRule(Decimal(0), Decimal(10), Decimal(299))]
        services.set_fee_steps(zone_id=zones[0].pk, steps=steps)

        far = selectors.zone_for(latitude=Decimal("55.65"), longitude=Decimal("37.62"))
        unknown = selectors.zone_for(latitude=None, longitude=None)

        assert far.distance_km == pytest.approx(Decimal("11.77"), abs=Decimal("0.02"))
        assert selectors.delivery_fee(zone=far, items_total=Decimal(900)) == 299
        assert selectors.delivery_fee(zone=unknown, items_total=Decimal(900)) == 199

    def test_is_the_default_without_a_point(self, zones):
        assert selectors.zone_for(latitude=None, longitude=None).id == zones[0].pk

    def test_refuses_a_point_outside(self, zones):
        with pytest.raises(errors.OutsideZones):
            selectors.zone_for(latitude=HERMITAGE[0], longitude=HERMITAGE[1])

    def test_passes_over_zones_that_are_not_served(self, zones):
        Zone.objects.update(is_active=False)

        with pytest.raises(errors.OutsideZones):
            selectors.zone_for(latitude=KREMLIN[0], longitude=KREMLIN[1])
        with pytest.raises(errors.OutsideZones):
            selectors.zone_for(latitude=None, longitude=None)


class TestDeliveryFee:
    @pytest.mark.parametrize(
        ("total", "fee"), [("0", "199.00"), ("2999.99", "199.00"), ("3000.00", "0.00")]
    )
    def test_falls_away_from_a_total_on(self, total, fee):
        zone = selectors.zone_card(zone_id=ZoneFactory().pk)

        found = selectors.delivery_fee(zone=zone, items_total=Decimal(total))

        assert found == Decimal(fee)

    def test_never_falls_away_where_nothing_is_free(self):
        zone = selectors.zone_card(zone_id=ZoneFactory(free_from=None).pk)

        assert selectors.delivery_fee(zone=zone, items_total=Decimal(10**6)) == zone.fee


class TestZoneCard:
    def test_refuses_an_unknown_zone(self):
        with pytest.raises(errors.ZoneNotFound):
            selectors.zone_card(slug="moon")


class TestSlots:
    def test_are_open_and_closed_ones_with_the_reason(self):
        now = present()
        start = now + timedelta(hours=1)
        at = {"date": shop_date(start), "cutoff_at": start, "zone": ZoneFactory()}

        def slot(hours, **fields):
            starts = start + timedelta(minutes=hours)
            times = {"starts_at": starts, "ends_at": starts + timedelta(hours=1)}
            return SlotFactory(**(at | times | fields))

        slot(1)
        slot(2, cutoff_at=now)
        slot(3, capacity_orders=1, booked_orders=1)
        services.close_slot(slot_id=slot(4).pk, reason=ClosedReason.HOLIDAY)

        found = selectors.slots(zone_id=at["zone"].pk, now=now, days=3)

        assert [card.closed_reason for card in found] == [
            "",
            ClosedReason.PAST,
            ClosedReason.FULL,
            ClosedReason.HOLIDAY,
        ]

    def test_leave_out_other_zones_past_windows_and_later_days(self):
        now = present()
        zone = ZoneFactory()
        SlotFactory(zone=ZoneFactory(slug="other"), date=now.date())
        SlotFactory(zone=zone, starts_at=now, date=now.date())
        later = now + timedelta(days=9)
        SlotFactory(zone=zone, starts_at=later, date=later.date())

        assert selectors.slots(zone_id=zone.pk, now=now) == []

    def test_are_found_by_either_id(self):
        slot = SlotFactory()

        by_id = selectors.slot_card(slot_id=slot.pk)

        assert by_id == selectors.slot_card(public_id=slot.public_id)
        with pytest.raises(errors.SlotNotFound):
            selectors.slot_card(public_id=uuid4())


class TestPickupPoints:
    def test_are_the_open_ones(self):
        point = PickupPointFactory()
        shut = PickupPointFactory(is_active=False)

        assert [card.id for card in selectors.pickup_points()] == [point.pk]
        assert selectors.pickup_point(public_id=point.public_id).id == point.pk
        with pytest.raises(errors.PickupPointNotFound):
            selectors.pickup_point(pickup_point_id=shut.pk)


class TestCheckBooks:
    def test_names_the_window_that_lies(self):
        slot = SlotFactory(booked_orders=2, booked_ml=500)

        wrong = selectors.check_books(booked={slot.pk: (1, 500)})

        assert [(row.subject, row.counter, row.found, row.expected) for row in wrong] == [
            (f"slot {slot.pk}", "orders booked", "2", "1")
        ]
