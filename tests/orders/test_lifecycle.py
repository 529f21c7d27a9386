"""The table of moves in Python and the trigger in PostgreSQL say the same."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from apps.core.time import now
from apps.orders.dto import Method, OrderStatus
from apps.orders.lifecycle import FIRST, MOVES, Actor, find_move, open_moves
from apps.orders.models import Order, OrderEvent
from tests.factories import OrderFactory

pytestmark = pytest.mark.django_db


def accepts(change) -> bool:
    """Tell whether PostgreSQL lets a change pass, and take it back."""
    try:
        with transaction.atomic():
            change()
            transaction.set_rollback(True)
    except IntegrityError as error:
        if error.__cause__.diag.constraint_name != "orders_order_lifecycle":
            raise
        return False
    return True


def an_order(status: str, method: str) -> Order | None:
    """Return an order in a status, where an order of this kind can be."""
    try:
        return OrderFactory(status=status, method=method, lines=0)
    except ValueError:
        return None


class TestTrigger:
    @pytest.mark.parametrize(("source", "method"), list(product(OrderStatus, Method)))
    def test_agrees_with_the_table_on_every_pair(self, source, method):
        order = an_order(source, method)
        if order is None:
            assert source in {OrderStatus.OUT_FOR_DELIVERY, OrderStatus.READY_FOR_PICKUP,
                              OrderStatus.DELIVERY_FAILED}  # fmt: skip
            return
        orders = Order.objects.filter(pk=order.pk)

        for target in OrderStatus:
            changes = {"status": target, "hold_expires_at": now() + timedelta(minutes=1)}
            is_legal = target == source or find_move(source=source, target=target, method=method)
            is_accepted = accepts(lambda changes=changes: orders.update(**changes))
            assert is_accepted == bool(is_legal), (source, target, method)

    @pytest.mark.parametrize("status", OrderStatus)
    def test_lets_orders_begin_as_the_table_says(self, status):
        template = OrderFactory(lines=0)
        order = Order(
            **{
                field.attname: getattr(template, field.attname)
                for field in Order._meta.concrete_fields
                if field.attname not in {"id", "public_id", "key", "number", "status"}
            },
            key="another-key",
            number="another",
            status=status,
        )
        order.hold_expires_at = now()

        assert accepts(order.save) == (status in FIRST)

    def test_stops_a_status_written_past_the_service(self):
        order = OrderFactory()
        order.status = OrderStatus.DELIVERED

        with pytest.raises(DatabaseError), transaction.atomic():
            order.save()

        order.refresh_from_db()
        assert order.status == OrderStatus.PLACED


class TestEvents:
    @pytest.mark.parametrize("change", ["update", "delete"])
    def test_are_never_rewritten(self, change):
        order = OrderFactory()
        OrderEvent.objects.create(order=order, to_status=order.status, actor_kind=Actor.SYSTEM)
        events = OrderEvent.objects.filter(order=order)
        changes = {
            "update": lambda: events.update(reason="it was somebody else"),
            "delete": events.delete,
        }

        with pytest.raises(DatabaseError), transaction.atomic():
            changes[change]()

        assert events.get().reason == ""


class TestOpenMoves:
    def test_are_those_of_the_parts_and_the_method(self):
        moves = open_moves(
            source=OrderStatus.PACKED, method=Method.PICKUP, actors=frozenset({Actor.WAREHOUSE})
        )

        assert [move.target for move in moves] == [OrderStatus.READY_FOR_PICKUP]

    def test_never_come_twice(self):
        assert len({(move.source, move.target) for move in MOVES}) == len(MOVES)
