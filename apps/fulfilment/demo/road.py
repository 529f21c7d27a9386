"""The demo's road: two couriers out with their runs, one run planned, purses counted day by day."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from apps.core.time import shop_date
from apps.fulfilment import selectors
from apps.fulfilment import services as fulfilment

_VEHICLES = {"courier": "Лада Ларгус А123ВС77", "courier2": "ГАЗель К456МН77"}
_PLANNED = 4


def count_purses(*, staff: Mapping[str, int], now: datetime) -> None:
    """Let the manager count and accept what couriers carry."""
    for shift in selectors.shifts().filter(closed_at__isnull=True):
        fulfilment.accept_shift(
            shift_id=shift.pk, counted=shift.cash, expected=shift.cash,
            actor_id=staff["manager"], now=now,
        )  # fmt: skip


def drive_out(*, order_ids: Sequence[int], staff: Mapping[str, int], now: datetime) -> None:
    """Send packed orders out with both couriers, and plan a run of some that still wait."""
    half = (len(order_ids) + 1) // 2
    for courier, part in (("courier", order_ids[:half]), ("courier2", order_ids[half:])):
        run = _plan(courier, part, staff, now)
        fulfilment.start_run(run_id=run, actor_id=staff[courier], now=now)
    waiting = selectors.ready_orders()[:_PLANNED]
    _plan("courier", [order.pk for order in waiting], staff, now)


def _plan(courier: str, order_ids: Sequence[int], staff: Mapping[str, int], now: datetime) -> int:
    run = fulfilment.plan_run(
        courier_id=staff[courier],
        day=shop_date(now),
        order_ids=order_ids,
        vehicle=_VEHICLES[courier],
        actor_id=staff["manager"],
        now=now,
    )
    return run.pk
