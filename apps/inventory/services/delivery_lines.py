"""The lines of a draft: scanned, typed, corrected, sent back; each is saved as it comes."""

from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from apps.catalog import selectors as catalog
from apps.catalog.dto import PackCard
from apps.catalog.errors import VariantNotFound
from apps.core.errors import InvalidInput
from apps.core.text import one_line
from apps.core.time import shop_date
from apps.core.transactions import retrying_atomic
from apps.inventory.barcodes import Scan, read_scan
from apps.inventory.dto import LineValues
from apps.inventory.errors import (
    BarcodeUnknown,
    DeliveryLineNotFound,
    ExpiryTooFar,
    InvalidQuantity,
    LineKnown,
    NothingFound,
    ReasonMissing,
)
from apps.inventory.lot_labels import lot_of_label
from apps.inventory.models import DeliveryLine, DeliveryNote, Lot
from apps.inventory.services import levels
from apps.inventory.services.arrivals import check_dates
from apps.inventory.services.deliveries import check_temperature, lock_draft, touch
from apps.inventory.shelves import shelf_code

# Nothing frozen keeps longer: a later year is a slip of the finger.
_LONGEST_LIFE = timedelta(days=3653)
_LONGEST_CODE = 40
_MOST_COST = Decimal("9999999999.99")


@retrying_atomic
def scan_line(*, note_id: int, typed: str, now: datetime, **changes: Any) -> DeliveryLine:
    """Add the line of the pack whose barcode or label was scanned, or return it if it is there.

    A GS1 label also fills in the lot, its dates and its quantity; `changes` (those of
    `change_line`) win over it. Whoever types may give a SKU.

    Raises:
        DeliveryNotFound, DeliveryClosed: There is no such draft.
        BarcodeMistyped, LabelUnreadable: It was read or typed wrong.
        BarcodeUnknown, NothingFound: No pack has this barcode, or is called so.
        And what `change_line` raises.
    """
    note = lock_draft(note_id)
    scan, card = _understood(typed, now)
    line = _line_for(note, card, scan.lot)
    said: dict[str, Any] = {
        "code": scan.lot, "made_on": scan.made_on, "expires_on": scan.expires_on,
        "quantity": scan.quantity,
    }  # fmt: skip
    # What somebody has typed is not overwritten by scanning the box once more.
    fresh = {name: value for name, value in said.items() if value and not getattr(line, name)}
    fresh |= changes
    if line.pk is None or fresh:
        _write(line, replace(_values_of(line), **fresh), card=card, today=shop_date(now))
        touch(note)
    return line


@retrying_atomic
def add_line(
    *, note_id: int, variant_id: int, values: LineValues | None = None, now: datetime
) -> DeliveryLine:
    """Add a line of a pack, or without values return its line whose lot is not known yet.

    Raises:
        DeliveryNotFound, DeliveryClosed: There is no such draft.
        VariantNotFound: There is no such pack.
        LineKnown: The note has a line of this lot already.
        And what `change_line` raises.
    """
    note = lock_draft(note_id)
    line = DeliveryLine(note=note, variant_id=variant_id)
    if values is None:
        waiting = note.lines.filter(variant_id=variant_id, code="").first()
        if waiting is not None:
            return waiting
    _write(line, values or LineValues(), card=_card(variant_id), today=shop_date(now))
    touch(note)
    return line


@retrying_atomic
def change_line(*, note_id: int, line_id: int, now: datetime, **changes: Any) -> DeliveryLine:
    """Correct fields of a line (those of `LineValues`); what is not known yet may stay empty.

    One of the two dates is worked out from the other and the product's shelf life.

    Raises:
        DeliveryNotFound, DeliveryClosed, DeliveryLineNotFound: There is no such line of a draft.
        InvalidQuantity, InvalidLot, ExpiryTooFar, InvalidTemperature, InvalidShelf, InvalidInput:
            A value can't be.
        LineKnown: The note has another line of this lot.
    """
    note, line = _lock_line(note_id, line_id)
    values = replace(_values_of(line), **changes)
    _write(line, values, card=_card(line.variant_id), today=shop_date(now))
    touch(note)
    return line


@retrying_atomic
def send_line_back(*, note_id: int, line_id: int, reason: str) -> DeliveryLine:
    """Note that a line's goods go back with the driver, and why.

    Raises:
        DeliveryNotFound, DeliveryClosed, DeliveryLineNotFound: There is no such line of a draft.
        ReasonMissing: Nobody said why.
    """
    reason = one_line(reason, limit=200)
    if not reason:
        raise ReasonMissing
    return _set_refusal(note_id, line_id, reason)


@retrying_atomic
def keep_line(*, note_id: int, line_id: int) -> DeliveryLine:
    """Take back that a line's goods go back.

    Raises:
        DeliveryNotFound, DeliveryClosed, DeliveryLineNotFound: There is no such line of a draft.
    """
    return _set_refusal(note_id, line_id, "")


@retrying_atomic
def remove_line(*, note_id: int, line_id: int) -> None:
    """Strike a line out that was added by mistake; one that is gone already stays gone.

    Raises:
        DeliveryNotFound, DeliveryClosed: There is no such draft.
    """
    note = lock_draft(note_id)
    gone, _by_table = note.lines.filter(pk=line_id).delete()
    if gone:
        touch(note)


def checked_values(values: LineValues, *, today: date) -> LineValues:
    """Return a line's values as they are kept.

    Raises:
        InvalidQuantity, InvalidLot, ExpiryTooFar, InvalidTemperature, InvalidShelf, InvalidInput:
            A value can't be.
    """
    code = one_line(values.code, limit=_LONGEST_CODE + 1)
    if len(code) > _LONGEST_CODE:
        raise InvalidInput(field="code")
    if not 0 <= values.quantity <= levels.MOST_UNITS:
        raise InvalidQuantity(quantity=values.quantity)
    if values.cost is not None and not _is_price(values.cost):
        raise InvalidInput(field="cost")
    check_temperature(values.temperature)
    if values.expires_on is not None and values.expires_on > today + _LONGEST_LIFE:
        raise ExpiryTooFar(expires_on=values.expires_on.isoformat())
    check_dates(values.made_on, values.expires_on, today=today)
    return replace(values, code=code, shelf=shelf_code(values.shelf))


def with_other_date(values: LineValues, *, shelf_life_days: int, today: date) -> LineValues:
    """Work out one of the two dates from the other, if only one is known."""
    life = timedelta(days=shelf_life_days)
    if values.made_on and not values.expires_on:
        return replace(values, expires_on=values.made_on + life)
    if values.expires_on and not values.made_on:
        made_on = values.expires_on - life
        return replace(values, made_on=made_on) if made_on <= today else values
    return values


def _understood(typed: str, now: datetime) -> tuple[Scan, PackCard]:
    """Return what was scanned and of which pack; our own label means more of a lot that is here.

    Raises:
        BarcodeMistyped, LabelUnreadable: It was read or typed wrong.
        BarcodeUnknown, NothingFound: No pack has this barcode, or is called so.
    """
    labelled = lot_of_label(typed.strip())
    if labelled is not None:
        lot = Lot.objects.filter(pk=labelled).first()
        if lot is None:
            raise NothingFound(text=typed.strip()[:60])
        again = Scan(typed, lot=lot.code, made_on=lot.made_on, expires_on=lot.expires_on)
        return again, _card(lot.variant_id)
    scan = read_scan(typed, today=shop_date(now))
    code = scan.barcode or scan.text.upper()
    card = catalog.packs_by_code(codes=[code]).get(code)
    if card is None:
        raise BarcodeUnknown(barcode=code) if scan.barcode else NothingFound(text=scan.text)
    return scan, card


def _line_for(note: DeliveryNote, card: PackCard, lot: str) -> DeliveryLine:
    """Return the line that a scan means: of that lot, else of one still unknown, else a new one."""
    lines = list(note.lines.filter(variant_id=card.id).order_by("-pk"))
    wanted = [line for line in lines if line.code == lot] if lot else lines
    wanted += [line for line in lines if not line.code]
    return wanted[0] if wanted else DeliveryLine(note=note, variant_id=card.id)


def _write(line: DeliveryLine, values: LineValues, *, card: PackCard, today: date) -> None:
    values = checked_values(values, today=today)
    values = with_other_date(values, shelf_life_days=card.shelf_life_days, today=today)
    for name, value in asdict(values).items():
        setattr(line, name, value)
    try:
        with transaction.atomic():
            line.save()
    except IntegrityError as error:
        raise LineKnown(lot=values.code or "—") from error


def _values_of(line: DeliveryLine) -> LineValues:
    return LineValues(
        code=line.code, made_on=line.made_on, expires_on=line.expires_on, quantity=line.quantity,
        cost=line.cost, temperature=line.temperature, shelf=line.shelf,
    )  # fmt: skip


def _lock_line(note_id: int, line_id: int) -> tuple[DeliveryNote, DeliveryLine]:
    note = lock_draft(note_id)
    line = note.lines.filter(pk=line_id).first()
    if line is None:
        raise DeliveryLineNotFound
    return note, line


def _set_refusal(note_id: int, line_id: int, reason: str) -> DeliveryLine:
    note, line = _lock_line(note_id, line_id)
    if line.refusal != reason:
        line.refusal = reason
        line.save(update_fields=["refusal", "updated_at"])
        touch(note)
    return line


def _card(variant_id: int) -> PackCard:
    cards = catalog.packs_by_id(ids=[variant_id])
    if variant_id not in cards:
        raise VariantNotFound
    return cards[variant_id]


def _is_price(cost: Decimal) -> bool:
    return cost.is_finite() and 0 <= cost <= _MOST_COST and cost == cost.quantize(Decimal("0.01"))
