"""The order's lifecycle as data: which move exists, and who may make it.

The database keeps the same table in a trigger; a test holds the two together.
"""

from dataclasses import dataclass
from enum import StrEnum

from apps.orders.dto import Method, OrderStatus

S = OrderStatus


class Actor(StrEnum):
    """In what part somebody acts: staff parts are the names of roles."""

    CUSTOMER = "customer"
    SYSTEM = "system"
    PAYMENT = "payment"
    OWNER = "owner"
    MANAGER = "manager"
    WAREHOUSE = "warehouse"
    COURIER = "courier"
    SUPPORT = "support"


DESK = frozenset({Actor.OWNER, Actor.MANAGER, Actor.SUPPORT})
_FLOOR = frozenset({Actor.OWNER, Actor.MANAGER, Actor.WAREHOUSE})
_ROAD = frozenset({Actor.OWNER, Actor.MANAGER, Actor.COURIER})
OFFICE = frozenset({Actor.OWNER, Actor.MANAGER})


@dataclass(frozen=True)
class Move:
    """One legal step; `method` limits it to deliveries or pickups."""

    source: OrderStatus
    target: OrderStatus
    actors: frozenset[Actor]
    method: Method | None = None
    needs_reason: bool = False


MOVES: tuple[Move, ...] = (
    Move(S.AWAITING_PAYMENT, S.PLACED, frozenset({Actor.PAYMENT})),
    Move(S.AWAITING_PAYMENT, S.EXPIRED, frozenset({Actor.SYSTEM})),
    Move(S.AWAITING_PAYMENT, S.CANCELLED, DESK | {Actor.CUSTOMER}),
    Move(S.EXPIRED, S.PLACED, frozenset({Actor.PAYMENT})),
    Move(S.PLACED, S.CONFIRMED, DESK | {Actor.SYSTEM}),
    Move(S.PLACED, S.CANCELLED, DESK | {Actor.CUSTOMER}),
    Move(S.CONFIRMED, S.PICKING, _FLOOR | {Actor.SYSTEM}),
    Move(S.CONFIRMED, S.CANCELLED, DESK | {Actor.CUSTOMER}),
    Move(S.PICKING, S.PACKED, _FLOOR),
    Move(S.PICKING, S.CANCELLED, OFFICE, needs_reason=True),
    Move(S.PACKED, S.OUT_FOR_DELIVERY, _ROAD, method=Method.DELIVERY),
    Move(S.PACKED, S.READY_FOR_PICKUP, _FLOOR, method=Method.PICKUP),
    Move(S.PACKED, S.CANCELLED, OFFICE, needs_reason=True),
    Move(S.OUT_FOR_DELIVERY, S.DELIVERED, _ROAD),
    Move(S.OUT_FOR_DELIVERY, S.DELIVERY_FAILED, _ROAD, needs_reason=True),
    Move(S.READY_FOR_PICKUP, S.DELIVERED, _FLOOR),
    Move(S.READY_FOR_PICKUP, S.RETURNED, OFFICE, needs_reason=True),
    Move(S.DELIVERY_FAILED, S.PACKED, OFFICE),
    Move(S.DELIVERY_FAILED, S.RETURNED, OFFICE, needs_reason=True),
    Move(S.DELIVERED, S.RETURNED, OFFICE, needs_reason=True),
)

FIRST = frozenset({S.AWAITING_PAYMENT, S.PLACED})
FINAL = frozenset({S.DELIVERED, S.RETURNED, S.CANCELLED, S.EXPIRED})


def find_move(*, source: str, target: str, method: str) -> Move | None:
    """Return the step between two statuses for a delivery or a pickup, if there is one."""
    return next(
        (
            move
            for move in MOVES
            if move.source == source
            and move.target == target
            and (move.method is None or move.method == method)
        ),
        None,
    )


def open_moves(*, source: str, method: str, actors: frozenset[Actor]) -> tuple[Move, ...]:
    """Return the steps that somebody acting in these parts may make from here."""
    return tuple(
        move
        for move in MOVES
        if move.source == source
        and (move.method is None or move.method == method)
        and move.actors & actors
    )
