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
