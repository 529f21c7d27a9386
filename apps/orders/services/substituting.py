"""Another product instead of one that ran out: never dearer for the customer.

The substitute's line stands in the order with no unit while the customer is asked, so that units
can be promised to it; taken, it gets them, and the line that ran out loses as many.
"""

from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from typing import Any

from apps.core.money import CENT, ZERO
from apps.core.transactions import retrying_atomic
from apps.delivery import services as delivery
from apps.inventory import services as inventory
from apps.orders.dto import ChangeKind
from apps.orders.models import Order, OrderChange, OrderLine
from apps.orders.services.announcing import announce, tell_of_change
from apps.orders.services.editing import cut_of, save_order, write_cuts
from apps.orders.services.receipts import receipt_line
from apps.payments import services as payments


@retrying_atomic
def offer_substitute(*, order_line_id: int, units: int, pack: Any) -> OrderLine:
    """Write the empty line of a substitute for so many units of another line, and return it.

    `pack` is the catalogue's `SaleVariant`. What is charged is its price, or what a missing unit
    was to cost where that is less. The caller holds the order, and promises the units.
    """
    line = OrderLine.objects.get(pk=order_line_id)
    share = line.worth_of(units, among=line.quantity) / units
    price = min(pack.price, share.quantize(CENT, rounding=ROUND_DOWN))
    return OrderLine.objects.create(
        order_id=line.order_id,
        variant_id=pack.id,
        sku=pack.sku,
        name_ru=pack.name_ru,
        name_en=pack.name_en,
        pack_weight_g=pack.pack_weight_g,
        is_weighed=pack.is_weighed,
        unit_price=price,
        regular_price=pack.price,
        quantity=0,
        total=ZERO,
        substitute_for=line,
    )


@retrying_atomic
def take_substitute(
    *, substitute_id: int, units: int, actor_id: int | None, is_told: bool, now: datetime
) -> OrderChange:
    """Let a substitute take the place of so many units, and settle the difference.

    The caller holds the order, whose box is open. `is_told` where the customer has not said so
    themselves.
    """
    taken = OrderLine.objects.select_related("substitute_for__variant", "variant", "order").get(
        pk=substitute_id
    )
    order, line = taken.order, taken.substitute_for
    assert line is not None  # noqa: S101 - `offer_substitute` writes it
    cut = cut_of(line, line.quantity - units)
    old_total, old_volume = order.total, order.volume_ml
    order.total -= write_cuts(order, [cut])
    # Fewer units may be missing by now than were asked about, and cheaper ones among them.
    price = min(taken.unit_price, (cut.worth / units).quantize(CENT, rounding=ROUND_DOWN))
    _fill(order, taken, units, price)
    # The van has the room that was booked, not more: a larger pack goes into the same box.
    order.volume_ml = min(old_volume, order.volume_ml + units * taken.variant.box_volume_ml)
    save_order(order)
    change = OrderChange.objects.create(
        order=order, kind=ChangeKind.SUBSTITUTE, actor_id=actor_id,
        amount=order.total - old_total, details=[_told(line, taken, units)],
    )  # fmt: skip
    gone = [receipt_line(line, units, cut.worth)]
    payments.change_amount(order_id=order.pk, amount=order.total, lines=gone, now=now)
    if is_told:
        tell_of_change(order_id=order.pk, change=change, old_total=old_total, now=now)
    announce(order_id=order.pk, event=None, now=now)
    _free_room(order, old_volume, now)
    inventory.keep_reservations(keep={line.pk: cut.stays, taken.pk: units})
    return change


def _fill(order: Order, taken: OrderLine, units: int, price: Decimal) -> None:
    cost = price * units
    OrderLine.objects.filter(pk=taken.pk).update(quantity=units, unit_price=price, total=cost)
    order.items_total += cost
    order.total += cost


def _free_room(order: Order, old_volume: int, now: datetime) -> None:
    if order.slot_id is not None:
        delivery.move_booking(
            slot_id=order.slot_id, volume_ml=old_volume, to_slot_id=order.slot_id,
            to_volume_ml=order.volume_ml, now=now,
        )  # fmt: skip


def _told(line: OrderLine, taken: OrderLine, units: int) -> dict[str, Any]:
    return {"what": "substitute", "sku": taken.sku, "name_ru": taken.name_ru,
            "name_en": taken.name_en, "for_ru": line.name_ru, "for_en": line.name_en,
            "units": units}  # fmt: skip
