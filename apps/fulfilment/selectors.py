"""Questions of the floor."""

from datetime import datetime

from apps.fulfilment.dto import PickLine, PickList
from apps.fulfilment.models import Pick
from apps.inventory import selectors as inventory
from apps.inventory.dto import LotPick
from apps.orders import selectors as orders


def pick_list(*, order_id: int, now: datetime) -> PickList:
    """Return what to take for an order and from which lots, first expired first.

    Raises:
        OrderNotFound: There is no such order.
    """
    order = orders.staff_order(order_id=order_id)
    lines = list(order.lines.all())
    promised = inventory.promised(order_line_ids=[line.pk for line in lines])
    free = inventory.available(variant_ids=[line.variant_id for line in lines])
    # What is promised to this order, and what nobody else was promised.
    wanted = {
        line.variant_id: min(line.quantity, promised[line.pk] + max(0, free[line.variant_id]))
        for line in lines
    }
    lots = inventory.suggest_for(wanted=wanted, now=now)
    return PickList(
        order_id=order.pk,
        public_id=order.public_id,
        number=order.number,
        status=order.status,
        comment=order.comment,
        lines=tuple(
            PickLine(
                order_line_id=line.pk,
                variant_id=line.variant_id,
                sku=line.sku,
                name=line.name,
                pack_weight_g=line.pack_weight_g,
                quantity=line.quantity,
                lots=tuple(lots[line.variant_id]),
                missing=line.quantity - sum(lot.quantity for lot in lots[line.variant_id]),
            )
            for line in lines
        ),
        picked=tuple(picks_of(order_id=order_id)),
    )


def picks_of(*, order_id: int) -> list[LotPick]:
    """Return what is in an order's box, in the order in which it was put there."""
    rows = Pick.objects.filter(order_line__order_id=order_id).order_by("pk")
    return [LotPick(*row) for row in rows.values_list("order_line_id", "lot_id", "quantity")]
