"""What a scanned or typed code means for the order that is being picked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from apps.catalog import selectors as catalog
from apps.core.text import one_line
from apps.core.time import shop_date
from apps.fulfilment.dto import PickLine, PickList
from apps.fulfilment.errors import AmbiguousCode, NoLotToTake, UnknownCode, WrongProduct
from apps.inventory import selectors as inventory
from apps.inventory.barcodes import read_scan
from apps.inventory.dto import LotCard
from apps.inventory.lot_labels import readings

_LENGTH = 200


@dataclass(frozen=True)
class Found:
    """The line that a code is for, the lot that it takes from, and what a scale's label weighs."""

    line: PickLine
    lot_id: int
    weight_g: int | None = None


def decode(*, listed: PickList, code: str, now: datetime) -> Found:
    """Return the line and the lot that a code means.

    A lot's code or label is looked for first. A product's own barcode does not know the lot:
    FEFO's is taken, whose code the picker reads. A GS1 label knows both, and perhaps the weight.

    Raises:
        UnknownCode: Nothing in the shop has it.
        WrongProduct: It is real, but not in the order.
        AmbiguousCode: Several products of the order have a lot of this code.
        NoLotToTake: It is the product's code, and no lot may be taken for it.
        BarcodeMistyped, LabelUnreadable: It was not read as it is printed.
    """
    code = one_line(code, limit=_LENGTH)
    texts = readings(code)
    by_variant = {line.variant_id: line for line in listed.lines}
    lots = inventory.scanned_lots(texts=texts, variant_ids=list(by_variant))
    if lots:
        exact = [lot for lot in lots if lot.code in texts]
        lot = _one_of(exact or lots, by_variant, code)
        return Found(by_variant[lot.variant_id], lot.id)
    scan = read_scan(code, today=shop_date(now))
    if scan.barcode:
        texts = (scan.barcode,)
    line = next((line for line in listed.lines if _is_product(line, texts)), None)
    if line is None:
        raise _refusal(listed, code, texts)
    lot_id = _lot_on(scan.lot, line) if scan.lot else _first_lot(line)
    return Found(line, lot_id, scan.weight_g)


def _is_product(line: PickLine, texts: Sequence[str]) -> bool:
    return any(text in {line.barcode, line.sku} or text.upper() == line.sku for text in texts)


def _lot_on(code: str, line: PickLine) -> int:
    """Return the lot that a GS1 label names beside its product.

    Raises:
        UnknownCode: Nothing of it was ever received.
    """
    lots = inventory.scanned_lots(texts=[code], variant_ids=[line.variant_id])
    if not lots:
        raise UnknownCode(code=code)
    return lots[0].id


def _first_lot(line: PickLine) -> int:
    if line.lots:
        return line.lots[0].lot_id
    if line.left:
        raise NoLotToTake(name=line.name)
    # A complete line: the lot does not matter, for nothing more is taken.
    return line.picked[0].lot_id


def _one_of(lots: Sequence[LotCard], by_variant: dict[int, PickLine], code: str) -> LotCard:
    """Return the lot that is meant; a line that still wants something is meant before others."""
    wanted = [lot for lot in lots if by_variant[lot.variant_id].left] or list(lots)
    if len({lot.variant_id for lot in wanted}) > 1:
        raise AmbiguousCode(code=code)
    return wanted[0]


def _refusal(listed: PickList, code: str, texts: Sequence[str]) -> UnknownCode | WrongProduct:
    names = [pack.name for pack in catalog.packs_by_code(codes=texts).values()]
    names += [lot.name for lot in inventory.scanned_lots(texts=texts)]
    if names:
        return WrongProduct(name=names[0], number=listed.number)
    return UnknownCode(code=code)
