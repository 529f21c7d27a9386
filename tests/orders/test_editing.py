"""Staff change a placed order: less of it, or elsewhere; sums, money, window and stock agree."""

from decimal import Decimal
from functools import partial

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import IdempotencyKeyReused, NotAllowed
from apps.core.time import now
from apps.delivery.errors import SlotFull
from apps.fulfilment import services as fulfilment
from apps.fulfilment.errors import TakeOutFirst
from apps.inventory.models import Reservation, StockLevel
from apps.notifications.models import Message
from apps.orders import errors, selectors, services
from apps.orders.dto import NewPlace, OrderEdit, OrderStatus
from apps.orders.models import Order, OrderChange, OrderLine
from apps.orders.services import cancelling
from apps.orders.services.editing import cut_of
from apps.payments import services as payments
from apps.payments.models import Payment
from apps.payments.services import StepUp
from apps.users.errors import WrongPassword
from tests.admin.conftest import desk_of
from tests.factories import (
    SlotFactory,
    StaffFactory,
    ZoneFactory,
    make_promotion,
    placed_order,
    stocked_variant,
)
from tests.factories.money import started
from tests.fulfilment.state import whole_state
from tests.races import raised, together

pytestmark = pytest.mark.django_db


PASSWORD = "a-long-password-of-staff"


@pytest.fixture
def boss(db):
    user = StaffFactory(role="manager")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def order(db):
    """Three packs and two of another, brought for 199.00, to be paid in cash."""
    return placed_order(
        wanted={stocked_variant(20, price="233.33"): 3, stocked_variant(9, price="100.00"): 2}
    )


def proven(who, password=PASSWORD):
    return StepUp(actor_id=who.pk, username=who.username, password=password, address="10.0.0.1")


def edit(order, who, *, quantities=None, place=None, slot=None, **more):
    told = {"reason": "asked by telephone", "proof": proven(who)} | more
    lines = list(order.lines.order_by("pk"))
    return fulfilment.edit_order(
        order_id=order.pk, actor_id=who.pk, now=now(),
        edit=OrderEdit(
            {lines[index].pk: stays for index, stays in (quantities or {}).items()},
            place, slot.pk if slot else None,
        ),
        **told,
    )  # fmt: skip


def paid_online(order, gateway, *, capture=False):
    payment = started(order)
    gateway.pay("pay-1", capture=capture)
    payments.ask(payment_id=payment.pk, now=now())
    return payment


class TestEditOrder:
    def test_settles_the_difference_everywhere(self, order, boss):
        volume, total = order.volume_ml, order.total
        first, second = order.lines.order_by("pk")

        change = edit(order, boss, quantities={0: 1, 1: 0})

        order.refresh_from_db()
        assert change.amount == -Decimal("666.66")
        assert order.total == total - Decimal("666.66") == order.payments.get().amount
        gone = 2 * first.variant.box_volume_ml + 2 * second.variant.box_volume_ml
        assert order.slot.booked_ml == order.volume_ml == volume - gone
        assert [row.quantity for row in Reservation.objects.order_by("pk")] == [1, 0]
        assert [level.reserved for level in StockLevel.objects.order_by("pk")] == [1, 0]
        assert [line.sku for line in selectors.staff_card(order_id=order.pk).lines] == [first.sku]
        assert fulfilment.check_books() == []

    def test_tells_the_customer_once_with_both_totals(self, order, boss):
        change = edit(order, boss, quantities={0: 2})

        told = Message.objects.get(dedupe_key=f"order-change:{change.pk}").body["text"]
        assert "3 → 2" in told
        assert "asked by telephone" in told
        assert "1098.99" in told.replace(",", ".").replace("\xa0", "")
        assert (change.actor, change.reason) == (boss, "asked by telephone")

    def test_takes_discounts_out_with_the_units(self, boss):
        make_promotion()
        order = placed_order(wanted={stocked_variant(20, price="300.00"): 3})

        edit(order, boss, quantities={0: 2})
        edit(order, boss, quantities={0: 1})

        order.refresh_from_db()
        card = selectors.staff_card(order_id=order.pk)
        assert order.total == order.items_total - order.discount + order.delivery_fee
        assert sum(saving.amount for saving in card.savings) == order.discount
        assert fulfilment.check_books() == []

    def test_gives_online_money_back_that_was_taken(self, boss, gateway):
        order = placed_order(payment="yookassa", wanted={stocked_variant(20, price="300.00"): 3})
        payment = paid_online(order, gateway, capture=True)

        edit(order, boss, quantities={0: 2})

        payment.refresh_from_db()
        assert payment.refunding == Decimal("300.00")

    @pytest.mark.parametrize("capture", [True, False])
    def test_asks_for_the_password_where_money_goes_back(self, boss, gateway, capture):
        order = placed_order(payment="yookassa", wanted={stocked_variant(20, price="300.00"): 3})
        paid_online(order, gateway, capture=capture)
        stranger = StaffFactory(role="manager")
        before = whole_state(order)

        for refusal, proof in (
            (errors.PasswordNeeded, None),
            (WrongPassword, proven(boss, "guess")),
            (NotAllowed, proven(stranger)),
        ):
            with pytest.raises(refusal):
                edit(order, boss, quantities={0: 2}, proof=proof)

        assert whole_state(order) == before
        assert not OrderChange.objects.exists()
        edit(order, boss, slot=SlotFactory(), proof=None)

    def test_takes_only_the_new_total_of_money_set_aside(self, boss, gateway):
        order = placed_order(payment="yookassa", wanted={stocked_variant(20, price="300.00"): 3})
        payment = paid_online(order, gateway)
        edit(order, boss, quantities={0: 2})
        for step in (services.confirm_order, fulfilment.start_picking, fulfilment.pack_order):
            step(order_id=order.pk, actor_id=boss.pk, now=now())

        for payment_id in payments.send_due_calls(now=now()):
            payments.ask_quietly(payment_id=payment_id, now=now())

        payment.refresh_from_db()
        order.refresh_from_db()
        assert payment.captured == order.total == Decimal("799.00")
        assert fulfilment.check_books() == []

    def test_sends_it_elsewhere_for_the_fee_of_the_zone(self, order, boss):
        far = ZoneFactory(
            slug="far", latitude=Decimal("56.30"), longitude=Decimal("38.10"),
            fee=Decimal("399.00"), free_from=None,
        )  # fmt: skip
        slot, old = SlotFactory(zone=far), order.slot
        place = NewPlace("Сергиев Посад, 1", "кв. 2", Decimal("56.30"), Decimal("38.10"))

        change = edit(order, boss, place=place, slot=slot)

        order.refresh_from_db()
        old.refresh_from_db()
        slot.refresh_from_db()
        assert change.amount == Decimal("200.00")
        assert (order.delivery_fee, order.slot, order.address) == (399, slot, place.address)
        assert order.payments.get().amount == order.total
        assert (old.booked_orders, slot.booked_orders, slot.booked_ml) == (0, 1, order.volume_ml)
        assert "Сергиев" not in str(OrderChange.objects.values())
        assert fulfilment.check_books() == []

    def test_refuses_and_changes_nothing(self, order, boss):
        stranger = placed_order().lines.get()
        far = ZoneFactory(slug="far", latitude=Decimal("56.30"), longitude=Decimal("38.10"))
        away = NewPlace("Сергиев Посад", latitude=Decimal("56.30"), longitude=Decimal("38.10"))
        full = SlotFactory(capacity_orders=1, booked_orders=1)
        before = whole_state(order)
        for refusal, more in (
            (errors.CannotAdd, {"quantities": {0: 4}}),
            (errors.CannotAdd, {"quantities": {0: -1}}),
            (errors.NothingLeft, {"quantities": {0: 0, 1: 0}}),
            (errors.NothingChanged, {"quantities": {0: 3}}),
            (errors.ReasonMissing, {"quantities": {0: 1}, "reason": " "}),
            (errors.SlotMissing, {"place": away}),
            (errors.SlotElsewhere, {"slot": SlotFactory(zone=far)}),
            (SlotFull, {"slot": full}),
        ):
            with pytest.raises(refusal):
                edit(order, boss, **more)
        with pytest.raises(errors.LineForeign):
            fulfilment.edit_order(
                order_id=order.pk, edit=OrderEdit({stranger.pk: 1}), reason="x", actor_id=boss.pk,
                now=now(),
            )  # fmt: skip
        with pytest.raises(NotAllowed):
            edit(order, StaffFactory(role="warehouse"), quantities={0: 1}, proof=None)

        before["slots"] = before["slots"] + [
            row for row in whole_state(order)["slots"] if row not in before["slots"]
        ]
        assert whole_state(order) == before
        assert not OrderChange.objects.exists()

    def test_never_costs_more_than_was_paid_online(self, boss, gateway):
        order = placed_order(payment="yookassa", wanted={stocked_variant(20, price="300.00"): 3})
        paid_online(order, gateway)
        far = ZoneFactory(
            slug="far", latitude=Decimal("56.30"), longitude=Decimal("38.10"), fee=Decimal("999")
        )
        away = NewPlace("Сергиев Посад", latitude=Decimal("56.30"), longitude=Decimal("38.10"))
        slot = SlotFactory(zone=far)
        before = whole_state(order)

        with pytest.raises(errors.MoreThanPaid):
            edit(order, boss, place=away, slot=slot)

        assert whole_state(order) == before

    def test_takes_nothing_out_of_the_pickers_hands(self, order, boss):
        for step in (services.confirm_order, fulfilment.start_picking):
            step(order_id=order.pk, actor_id=boss.pk, now=now())
        line = order.lines.order_by("pk").first()
        lot = line.variant.lots.get()
        fulfilment.set_units(
            order_id=order.pk, order_line_id=line.pk, lot_id=lot.pk, quantity=2, actor_id=boss.pk,
            now=now(),
        )  # fmt: skip
        with pytest.raises(TakeOutFirst):
            edit(order, boss, quantities={0: 1})
        with pytest.raises(errors.OrderNotEditable):
            edit(order, boss, slot=SlotFactory())

        edit(order, boss, quantities={0: 2, 1: 0})

        fulfilment.pack_picked(order_id=order.pk, actor_id=boss.pk, now=now())
        order.refresh_from_db()
        assert (order.status, order.shortage) == (OrderStatus.PACKED, 0)
        assert fulfilment.check_books() == []

    def test_happens_once_for_one_key(self, order, boss):
        first, again = (edit(order, boss, quantities={0: 2}, key="one-press") for _ in range(2))

        assert first == again
        with pytest.raises(IdempotencyKeyReused):
            edit(order, boss, quantities={0: 1}, key="one-press")
        assert OrderChange.objects.count() == 1

    def test_goes_to_one_place_for_one_key(self, order, boss):
        here, there = NewPlace("Тверская, 1", "кв. 2"), NewPlace("Тверская, 1", "кв. 3")
        first, again = (edit(order, boss, place=here, key="one-press") for _ in range(2))

        assert first == again
        with pytest.raises(IdempotencyKeyReused):
            edit(order, boss, place=there, key="one-press")
        order.refresh_from_db()
        assert order.address_details == here.details

    def test_comes_in_one_window_for_one_key(self, order, boss):
        first, second = SlotFactory(), SlotFactory()
        change = edit(order, boss, quantities={0: 2}, slot=first, key="one-press")
        for another in (second, None):
            with pytest.raises(IdempotencyKeyReused):
                edit(order, boss, quantities={0: 2}, slot=another, key="one-press")
        edit(order, boss, slot=second, key="another")

        assert edit(order, boss, quantities={0: 2}, slot=first, key="one-press") == change
        order.refresh_from_db()
        assert order.slot == second

    def test_refuses_a_zone_whose_least_order_is_above_it(self, order, boss):
        far = ZoneFactory(
            slug="far", latitude=Decimal("56.30"), longitude=Decimal("38.10"),
            minimum_total=Decimal("900.00"),
        )  # fmt: skip
        away = NewPlace("Сергиев Посад", latitude=Decimal("56.30"), longitude=Decimal("38.10"))
        slot = SlotFactory(zone=far)
        before = whole_state(order)

        with pytest.raises(errors.BelowMinimum):
            edit(order, boss, place=away, slot=slot)

        assert whole_state(order) == before
        far.minimum_total = Decimal("899.99")
        far.save()
        edit(order, boss, place=away, slot=slot)

    def test_refuses_what_is_packed_or_over(self, order, boss):
        services.cancel_order(order_id=order.pk, actor_id=boss.pk, now=now())

        with pytest.raises(errors.OrderNotEditable):
            edit(order, boss, quantities={0: 1})


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def race(self, boss):
        order = placed_order(wanted={stocked_variant(20, price="300.00"): 3})
        cancel = partial(
            services.cancel_own_order, customer_id=order.customer_id, order_id=order.pk, now=now()
        )
        return order, together([partial(edit, order, boss, quantities={0: 1}), cancel])

    def test_leave_nothing_behind_when_the_customer_cancels(self, boss):
        order, outcomes = self.race(boss)

        order.refresh_from_db()
        assert order.status == OrderStatus.CANCELLED
        assert {type(error) for error in raised(outcomes)} <= {errors.OrderNotEditable}
        assert (order.slot.booked_orders, order.slot.booked_ml) == (0, 0)
        assert fulfilment.check_books() == []

    def test_would_free_a_stale_box_if_it_were_not_read_again(self, boss, monkeypatch):
        """The control: between the reading and the move somebody makes the box smaller."""
        first = placed_order()
        second, _stays = (placed_order(slot_id=first.slot_id) for _ in "12")
        move = cancelling.move_order

        def slow(**asked):
            moved = move(**asked)
            moved.volume_ml += 1000
            return moved

        monkeypatch.setattr(cancelling, "move_order", slow)
        services.cancel_order(order_id=first.pk, actor_id=boss.pk, now=now())
        assert fulfilment.check_books() == []

        monkeypatch.setattr(Order, "refresh_from_db", lambda *args, **kwargs: None)
        services.cancel_order(order_id=second.pk, actor_id=boss.pk, now=now())
        assert fulfilment.check_books() != []


class TestDoors:
    def test_are_a_button_with_a_form(self, order, boss):
        desk = desk_of(boss)
        url = reverse("admin:orders_order_do", args=(order.pk, "edit"))
        form = desk.get(url).context["form"]
        told = {name: form[name].value() or "" for name in form.fields}
        line = order.lines.order_by("pk").first()
        told |= {"state": "placed", "reason": "asked for", f"stays-{line.pk}": "1"}

        for _ in range(2):
            answer = desk.post(url, told, follow=True)

        change = OrderChange.objects.get()
        assert [row["what"] for row in change.details] == ["quantity"]
        assert "3 → 1" in answer.content.decode()

    def test_want_the_password_where_money_goes_back(self, boss, signed_in, gateway):
        order = placed_order(payment="yookassa", wanted={stocked_variant(20, price="300.00"): 3})
        paid_online(order, gateway)
        sku = order.lines.get().sku
        path = f"/api/v1/staff/orders/{order.public_id}/contents/"
        body = {"lines": [{"sku": sku, "units": 2}], "reason": "asked for"}
        api, key = signed_in(boss), {"Idempotency-Key": "one-key-for-both"}

        refused = api.patch(path, body, headers=key)
        wrong = api.patch(path, body | {"password": "guess"}, headers=key)

        assert (refused.status_code, refused.json()["code"]) == (403, "password_needed")
        assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong_password")
        assert not OrderChange.objects.exists()
        desk = desk_of(boss)
        url = reverse("admin:orders_order_do", args=(order.pk, "edit"))
        form = desk.get(url).context["form"]
        told = {name: form[name].value() or "" for name in form.fields}
        told |= {"state": "placed", "reason": "asked for", f"stays-{order.lines.get().pk}": "2"}
        assert desk.post(url, told).context["form"].non_field_errors()
        desk.post(url, told | {"password": PASSWORD})
        assert OrderChange.objects.get().amount == -Decimal("300.00")

    def test_are_an_endpoint_with_a_key(self, order, boss, signed_in):
        sku = order.lines.order_by("pk").first().sku
        path = f"/api/v1/staff/orders/{order.public_id}/contents/"
        body = {"lines": [{"sku": sku, "units": 1}], "reason": "asked for"}
        api = signed_in(boss)

        answers = [
            api.patch(path, body, headers={"Idempotency-Key": "one-key-for-both"}) for _ in "12"
        ]

        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].json()["amount"] == "-466.66"
        assert api.patch(path, body).status_code == 400
        assert Payment.objects.get().amount == Order.objects.get().total


@given(
    price=st.integers(1, 100_000), bought=st.integers(1, 12), gifts=st.integers(0, 3),
    share=st.integers(0, 100), data=st.data(),
)  # fmt: skip
def test_lines_stay_sound_however_they_are_cut(price, bought, gifts, share, data):
    unit_price = Decimal(price) / 100
    total = unit_price * bought
    discount = (total * share / 100).quantize(Decimal("0.01"))
    line = OrderLine(
        unit_price=unit_price, quantity=bought + gifts, gift_quantity=gifts, total=total,
        discount=discount,
    )  # fmt: skip
    paid, worth = line.to_pay, Decimal(0)

    while line.quantity:
        cut = cut_of(line, data.draw(st.integers(0, line.quantity - 1)))
        worth += cut.worth
        assert 0 <= cut.discount <= cut.total
        assert cut.gifts <= cut.stays
        line.quantity, line.gift_quantity = cut.stays, cut.gifts
        line.total, line.discount = cut.total, cut.discount
        assert line.to_pay + worth == paid
