"""Runs as a dispatcher builds them. Locks: run, orders by id, stops."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import translation

from apps.core.history import sign
from apps.core.text import one_line
from apps.core.transactions import retrying_atomic
from apps.fulfilment import selectors, texts
from apps.fulfilment.dto import RunState, StopState
from apps.fulfilment.errors import (
    NotACourier,
    NotForTheRoad,
    OnAnotherRun,
    RunChanged,
    RunNotEmpty,
    RunOver,
    StopClosed,
    StopNotFound,
)
from apps.fulfilment.models import Run, Stop
from apps.fulfilment.routing import nearest_first
from apps.fulfilment.services import stops
from apps.fulfilment.services.recalling import check_office
from apps.fulfilment.services.starting import save_run
from apps.notifications import services as notifications
from apps.orders import services as orders
from apps.orders.dto import Method, OrderStatus
from apps.users import selectors as users

_VEHICLE = 40


@retrying_atomic
def plan_run(
    *,
    courier_id: int,
    day: date,
    order_ids: Collection[int],
    actor_id: int,
    now: datetime,
    vehicle: str = "",
) -> Run:
    """Plan a round of packed orders for a courier, in the order that is suggested.

    Raises:
        NotAllowed: The actor is neither owner nor manager.
        NotACourier: The person drives no orders.
        And what `add_orders` raises.
    """
    check_office(actor_id)
    _check_courier(courier_id)
    van = one_line(vehicle, limit=_VEHICLE)
    run = Run(courier_id=courier_id, day=day, vehicle=van, planned_by_id=actor_id)
    sign(run, actor_id)
    run.save()
    if order_ids:
        _add(run, order_ids)
        _arrange(run, _suggested(run))
    _tell_courier(run)
    return run


@retrying_atomic
def add_orders(*, run_id: int, order_ids: Collection[int], actor_id: int, now: datetime) -> Run:
    """Put more packed orders at the end of a run, even of one that has begun.

    Raises:
        NotAllowed: The actor is neither owner nor manager.
        RunNotFound: There is no such run.
        RunOver: It is finished.
        OrderNotFound: There is no such order.
        NotForTheRoad: An order is not packed, or it is fetched.
        OnAnotherRun: An order is on a run already.
    """
    check_office(actor_id)
    run = _open_run(run_id)
    _add(run, order_ids)
    return run


@retrying_atomic
def drop_stop(*, run_id: int, stop_id: int, actor_id: int, now: datetime) -> Run:
    """Take an order off a run while its box stands in the house.

    Raises:
        NotAllowed: The actor is neither owner nor manager.
        RunNotFound, StopNotFound: There is no such run, or no such stop on it.
        StopClosed: The box has left the house.
    """
    check_office(actor_id)
    run = stops.hold_run(run_id=run_id)
    stop = Stop.objects.filter(pk=stop_id, run=run).select_related("run").first()
    if stop is None:
        raise StopNotFound
    order = orders.hold_order(
        order_id=stop.order_id, sources=frozenset(OrderStatus), target=OrderStatus.PACKED
    )
    if stop.state != StopState.PLANNED or order.status != OrderStatus.PACKED:
        raise StopClosed(number=order.number, state=str(order.get_status_display()))
    stops.take_off(stop, now=now)
    return run


@retrying_atomic
def drop_run(*, run_id: int, actor_id: int) -> None:
    """Take a run away that has not begun and from which every order was taken off.

    Raises:
        NotAllowed: The actor is neither owner nor manager.
        RunNotFound: There is no such run.
        RunNotEmpty: An order is on it, or it was driven.
    """
    check_office(actor_id)
    run = stops.hold_run(run_id=run_id)
    if run.state != RunState.PLANNED or run.stops.exists():
        raise RunNotEmpty
    sign(run, actor_id)
    run.delete()


@retrying_atomic
def arrange_stops(*, run_id: int, stop_ids: Sequence[int], actor_id: int) -> Run:
    """Let a run's open stops be driven in this order; those that are done stay in front.

    Raises:
        NotAllowed: The actor is neither owner nor manager.
        RunNotFound: There is no such run.
        RunOver: It is finished.
        RunChanged: These are not the stops that are still open.
    """
    check_office(actor_id)
    run = _open_run(run_id)
    open_ids = set(Stop.objects.open().filter(run=run).values_list("pk", flat=True))
    if len(stop_ids) != len(open_ids) or set(stop_ids) != open_ids:
        raise RunChanged
    _arrange(run, stop_ids)
    return run


@retrying_atomic
def move_stop(*, run_id: int, stop_id: int, places: int, actor_id: int) -> Run:
    """Let an open stop be driven so many places earlier (below zero) or later.

    Raises:
        NotAllowed: The actor is neither owner nor manager.
        RunNotFound, StopNotFound: There is no such run, or no such open stop on it.
        RunOver: It is finished.
    """
    check_office(actor_id)
    run = _open_run(run_id)
    way = list(Stop.objects.open().filter(run=run).in_sequence().values_list("pk", flat=True))
    if stop_id not in way:
        raise StopNotFound
    place = way.index(stop_id)
    way.insert(max(0, place + places), way.pop(place))
    _arrange(run, way)
    return run


@retrying_atomic
def suggest_order(*, run_id: int, actor_id: int) -> Run:
    """Arrange a run's open stops: earlier windows first, and then always the nearest door.

    Raises:
        NotAllowed: The actor is neither owner nor manager.
        RunNotFound: There is no such run.
        RunOver: It is finished.
    """
    check_office(actor_id)
    run = _open_run(run_id)
    _arrange(run, _suggested(run))
    return run


@retrying_atomic
def assign_run(
    *, run_id: int, courier_id: int, actor_id: int, now: datetime, vehicle: str = ""
) -> Run:
    """Give a run to another courier, on the road too; money stays with whoever took it.

    Raises:
        NotAllowed: The actor is neither owner nor manager.
        RunNotFound: There is no such run.
        RunOver: It is finished.
        NotACourier: The person drives no orders.
        RunUnderWay: The run has begun, and that courier is on the road with another.
    """
    check_office(actor_id)
    run = _open_run(run_id)
    _check_courier(courier_id)
    is_news = run.courier_id != courier_id
    run.courier_id, run.vehicle = courier_id, one_line(vehicle, limit=_VEHICLE)
    sign(run, actor_id)
    save_run(run, "courier", "vehicle")
    if is_news:
        _tell_courier(run)
    return run


def _open_run(run_id: int) -> Run:
    run = stops.hold_run(run_id=run_id)
    if run.state == RunState.FINISHED:
        raise RunOver
    return run


def _check_courier(courier_id: int) -> None:
    if courier_id not in {card.id for card in users.role_holders(role="courier")}:
        name = users.staff_names().get(courier_id, f"#{courier_id}")
        raise NotACourier(name=name)


def _add(run: Run, order_ids: Collection[int]) -> None:
    last = run.stops.aggregate(last=Max("sequence"))["last"] or 0
    for place, order_id in enumerate(sorted(set(order_ids)), start=last + 1):
        order = orders.hold_order(
            order_id=order_id, sources=frozenset(OrderStatus), target=OrderStatus.OUT_FOR_DELIVERY
        )
        if order.status != OrderStatus.PACKED or order.method != Method.DELIVERY:
            raise NotForTheRoad(number=order.number)
        try:
            with transaction.atomic():
                Stop.objects.create(run=run, order_id=order_id, sequence=place)
        except IntegrityError as error:
            if "fulfilment_stop_once" not in str(error):
                raise
            raise OnAnotherRun(number=order.number) from error


def _suggested(run: Run) -> list[int]:
    """Return the ids of a run's open stops as they are best driven."""
    by_order = dict(Stop.objects.open().filter(run=run).values_list("order_id", "pk"))
    places = selectors.places_of(order_ids=by_order)
    return [by_order[pk] for pk in nearest_first(places, start=selectors.depot())]


def _arrange(run: Run, stop_ids: Sequence[int]) -> None:
    """Number stops anew behind those that are closed."""
    closed = run.stops.exclude(pk__in=stop_ids).aggregate(last=Max("sequence"))["last"] or 0
    rows = [Stop(pk=pk, sequence=place) for place, pk in enumerate(stop_ids, start=closed + 1)]
    Stop.objects.bulk_update(rows, ["sequence"])


def _tell_courier(run: Run) -> None:
    """Tell a courier of the run in the chat that they work in, if they have one."""
    chat_id = users.work_chat(user_id=run.courier_id)
    if chat_id is None:
        return
    with translation.override(users.language_of(user_id=run.courier_id)):
        content = texts.run_planned(day=run.day, stops=run.stops.count())
    notifications.queue_message(content=content, recipient_id=run.courier_id, chat_id=chat_id)
