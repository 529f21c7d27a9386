"""Units that go into an open box and out of it again, one scan at a time.

Locks: order, the stock row of a substitute that is not needed any more, lot. Other counters of the
stock do not move before the box is closed.
"""

from datetime import datetime

from apps.core.text import one_line
from apps.core.time import now as present
from apps.core.transactions import retrying_atomic
from apps.fulfilment import selectors
from apps.fulfilment.dto import PickLine, PickList, SubstitutionState, Taken
from apps.fulfilment.errors import (
    EarlierLotFirst,
    MoreThanOrdered,
    PickNotFound,
    WrongProduct,
)
from apps.fulfilment.models import LineShortage, Pick, Substitution
from apps.fulfilment.services.floor import open_box
from apps.fulfilment.services.lines import line_of
from apps.fulfilment.services.scanning import decode
from apps.fulfilment.services.substituting import withdraw
from apps.fulfilment.services.weighing import add_weight
from apps.inventory import selectors as stock
from apps.inventory import services as inventory
from apps.inventory.errors import InvalidQuantity, OutOfStock
from apps.orders import services as orders

_LENGTH, _MOST = 200, 1_000_000


@retrying_atomic
def scan_unit(
    *,
    order_id: int,
    code: str,
    quantity: int = 1,
    reason: str = "",
    actor_id: int,
    now: datetime,
) -> Taken:
    """Put what was scanned into the order's box: a product's barcode, a lot's label or its code.

    The weight on the scale's label of one unit is added to that of the units weighed before.

    Raises:
        UnknownCode, WrongProduct, AmbiguousCode, NoLotToTake: The code is not for this box.
        WeightImpossible: The goods can't weigh what the label says.
        And what `set_units` raises.
    """
    open_box(order_id=order_id, actor_id=actor_id)
    listed = selectors.pick_list(order_id=order_id, now=now)
    found = decode(listed=listed, code=code, now=now)
    _put_in(found.line, found.lot_id, quantity, reason, actor_id, now)
    if found.weight_g and found.line.is_weighed and quantity == 1:
        add_weight(found.line, weight_g=found.weight_g)
    listed = selectors.pick_list(order_id=order_id, now=now)
    return Taken(listed, found.line.order_line_id, found.lot_id, quantity)


@retrying_atomic
def set_units(
    *,
    order_id: int,
    order_line_id: int,
    lot_id: int,
    quantity: int,
    reason: str = "",
    actor_id: int,
    now: datetime,
) -> PickList:
    """Say how many units of a lot are in the box for a line; none takes the lot out of it.

    Raises:
        OrderNotFound, OrderMoveRefused, NotAllowed: The order is not open to this picker.
        LineNotFound: The order has no such line.
        MoreThanOrdered: The line would hold more than was ordered.
        WrongProduct: The lot is another product's.
        LotUnusable: The lot is blocked, recalled, past its date, or the shelf holds too few.
        EarlierLotFirst: Another lot expires sooner, and nobody said why it is left.
        OutOfStock: The units are promised to other orders.
        InvalidQuantity: The quantity is negative or absurd.
    """
    if not 0 <= quantity <= _MOST:
        raise InvalidQuantity(quantity=quantity)
    open_box(order_id=order_id, actor_id=actor_id)
    listed = selectors.pick_list(order_id=order_id, now=now)
    line = line_of(listed, order_line_id)
    held = next((lot for lot in line.picked if lot.lot_id == lot_id), None)
    difference = quantity - (held.quantity if held else 0)
    if difference > 0:
        _check_product(listed, line, lot_id)
        _put_in(line, lot_id, difference, reason, actor_id, now)
    elif held is not None and difference < 0:
        take_out(Pick.objects.get(pk=held.pick_id), -difference)
    return selectors.pick_list(order_id=order_id, now=now)


@retrying_atomic
def undo_pick(*, order_id: int, pick_id: int, actor_id: int, now: datetime) -> PickList:
    """Take all units of a pick out of the open box and put them back on the shelf.

    Raises:
        OrderNotFound, OrderMoveRefused, NotAllowed: The order is not open to this picker.
        PickNotFound: There is no such pick in its box.
    """
    open_box(order_id=order_id, actor_id=actor_id)
    pick = Pick.objects.in_hand().of_order(order_id).filter(pk=pick_id).first()
    if pick is None:
        raise PickNotFound
    take_out(pick, pick.quantity)
    return selectors.pick_list(order_id=order_id, now=now)


def take_out(pick: Pick, quantity: int) -> None:
    """Take units of a pick out of an open box whose order is held; the last one ends the pick.

    Goods by weight are to be weighed again then: nobody knows which of them was taken out.
    """
    orders.forget_weight(order_line_id=pick.order_line_id)
    inventory.let_go(units={pick.lot_id: quantity})
    if quantity < pick.quantity:
        pick.quantity -= quantity
        pick.save(update_fields=["quantity"])
    else:
        pick.delete()


def empty_hands(*, order_id: int) -> None:
    """Put all that lies in an order's open box back on the shelf; its order is held or gone."""
    for pick in Pick.objects.in_hand().of_order(order_id).order_by("lot_id", "pk"):
        take_out(pick, pick.quantity)
    LineShortage.objects.filter(order_line__order_id=order_id).delete()
    # Its goods are given back with the order's own.
    Substitution.objects.filter(order_line__order_id=order_id, state=SubstitutionState.OPEN).update(
        state=SubstitutionState.LEFT, answered_at=present()
    )


def _put_in(
    line: PickLine, lot_id: int, quantity: int, reason: str, actor_id: int, now: datetime
) -> None:
    """Take units of a lot off the shelf for a line; the cheapest refusal comes first."""
    if quantity > line.left:
        raise MoreThanOrdered(name=line.name, ordered=line.quantity, in_box=line.in_box)
    if quantity == line.left:
        # The substitute gives its stock back, whose row is locked before any lot.
        withdraw(order_line_id=line.order_line_id, now=now)
    inventory.take_in_hand(lot_id=lot_id, quantity=quantity, now=now)
    given = next((lot.reason for lot in line.picked if lot.lot_id == lot_id), "")
    skipped = stock.earlier_lot(lot_id=lot_id, now=now)
    if skipped is not None:
        given = one_line(reason, limit=_LENGTH) or given
        if not given:
            lot = stock.lot_card(lot_id=lot_id)
            raise EarlierLotFirst(earlier=skipped.code, lot=lot.code)
    _check_promises(line, quantity)
    _note(line, lot_id, quantity, given, actor_id)
    if quantity == line.left:
        LineShortage.objects.filter(order_line_id=line.order_line_id).delete()


def _check_product(listed: PickList, line: PickLine, lot_id: int) -> None:
    lot = next(iter(stock.lot_cards(lot_ids=[lot_id])), None)
    if lot is not None and lot.variant_id != line.variant_id:
        raise WrongProduct(name=lot.name, number=listed.number)


def _check_promises(line: PickLine, quantity: int) -> None:
    """Refuse units that stand on the shelf for other orders."""
    free = sum(lot.quantity for lot in line.lots)
    if quantity > free:
        raise OutOfStock(skus=[line.sku], available={line.sku: free}, names=[line.name])


def _note(line: PickLine, lot_id: int, quantity: int, reason: str, actor_id: int) -> None:
    """Write down who put how many units into the box, beside what is there already."""
    pick, is_new = Pick.objects.get_or_create(
        order_line_id=line.order_line_id,
        lot_id=lot_id,
        packed_at=None,
        defaults={"quantity": quantity, "reason": reason, "picked_by_id": actor_id},
    )
    if not is_new:
        pick.quantity += quantity
        pick.reason = reason
        pick.picked_by_id = actor_id
        pick.save(update_fields=["quantity", "reason", "picked_by"])
