"""What couriers carry: booked with each order, corrected by a dispatcher, counted at the end."""

from datetime import datetime
from decimal import Decimal

from django.db.models import F, Sum

from apps.core.money import ZERO, rounded
from apps.core.text import one_line
from apps.core.transactions import retrying_atomic
from apps.fulfilment.dto import ShiftEntryKind
from apps.fulfilment.errors import (
    DifferenceUnexplained,
    OwnShift,
    ShiftChanged,
    ShiftClosed,
    ShiftNotFound,
    StopNotFound,
)
from apps.fulfilment.models import CashShift, ShiftEntry, Stop
from apps.fulfilment.services.recalling import check_office
from apps.orders import services as orders
from apps.orders.dto import OrderStatus
from apps.payments import services as payments
from apps.payments.dto import Provider
from apps.payments.errors import InvalidAmount, PaymentNotExpected
from apps.users import selectors as users

_REASON = 200
_COLUMNS = {Provider.CASH.value: "cash", Provider.CARD.value: "card"}


def book(*, courier_id: int, payment: payments.Payment, actor_id: int, now: datetime) -> None:
    """Count what was just taken at a door to its courier; the payment's row is held.

    The first money after a hand-over opens the next shift.
    """
    entry = payment.entries.order_by("-pk").first()
    if entry is None:
        return  # The order cost nothing.
    shift, _is_new = CashShift.objects.select_for_update(no_key=True).get_or_create(
        courier_id=courier_id, closed_at=None, defaults={"opened_at": now}
    )
    _enter(
        shift, entry_id=entry.pk, kind=ShiftEntryKind.TAKEN, provider=payment.provider,
        amount=entry.amount, actor_id=actor_id,
    )  # fmt: skip


def give_back(*, payment: payments.Payment, actor_id: int) -> None:
    """Take what was just given back out of the courier's hands, if it still lies there.

    After the hand-over the shop's own till gives it back.
    """
    entry = payment.entries.order_by("-pk").first()
    held = _holder(payment.pk)
    if entry is not None and held is not None:
        _enter(
            held, entry_id=entry.pk, kind=ShiftEntryKind.BACK, provider=payment.provider,
            amount=entry.amount, actor_id=actor_id,
        )  # fmt: skip


@retrying_atomic
def correct_taken(*, stop_id: int, provider: str, actor_id: int) -> Stop:
    """Note that a stop's money was taken in the other way than the courier pressed.

    Raises:
        NotAllowed: The actor is neither owner nor manager.
        StopNotFound: There is no such stop.
        PaymentNotExpected: Nothing was taken there, or it was taken in that way.
        ShiftClosed: The courier has handed the money over.
    """
    check_office(actor_id)
    stop = Stop.objects.filter(pk=stop_id).first()
    if stop is None:
        raise StopNotFound
    orders.hold_order(
        order_id=stop.order_id, sources={OrderStatus.DELIVERED}, target=OrderStatus.DELIVERED
    )
    before = _other(provider)
    payment = payments.correct_cash(order_id=stop.order_id, provider=provider)
    shift = _holder(payment.pk)
    if shift is None:
        raise ShiftClosed
    amount = _held(shift, payment.pk)
    entry = payment.entries.order_by("pk").first()
    if entry is None or amount <= 0:
        raise PaymentNotExpected
    for way, part in ((before, -amount), (provider, amount)):
        _enter(
            shift, entry_id=entry.pk, kind=ShiftEntryKind.CORRECTED, provider=way, amount=part,
            actor_id=actor_id,
        )  # fmt: skip
    Stop.objects.filter(pk=stop.pk).update(taken_as=provider)
    stop.refresh_from_db()
    return stop


@retrying_atomic
def accept_shift(
    *,
    shift_id: int,
    counted: Decimal,
    expected: Decimal,
    actor_id: int,
    now: datetime,
    reason: str = "",
) -> CashShift:
    """Take a courier's cash: what was counted, beside what the counting person saw expected.

    Raises:
        NotAllowed: The actor is neither owner nor manager.
        ShiftNotFound: There is no such shift.
        OwnShift: It is the actor's own, and they are not the owner.
        ShiftClosed: It was handed over before.
        ShiftChanged: More was taken, or given back, since the actor looked.
        InvalidAmount: Nobody hands over less than nothing.
        DifferenceUnexplained: The sums differ, and nobody said why.
    """
    check_office(actor_id)
    shift = CashShift.objects.select_for_update(no_key=True).filter(pk=shift_id).first()
    if shift is None:
        raise ShiftNotFound
    if shift.courier_id == actor_id and users.OWNER not in users.roles_of(user_id=actor_id):
        raise OwnShift
    if shift.closed_at is not None:
        raise ShiftClosed
    if counted < 0:
        raise InvalidAmount(amount=counted)
    if expected != shift.cash:
        raise ShiftChanged(cash=shift.cash)
    difference, reason = rounded(counted) - shift.cash, one_line(reason, limit=_REASON)
    if difference and not reason:
        raise DifferenceUnexplained(difference=difference)
    shift.handed_over, shift.difference = rounded(counted), difference
    shift.reason = reason if difference else ""
    shift.closed_at, shift.accepted_by_id = now, actor_id
    shift.save(update_fields=["handed_over", "difference", "reason", "closed_at", "accepted_by"])
    return shift


def _holder(payment_id: int) -> CashShift | None:
    """Return the open shift that holds a payment's money, locked; None after the hand-over."""
    shifts = CashShift.objects.open().filter(
        pk__in=ShiftEntry.objects.filter(money_entry__payment_id=payment_id).values("shift_id")
    )
    return shifts.select_for_update(no_key=True).first()


def _held(shift: CashShift, payment_id: int) -> Decimal:
    mine = ShiftEntry.objects.filter(shift=shift, money_entry__payment_id=payment_id)
    held = mine.exclude(kind=ShiftEntryKind.CORRECTED).aggregate(held=Sum("amount"))["held"]
    return held if held is not None else ZERO


def _other(provider: str) -> str:
    return (Provider.CARD if provider == Provider.CASH else Provider.CASH).value


def _enter(
    shift: CashShift, *, entry_id: int, kind: str, provider: str, amount: Decimal, actor_id: int
) -> None:
    """Write an entry, and the column that it belongs to; the shift is locked and open."""
    ShiftEntry.objects.create(
        shift=shift, money_entry_id=entry_id, kind=kind, provider=provider, amount=amount,
        actor_id=actor_id,
    )  # fmt: skip
    column = _COLUMNS[provider]
    CashShift.objects.filter(pk=shift.pk).update(**{column: F(column) + amount})
