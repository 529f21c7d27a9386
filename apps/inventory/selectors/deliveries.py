"""Questions about delivery notes: what stands on them, and what booking would make of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.core.errors import ShopError
from apps.core.money import format_money
from apps.core.time import shop_date
from apps.inventory.cold_chain import Condition, as_read, condition_of, limit_of
from apps.inventory.dto import LineOutcome, LotStatus
from apps.inventory.errors import (
    DeliveryNotFound,
    LineIncomplete,
    LotDiffers,
    LotNotToppedUp,
    TemperatureMissing,
    TooWarm,
)
from apps.inventory.models import DeliveryLine, DeliveryNote, DeliveryNoteQuerySet, Lot
from apps.inventory.shelf_life import has_left_sale, last_day_of_sale

LotKey = tuple[int, str]


@dataclass(frozen=True)
class Verdict:
    """What booking makes of a line: an outcome, or the problems that stand in its way.

    `lot` is the lot that its units would be added to. `quarantine` says why they are put aside.
    `leaves_at_once` tells that they would never be sold.
    """

    outcome: LineOutcome | None
    problems: tuple[ShopError, ...] = ()
    lot: Lot | None = None
    quarantine: str = ""
    leaves_at_once: bool = False


def deliveries() -> DeliveryNoteQuerySet:
    """Return every note with its counts, newest first, still open to filters and pages."""
    return (
        DeliveryNote.objects.select_related("opened_by", "closed_by")
        .annotate(line_count=Count("lines"), units=Sum("lines__quantity", default=0))
        .order_by("-arrived_at", "-pk")
    )


def delivery(*, note_id: int) -> DeliveryNote:
    """Return a note.

    Raises:
        DeliveryNotFound: There is none with this id.
    """
    note = deliveries().filter(pk=note_id).first()
    if note is None:
        raise DeliveryNotFound
    return note


def delivery_lines(*, note_id: int) -> list[DeliveryLine]:
    """Return a note's lines with their packs and lots, in the order they were added."""
    rows = DeliveryLine.objects.filter(note_id=note_id)
    return list(rows.select_related("variant__product", "lot").order_by("pk"))


def suppliers(*, limit: int = 50) -> list[str]:
    """Return the suppliers of the newest notes and lots, to choose from."""
    notes = DeliveryNote.objects.order_by("-pk").values_list("supplier", flat=True)[:200]
    lots = Lot.objects.order_by("-pk").values_list("supplier", flat=True)[:200]
    return list(dict.fromkeys(name for name in (*notes, *lots) if name))[:limit]


def known_lots(lines: Iterable[DeliveryLine]) -> dict[LotKey, Lot]:
    """Return the lots that are here already, by variant and code, with one query."""
    return lots_by_key({(line.variant_id, line.code) for line in lines if line.code})


def lots_by_key(keys: Iterable[LotKey]) -> dict[LotKey, Lot]:
    """Return lots by variant and code, with one query."""
    wanted = set(keys)
    if not wanted:
        return {}
    rows = Lot.objects.filter(
        variant_id__in={variant for variant, _code in wanted},
        code__in={code for _variant, code in wanted},
    ).order_by("pk")
    return {(lot.variant_id, lot.code): lot for lot in rows}


def verdicts(
    *,
    note: DeliveryNote,
    lines: Sequence[DeliveryLine],
    known: Mapping[LotKey, Lot],
    now: datetime,
) -> dict[int, Verdict]:
    """Return what booking would make of each line, by its id."""
    today = shop_date(now)
    return {line.pk: _verdict(note, line, known.get((line.variant_id, line.code)), today)
            for line in lines}  # fmt: skip


def _verdict(note: DeliveryNote, line: DeliveryLine, lot: Lot | None, today: date) -> Verdict:
    if line.outcome:
        return Verdict(LineOutcome(line.outcome), lot=line.lot)
    if line.refusal:
        return Verdict(LineOutcome.RETURNED)
    problems: list[ShopError] = []
    if missing := _missing(line):
        problems.append(LineIncomplete(missing=", ".join(missing)))
    quarantine = ""
    try:
        quarantine = _quarantine(note, line)
    except ShopError as error:
        problems.append(error)
    if lot is not None and (refusal := _refused_by(lot, line, warm=bool(quarantine))):
        problems.append(refusal)
    if problems:
        return Verdict(None, tuple(problems), lot)
    return Verdict(_outcome(lot, quarantine), lot=lot, quarantine=quarantine,
                   leaves_at_once=_leaves_at_once(line, today))  # fmt: skip


def _missing(line: DeliveryLine) -> list[str]:
    needed = (
        (line.quantity, _("how many units")),
        (line.code, _("the lot code")),
        (line.made_on, _("the day of making")),
        (line.expires_on, _("the day of expiry")),
    )
    return [name for value, name in needed if not value]


def _quarantine(note: DeliveryNote, line: DeliveryLine) -> str:
    """Return why the goods are put aside, empty if they are cold enough.

    Raises:
        TemperatureMissing: Nobody has measured.
        TooWarm: They can only go back.
    """
    temperature = line.temperature if line.temperature is not None else note.temperature
    if temperature is None:
        raise TemperatureMissing
    storage = line.variant.product.storage_class
    condition = condition_of(temperature=temperature, storage_class=storage)
    limit = limit_of(storage)
    if condition == Condition.THAWED:
        raise TooWarm(temperature=as_read(temperature), limit=as_read(limit))
    if condition == Condition.FIT:
        return ""
    return _("%(temperature)s at arrival, the limit is %(limit)s") % {
        "temperature": as_read(temperature),
        "limit": as_read(limit),
    }


def _refused_by(lot: Lot, line: DeliveryLine, *, warm: bool) -> ShopError | None:
    """Return why units can't be added to a lot that is here."""
    if lot.status == LotStatus.RECALLED or (warm and lot.status == LotStatus.OK):
        return LotNotToppedUp(lot=lot.code)
    dates = (line.made_on or lot.made_on, line.expires_on or lot.expires_on)
    cost = line.cost if line.cost is not None else lot.cost
    if dates == (lot.made_on, lot.expires_on) and cost == lot.cost:
        return None
    return LotDiffers(
        lot=lot.code,
        made_on=date_format(lot.made_on, "SHORT_DATE_FORMAT"),
        expires_on=date_format(lot.expires_on, "SHORT_DATE_FORMAT"),
        cost="—" if lot.cost is None else format_money(lot.cost),
    )


def _outcome(lot: Lot | None, quarantine: str) -> LineOutcome:
    if quarantine or (lot is not None and lot.status == LotStatus.QUARANTINED):
        return LineOutcome.QUARANTINED
    return LineOutcome.RECEIVED if lot is None else LineOutcome.TOPPED_UP


def _leaves_at_once(line: DeliveryLine, today: date) -> bool:
    if line.expires_on is None:
        return False
    days = line.variant.product.minimum_remaining_days
    sell_by = last_day_of_sale(expires_on=line.expires_on, minimum_remaining_days=days)
    return has_left_sale(sell_by, today=today)
