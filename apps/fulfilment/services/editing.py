"""Change an order from the desk, also while it is being picked."""

from collections import Counter
from datetime import datetime

from apps.core.errors import NotAllowed
from apps.core.transactions import retrying_atomic
from apps.fulfilment.errors import TakeOutFirst
from apps.fulfilment.models import LineShortage, Pick
from apps.fulfilment.services.damage import damaged_of, write_off_damaged
from apps.fulfilment.services.substituting import withdraw
from apps.orders import services as orders
from apps.orders.dto import OrderEdit, OrderStatus
from apps.payments import services as payments


def edit_order(
    *,
    order_id: int,
    edit: OrderEdit,
    reason: str,
    key: str = "",
    proof: payments.StepUp | None = None,
    actor_id: int,
    now: datetime,
) -> orders.OrderChange:
    """Change an order; units that lie in its open box already can't be taken out from the desk.

    Those that were found damaged are written off as they go. Where money goes back that was paid
    online, the password is the `proof` of who asks.

    Raises:
        TakeOutFirst: The box holds more of a line than would stay.
        WrongPassword, SignInLocked, NotAllowed: The proof is not the actor's.
        And what the orders' own `edit_order` raises.
    """
    if proof is not None:
        if proof.actor_id != actor_id:
            raise NotAllowed
        payments.prove(proof, now=now)
    return _edit(order_id, edit, reason, key, proof is not None, actor_id, now)


@retrying_atomic
def _edit(
    order_id: int,
    edit: OrderEdit,
    reason: str,
    key: str,
    is_proven: bool,
    actor_id: int,
    now: datetime,
) -> orders.OrderChange:
    order = orders.hold_order(
        order_id=order_id, sources=frozenset(OrderStatus), target=OrderStatus.CONFIRMED
    )
    in_box: Counter[int] = Counter()
    names = {}
    for pick in Pick.objects.in_hand().of_order(order_id).select_related("order_line"):
        in_box[pick.order_line_id] += pick.quantity
        names[pick.order_line_id] = pick.order_line.name
    for line_id, stays in edit.quantities.items():
        if in_box[line_id] > max(0, stays):
            raise TakeOutFirst(name=names[line_id], in_box=in_box[line_id])
    ordered = dict(order.lines.values_list("pk", "quantity"))
    goes = {pk: max(0, ordered.get(pk, 0) - stays) for pk, stays in edit.quantities.items()}
    damaged = damaged_of(order_id=order_id, goes=goes, now=now)
    change = orders.edit_order(
        order_id=order_id, edit=edit, reason=reason, key=key, is_proven=is_proven,
        actor_id=actor_id, now=now,
    )  # fmt: skip
    complete = [pk for pk, stays in edit.quantities.items() if in_box[pk] >= stays]
    LineShortage.objects.filter(order_line_id__in=complete).delete()
    for line_id in sorted(complete):
        withdraw(order_line_id=line_id, now=now)
    write_off_damaged(number=order.number, damaged=damaged)
    return change
