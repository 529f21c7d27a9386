"""A stop's end, whichever door it comes through; the run's row is held before the order's."""

from datetime import datetime

from django.utils import translation

from apps.fulfilment import texts
from apps.fulfilment.dto import FailureReason, RunState, StopState
from apps.fulfilment.errors import NotYourRun, RunNotFound
from apps.fulfilment.models import Run, Stop
from apps.notifications import services as notifications
from apps.orders import selectors as orders
from apps.orders.dto import OrderStatus
from apps.orders.lifecycle import Actor
from apps.payments.services import Payment
from apps.users import selectors as users

_OFFICE = frozenset({Actor.OWNER, Actor.MANAGER})
# Who is told how far the courier is: the next door, and the one after it.
_TOLD = 2


def hold_run(*, run_id: int) -> Run:
    """Lock a run.

    Raises:
        RunNotFound: There is none.
    """
    run = Run.objects.select_for_update(no_key=True).filter(pk=run_id).first()
    if run is None:
        raise RunNotFound
    return run


def check_driver(run: Run, actor_id: int) -> None:
    """Let in the run's own courier, and the office.

    Raises:
        NotYourRun: The actor is neither.
    """
    parts = orders.staff_parts(user_id=actor_id)
    is_driver = run.courier_id == actor_id and Actor.COURIER in parts
    if not is_driver and not parts & _OFFICE:
        raise NotYourRun


def hold_stop(*, order_id: int, actor_id: int) -> Stop | None:
    """Lock the run that an order is on and return its open stop; None where it is on none.

    Raises:
        NotYourRun: Another courier brings the order.
    """
    on_run = Stop.objects.open().filter(order_id=order_id)
    run_id = on_run.values_list("run_id", flat=True).first()
    if run_id is None:
        return None
    run = hold_run(run_id=run_id)
    check_driver(run, actor_id)
    stop = on_run.filter(run=run).select_related("run").first()
    # It went to another run while this one was waited for.
    return stop or hold_stop(order_id=order_id, actor_id=actor_id)


def close_done(stop: Stop, *, payment: Payment | None, now: datetime) -> None:
    """Note that a stop's order was handed over, and for what money."""
    taken = payment.captured if payment else None
    stop.state, stop.closed_at = StopState.DONE, now
    if payment and taken:
        stop.taken, stop.taken_as = taken, payment.provider
    _close(stop, now)


def close_failed(stop: Stop, *, failure: str, now: datetime) -> None:
    """Note that a stop's order could not be handed over."""
    stop.state, stop.closed_at = StopState.FAILED, now
    stop.failure = failure or FailureReason.OTHER
    _close(stop, now)


def take_off(stop: Stop, *, now: datetime) -> None:
    """Take an open stop off its run, as if it had never been there."""
    run = stop.run
    stop.delete()
    finish_if_done(run, now)


def finish_if_done(run: Run, now: datetime) -> None:
    """Finish a run on which nothing is left to do."""
    if run.state == RunState.STARTED and not run.stops.filter(state__in=("planned", "arrived")):
        run.state, run.finished_at = RunState.FINISHED, now
        run.save(update_fields=["state", "finished_at", "updated_at"])


def _close(stop: Stop, now: datetime) -> None:
    stop.save(update_fields=["state", "closed_at", "taken", "taken_as", "failure"])
    finish_if_done(stop.run, now)
    _tell_who_is_next(stop.run)


def _tell_who_is_next(run: Run) -> None:
    """Tell the customers at the next doors how near their courier is, each once."""
    nearest = Stop.objects.open().filter(run=run).in_sequence().select_related("order")[:_TOLD]
    waiting = list(nearest)
    cards = users.customer_cards(user_ids={stop.order.customer_id for stop in waiting})
    for ahead, stop in enumerate(waiting):
        customer = cards.get(stop.order.customer_id)
        is_out = stop.order.status == OrderStatus.OUT_FOR_DELIVERY
        if customer is None or not is_out or stop.state == StopState.ARRIVED:
            continue
        with translation.override(customer.language):
            content = texts.courier_is_near(
                number=stop.order.number, order_id=stop.order_id, ahead=ahead
            )
        notifications.queue_message(
            content=content,
            recipient_id=customer.id,
            chat_id=customer.telegram_id,
            dedupe_key=f"courier-near:{stop.pk}",
        )
