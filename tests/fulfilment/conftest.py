"""An order on its way, and the people who bring it there."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.core.time import now as present
from apps.fulfilment import services
from apps.fulfilment.dto import StepDetails
from apps.orders.dto import Method, OrderStatus
from tests.factories import StaffFactory, placed_order, stocked_variant

_WAY = {
    Method.DELIVERY: ("confirmed", "picking", "packed", "out_for_delivery", "delivered"),
    Method.PICKUP: ("confirmed", "picking", "packed", "ready_for_pickup", "delivered"),
}


@pytest.fixture
def boss(db):
    return StaffFactory(role="manager")


@pytest.fixture
def step(boss) -> Callable[..., Any]:
    """Take one step with an order, as the manager unless `by` is given."""

    def take(order, target, *, by=None, now=None, **details):
        return services.take_step(
            order_id=order.pk,
            target=OrderStatus(target),
            actor_id=(by or boss).pk,
            now=now or present(),
            details=StepDetails(**details),
        )

    return take


@pytest.fixture
def order_at(step) -> Callable[..., Any]:
    """Return a real order of three packs that was walked to a status through the services."""

    def walk(status, *, method=Method.DELIVERY, variant=None, **fields):
        wanted = {variant or stocked_variant(20): 3}
        order = placed_order(wanted=wanted, method=method, **fields)
        for target in _WAY[method]:
            if order.status == status:
                break
            if status == OrderStatus.DELIVERY_FAILED and target == OrderStatus.DELIVERED:
                target, details = OrderStatus.DELIVERY_FAILED, {"reason": "nobody home"}
            else:
                details = {"code": order.pickup_code} if target == OrderStatus.DELIVERED else {}
            step(order, target, **details)
            order.refresh_from_db()
        assert order.status == status
        return order

    return walk
