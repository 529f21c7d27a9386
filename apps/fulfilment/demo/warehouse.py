"""The demo's stock: several lots of each pack, and the troubles that a warehouse has."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from apps.core.time import shop_date
from apps.fulfilment.demo.assortment import DemoVariant
from apps.inventory import selectors
from apps.inventory import services as inventory
from apps.inventory.dto import LineValues, WasteReason

SUPPLIERS = ("Хладокомбинат № 3", "Северный путь", "Морозко Трейд")
# The last packs of the file are left alone by the demo's customers: their stock stays as made here.
TROUBLED = 3
# Lots that leave the sale about now, so that the warehouse has something to look at.
_SOON_EVERY = 12
# The freezer has four rows, so many bays a row.
_ROWS, _BAYS = "ABCD", 9


def stock_up(
    variants: Sequence[DemoVariant], *, actor_id: int, dice: Random, now: datetime
) -> list[int]:
    """Receive lots of every pack a month ago, and return the ids of the packs that sell well.

    `now` is the instant of that delivery.
    """
    for index, variant in enumerate(variants[:-TROUBLED]):
        expiring = index % _SOON_EVERY == 0
        ages = (150, 40, 5) if index % 3 == 0 else (60, 10)
        for number, age in enumerate(ages):
            left = 54 if expiring and number == 0 else max(120, variant.shelf_life_days - age)
            shelf = f"{_ROWS[index % 4]}-{index // 4 % _BAYS + 1:02d}-{number + 1}"
            _receive(variant, number, left, dice.randint(4, 8) * 10, actor_id, dice, now, shelf)
    return [variant.id for variant in variants[:-TROUBLED]]


def make_trouble(
    variants: Sequence[DemoVariant], *, actor_id: int, dice: Random, now: datetime
) -> None:
    """Let one pack run low, one run out, and put a lot of a third aside."""
    low, gone, suspect = variants[-TROUBLED:]
    _receive(low, 0, 160, 4, actor_id, dice, now)
    lot_id = _receive(gone, 0, 160, 12, actor_id, dice, now)
    inventory.write_off(
        lot_id=lot_id, quantity=12, reason_code=WasteReason.DAMAGED,
        reason="Разгерметизация упаковки", actor_id=actor_id,
    )  # fmt: skip
    _receive(suspect, 0, 150, 60, actor_id, dice, now)
    note_id = _open("МТ-1187", SUPPLIERS[2], "-12.0", actor_id, now)
    _write(note_id, suspect, 40, now, left=170)
    inventory.book_delivery(note_id=note_id, actor_id=actor_id, now=now)


def work_at_the_ramp(variants: Sequence[DemoVariant], *, actor_id: int, now: datetime) -> None:
    """Book one delivery, leave another one half written, and count a shelf."""
    fresh = variants[:6]
    note_id = _open("ХК-0452", SUPPLIERS[0], "-18.5", actor_id, now)
    for variant in fresh[:3]:
        _write(note_id, variant, 24, now)
    torn = _write(note_id, fresh[3], 12, now)
    inventory.send_line_back(note_id=note_id, line_id=torn, reason="Порваны коробки")
    inventory.book_delivery(note_id=note_id, actor_id=actor_id, now=now)

    note_id = _open("СП-118", SUPPLIERS[1], "-17.0", actor_id, now)
    _write(note_id, fresh[4], 36, now)
    inventory.add_line(note_id=note_id, variant_id=fresh[5].id, now=now)
    _count(f"{_ROWS[1]}-02-1", actor_id, now)


def _open(number: str, supplier: str, temperature: str, actor_id: int, now: datetime) -> int:
    note = inventory.open_delivery(
        number=number, supplier=supplier, arrived_at=now - timedelta(hours=2),
        temperature=Decimal(temperature), vehicle="А 412 МР 77", actor_id=actor_id, now=now,
    )  # fmt: skip
    return note.pk


def _write(
    note_id: int, variant: DemoVariant, quantity: int, now: datetime, *, left: int | None = None
) -> int:
    """Write a line and return its id; the goods are made a week ago unless they have days left."""
    today = shop_date(now)
    age = 7 if left is None else max(1, variant.shelf_life_days - left)
    values = LineValues(
        code=f"{today:%y%m}-{variant.id:03d}9",
        made_on=today - timedelta(days=age),
        expires_on=today + timedelta(days=left) if left else None,
        quantity=quantity,
        cost=variant.price * 6 // 10,
    )
    return inventory.add_line(
        note_id=note_id, variant_id=variant.id, values=values, now=now
    ).pk  # fmt: skip


def _count(shelf: str, actor_id: int, now: datetime) -> None:
    """Count a shelf on which one unit of the first lot is missing."""
    begun = inventory.start_stocktake(shelf=shelf, actor_id=actor_id, now=now)
    for place, row in enumerate(selectors.sheet(stocktake_id=begun.pk).lots):
        inventory.count_lot(
            stocktake_id=begun.pk, lot_id=row.lot.pk, seen=None, actor_id=actor_id, now=now,
            counted=row.lot.remaining - (place == 0),
        )  # fmt: skip
    inventory.confirm_stocktake(stocktake_id=begun.pk, actor_id=actor_id, now=now)


def _receive(
    variant: DemoVariant, number: int, days_left: int, quantity: int, actor_id: int,
    dice: Random, now: datetime, shelf: str = "",
) -> int:  # fmt: skip
    today = shop_date(now)
    lot = inventory.receive_lot(
        variant_id=variant.id,
        code=f"{today:%y%m}-{variant.id:03d}{number}",
        made_on=today - timedelta(days=max(1, variant.shelf_life_days - days_left)),
        expires_on=today + timedelta(days=days_left),
        quantity=quantity,
        supplier=dice.choice(SUPPLIERS),
        cost=(variant.price * 6 // 10),
        shelf=shelf,
        actor_id=actor_id,
        now=now,
    )
    return lot.pk
