"""Couriers, and orders that stand packed for them."""

from datetime import datetime
from typing import Any

from apps.core.time import now as present
from apps.core.time import shop_date
from apps.fulfilment import services
from apps.fulfilment.models import Run
from apps.orders.dto import OrderStatus
from apps.orders.models import Order
from apps.users.models import User
from tests.factories.checkout import placed_order
from tests.factories.users import StaffFactory

_TO_PACKED = ("confirmed", "picking", "packed")


def packed_order(*, boss: User | None = None, now: datetime | None = None, **fields: Any) -> Order:
    """Return a real order whose box is closed."""
    moment, boss = now or present(), boss or StaffFactory(role="manager")
    order = placed_order(**fields)
    for target in _TO_PACKED:
        services.take_step(
            order_id=order.pk, target=OrderStatus(target), actor_id=boss.pk, now=moment
        )
    order.refresh_from_db()
    return order


def planned_run(
    *orders: Order, courier: User | None = None, boss: User | None = None, started: bool = False
) -> Run:
    """Return a courier's run of today with these orders, on the road if it is said."""
    courier = courier or StaffFactory(role="courier")
    boss = boss or StaffFactory(role="manager")
    run = services.plan_run(
        courier_id=courier.pk,
        day=shop_date(present()),
        order_ids=[order.pk for order in orders],
        actor_id=boss.pk,
        now=present(),
    )
    if started:
        assert services.start_run(run_id=run.pk, actor_id=courier.pk, now=present()) == ()
        run.refresh_from_db()
    return run


def carry_cash(boss: User) -> Run:
    """Plan a run with one door left to drive to; its courier carries money of another."""
    courier = StaffFactory(role="courier")
    run = planned_run(packed_order(boss=boss), packed_order(boss=boss), courier=courier, boss=boss)
    first = run.stops.select_related("order").order_by("sequence")[0]
    services.send_out(order_id=first.order_id, actor_id=boss.pk, now=present())
    services.deliver(order_id=first.order_id, actor_id=boss.pk, now=present())
    return run
