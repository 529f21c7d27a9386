"""What a courier presses at a door. Each press looks anew whose run it is. Locks: run, order."""

from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.utils import translation

from apps.core.money import ZERO
from apps.core.transactions import retrying_atomic
from apps.fulfilment import texts
from apps.fulfilment.dto import THAWING, DoorMoney, FailureReason, StopState
from apps.fulfilment.errors import (
    NotOnTheRoad,
    StopClosed,
    StopNotFound,
    TemperatureImpossible,
    TemperatureMissing,
)
from apps.fulfilment.models import Stop
from apps.fulfilment.models.road import COLDEST, WARMEST
from apps.fulfilment.services import road
from apps.fulfilment.services.stops import check_driver, hold_run
from apps.orders import services as orders
from apps.orders.dto import OrderStatus
from apps.orders.errors import ReasonMissing
from apps.payments import selectors as money
from apps.payments.errors import WrongCashAmount

_TENTH = Decimal("0.1")


@retrying_atomic
def arrive(*, stop_id: int, actor_id: int, now: datetime) -> Stop:
    """Note that the courier stands at the door; a second press changes nothing.

    Raises:
        StopNotFound: The stop is not there any more.
        NotYourRun: Another courier drives there now.
        StopClosed: The order is settled.
        NotOnTheRoad: Its box is still in the house.
    """
    stop = _at_the_door(stop_id, actor_id)
    if stop.state == StopState.PLANNED:
        stop.state, stop.arrived_at = StopState.ARRIVED, now
        stop.save(update_fields=["state", "arrived_at"])
    return stop


@retrying_atomic
def note_temperature(*, stop_id: int, degrees: Decimal, actor_id: int, now: datetime) -> Stop:
    """Keep how cold the box is at the door, in °C; a new reading replaces the last.

    Raises:
        TemperatureImpossible: No freezer is so cold, and no box so warm.
        And what `arrive` raises.
    """
    if not degrees.is_finite() or not COLDEST <= degrees <= WARMEST:
        raise TemperatureImpossible(degrees=str(degrees))
    stop = arrive(stop_id=stop_id, actor_id=actor_id, now=now)
    stop.temperature = degrees.quantize(_TENTH)
    stop.save(update_fields=["temperature"])
    return stop


@retrying_atomic
def deliver_stop(
    *,
    stop_id: int,
    taken: DoorMoney | None,
    actor_id: int,
    now: datetime,
    degrees: Decimal | None = None,
) -> orders.Order:
    """Hand an order over at its stop, and book the money: exactly what it costs, cash or card.

    The temperature is noted before, or comes along (`degrees`).

    Raises:
        TemperatureMissing: Nobody has measured how cold the box is.
        WrongCashAmount: Another sum was taken than the order costs now.
        And what `note_temperature` and `deliver` raise.
    """
    if degrees is not None:
        note_temperature(stop_id=stop_id, degrees=degrees, actor_id=actor_id, now=now)
    stop = _at_the_door(stop_id, actor_id)
    if stop.temperature is None:
        raise TemperatureMissing
    due = money.due_at_door(order_ids=[stop.order_id]).get(stop.order_id)
    if taken is None and due is not None and due.amount:
        raise WrongCashAmount(expected=due.amount, amount=ZERO)
    if stop.temperature > THAWING:
        with translation.override(settings.LANGUAGE_CODE):
            why = texts.handed_over_warm(degrees=stop.temperature)
        orders.flag_attention(order_ids=[stop.order_id], reason=why, now=now)
    return road.deliver(order_id=stop.order_id, taken=taken, actor_id=actor_id, now=now)


@retrying_atomic
def fail_stop(*, stop_id: int, failure: str, actor_id: int, now: datetime) -> orders.Order:
    """Leave a door without handing the order over; what becomes of the goods is decided later.

    Raises:
        ReasonMissing: The reason is none that we know.
        And what `arrive` and `fail_delivery` raise.
    """
    if failure not in FailureReason.values:
        raise ReasonMissing
    stop = _at_the_door(stop_id, actor_id)
    with translation.override(settings.LANGUAGE_CODE):
        reason = str(FailureReason(failure).label)
    return road.fail_delivery(
        order_id=stop.order_id, reason=reason, failure=failure, actor_id=actor_id, now=now
    )


def _at_the_door(stop_id: int, actor_id: int) -> Stop:
    """Lock the run of an open stop whose order is on the road."""
    run_id = Stop.objects.filter(pk=stop_id).values_list("run_id", flat=True).first()
    if run_id is None:
        raise StopNotFound
    run = hold_run(run_id=run_id)
    stop = Stop.objects.filter(pk=stop_id, run=run).select_related("order", "run").first()
    if stop is None:
        raise StopNotFound
    check_driver(run, actor_id)
    if stop.state in {StopState.DONE, StopState.FAILED}:
        raise StopClosed(number=stop.order.number, state=str(stop.get_state_display()))
    if stop.order.status != OrderStatus.OUT_FOR_DELIVERY:
        raise NotOnTheRoad(number=stop.order.number)
    return stop
