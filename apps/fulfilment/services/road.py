"""The road and the counter: sent, handed over, failed, tried again, brought back."""

from datetime import datetime
from hmac import compare_digest

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core.transactions import retrying_atomic
from apps.delivery import selectors as windows
from apps.delivery import services as delivery
from apps.fulfilment import selectors
from apps.fulfilment.dto import DoorMoney
from apps.fulfilment.errors import RecalledInBox, WrongPickupCode
from apps.fulfilment.models import Stop
from apps.fulfilment.services import shifts, stops
from apps.orders import selectors as order_selectors
from apps.orders import services as orders
from apps.orders.dto import OrderStatus
from apps.orders.errors import SlotElsewhere, SlotMissing
from apps.orders.lifecycle import Actor
from apps.payments import selectors as money
from apps.payments import services as payments
from apps.payments.dto import ON_DELIVERY, Provider


@retrying_atomic
def send_out(*, order_id: int, actor_id: int, now: datetime) -> orders.Order:
    """Give a packed order to the courier.

    Raises:
        RecalledInBox: Units in it were called back.
        And what `move_order` raises.
    """
    _check_box(order_id, OrderStatus.PACKED, OrderStatus.OUT_FOR_DELIVERY)
    return orders.move_order(
        order_id=order_id, target=OrderStatus.OUT_FOR_DELIVERY, actor_id=actor_id, now=now
    )


@retrying_atomic
def mark_ready_for_pickup(*, order_id: int, actor_id: int, now: datetime) -> orders.Order:
    """Put a packed order into the pickup point's freezer.

    Raises:
        RecalledInBox: Units in it were called back.
        And what `move_order` raises.
    """
    _check_box(order_id, OrderStatus.PACKED, OrderStatus.READY_FOR_PICKUP)
    return orders.move_order(
        order_id=order_id, target=OrderStatus.READY_FOR_PICKUP, actor_id=actor_id, now=now
    )


@retrying_atomic
def deliver(
    *, order_id: int, actor_id: int, now: datetime, taken: DoorMoney | None = None
) -> orders.Order:
    """Hand an order over at the door, and take the money for it, as agreed or as `taken` says.

    The money is counted to the courier whose stop it is, whoever presses; without a stop to the
    courier who presses.

    Raises:
        NotYourRun: Another courier brings the order.
        CashAlreadyTaken: The cash was noted before.
        WrongCashAmount, PaymentNotExpected: Another sum was taken than is due.
        And what `move_order` raises.
    """
    stop = stops.hold_stop(order_id=order_id, actor_id=actor_id)
    orders.hold_order(
        order_id=order_id,
        sources={OrderStatus.OUT_FOR_DELIVERY},
        target=OrderStatus.DELIVERED,
    )
    order, payment = _hand_to_customer(order_id, actor_id, now, taken)
    courier_id = _carrier(stop, actor_id)
    if payment is not None and courier_id is not None:
        shifts.book(courier_id=courier_id, payment=payment, actor_id=actor_id, now=now)
    if stop is not None:
        stops.close_done(stop, payment=payment, now=now)
    return order


@retrying_atomic
def hand_over(*, order_id: int, code: str, actor_id: int, now: datetime) -> orders.Order:
    """Hand an order over at the pickup point to whoever shows its code, and take the cash.

    Raises:
        WrongPickupCode: The code is another one.
        RecalledInBox: Units in the box were called back.
        CashAlreadyTaken: The cash was noted before.
        And what `move_order` raises.
    """
    order = _check_box(order_id, OrderStatus.READY_FOR_PICKUP, OrderStatus.DELIVERED)
    if not compare_digest(code.strip().encode(), order.pickup_code.encode()):
        raise WrongPickupCode(number=order.number)
    handed, _payment = _hand_to_customer(order_id, actor_id, now)
    return handed


@retrying_atomic
def fail_delivery(
    *, order_id: int, reason: str, actor_id: int, now: datetime, failure: str = ""
) -> orders.Order:
    """Note that the courier could not hand an order over, and why; `failure` names it for a stop.

    Raises:
        NotYourRun: Another courier brings the order.
        And what `move_order` raises.
    """
    stop = stops.hold_stop(order_id=order_id, actor_id=actor_id)
    order = orders.move_order(
        order_id=order_id,
        target=OrderStatus.DELIVERY_FAILED,
        actor_id=actor_id,
        reason=reason,
        now=now,
    )
    if stop is not None:
        stops.close_failed(stop, failure=failure, now=now)
    return order


@retrying_atomic
def reschedule(
    *, order_id: int, slot_id: int | None, actor_id: int, now: datetime, reason: str = ""
) -> orders.Order:
    """Try a failed delivery again in another window of the same zone.

    Raises:
        SlotMissing: No window was named.
        SlotNotFound, SlotClosed, SlotFull: The window takes no more orders.
        SlotElsewhere: The window belongs to another zone.
        And what `move_order` raises.
    """
    order = orders.hold_order(
        order_id=order_id, sources={OrderStatus.DELIVERY_FAILED}, target=OrderStatus.PACKED
    )
    if slot_id is None or order.slot_id is None:
        raise SlotMissing
    old, new = (windows.slot_card(slot_id=pk) for pk in (order.slot_id, slot_id))
    if new.zone_id != old.zone_id:
        raise SlotElsewhere
    orders.change_slot(order_id=order_id, slot_id=new.id, now=now)
    moved = orders.move_order(
        order_id=order_id, target=OrderStatus.PACKED, actor_id=actor_id, reason=reason, now=now
    )
    # Windows are taken by id, as everywhere; the old place is given back before a same one.
    if old.id <= new.id:
        delivery.release_slot(slot_id=old.id, volume_ml=order.volume_ml)
    delivery.book_slot(slot_id=new.id, volume_ml=order.volume_ml, now=now)
    if old.id > new.id:
        delivery.release_slot(slot_id=old.id, volume_ml=order.volume_ml)
    return moved


def _check_box(order_id: int, source: OrderStatus, target: OrderStatus) -> orders.Order:
    """Hold an order whose box is about to leave the house, and look into it.

    The row is held first: a recall that lists orders waits for it, or is seen here.

    Raises:
        OrderNotFound, OrderMoveRefused: The box is elsewhere.
        RecalledInBox: Units in it were called back.
    """
    order = orders.hold_order(order_id=order_id, sources={source}, target=target)
    recalled = selectors.box_units(order_id=order_id, recalled_only=True)
    if recalled:
        goods = ", ".join(f"{units.name} × {units.quantity}" for units in recalled)
        raise RecalledInBox(number=order.number, goods=goods)
    return order


def _hand_to_customer(
    order_id: int, actor_id: int, now: datetime, taken: DoorMoney | None = None
) -> tuple[orders.Order, payments.Payment | None]:
    """Close an order, and take what is due at the door.

    Raises:
        PaymentNotExpected: Money was taken, and nothing is due.
    """
    due = money.due_at_door(order_ids=[order_id]).get(order_id)
    is_switched = taken is not None and due is not None and taken.provider != due.provider
    order = orders.move_order(
        order_id=order_id,
        target=OrderStatus.DELIVERED,
        actor_id=actor_id,
        reason=_said_switched(taken.provider) if taken and is_switched else "",
        now=now,
    )
    if taken is None and order.payment not in ON_DELIVERY:
        return order, None
    payment = payments.record_cash(
        order_id=order_id,
        amount=order.total if taken is None else taken.amount,
        provider=taken.provider if taken else None,
        actor_id=actor_id,
    )
    return order, payment


def _carrier(stop: Stop | None, actor_id: int) -> int | None:
    """Return whose purse the money goes into; None where it stays with the office."""
    if stop is not None:
        return stop.run.courier_id
    is_courier = Actor.COURIER in order_selectors.staff_parts(user_id=actor_id)
    return actor_id if is_courier else None


def _said_switched(provider: str) -> str:
    """Return what the order's history says of money taken otherwise than agreed."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("paid by card") if provider == Provider.CARD else _("paid in cash")
