"""Every registered page opens for the owner, in both languages, with rows on it."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import RequestFactory
from django.urls import reverse

from apps.cart import services as cart
from apps.core.time import now
from apps.delivery.models import Holiday, SlotTemplate
from apps.fulfilment import services as fulfilment
from apps.inventory import services as inventory
from apps.marketing import services as marketing
from apps.notifications.models import Message, MessageState
from apps.orders import services as orders
from apps.payments.models import DayComparison
from apps.users import services as users
from bot.models import Dialogue, InboxUpdate
from tests.admin.conftest import desk_of, small_shop
from tests.conftest import provider_at_the_port
from tests.factories import (
    PickupPointFactory,
    StaffFactory,
    asked_export,
    make_code,
    make_promotion,
    placed_order,
    priced_variant,
    stocked_variant,
)
from tests.factories.integrations import integrated
from tests.factories.inventory import draft, line_on
from tests.factories.marketing import (
    accepted,
    asked_support,
    broadcast,
    invited_friend,
    leaving_lot,
    proposed,
    reviewed,
    set_rules,
    waiting,
)
from tests.factories.money import paid_online
from tests.factories.road import carry_cash

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label_lower)


@pytest.fixture
def full_shop(shop, owner, gateway):
    """Rows in every table that has a page."""
    return fill(shop, owner, gateway)


@pytest.fixture(scope="class")
def kept_shop(kept):
    """A full shop for all tests of a class."""
    with kept(), provider_at_the_port() as provider:
        yield fill(small_shop(), StaffFactory(role="owner", is_superuser=True), provider)


def fill(shop, owner, gateway):
    """Give every table that has a page some rows."""
    for step in (orders.confirm_order, fulfilment.start_picking, fulfilment.pack_order):
        step(order_id=shop.order.pk, actor_id=owner.pk, now=now())
    placed_order(wanted={shop.variant: 2})
    cart.add(customer_id=shop.order.customer_id, variant_id=shop.variant.pk, now=now())
    users.begin_session(user_id=shop.order.customer_id, now=now())
    line_on(draft(), shop.variant)
    inventory.move_lot(lot_id=shop.lot.pk, shelf="A-1", actor_id=owner.pk)
    inventory.start_stocktake(shelf="A-1", actor_id=owner.pk, now=now())
    PickupPointFactory()
    priced_variant(now=now())
    Holiday.objects.create(date="2030-01-01", name_ru="Новый год", name_en="New Year")
    SlotTemplate.objects.create(zone=shop.order.slot.zone, weekday=0, starts="10:00", ends="12:00")
    fulfilment.send_out(order_id=shop.order.pk, actor_id=owner.pk, now=now())
    fulfilment.deliver(order_id=shop.order.pk, actor_id=owner.pk, now=now())
    make_promotion()
    make_code()
    placed_order(wanted={shop.variant: 2})
    Message.objects.create(
        chat_id=1, body={"text": "<b>Hi</b>", "buttons": []}, next_attempt_at=now(),
        state=MessageState.FAILED, last_error="blocked",
    )  # fmt: skip
    set_rules(d14=20)
    accepted(leaving_lot(days=12))
    proposed(leaving_lot(days=5))
    waiting(stocked_variant(0, availability="none"))
    reviewed(shop.order)
    invited_friend()
    asked_support(shop.order.customer)
    marketing.save_link(word="autumn", name="Poster in the metro")
    broadcast()
    InboxUpdate.objects.create(update_id=5, lane=7, payload={"update_id": 5, "message": {}})
    Dialogue.objects.create(chat_id=7, step="menu")
    paid_online(gateway, shop.variant)
    DayComparison.objects.create(provider="yookassa", day="2026-11-01", compared_at=now())
    carry_cash(owner)
    asked_export(owner)
    integrated(owner.pk)
    fulfilment.recall_lot(
        lot_id=shop.lot.pk, reason="plastic", confirmation=shop.lot.code, actor_id=owner.pk,
        now=now(),
    )  # fmt: skip
    return shop


def _address(model: type[Model], page: str, *args: object) -> str:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
    return reverse(name, args=args)


@pytest.mark.django_db
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)
class TestEveryPage:
    def test_opens_in_both_languages(self, model, kept_shop, owner):
        page = admin.site._registry[model]
        request = RequestFactory().get("/admin/")
        request.user = owner
        record = page.get_queryset(request).first()
        assert record is not None, "an empty list proves nothing"

        for language in ("ru", "en"):
            desk = desk_of(owner, language)
            answers = [
                desk.get(_address(model, "changelist")),
                desk.get(_address(model, "change", record.pk)),
                desk.get(_address(model, "history", record.pk)),
            ]

            assert [answer.status_code for answer in answers] == [200, 200, 200]
        added = desk.get(_address(model, "add")).status_code
        assert added == (200 if page.has_add_permission(request) else 403)

    def test_searches_and_filters(self, model, kept_shop, owner_desk):
        address = _address(model, "changelist")
        queries = (
            {("q", "10"), ("q", "a'\"%\x07")}
            if admin.site._registry[model].search_fields
            else set()
        )
        for spec in owner_desk.get(address).context["cl"].filter_specs:
            name = getattr(spec, "parameter_name", None) or getattr(spec, "lookup_kwarg", None)
            choices = getattr(spec, "lookup_choices", None) or []
            queries |= {(name, str(value)) for value, _title in choices if name}

        for name, value in queries:
            assert owner_desk.get(address, {name: value}).status_code == 200, (name, value)


class TestTheDoor:
    def test_lets_no_customer_in(self, shop, client):
        client.force_login(shop.order.customer)

        answer = client.get("/admin/")

        assert answer.status_code == 302
        assert answer.url.startswith("/admin/login/")

    def test_shows_the_form_in_the_visitors_language(self, client, db):
        english = client.get("/admin/login/", headers={"Accept-Language": "en"})
        russian = client.get("/admin/login/", headers={"Accept-Language": "ru"})

        assert 'lang="en"' in english.content.decode()
        assert 'lang="ru"' in russian.content.decode()

    def test_switches_the_language_for_good(self, owner, owner_desk):
        answer = owner_desk.post("/admin/users/user/language/", {"language": "ru"})

        assert answer.status_code == 302
        assert 'lang="ru"' in owner_desk.get("/admin/").content.decode()
        owner.refresh_from_db()
        assert owner.language == "ru"

    def test_keeps_its_language_for_an_unknown_one(self, owner, owner_desk):
        owner_desk.post("/admin/users/user/language/", {"language": "xx"})

        assert 'lang="en"' in owner_desk.get("/admin/").content.decode()


class TestSlotsInTime:
    def test_a_passed_slot_offers_no_button(self, shop, owner_desk):
        slot = shop.order.slot
        type(slot).objects.filter(pk=slot.pk).update(
            starts_at=now() - timedelta(hours=4), ends_at=now() - timedelta(hours=2)
        )

        answer = owner_desk.get(_address(type(slot), "change", slot.pk))

        assert answer.context["deeds"] == []
