"""One door for every step that staff take with an order."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from apps.fulfilment.dto import StepDetails
from apps.fulfilment.services import packing, returning, road
from apps.orders import selectors
from apps.orders import services as orders
from apps.orders.dto import Method, OrderStatus

S = OrderStatus
_NO_DETAILS = StepDetails()


def take_step(
    *,
    order_id: int,
    target: OrderStatus,
    actor_id: int,
    now: datetime,
    details: StepDetails = _NO_DETAILS,
) -> orders.Order:
    """Bring an order to a status with all that belongs to it: goods, money, window, messages.

    Which service does it follows from where the order is; each looks again behind its lock.

    Raises:
        OrderNotFound: There is no such order.
        OrderMoveRefused: There is no such step from where the order is.
        NotAllowed: The actor's roles do not include it.
        And what the step's own service raises.
    """
    order = selectors.staff_order(order_id=order_id)
    step = Step(order, target, actor_id, now, details)
    return _STEPS.get(target, _only_move)(step)


@dataclass(frozen=True)
class Step:
    """A step that somebody asked for, with the order as it was read."""

    order: orders.Order
    target: OrderStatus
    actor_id: int
    now: datetime
    details: StepDetails

    @property
    def who(self) -> "Who":
        """What every service asks: which order, by whom, when."""
        return {"order_id": self.order.pk, "actor_id": self.actor_id, "now": self.now}


class Who(TypedDict):
    """The keywords that every step's service takes."""

    order_id: int
    actor_id: int
    now: datetime


def _pack(step: Step) -> orders.Order:
    if step.order.status == S.DELIVERY_FAILED:
        slot_id, reason = step.details.slot_id, step.details.reason
        return road.reschedule(slot_id=slot_id, reason=reason, **step.who)
    return packing.pack_order(picks=step.details.picks, **step.who)


def _deliver(step: Step) -> orders.Order:
    if step.order.method == Method.PICKUP:
        return road.hand_over(code=step.details.code, **step.who)
    return road.deliver(**step.who)


def _fail(step: Step) -> orders.Order:
    return road.fail_delivery(reason=step.details.reason, **step.who)


def _cancel(step: Step) -> orders.Order:
    reason = step.details.reason
    if step.order.status == S.PACKED:
        return returning.cancel_packed(
            reason=reason,
            put_back=step.details.put_back,
            returns=step.details.returns,
            **step.who,
        )
    if step.order.status == S.PICKING:
        return packing.cancel_picking(reason=reason, **step.who)
    return orders.cancel_order(reason=reason, **step.who)


def _return(step: Step) -> orders.Order:
    return returning.return_order(
        reason=step.details.reason,
        put_back=step.details.put_back,
        returns=step.details.returns,
        **step.who,
    )


def _send(step: Step) -> orders.Order:
    return road.send_out(**step.who)


def _make_ready(step: Step) -> orders.Order:
    return road.mark_ready_for_pickup(**step.who)


def _only_move(step: Step) -> orders.Order:
    return orders.move_order(target=step.target, reason=step.details.reason, **step.who)


# Statuses that bring nothing else with them are written by `move_order` alone.
_STEPS: dict[OrderStatus, Callable[[Step], orders.Order]] = {
    S.PACKED: _pack,
    S.OUT_FOR_DELIVERY: _send,
    S.READY_FOR_PICKUP: _make_ready,
    S.DELIVERED: _deliver,
    S.DELIVERY_FAILED: _fail,
    S.RETURNED: _return,
    S.CANCELLED: _cancel,
}
