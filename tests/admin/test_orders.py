"""The order's page: its buttons are the lifecycle's, and each changes an order once."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.core.time import now
from apps.delivery.models import DeliverySlot
from apps.fulfilment import services as fulfilment
from apps.inventory.models import StockLevel
from apps.orders import services as orders
from apps.orders.dto import Method, OrderStatus
from apps.payments import selectors as payments
from tests.factories import SlotFactory, placed_order

LIST = "/admin/orders/order/"
PAPERS = {"print_picks", "print_slips", "print_slips_a4", "print_boxes", "print_boxes_small"}
ROLES = ("owner", "manager", "warehouse", "courier", "marketing", "support")


def page_of(order):
    return reverse("admin:orders_order_change", args=(order.pk,))


def press(desk, order, deed, **fields):
    """Press a button as it was seen on the page, or send the form behind it."""
    order.refresh_from_db()
    address = reverse("admin:orders_order_do", args=(order.pk, deed))
    return desk.post(address, {"state": order.status, **fields}, follow=True)


def buttons(desk, order):
    return [deed.name for deed, _url in desk.get(page_of(order)).context["deeds"]]


def sentences(answer):
    return " ".join(str(message) for message in answer.context["messages"])


@pytest.fixture
def order(shop):
    return shop.order


@pytest.fixture
def bring_to(order, owner):
    """Bring the order to a status by the services."""
    way = (
        (OrderStatus.CONFIRMED, orders.confirm_order),
        (OrderStatus.PICKING, fulfilment.start_picking),
        (OrderStatus.PACKED, fulfilment.pack_order),
        (OrderStatus.OUT_FOR_DELIVERY, fulfilment.send_out),
        (OrderStatus.DELIVERED, fulfilment.deliver),
    )

    def bring(target):
        for status, step in way:
            step(order_id=order.pk, actor_id=owner.pk, now=now())
            if status == target:
                break
        order.refresh_from_db()

    return bring


class TestTheWay:
    def test_leads_to_the_door_by_buttons_alone(self, order, owner_desk):
        assert buttons(owner_desk, order) == ["confirmed", "cancelled", "edit"]
        press(owner_desk, order, "confirmed")
        press(owner_desk, order, "picking")
        assert buttons(owner_desk, order) == ["cancelled", "edit"]
        box = reverse("admin:orders_order_picking", args=(order.pk,))
        line = order.lines.get()
        key, code = "first-scan", line.sku
        owner_desk.post(box, {"deed": "scan", "code": code, "quantity": 3, "key": key})
        assert buttons(owner_desk, order) == ["packed", "cancelled", "edit"]
        press(owner_desk, order, "packed")
        press(owner_desk, order, "out-for-delivery")
        answer = press(owner_desk, order, "delivered")

        order.refresh_from_db()
        assert order.status == OrderStatus.DELIVERED
        assert payments.captured(order_id=order.pk) == order.total
        assert "delivered" in sentences(answer)
        who = [view.who for view in answer.context["page"].events]
        assert who.count("Пётр") == 5

    def test_closes_no_box_in_which_something_is_missing(self, order, owner_desk, bring_to):
        bring_to(OrderStatus.PICKING)

        answer = press(owner_desk, order, "packed")

        order.refresh_from_db()
        assert order.status == OrderStatus.PICKING
        assert "Nothing was changed" in sentences(answer)

    def test_goes_again_in_another_window(self, order, owner_desk, bring_to):
        bring_to(OrderStatus.OUT_FOR_DELIVERY)
        press(owner_desk, order, "delivery-failed", reason="Nobody at home")
        later = now() + timedelta(days=2)
        slot = SlotFactory(zone=order.slot.zone, starts_at=later)

        press(owner_desk, order, "packed", slot_id=slot.pk)

        order.refresh_from_db()
        assert (order.status, order.slot_id) == (OrderStatus.PACKED, slot.pk)
        assert DeliverySlot.objects.get(pk=slot.pk).booked_orders == 1

    @pytest.mark.parametrize(("goods", "on_hand"), [("shelf", 29), ("waste", 26)])
    def test_takes_goods_back(self, order, owner_desk, bring_to, shop, goods, on_hand):
        bring_to(OrderStatus.DELIVERED)

        press(owner_desk, order, "returned", reason="Thawed", put_back=goods)

        order.refresh_from_db()
        assert order.status == OrderStatus.RETURNED
        assert payments.captured(order_id=order.pk) == 0
        assert StockLevel.objects.get(variant=shop.variant).on_hand == on_hand

    def test_takes_goods_back_unit_by_unit(self, order, owner_desk, bring_to, shop):
        bring_to(OrderStatus.OUT_FOR_DELIVERY)
        press(owner_desk, order, "delivery-failed", reason="Nobody at home")
        pick = order.lines.get().picks.get()
        said = {"put_back": "parts", "reason": "Thawed in the van", f"back-{pick.pk}": "1"}

        short = press(owner_desk, order, "returned", **said)
        order.refresh_from_db()
        assert order.status == OrderStatus.DELIVERY_FAILED
        assert "3 in the box, 1 accounted for" in short.content.decode()

        told = {f"waste-{pick.pk}": "2", f"cause-{pick.pk}": "thawed"}
        press(owner_desk, order, "returned", **said, **told)

        order.refresh_from_db()
        assert order.status == OrderStatus.RETURNED
        assert StockLevel.objects.get(variant=shop.variant).on_hand == 27

    @pytest.mark.parametrize(
        "fields", [{"back": "4"}, {"back": "-1"}, {"back": "x"}, {"waste": "3"},
                   {"waste": "3", "cause": "eaten"}],
    )  # fmt: skip
    def test_refuses_units_that_nobody_had(self, order, owner_desk, bring_to, fields):
        bring_to(OrderStatus.DELIVERED)
        pick = order.lines.get().picks.get()
        named = {f"{name}-{pick.pk}": value for name, value in fields.items()}

        press(owner_desk, order, "returned", reason="x", put_back="parts", **named)

        order.refresh_from_db()
        assert order.status == OrderStatus.DELIVERED

    def test_hands_over_to_the_right_code_only(self, shop, owner, owner_desk):
        order = placed_order(wanted={shop.variant: 2}, method=Method.PICKUP)
        for step in ("confirmed", "picking"):
            press(owner_desk, order, step)
        fulfilment.pack_order(order_id=order.pk, actor_id=owner.pk, now=shop.now)
        press(owner_desk, order, "ready-for-pickup")
        assert order.pickup_code not in owner_desk.get(page_of(order)).content.decode()

        wrong = press(owner_desk, order, "delivered", code="nope")
        order.refresh_from_db()
        assert order.status == OrderStatus.READY_FOR_PICKUP
        assert "belong to order" in wrong.content.decode()

        press(owner_desk, order, "delivered", code=order.pickup_code)
        order.refresh_from_db()
        assert order.status == OrderStatus.DELIVERED


class TestARefusal:
    def test_tells_the_second_person_that_somebody_was_faster(self, order, desk):
        first, second = desk("manager"), desk("support")
        seen = {"state": order.status}
        address = reverse("admin:orders_order_do", args=(order.pk, "confirmed"))

        first.post(address, seen)
        answer = second.post(address, seen, follow=True)

        assert "“confirmed” now" in sentences(answer)
        assert order.events.filter(to_status=OrderStatus.CONFIRMED).count() == 1

    def test_keeps_a_stale_cancel_away_from_a_later_status(self, order, owner_desk, bring_to):
        stale = order.status
        bring_to(OrderStatus.PACKED)
        address = reverse("admin:orders_order_do", args=(order.pk, "cancelled"))

        answer = owner_desk.post(
            address, {"state": stale, "reason": "x", "put_back": "shelf"}, follow=True
        )

        order.refresh_from_db()
        assert order.status == OrderStatus.PACKED
        assert "Nothing was changed" in sentences(answer)

    @pytest.mark.parametrize("deed", ["delivered", "picking", "returned", "no-such-thing"])
    def test_changes_nothing_on_a_step_that_is_not_open(self, order, owner_desk, deed):
        answer = press(owner_desk, order, deed, reason="x", put_back="shelf")

        order.refresh_from_db()
        assert order.status == OrderStatus.PLACED
        assert "Nothing was changed" in sentences(answer)

    def test_changes_nothing_for_a_role_without_the_step(self, order, desk):
        answer = press(desk("warehouse"), order, "confirmed")

        order.refresh_from_db()
        assert answer.status_code == 403
        assert order.status == OrderStatus.PLACED

    def test_asks_for_the_reason_that_a_step_needs(self, order, owner_desk, bring_to):
        bring_to(OrderStatus.OUT_FOR_DELIVERY)

        answer = press(owner_desk, order, "delivery-failed", reason="")

        order.refresh_from_db()
        assert order.status == OrderStatus.OUT_FOR_DELIVERY
        assert answer.context["form"].errors["reason"]

    def test_does_nothing_when_only_looked_at(self, order, owner_desk):
        address = reverse("admin:orders_order_do", args=(order.pk, "confirmed"))

        answer = owner_desk.get(address)

        order.refresh_from_db()
        assert answer.status_code == 200
        assert order.status == OrderStatus.PLACED

    def test_wants_a_csrf_token(self, order, owner):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(owner)
        address = reverse("admin:orders_order_do", args=(order.pk, "confirmed"))

        answer = strict.post(address, {"state": order.status})

        order.refresh_from_db()
        assert answer.status_code == 403
        assert order.status == OrderStatus.PLACED

    def test_changes_nothing_through_the_form_itself(self, order, owner_desk):
        answer = owner_desk.post(page_of(order), {"contact_name": "Eve", "total": "0"})

        order.refresh_from_db()
        assert answer.status_code == 403
        assert order.total > 0


class TestWhoMayWhat:
    @pytest.mark.parametrize(
        ("status", "expected"),
        [
            (OrderStatus.PLACED, {
                "owner": ["confirmed", "cancelled", "edit"],
                "manager": ["confirmed", "cancelled", "edit"],
                "support": ["confirmed", "cancelled", "edit"], "warehouse": [], "courier": [],
            }),
            (OrderStatus.CONFIRMED, {
                "owner": ["picking", "cancelled", "edit"],
                "manager": ["picking", "cancelled", "edit"],
                "support": ["cancelled", "edit"], "warehouse": ["picking"], "courier": [],
            }),
            (OrderStatus.PICKING, {
                "owner": ["cancelled", "edit"], "manager": ["cancelled", "edit"],
                "support": ["edit"], "warehouse": [], "courier": [],
            }),
            (OrderStatus.PACKED, {
                "owner": ["out-for-delivery", "cancelled"],
                "manager": ["out-for-delivery", "cancelled"],
                "support": [], "warehouse": [], "courier": ["out-for-delivery"],
            }),
            (OrderStatus.OUT_FOR_DELIVERY, {
                "owner": ["delivered", "delivery-failed"],
                "manager": ["delivered", "delivery-failed"],
                "support": [], "warehouse": [], "courier": ["delivered", "delivery-failed"],
            }),
        ],
    )  # fmt: skip
    def test_sees_the_buttons_of_the_role(self, status, expected, order, bring_to, desk):
        if status != OrderStatus.PLACED:
            bring_to(status)

        seen = {role: buttons(desk(role), order) for role in expected}

        assert seen == expected

    def test_marketing_sees_no_order(self, order, desk):
        assert desk("marketing").get(page_of(order)).status_code == 403
        assert press(desk("marketing"), order, "confirmed").status_code == 403


class TestTheList:
    def test_confirms_each_on_its_own(self, order, shop, owner_desk, bring_to):
        bring_to(OrderStatus.CONFIRMED)
        other = placed_order(wanted={shop.variant: 2})

        answer = owner_desk.post(
            LIST,
            {"action": "confirm_selected", "_selected_action": [order.pk, other.pk]},
            follow=True,
        )

        other.refresh_from_db()
        assert other.status == OrderStatus.CONFIRMED
        assert f"{order.number}: Order {order.number} can't be changed" in sentences(answer)
        assert "Done: 1." in sentences(answer)

    @pytest.mark.parametrize(
        ("role", "actions"),
        [
            ("manager", {"confirm_selected", "pick_selected"} | PAPERS),
            ("support", {"confirm_selected"}),
            ("warehouse", {"pick_selected"} | PAPERS),
            ("courier", set()),
        ],
    )
    def test_offers_the_actions_of_the_role(self, role, actions, order, desk):
        form = desk(role).get(LIST).context["action_form"]

        offered = (
            {name for name, _label in form.fields["action"].choices if name} if form else set()
        )
        assert offered == actions

    def test_finds_by_number_and_phone(self, order, owner_desk):
        for term in (order.number, order.contact_phone[-7:]):
            assert order in owner_desk.get(LIST, {"q": term}).context["cl"].queryset

    def test_settles_what_needed_attention(self, order, owner_desk, shop):
        orders.flag_attention(order_ids=[order.pk], reason="Lost: 2", now=shop.now)
        assert order in owner_desk.get(LIST, {"queue": "attention"}).context["cl"].queryset

        press(owner_desk, order, "settle")

        order.refresh_from_db()
        assert order.attention == ""
