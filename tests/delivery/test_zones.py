"""Zones: written once their shape and their prices make sense."""

import json
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import override

from apps.delivery import errors, services
from apps.delivery.dto import FeeRule
from apps.delivery.models import FeeStep, Zone
from tests.admin.conftest import desk_of
from tests.factories import ZoneFactory

pytestmark = pytest.mark.django_db

RING = [[37.5, 55.7], [37.7, 55.7], [37.7, 55.8], [37.5, 55.8], [37.5, 55.7]]
AREA = {"type": "Polygon", "coordinates": [RING]}
PLACE = {"latitude": Decimal("55.75"), "longitude": Decimal("37.62")}


def rule(from_total, from_km, fee):
    return FeeRule(Decimal(from_total), Decimal(from_km), Decimal(fee))


class TestSaveZone:
    FIELDS = {"name_ru": "Центр", "name_en": "Centre", "fee": Decimal(99), **PLACE}

    def test_measures_circles_and_areas(self):
        circle = services.save_zone(slug="one", radius_km=Decimal(3), **self.FIELDS)
        drawn = services.save_zone(slug="two", area=AREA, **self.FIELDS)

        assert circle.area_km2 == Decimal("28.274")
        assert drawn.area_km2 == pytest.approx(Decimal("139.3"), abs=Decimal("0.3"))

    def test_refuses_both_shapes_or_none_and_changes_nothing(self):
        for shape in ({}, {"area": AREA, "radius_km": Decimal(3)}):
            with pytest.raises(errors.ZoneShapeMissing):
                services.save_zone(slug="one", **shape, **self.FIELDS)

        assert not Zone.objects.exists()

    def test_refuses_a_price_that_its_steps_contradict(self):
        zone = ZoneFactory()
        services.set_fee_steps(zone_id=zone.pk, steps=[rule(0, 10, 299)])

        with pytest.raises(errors.FeesContradict):
            services.save_zone(slug=zone.slug, fee=Decimal(300))

        zone.refresh_from_db()
        assert zone.fee == 199

    @pytest.mark.parametrize(
        "wrong", [{"area_km2": 0}, {"radius_km": None}, {"area": AREA}, {"radius_km": 0}]
    )
    def test_is_held_to_its_shape_by_the_table_too(self, wrong):
        ZoneFactory()

        with pytest.raises(IntegrityError), transaction.atomic():
            Zone.objects.update(**wrong)


class TestSetFeeSteps:
    def test_replaces_those_there_were_and_tells_the_history(self):
        zone = ZoneFactory()
        services.set_fee_steps(zone_id=zone.pk, steps=[rule(1000, 0, 150)])

        with override("en"):
            services.set_fee_steps(zone_id=zone.pk, steps=[rule(0, 10, 299), rule(1500, 0, 99)])
        services.set_fee_steps(zone_id=zone.pk, steps=[rule(1500, 0, 99), rule(0, 10, 299)])

        steps = zone.fee_steps.order_by("from_km").values_list("from_total", "from_km", "fee")
        assert list(steps) == [(1500, 0, 99), (0, 10, 299)]
        assert zone.history.count() == 3
        reason = zone.history.first().history_change_reason
        assert "from 1,500 ₽ and 0 km: 99 ₽" in reason.replace("\xa0", " ")

    def test_refuses_nonsense_and_keeps_those_there_were(self):
        zone = ZoneFactory()
        services.set_fee_steps(zone_id=zone.pk, steps=[rule(1000, 0, 150)])

        with pytest.raises(errors.FeesContradict):
            services.set_fee_steps(zone_id=zone.pk, steps=[rule(1000, 0, 250)])
        with pytest.raises(errors.ZoneNotFound):
            services.set_fee_steps(zone_id=10**9, steps=[])

        assert zone.fee_steps.get().fee == 150

    @pytest.mark.parametrize(
        "wrong", [{"fee": -1}, {"from_km": -1, "fee": 1}, {"from_total": 0, "fee": 1}]
    )
    def test_is_held_to_sense_by_the_table_too(self, wrong):
        with pytest.raises(IntegrityError), transaction.atomic():
            FeeStep.objects.create(zone=ZoneFactory(), **wrong)


class TestThePage:
    @pytest.fixture
    def form(self):
        return {
            "name_ru": "Центр", "name_en": "Centre", "slug": "centre", "is_active": "on",
            "latitude": "55.75", "longitude": "37.62", "shape": "area", "radius_km": "7",
            "area": json.dumps(AREA), "fee": "199", "free_from": "3000", "minimum_total": "0",
            "fee_steps-TOTAL_FORMS": "2", "fee_steps-INITIAL_FORMS": "0",
            "fee_steps-0-from_total": "1500", "fee_steps-0-from_km": "",
            "fee_steps-0-fee": "99", "fee_steps-1-from_total": "", "fee_steps-1-from_km": "10",
            "fee_steps-1-fee": "299",
        }  # fmt: skip

    ADD = "/admin/delivery/zone/add/"

    def test_makes_a_zone_of_a_drawing_and_shows_its_price_list(self, owner, form):
        desk = desk_of(owner)

        answer = desk.post(self.ADD, form)

        assert answer.status_code == 302, answer.context["errors"]
        zone = Zone.objects.get()
        assert (zone.area, zone.radius_km) == (AREA, None)
        address = reverse("admin:delivery_zone_change", args=(zone.pk,))
        page = desk.get(address).content.decode().replace("\xa0", " ")
        assert "from 10 km" in page
        assert page.count("299 ₽") >= 1

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"area": ""}, "This field is required."),
            ({"area": "{"}, "This is no GeoJSON"),
            ({"area": json.dumps({**AREA, "coordinates": [RING[:-1]]})}, "isn&#x27;t closed"),
            ({"longitude": "55.75", "latitude": "37.62"}, "the longitude first"),
            ({"shape": "circle", "radius_km": ""}, "This field is required."),
            ({"fee_steps-0-fee": "250"}, "goes the wrong way"),
            ({"fee_steps-0-from_total": ""}, "from which sum or distance"),
        ],
    )
    def test_says_what_is_wrong_and_keeps_nothing(self, owner, form, change, said):
        answer = desk_of(owner).post(self.ADD, form | change)

        assert answer.status_code == 200
        assert said in answer.content.decode()
        assert not Zone.objects.exists()

    def test_changes_steps_and_shape(self, owner, form):
        zone = ZoneFactory(slug="centre")
        step = FeeStep.objects.create(zone=zone, from_km=10, fee=299)
        gone = {
            "fee_steps-INITIAL_FORMS": "1", "fee_steps-0-id": step.pk, "fee_steps-0-zone": zone.pk,
            "fee_steps-0-from_km": "10", "fee_steps-0-from_total": "", "fee_steps-0-fee": "299",
            "fee_steps-0-DELETE": "on", "fee_steps-1-from_km": "12", "fee_steps-1-fee": "350",
        }  # fmt: skip

        answer = desk_of(owner).post(
            reverse("admin:delivery_zone_change", args=(zone.pk,)), form | gone
        )

        assert answer.status_code == 302, answer.context["errors"]
        assert list(zone.fee_steps.values_list("from_km", "fee")) == [(12, 350)]
        zone.refresh_from_db()
        assert zone.area == AREA
