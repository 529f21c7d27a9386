"""Who sees which pages, what the first page shows, and what pages cost in queries."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core.time import now, shop_date
from apps.delivery.models import DeliverySlot
from apps.fulfilment import services as fulfilment
from apps.notifications.models import Message, MessageState
from apps.orders import services as orders
from apps.users import services as users
from apps.users.models import Session
from tests.factories import (
    CustomerFactory,
    SlotFactory,
    StaffFactory,
    placed_order,
    stocked_variant,
)

LISTS = {
    "auth.group": "o", "bot.dialogue": "o", "bot.inboxupdate": "o", "cart.cart": "oms",
    "catalog.catalogexchange": "om", "catalog.category": "omwks", "catalog.pricebatch": "om",
    "catalog.pricechange": "omk", "catalog.product": "omwks", "catalog.scheduledprice": "omk",
    "catalog.tag": "omwks", "catalog.variant": "omwks", "delivery.deliveryslot": "omwcs",
    "delivery.holiday": "omwcs",
    "delivery.pickuppoint": "omwcs", "delivery.slottemplate": "omwcs", "delivery.zone": "omwcs",
    "fulfilment.cashshift": "omc", "fulfilment.pick": "omw", "fulfilment.recall": "omw",
    "fulfilment.run": "omwc", "integrations.apikey": "om", "integrations.delivery": "om",
    "integrations.endpoint": "om", "inventory.deliverynote": "omw",
    "inventory.lot": "omwk", "inventory.reservation": "omw", "inventory.stocklevel": "omwks",
    "inventory.stockmovement": "omw", "inventory.stocktake": "omw",
    "marketing.backinstockalert": "omwk", "marketing.broadcast": "omk",
    "marketing.campaignlink": "omk", "marketing.markdownproposal": "omwk",
    "marketing.markdownrule": "omk", "marketing.referral": "omk", "marketing.review": "oms",
    "notifications.message": "oms", "orders.order": "omwcs",
    "payments.daycomparison": "om", "payments.moneyentry": "oms", "payments.oddity": "oms",
    "payments.payment": "oms",
    "payments.providercall": "om", "payments.providerevent": "om", "payments.refund": "oms",
    "promotions.promocode": "omks", "promotions.promotion": "omks",
    "promotions.redemption": "omks", "support.conversation": "oms", "users.user": "oms",
}  # fmt: skip
# The menu begins with the page on which one is made, not with the list of earlier ones.
MAKING = {"catalog.pricebatch": "/admin/catalog/pricebatch/new/"}
# Pages of the menu that are no list of records.
PAGES = {"/admin/analytics/": "omwk", "/admin/orders/order/to-pick/": "omw"}
ROLES = {
    "o": "owner", "m": "manager", "w": "warehouse", "c": "courier", "k": "marketing",
    "s": "support",
}  # fmt: skip

STOCK_BOXES = {
    "hourglass_bottom", "notifications_active", "production_quantity_limits", "sell",
}  # fmt: skip


def address_of(label):
    return reverse(f"admin:{label.replace('.', '_')}_changelist")


class TestPages:
    def test_are_all_listed_here(self):
        registered = {model._meta.label_lower for model in admin.site._registry}

        assert registered == set(LISTS)

    @pytest.mark.parametrize(("letter", "role"), ROLES.items())
    def test_stand_in_the_menu_of_the_roles_they_concern(self, letter, role, desk):
        """Whether they open as well is the role matrix's question."""
        theirs = {label for label, letters in LISTS.items() if letter in letters}

        menu = desk(role).get("/admin/").context["sidebar_navigation"]

        items = [item for group in menu for item in group["items"] if item["has_permission"]]
        shown = {str(item["link"]) for item in items}
        pages = {"/admin/"} | {page for page, letters in PAGES.items() if letter in letters}
        assert shown == {MAKING.get(label, address_of(label)) for label in theirs} | pages

    @pytest.mark.parametrize(
        "label", ["inventory.stockmovement", "payments.moneyentry", "orders.order", "users.user"]
    )
    def test_let_nobody_delete_what_must_stay(self, label, shop, owner_desk):
        model = next(m for m in admin.site._registry if m._meta.label_lower == label)
        record = model._default_manager.first()
        if record is None:
            fulfilled(shop.order)
            record = model._default_manager.first()
        address = reverse(f"admin:{label.replace('.', '_')}_delete", args=(record.pk,))

        answer = owner_desk.post(address, {"post": "yes"})

        assert answer.status_code == 403
        assert model._default_manager.filter(pk=record.pk).exists()


def fulfilled(order):
    owner = StaffFactory(role="owner")
    for step in (
        orders.confirm_order, fulfilment.start_picking, fulfilment.pack_order,
        fulfilment.send_out, fulfilment.deliver,
    ):  # fmt: skip
        step(order_id=order.pk, actor_id=owner.pk, now=now())


@pytest.fixture
def kept_boxes(settings):
    """Boxes are kept as in a shop that runs, apart from those of other tests."""
    settings.FIRST_PAGE_SECONDS = 20
    kept = settings.CACHES["default"]
    settings.CACHES = {"default": {**kept, "KEY_PREFIX": uuid4().hex}}


class TestTheFirstPage:
    def test_leads_to_lists_as_long_as_it_says(self, shop, owner_desk):
        fulfilled(placed_order(wanted={shop.variant: 2}))
        (tiles,) = owner_desk.get("/admin/").context["tiles"]

        for tile in tiles.tiles:
            rows = owner_desk.get(tile.url).context["cl"].result_count
            assert rows == int(tile.label), tile.title
        assert sum(int(tile.label) for tile in tiles.tiles) == 2

    def test_shows_what_needs_a_decision(self, shop, owner_desk):
        stocked_variant(3)
        orders.flag_attention(order_ids=[shop.order.pk], reason="Lost: 2", now=now())
        fulfilled(placed_order(wanted={shop.variant: 2}))
        Message.objects.all().update(state=MessageState.FAILED, last_error="nope")

        page = owner_desk.get("/admin/")

        filled = {box.icon for box in page.context["panels"] if box.rows}
        assert filled == {
            "priority_high", "production_quantity_limits", "sms_failed", "monitoring",
        }  # fmt: skip
        (taken,) = page.context["figures"]
        assert "799" in taken.figure

    def test_calls_an_order_late_whose_van_is_about_to_leave(self, shop, owner_desk):
        soon = now() + timedelta(minutes=30)
        DeliverySlot.objects.filter(pk=shop.order.slot_id).update(
            starts_at=soon, ends_at=soon + timedelta(hours=2)
        )

        page = owner_desk.get("/admin/")

        (box,) = [box for box in page.context["panels"] if box.icon == "priority_high"]
        assert [row.title.split(" ")[0] for row in box.rows] == [shop.order.number]

    @pytest.mark.parametrize(
        ("role", "icons"),
        [
            ("warehouse", {"priority_high", *STOCK_BOXES}),
            ("courier", {"local_shipping", "priority_high"}),
            ("marketing", {"percent", *STOCK_BOXES}),
            (
                "support",
                {"forum", "percent", "priority_high", "production_quantity_limits", "sms_failed"},
            ),
        ],
    )
    def test_shows_each_role_its_own(self, role, icons, shop, desk):
        page = desk(role).get("/admin/")

        assert {box.icon for box in page.context["panels"]} == icons

    @pytest.mark.parametrize(
        ("role", "ceiling"), [("owner", 13), ("manager", 13), ("warehouse", 9), ("courier", 7)]
    )
    def test_costs_few_queries(
        self, role, ceiling, shop, desk, kept_boxes, django_assert_max_num_queries
    ):
        """Who is asking takes four, each box that somebody acts upon one; others are kept."""
        first, client = desk("owner"), desk(role)
        with django_assert_max_num_queries(19):
            first.get("/admin/")

        with django_assert_max_num_queries(ceiling):
            assert client.get("/admin/").status_code == 200

    def test_keeps_boxes_for_a_while_in_each_language(self, shop, desk, kept_boxes):
        def low_of(role, language="en"):
            panels = desk(role, language).get("/admin/").context["panels"]
            return next(box for box in panels if box.icon == "production_quantity_limits")

        before = low_of("manager")
        stocked_variant(1)

        assert low_of("warehouse") == before
        russian = low_of("warehouse", "ru")
        assert (russian.title, len(russian.rows)) != (before.title, len(before.rows))

    def test_shows_kept_boxes_to_nobody_whom_they_do_not_concern(self, shop, desk, kept_boxes):
        desk("owner").get("/admin/")

        page = desk("courier").get("/admin/")

        assert {box.icon for box in page.context["panels"]} == {"local_shipping", "priority_high"}


class TestLists:
    def test_cost_the_same_however_many_rows(self, shop, owner_desk):
        self._more(shop, 1)
        self._costs(owner_desk)  # what is read once a process
        few = self._costs(owner_desk)

        self._more(shop, 3)

        many = self._costs(owner_desk)
        assert {label: cost for label, cost in many.items() if cost > few[label]} == {}
        assert max(many.values()) <= 14

    def _costs(self, client):
        costs = {}
        for label in sorted(LISTS):
            with CaptureQueriesContext(connection) as queries:
                client.get(address_of(label))
            costs[label] = len(queries)
        return costs

    def _more(self, shop, count):
        for _ in range(count):
            order = placed_order(wanted={shop.variant: 2}, slot_id=SlotFactory().pk)
            fulfilled(order)
            placed_order(wanted={stocked_variant(5): 2})
            users.begin_session(user_id=order.customer_id, now=now())

    def test_order_page_costs_the_same_however_many_lines(
        self, shop, owner_desk, django_assert_max_num_queries
    ):
        big = placed_order(wanted={stocked_variant(5): 1 for _ in range(8)})
        address = reverse("admin:orders_order_change", args=(big.pk,))

        # Two of them for what was changed since it was placed, and what may be given back.
        with django_assert_max_num_queries(18):
            owner_desk.get(address)


class TestPeople:
    def test_signs_a_person_out_of_every_device(self, shop, owner_desk):
        customer = shop.order.customer
        users.begin_session(user_id=customer.pk, now=now())
        address = reverse("admin:users_user_do", args=(customer.pk, "sign-out"))

        owner_desk.post(address, {"state": ""})

        assert not Session.objects.filter(user=customer, revoked_at=None).exists()

    def test_erases_a_customer_but_no_colleague(self, owner_desk):
        customer, colleague = CustomerFactory(), StaffFactory(role="courier")

        for person in (customer, colleague):
            address = reverse("admin:users_user_do", args=(person.pk, "erase"))
            owner_desk.post(address, {"state": ""})

        customer.refresh_from_db()
        colleague.refresh_from_db()
        assert customer.erased_at is not None
        assert colleague.erased_at is None

    def test_adds_a_colleague_who_can_sign_in(self, owner_desk, client):
        word = "frost-and-dumplings-7"
        answer = owner_desk.post(
            "/admin/users/user/add/",
            {"username": "petr", "first_name": "Pyotr", "last_name": "", "password1": word,
             "password2": word, "usable_password": "true", "groups": []},
        )  # fmt: skip

        assert answer.status_code == 302
        answer = client.post("/admin/login/", {"username": "petr", "password": word})
        assert answer.status_code == 302
        assert answer.url == "/admin/"

    def test_lets_no_manager_make_themselves_owner(self, manager, client):
        client.force_login(manager)
        address = reverse("admin:users_user_change", args=(manager.pk,))

        answer = client.post(address, {"is_superuser": "on", "username": "boss"})

        manager.refresh_from_db()
        assert answer.status_code == 403
        assert not manager.is_superuser


class TestSlots:
    def test_are_closed_and_opened(self, shop, owner_desk):
        slot = shop.order.slot
        address = reverse("admin:delivery_deliveryslot_do", args=(slot.pk, "close"))
        owner_desk.post(address, {"state": "", "reason": "holiday"})
        slot.refresh_from_db()
        assert slot.closed_reason == "holiday"

        owner_desk.post(
            "/admin/delivery/deliveryslot/",
            {"action": "reopen_selected", "_selected_action": [slot.pk]},
        )
        slot.refresh_from_db()
        assert slot.closed_reason == ""

    def test_write_to_those_booked_and_bring_their_orders_in_another(self, shop, owner_desk):
        slot, later = shop.order.slot, now() + timedelta(hours=2)
        target = SlotFactory(starts_at=later, cutoff_at=now(), date=shop_date(later))
        close, move = (
            reverse("admin:delivery_deliveryslot_do", args=(slot.pk, deed))
            for deed in ("close", "move")
        )
        closing = {"state": "", "reason": "closed_by_staff", "message": "The van is <ill>"}
        owner_desk.post(close, closing)
        asked = owner_desk.get(move).context["form"].fields["target_id"].choices

        owner_desk.post(move, {"state": "", "target_id": target.pk, "reason": "Sorry"})

        assert [pk for pk, _name in asked] == [target.pk]
        shop.order.refresh_from_db()
        assert shop.order.slot_id == target.pk
        said = [message.body["text"] for message in Message.objects.filter(card_key="")]
        assert sum("The van is &lt;ill&gt;" in text for text in said) == 1
        assert sum("Sorry" in text for text in said) == 1

    def test_never_hold_fewer_than_are_booked(self, shop, owner_desk):
        slot = shop.order.slot
        address = reverse("admin:delivery_deliveryslot_change", args=(slot.pk,))
        moments = {"cutoff_at_0": "2030-01-01", "cutoff_at_1": "10:00"}

        answer = owner_desk.post(
            address, {**moments, "capacity_orders": "0", "capacity_ml": "400000"}
        )

        slot.refresh_from_db()
        assert answer.status_code == 200
        assert (slot.capacity_orders, slot.booked_orders) == (10, 1)

    def test_grow_without_touching_the_bookings(self, shop, owner_desk):
        slot = shop.order.slot
        address = reverse("admin:delivery_deliveryslot_change", args=(slot.pk,))
        moments = {"cutoff_at_0": "2030-01-01", "cutoff_at_1": "10:00"}

        answer = owner_desk.post(
            address, {**moments, "capacity_orders": "25", "capacity_ml": "400000"}
        )

        slot.refresh_from_db()
        assert answer.status_code == 302
        assert (slot.capacity_orders, slot.booked_orders) == (25, 1)


class TestMessages:
    def test_that_failed_are_sent_again(self, shop, owner_desk):
        message = Message.objects.first()
        Message.objects.filter(pk=message.pk).update(state=MessageState.FAILED, attempts=5)

        answer = owner_desk.post(
            "/admin/notifications/message/",
            {"action": "retry_selected", "_selected_action": [message.pk]},
            follow=True,
        )

        message.refresh_from_db()
        assert message.attempts == 0
        assert "Done: 1." in " ".join(str(said) for said in answer.context["messages"])
