"""The demo's stock: several lots of each pack, and the troubles that a warehouse has."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from apps.core.time import shop_date
from apps.fulfilment.demo.assortment import DemoVariant
from apps.inventory import services as inventory

SUPPLIERS = ("Хладокомбинат № 3", "Северный путь", "Морозко Трейд")
# The last packs of the file are left alone by the demo's customers: their stock stays as made here.
TROUBLED = 3
# Lots that leave the sale about now, so that the warehouse has something to look at.
_SOON_EVERY = 12


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
            _receive(variant, number, left, dice.randint(4, 8) * 10, actor_id, dice, now)
    return [variant.id for variant in variants[:-TROUBLED]]


def make_trouble(
    variants: Sequence[DemoVariant], *, actor_id: int, dice: Random, now: datetime
) -> None:
    """Let one pack run low, one run out, and put a lot of a third aside."""
    low, gone, suspect = variants[-TROUBLED:]
    _receive(low, 0, 160, 4, actor_id, dice, now)
    lot_id = _receive(gone, 0, 160, 12, actor_id, dice, now)
    inventory.write_off(
        lot_id=lot_id, quantity=12, reason="Разгерметизация упаковки", actor_id=actor_id
    )
    _receive(suspect, 0, 150, 60, actor_id, dice, now)
    lot_id = _receive(suspect, 1, 170, 40, actor_id, dice, now)
    inventory.quarantine_lot(
        lot_id=lot_id, reason="Температура в кузове −12 °C при приёмке", actor_id=actor_id
    )


def _receive(
    variant: DemoVariant, number: int, days_left: int, quantity: int, actor_id: int,
    dice: Random, now: datetime,
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
        actor_id=actor_id,
        now=now,
    )
    return lot.pk
