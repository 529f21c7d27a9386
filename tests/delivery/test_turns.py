"""A form and a program that write the same at the same moment: the later one is told in words."""

import time
from datetime import date, timedelta
from threading import Event

import pytest
from django.db import transaction
from django.test import Client
from django.utils.translation import gettext as _

from apps.core.admin import HistoryAdmin
from apps.core.time import now, shop_date
from apps.delivery import services
from apps.delivery.admin.turns import InTurnAdmin
from apps.delivery.models import Holiday, SlotTemplate, Zone
from tests.factories import ZoneFactory
from tests.races import together

pytestmark = pytest.mark.django_db(transaction=True)


def put_zone(actor_id):
    values = {
        "slug": "north", "name_ru": "Север", "name_en": "North", "latitude": "55.75",
        "longitude": "37.60", "radius_km": 5, "fee": 250,
    }  # fmt: skip
    services.put_zone(slug=None, values=values, steps=None, actor_id=actor_id)


def put_window(actor_id):
    values = {"zone": "here", "weekday": 1, "starts": "10:00", "ends": "12:00"}
    services.put_window(window_id=None, values=values, actor_id=actor_id)


def put_holiday(actor_id):
    values = {"date": holiday(), "name_ru": "Праздник", "name_en": "Holiday"}
    services.put_holiday(holiday_id=None, values=values, actor_id=actor_id)


def holiday() -> date:
    return shop_date(now()) + timedelta(days=3)


FORMS = {
    "zone": {
        "name_ru": "С", "name_en": "N", "slug": "north", "is_active": "on", "latitude": "55.75",
        "longitude": "37.60", "shape": "circle", "radius_km": "3", "area": "", "fee": "100",
        "minimum_total": "0", "fee_steps-TOTAL_FORMS": "0", "fee_steps-INITIAL_FORMS": "0",
    },
    "slottemplate": {
        "weekday": "1", "starts": "10:00", "ends": "14:00", "capacity_orders": "5",
        "capacity_ml": "100000", "cutoff_minutes": "60", "is_active": "on",
    },
    "holiday": {"name_ru": "П", "name_en": "H"},
}  # fmt: skip


class TestAForm:
    @pytest.mark.parametrize("is_in_turn", [True, False])
    @pytest.mark.parametrize(
        ("page", "write", "model", "words"),
        [
            ("zone", put_zone, Zone, "Another zone has this address already."),
            (
                "slottemplate",
                put_window,
                SlotTemplate,
                "The zone has a window that begins at that hour of that day already.",
            ),
            (
                "holiday",
                put_holiday,
                Holiday,
                "There is a holiday of that day for the same place already.",
            ),
        ],
    )
    def test_is_told_in_words_what_a_program_wrote_first(
        self, owner, monkeypatch, page, write, model, words, is_in_turn
    ):
        """The negative control compares before its turn: there the table alone refuses."""
        here = ZoneFactory(slug="here")
        sent = FORMS[page] | {"zone": here.pk} if page == "slottemplate" else FORMS[page]
        if page == "holiday":
            sent = sent | {"date": holiday().isoformat()}
        if not is_in_turn:
            monkeypatch.setattr(InTurnAdmin, "changeform_view", HistoryAdmin.changeform_view)
        before, written = model.objects.count(), Event()

        def program():
            with transaction.atomic():
                write(owner.pk)
                written.set()
                time.sleep(0.3)

        def person():
            client = Client(raise_request_exception=False)
            client.force_login(owner)
            written.wait(5)
            return client.post(f"/admin/delivery/{page}/add/", sent)

        failure, answer = together([program, person])

        assert failure is None
        assert answer.status_code == (200 if is_in_turn else 500)
        if is_in_turn:
            (said,) = answer.context["adminform"].form.errors.as_data().popitem()[1]
            assert said.messages == [_(words)]
        assert model.objects.count() == before + 1


class TestTheDefaultZone:
    def test_is_one_and_the_form_says_so(self, owner):
        ZoneFactory(slug="here", is_default=True)
        client = Client()
        client.force_login(owner)

        answer = client.post("/admin/delivery/zone/add/", FORMS["zone"] | {"is_default": "on"})

        errors = answer.context["adminform"].form.errors
        words = _("Another zone is for such addresses already: untick it there first.")
        assert errors == {"is_default": [words]}
        assert Zone.objects.count() == 1
