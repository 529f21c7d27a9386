"""What the page of a stocktake shows; a blind one hides what the books say until it is reviewed."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.admin import money, short_moment
from apps.inventory import selectors
from apps.inventory.admin.work import Refused
from apps.inventory.dto import StocktakeState
from apps.inventory.models import Lot, Stocktake
from apps.inventory.selectors.stocktakes import CountedLot, Sheet


@dataclass(frozen=True)
class LotView:
    """A lot to count, with its form's text and what is said of it."""

    row: CountedLot
    key: str
    name: str
    counted: str
    seen: str
    label: str
    tone: str
    facts: str
    difference: str
    value: str
    notes: tuple[str, ...]
    refused: str
    is_open: bool


@dataclass(frozen=True)
class StocktakePage:
    """A stocktake at a glance. `candidates` are the lots that a scan may have meant."""

    stocktake: Stocktake
    place: str
    facts: tuple[tuple[str, str], ...]
    lots: tuple[LotView, ...]
    counted: int
    candidates: tuple[Lot, ...]
    left_out: tuple[Lot, ...]
    typed: str
    value: str
    differing: int

    @property
    def is_said(self) -> bool:
        """Whether a refusal is said at the lot that it is about."""
        return any(view.refused for view in self.lots)


def stocktake_page(
    *, stocktake_id: int, refused: Refused | None, focus: str, found: Iterable[Lot] = ()
) -> StocktakePage:
    """Return everything that the page of a stocktake shows.

    Raises:
        StocktakeNotFound: There is no such stocktake.
    """
    sheet = selectors.sheet(stocktake_id=stocktake_id)
    taken = sheet.stocktake
    running = taken.state == StocktakeState.COUNTING
    # Whoever counts goes from lot to lot: what is done sinks to the end.
    rows = sorted(sheet.lots, key=lambda row: row.is_counted) if running else sheet.lots
    return StocktakePage(
        stocktake=taken,
        place=selectors.place_name(taken),
        facts=_facts(taken),
        lots=tuple(_lot(row, taken, refused, focus) for row in rows),
        counted=sheet.counted,
        candidates=tuple(found),
        left_out=tuple(selectors.left_out(stocktake=taken)) if running else (),
        typed=refused.typed.get("typed", "") if refused else "",
        value=money(sheet.value),
        differing=len(sheet.differing),
    )


def review(sheet: Sheet) -> tuple[LotView, ...]:
    """Return the lots that differ, as whoever confirms them must see them, blind or not."""
    return tuple(_lot(row, sheet.stocktake, None, "", hide=False) for row in sheet.differing)


def _facts(taken: Stocktake) -> tuple[tuple[str, str], ...]:
    closed = short_moment(taken.closed_at) if taken.closed_at else ""
    books = _("hidden while counting") if taken.is_blind else _("shown")
    facts = (
        (_("in charge"), str(taken.keeper or "")),
        (_("started"), f"{short_moment(taken.started_at)}, {taken.started_by or '—'}"),
        (_("closed"), closed),
        (_("by the books"), "" if closed else books),
    )
    return tuple((name, value) for name, value in facts if value)


def _lot(
    row: CountedLot,
    taken: Stocktake,
    refused: Refused | None,
    focus: str,
    *,
    hide: bool | None = None,
) -> LotView:
    running = taken.state == StocktakeState.COUNTING
    hidden = (running and taken.is_blind) if hide is None else hide
    lot, line = row.lot, row.line
    mine = refused if refused and refused.typed.get("lot") == str(lot.pk) else None
    counted = "" if line.counted is None else str(line.counted)
    label, tone = _label(row, hidden)
    return LotView(
        row=row,
        key=f"lot-{lot.pk}",
        name=lot.variant.product.name,
        counted=mine.typed.get("counted", counted) if mine else counted,
        seen=counted,
        label=label,
        tone=tone,
        facts=_counted_by(row),
        difference="" if hidden or row.difference is None else _signed(row.difference),
        value="" if hidden or not row.difference else money(row.value),
        notes=_notes(row, hidden=hidden),
        refused=mine.sentence if mine else "",
        is_open=running and (not row.is_counted or str(lot.pk) == focus or mine is not None),
    )


def _signed(units: int) -> str:
    """Return a change of units with its sign, a true minus."""
    return f"{units:+d}".replace("-", "−")


def _label(row: CountedLot, hidden: bool) -> tuple[str, str]:
    if not row.is_counted:
        return _("not counted"), ""
    if row.is_stale:
        return _("count again"), "danger"
    if hidden:
        return _("counted"), "success"
    if not row.difference:
        return _("agrees"), "success"
    return (_("missing"), "danger") if row.difference < 0 else (_("surplus"), "warning")


def _counted_by(row: CountedLot) -> str:
    line = row.line
    if line.counted_at is None:
        return ""
    return f"{line.counted_by or '—'}, {short_moment(line.counted_at)}"


def _notes(row: CountedLot, *, hidden: bool) -> tuple[str, ...]:
    notes = []
    if row.is_stale:
        notes.append(_("Its books were corrected since it was counted: please count it again."))
    if row.is_stray:
        where = row.lot.shelf or _("no shelf")
        notes.append(
            _("By the books it stands at %(shelf)s: count all of it, wherever it stands.")
            % {"shelf": where}
        )
    if row.lot.in_hand and not row.is_counted:
        told = ngettext(
            "%(units)s unit of it lies in a box that is being packed: do not count it.",
            "%(units)s units of it lie in boxes that are being packed: do not count them.",
            row.lot.in_hand,
        )
        notes.append(told % {"units": row.lot.in_hand})
    if row.moved and not hidden:
        notes.append(
            _("%(units)s since it was counted, by picks and deliveries: no difference comes of it.")
            % {"units": _signed(row.moved)}
        )
    return tuple(notes)
