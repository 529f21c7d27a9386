"""Questions of the road: what is to be driven, by whom, and what couriers carry."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from apps.core.money import ZERO
from apps.delivery import selectors as delivery
from apps.fulfilment.dto import Place, RunCard, RunState, ShiftCard, StopCard, StopState
from apps.fulfilment.errors import NotACourier, NotYourRun, RunNotFound, ShiftNotFound, StopNotFound
from apps.fulfilment.models import CashShift, Run, Stop
from apps.fulfilment.models.road import RunQuerySet
from apps.fulfilment.routing import Point
from apps.orders import selectors as orders
from apps.orders.dto import Method, OrderStatus
from apps.orders.errors import OrderNotFound
from apps.payments import selectors as payments
from apps.users import selectors as users
from apps.users.dto import CustomerCard

_AT_MOST = 200


def runs(*, day: date | None = None, courier_id: int | None = None) -> RunQuerySet:
    """Return runs, the newest day first, still open to pages."""
    found = Run.objects.select_related("courier").order_by("-day", "-pk")
    if day is not None:
        found = found.filter(day=day)
    return found if courier_id is None else found.of_courier(courier_id)


def run_cards(*, among: Iterable[Run]) -> list[RunCard]:
    """Return the cards of runs that were read with their couriers, in four queries."""
    found = list(among)
    rows = Stop.objects.filter(run__in=found).in_sequence()
    stops = list(rows.select_related("order__slot"))
    due = payments.due_at_door(order_ids=[stop.order_id for stop in stops])
    by_run: dict[int, list[StopCard]] = {run.pk: [] for run in found}
    couriers = {run.pk: run.courier_id for run in found}
    for stop in stops:
        card = _stop_card(stop, couriers[stop.run_id], due.get(stop.order_id))
        by_run[stop.run_id].append(card)
    return [_run_card(run, tuple(by_run[run.pk])) for run in found]


def run_card(
    *, run_id: int | None = None, public_id: UUID | None = None, courier_id: int | None = None
) -> RunCard:
    """Return one run with its stops; with a courier, one of theirs.

    Raises:
        RunNotFound: There is none.
    """
    wanted = {"pk": run_id} if public_id is None else {"public_id": public_id}
    cards = run_cards(among=runs(courier_id=courier_id).filter(**wanted))
    if not cards:
        raise RunNotFound
    return cards[0]


def courier_run(*, courier_id: int, today: date) -> RunCard | None:
    """Return the run that a courier drives: the one begun, else the first planned until today.

    One that was emptied before it began can't be begun, and hides no other.
    """
    open_stops = Stop.objects.open().filter(run=OuterRef("pk"))
    mine = Run.objects.unfinished().of_courier(courier_id).filter(day__lte=today)
    mine = mine.filter(Exists(open_stops) | Q(state=RunState.STARTED))
    rows = list(mine.select_related("courier").order_by("day", "pk")[:_AT_MOST])
    rows.sort(key=lambda run: run.state != RunState.STARTED)
    return run_cards(among=rows[:1])[0] if rows else None


def stop_card(*, stop_id: int, courier_id: int | None = None) -> StopCard:
    """Return a stop; with a courier, one of their own run.

    Raises:
        StopNotFound: There is no such stop any more.
        NotYourRun: Another courier drives there.
    """
    stop = Stop.objects.filter(pk=stop_id).select_related("run", "order__slot").first()
    if stop is None:
        raise StopNotFound
    if courier_id not in (None, stop.run.courier_id):
        raise NotYourRun
    due = payments.due_at_door(order_ids=[stop.order_id])
    return _stop_card(stop, stop.run.courier_id, due.get(stop.order_id))


def stop_at_door(*, courier_id: int) -> StopCard | None:
    """Return the stop at whose door a courier stands; the last one they came to."""
    stops = Stop.objects.filter(run__courier_id=courier_id, state=StopState.ARRIVED).order_by(
        "-arrived_at", "-pk"
    )
    stop_id = stops.values_list("pk", flat=True).first()
    return None if stop_id is None else stop_card(stop_id=stop_id, courier_id=courier_id)


def proof_of(*, run_id: int, stop_id: int) -> str:
    """Return the name of a stop's picture in the private storage.

    Raises:
        StopNotFound: There is no such stop, or it has none.
    """
    names = Stop.objects.filter(pk=stop_id, run_id=run_id).exclude(photo="")
    name = names.values_list("photo", flat=True).first()
    if name is None:
        raise StopNotFound
    return name


def courier_name(*, order_id: int) -> str:
    """Return the first name of whoever brings an order now: orders' `CourierNames`."""
    stops = Stop.objects.open().filter(order_id=order_id)
    return stops.values_list("run__courier__first_name", flat=True).first() or ""


def ready_orders() -> QuerySet[Any]:
    """Return packed orders that are to be brought and are on no run, the earliest window first."""
    found = orders.staff_orders().filter(status=OrderStatus.PACKED, method=Method.DELIVERY)
    found = found.exclude(pk__in=Stop.objects.open().values("order_id"))
    return found.select_related("slot__zone").order_by("slot__starts_at", "pk")[:_AT_MOST]


def places_of(*, order_ids: Collection[int]) -> list[Place]:
    """Return where and when orders are to be brought."""
    rows = orders.staff_orders().filter(pk__in=order_ids).order_by("pk")
    return [
        Place(order.pk, order.slot.starts_at if order.slot else None,
              order.latitude, order.longitude)
        for order in rows
    ]  # fmt: skip


def depot() -> Point | None:
    """Return where vans are loaded: the shop's first pickup point; None where it has none."""
    points = delivery.pickup_points()
    return (points[0].latitude, points[0].longitude) if points else None


def couriers() -> dict[int, str]:
    """Return the names of those who drive, by id."""
    return {card.id: card.full_name or f"#{card.id}" for card in courier_cards()}


def courier_cards() -> list[CustomerCard]:
    """Return those who drive."""
    return users.role_holders(role="courier")


def courier_id_of(*, public_id: UUID) -> int:
    """Return the row of a courier that an outsider's id names.

    Raises:
        NotACourier: It names no courier.
    """
    found = [card.id for card in courier_cards() if card.public_id == public_id]
    if not found:
        raise NotACourier(name=public_id)
    return found[0]


def run_id_of(*, public_id: UUID) -> int:
    """Return the row of a run that an outsider's id names.

    Raises:
        RunNotFound: There is none.
    """
    pk = Run.objects.filter(public_id=public_id).values_list("pk", flat=True).first()
    if pk is None:
        raise RunNotFound
    return pk


def order_ids_of(*, public_ids: Collection[UUID]) -> list[int]:
    """Return the rows of orders that outsiders' ids name.

    Raises:
        OrderNotFound: One of them names no order.
    """
    wanted = set(public_ids)
    found = orders.staff_orders().filter(public_id__in=wanted).values_list("pk", flat=True)
    ids = sorted(found)
    if len(ids) != len(wanted):
        raise OrderNotFound
    return ids


def shifts(*, courier_id: int | None = None) -> QuerySet[CashShift]:
    """Return shifts, the open ones first, still open to pages."""
    found = CashShift.objects.select_related("courier", "accepted_by")
    if courier_id is not None:
        found = found.of_courier(courier_id)
    return found.order_by(F("closed_at").desc(nulls_first=True), "-pk")


def shift_card(shift: CashShift) -> ShiftCard:
    """Return a shift as plain values."""
    return ShiftCard(
        public_id=shift.public_id,
        courier_id=shift.courier_id,
        courier=str(shift.courier),
        opened_at=shift.opened_at,
        cash=shift.cash,
        card=shift.card,
        handed_over=shift.handed_over,
        difference=shift.difference,
        reason=shift.reason,
        closed_at=shift.closed_at,
        accepted_by=str(shift.accepted_by or ""),
    )


def open_shift(*, courier_id: int) -> ShiftCard | None:
    """Return what a courier carries now; None where that is nothing since the last hand-over."""
    shift = shifts(courier_id=courier_id).filter(closed_at__isnull=True).first()
    return None if shift is None else shift_card(shift)


def shift_id_of(*, public_id: UUID) -> int:
    """Return the row that an outsider's id names.

    Raises:
        ShiftNotFound: There is none.
    """
    pk = CashShift.objects.filter(public_id=public_id).values_list("pk", flat=True).first()
    if pk is None:
        raise ShiftNotFound
    return pk


def _run_card(run: Run, stops: tuple[StopCard, ...]) -> RunCard:
    return RunCard(
        id=run.pk,
        public_id=run.public_id,
        courier_id=run.courier_id,
        courier=str(run.courier),
        day=run.day,
        state=run.state,
        state_name=str(run.get_state_display()),
        vehicle=run.vehicle,
        started_at=run.started_at,
        finished_at=run.finished_at,
        stops=stops,
    )


def _stop_card(stop: Stop, courier_id: int, due: Any) -> StopCard:
    order = stop.order
    return StopCard(
        id=stop.pk,
        run_id=stop.run_id,
        courier_id=courier_id,
        sequence=stop.sequence,
        state=stop.state,
        state_name=str(stop.get_state_display()),
        order_id=stop.order_id,
        number=order.number,
        order_status=order.status,
        address=order.address,
        address_details=order.address_details,
        contact_name=order.contact_name,
        phone=order.contact_phone,
        comment=order.comment,
        starts_at=order.slot.starts_at if order.slot else None,
        ends_at=order.slot.ends_at if order.slot else None,
        map_url=_way_to(order),
        due=due.amount if due else ZERO,
        due_as=due.provider if due else "",
        temperature=stop.temperature,
        taken=stop.taken,
        taken_as=stop.taken_as,
        failure=stop.failure,
        failure_name=str(stop.get_failure_display()),
        arrived_at=stop.arrived_at,
        closed_at=stop.closed_at,
        has_photo=bool(stop.photo),
    )


def _way_to(order: Any) -> str:
    """Return the address of a map that leads from where one stands to the order's door."""
    if order.latitude is not None and order.longitude is not None:
        return f"https://yandex.ru/maps/?rtext=~{order.latitude},{order.longitude}&rtt=auto"
    return f"https://yandex.ru/maps/?text={quote(order.address)}"
