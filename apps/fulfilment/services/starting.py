"""The beginning of a run: its courier takes the boxes along. Locks: run, orders by id, stops."""

from datetime import datetime

from django.db import IntegrityError, transaction

from apps.core.errors import ShopError
from apps.core.history import sign
from apps.core.transactions import retrying_atomic
from apps.fulfilment.dto import RunState
from apps.fulfilment.errors import RunEmpty, RunOver, RunUnderWay
from apps.fulfilment.models import Run, Stop
from apps.fulfilment.services import road, stops
from apps.orders.dto import OrderStatus
from apps.users import selectors as users


def start_run(*, run_id: int, actor_id: int, now: datetime) -> tuple[ShopError, ...]:
    """Begin a run, or take more boxes along; return why boxes stay in the house.

    Each box is a transaction of its own, so that one refusal spares the others; pressing again
    takes along what is left.

    Raises:
        RunNotFound: There is no such run.
        NotYourRun: It is another courier's.
        RunOver: It is finished.
        RunEmpty: Nothing is on it.
        RunUnderWay: The courier is on the road with another run.
    """
    refused = []
    for order_id in _begin(run_id, actor_id, now):
        try:
            _load(run_id, order_id, actor_id, now)
        except ShopError as error:
            refused.append(error)
    return tuple(refused)


@retrying_atomic
def _begin(run_id: int, actor_id: int, now: datetime) -> list[int]:
    run = stops.hold_run(run_id=run_id)
    stops.check_driver(run, actor_id)
    if run.state == RunState.FINISHED:
        raise RunOver
    waiting = Stop.objects.open().filter(run=run).in_sequence()
    if not waiting:
        raise RunEmpty
    if run.state == RunState.PLANNED:
        run.state, run.started_at = RunState.STARTED, now
        sign(run, actor_id)
        save_run(run, "state", "started_at")
    packed = waiting.filter(order__status=OrderStatus.PACKED)
    return list(packed.values_list("order_id", flat=True))


@retrying_atomic
def _load(run_id: int, order_id: int, actor_id: int, now: datetime) -> None:
    run = stops.hold_run(run_id=run_id)
    stops.check_driver(run, actor_id)
    if Stop.objects.open().filter(run=run, order_id=order_id).exists():
        road.send_out(order_id=order_id, actor_id=actor_id, now=now)


def save_run(run: Run, *fields: str) -> None:
    """Write what changed in a run that is held.

    Raises:
        RunUnderWay: Its courier is on the road with another run.
    """
    try:
        with transaction.atomic():
            run.save(update_fields=[*fields, "updated_at"])
    except IntegrityError as error:
        if "fulfilment_run_one_started" not in str(error):
            raise
        name = users.staff_names().get(run.courier_id, "")
        raise RunUnderWay(name=name) from error
