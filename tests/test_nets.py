"""Free nets: what must hold for every error, job and admin page, however many there come."""

import datetime as dt
import importlib
import pkgutil
from enum import StrEnum

import pytest
from celery import current_app
from django.conf import settings
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

import apps
import bot
from apps.catalog.models import Tag
from apps.core.errors import Kind, ShopError
from apps.core.jobs import enqueue_on_commit
from apps.core.time import now
from apps.delivery.models import SlotTemplate
from apps.fulfilment import services as fulfilment
from apps.inventory import services as inventory
from apps.orders import services as orders
from bot.models import Dialogue, InboxUpdate
from tests import factories
from tests.factories.inventory import draft, line_on, receive
from tests.factories.marketing import proposed, set_rules, waiting
from tests.factories.money import paid_online
from tests.factories.road import carry_cash


def _modules(name):
    """Import every module of ours that has this last name."""
    for package in (apps, bot):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if found.name.rsplit(".", 1)[-1] == name:
                yield importlib.import_module(found.name)


def _errors(kind=ShopError):
    for child in kind.__subclasses__():
        yield child
        yield from _errors(child)


list(_modules("errors"))
ERRORS = sorted(
    {error for error in _errors() if error.__module__.startswith(("apps.", "bot."))},
    key=lambda error: (error.__module__, error.__name__),
)


class TestErrors:
    @pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
    def test_have_kind_code_and_both_languages(self, error):
        assert isinstance(error.kind, Kind)
        assert error.code
        assert error.code == error.code.lower()
        said = {}
        for language in ("en", "ru"):
            with override(language):
                said[language] = str(error.message)
        assert said["en"]
        assert any("а" <= letter <= "я" for letter in said["ru"].lower()), said["en"]

    def test_have_codes_of_their_own(self):
        own = [error.code for error in ERRORS if "code" in vars(error)]

        assert len(own) == len(set(own))
        assert all("code" in vars(error) for error in ERRORS if not error.__subclasses__())


class TestJobs:
    def test_that_beat_calls_exist(self):
        current_app.loader.import_default_modules()
        names = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

        assert names <= set(current_app.tasks)

    def test_that_are_named_exist(self):
        current_app.loader.import_default_modules()
        names = {
            member.value
            for module in _modules("jobs")
            for kind in vars(module).values()
            if isinstance(kind, type) and issubclass(kind, StrEnum) and kind is not StrEnum
            for member in kind
        }

        assert names
        assert names <= set(current_app.tasks)
        assert callable(enqueue_on_commit)


REGISTERED = sorted(admin.site._registry, key=lambda model: model._meta.label)


@pytest.fixture
def world(owner, gateway):
    """A day in the shop: whatever staff may look at exists at least once."""
    moment = now()
    order = factories.placed_order()
    for step in (
        orders.confirm_order,
        fulfilment.start_picking,
        fulfilment.pack_order,
        fulfilment.send_out,
        fulfilment.deliver,
    ):
        step(order_id=order.pk, actor_id=owner.pk, now=moment)
    paid_online(gateway, factories.stocked_variant(5))
    carry_cash(owner)
    factories.make_promotion()
    factories.make_code()
    factories.placed_order(wanted={factories.stocked_variant(5): 2})
    recalled = order.lines.get().variant.lots.get()
    fulfilment.recall_lot(
        lot_id=recalled.pk, reason="plastic", confirmation=recalled.code, actor_id=owner.pk,
        now=moment,
    )  # fmt: skip
    factories.fill_cart(factories.CustomerFactory(), {factories.stocked_variant(5): 1})
    lot = receive(factories.VariantFactory(), 5, shelf="A-1")
    line_on(draft(), lot.variant)
    inventory.start_stocktake(shelf="A-1", actor_id=owner.pk, now=moment)
    factories.PickupPointFactory()
    Tag.objects.create(code="new", name_ru="новинка", name_en="new")
    factories.priced_variant(now=moment)
    SlotTemplate.objects.create(
        zone=factories.ZoneFactory(), weekday=1, starts=dt.time(10), ends=dt.time(12)
    )
    set_rules(d14=20)
    proposed()
    waiting(factories.stocked_variant(0, availability="none"))
    InboxUpdate.objects.create(update_id=1, lane=1, payload={})
    Dialogue.objects.create(chat_id=1)
    factories.asked_export(owner)


@pytest.mark.django_db
class TestAdmin:
    @pytest.fixture
    def desk(self, owner):
        client = Client(HTTP_ACCEPT_LANGUAGE="en")
        client.force_login(owner)
        return client

    def url(self, model, page, *args):
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        return reverse(f"admin:{name}_{page}", args=args)

    def test_opens(self, desk):
        assert desk.get("/admin/").status_code == 200

    @pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
    def test_lists_and_searches(self, desk, model):
        assert desk.get(self.url(model, "changelist")).status_code == 200
        assert desk.get(self.url(model, "changelist"), {"q": "a'\"%"}).status_code == 200

    @pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
    def test_adds_where_it_may(self, desk, model, rf, owner):
        request = rf.get("/admin/")
        request.user = owner

        expected = 200 if admin.site._registry[model].has_add_permission(request) else 403

        assert desk.get(self.url(model, "add")).status_code == expected

    @pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
    def test_shows_and_remembers_one(self, desk, model, world):
        row = model._default_manager.first()
        assert row, "the world below lacks one"

        assert desk.get(self.url(model, "change", row.pk)).status_code == 200
        assert desk.get(self.url(model, "history", row.pk)).status_code == 200
