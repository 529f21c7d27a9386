"""How stops and waiting orders read on a run's pages."""

from collections.abc import Iterable
from dataclasses import dataclass

from apps.core.admin import money
from apps.core.measures import format_celsius
from apps.fulfilment.admin import words
from apps.fulfilment.dto import RunCard, StopCard, StopState
from apps.orders.models import Order
from apps.payments.dto import Provider

_TONES = {
    StopState.PLANNED: "",
    StopState.ARRIVED: "warning",
    StopState.DONE: "success",
    StopState.FAILED: "danger",
}


@dataclass(frozen=True)
class StopView:
    """A stop with what its row shows; `other_way` is how its money may be corrected."""

    stop: StopCard
    window: str
    tone: str
    phone_url: str
    due: str
    due_as: str
    taken: str
    taken_as: str
    degrees: str
    other_way: str
    other_way_name: str
    is_first: bool
    is_last: bool

    @property
    def may_leave(self) -> bool:
        """Whether the box still stands in the house."""
        return self.stop.state == StopState.PLANNED and self.stop.order_status == "packed"


@dataclass(frozen=True)
class ReadyGroup:
    """Packed orders of one window in one zone."""

    title: str
    orders: tuple[Order, ...]


def stop_views(run: RunCard) -> tuple[StopView, ...]:
    """Return a run's stops as rows."""
    open_ids = [stop.id for stop in run.open_stops]
    return tuple(_view(stop, open_ids) for stop in run.stops)


def ready_groups(orders: Iterable[Order]) -> tuple[ReadyGroup, ...]:
    """Return waiting orders by window and zone, in the order in which they came."""
    groups: dict[str, list[Order]] = {}
    for order in orders:
        zone = f" · {order.slot.zone}" if order.slot else ""
        groups.setdefault(f"{words.window_of(order)}{zone}", []).append(order)
    return tuple(ReadyGroup(title, tuple(found)) for title, found in groups.items())


def _view(stop: StopCard, open_ids: list[int]) -> StopView:
    way = Provider.CARD if stop.taken_as == Provider.CASH else Provider.CASH
    return StopView(
        stop=stop,
        window=_window(stop),
        tone=_TONES[StopState(stop.state)],
        phone_url=words.tel(stop.phone),
        due=money(stop.due) if stop.due else "",
        due_as=str(Provider(stop.due_as).label) if stop.due_as else "",
        taken=money(stop.taken) if stop.taken else "",
        taken_as=str(Provider(stop.taken_as).label) if stop.taken_as else "",
        degrees=format_celsius(stop.temperature) if stop.temperature is not None else "",
        other_way=way.value if stop.taken else "",
        other_way_name=str(way.label),
        is_first=not open_ids or stop.id == open_ids[0],
        is_last=not open_ids or stop.id == open_ids[-1],
    )


def _window(stop: StopCard) -> str:
    if stop.starts_at is None or stop.ends_at is None:
        return ""
    return words.window(stop.starts_at, stop.ends_at)
