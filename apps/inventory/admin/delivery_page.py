"""What the page of a delivery note shows, read in a handful of queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.catalog import selectors as catalog
from apps.catalog.dto import PackCard
from apps.core.admin import money, short_moment
from apps.inventory import selectors
from apps.inventory.admin.work import Refused
from apps.inventory.cold_chain import as_read, limit_of
from apps.inventory.dto import LineOutcome
from apps.inventory.errors import LineIncomplete
from apps.inventory.models import DeliveryLine, DeliveryNote
from apps.inventory.selectors.deliveries import Verdict

_FIELDS = ("quantity", "code", "made_on", "expires_on", "temperature", "cost", "shelf")
_TONES = {
    LineOutcome.RECEIVED: "success",
    LineOutcome.TOPPED_UP: "info",
    LineOutcome.QUARANTINED: "warning",
    LineOutcome.RETURNED: "danger",
}


@dataclass(frozen=True)
class LineView:
    """A line with its form's texts and what booking makes of it."""

    line: DeliveryLine
    key: str
    name: str
    values: Mapping[str, str]
    label: str
    tone: str
    notes: tuple[str, ...]
    limit: str
    cost: str
    refused: str
    is_open: bool


@dataclass(frozen=True)
class DeliveryPage:
    """A note at a glance. `candidates` are the packs that a text which was no barcode may mean."""

    note: DeliveryNote
    facts: tuple[tuple[str, str], ...]
    cold: str
    lines: tuple[LineView, ...]
    units: int
    unready: int
    candidates: tuple[PackCard, ...]
    typed: str

    @property
    def is_said(self) -> bool:
        """Whether a refusal is said at the line that it is about."""
        return any(view.refused for view in self.lines)


def delivery_page(
    *, note_id: int, refused: Refused | None, focus: str, now: datetime
) -> DeliveryPage:
    """Return everything that the page of a note shows.

    Raises:
        DeliveryNotFound: There is no such note.
    """
    note = selectors.delivery(note_id=note_id)
    lines = selectors.delivery_lines(note_id=note.pk)
    found = selectors.verdicts(note=note, lines=lines, known=selectors.known_lots(lines), now=now)
    typed = refused.typed if refused else {}
    unready = [line.pk for line in lines if found[line.pk].problems]
    # One line stands open, the one in hand; the others are unfolded by a tap.
    opened = typed.get("line") or focus or (str(unready[-1]) if unready else "")
    searched = typed.get("typed", "")
    return DeliveryPage(
        note=note,
        facts=_facts(note),
        cold="" if note.temperature is None else as_read(note.temperature),
        lines=tuple(_line(line, found[line.pk], refused, opened) for line in reversed(lines)),
        units=sum(line.quantity for line in lines if not line.refusal),
        unready=len(unready),
        candidates=tuple(catalog.find_packs(text=searched)) if searched else (),
        typed=searched,
    )


def outcomes(*, note_id: int, now: datetime) -> tuple[tuple[str, str, int, int], ...]:
    """Return what booking would make of a note: label, tone, lines and units of each outcome."""
    note = selectors.delivery(note_id=note_id)
    lines = selectors.delivery_lines(note_id=note_id)
    found = selectors.verdicts(note=note, lines=lines, known=selectors.known_lots(lines), now=now)
    groups: dict[tuple[str, str], list[int]] = {}
    for line in lines:
        outcome = found[line.pk].outcome
        tone = _TONES[outcome] if outcome else _tone(found[line.pk])
        groups.setdefault((_label(line, found[line.pk]), tone), []).append(line.quantity)
    return tuple((*group, len(units), sum(units)) for group, units in groups.items())


def _facts(note: DeliveryNote) -> tuple[tuple[str, str], ...]:
    unknown = _("not measured")
    closed = short_moment(note.closed_at) if note.closed_at else ""
    facts = (
        (_("supplier"), note.supplier),
        (_("arrived"), short_moment(note.arrived_at)),
        (_("temperature"), unknown if note.temperature is None else as_read(note.temperature)),
        (_("vehicle"), note.vehicle),
        (_("received by"), str(note.opened_by) if note.opened_by else ""),
        (_("closed by"), f"{note.closed_by}, {closed}" if note.closed_by else closed),
        (_("why refused"), note.refusal),
        (_("comment"), note.comment),
    )
    return tuple((name, value) for name, value in facts if value)


def _line(line: DeliveryLine, verdict: Verdict, refused: Refused | None, opened: str) -> LineView:
    mine = refused if refused and refused.typed.get("line") == str(line.pk) else None
    typed = mine.typed if mine else {}
    outcome = verdict.outcome
    return LineView(
        line=line,
        key=f"line-{line.pk}",
        name=line.variant.product.name,
        values={name: typed.get(name, _text(getattr(line, name))) for name in _FIELDS},
        label=_label(line, verdict),
        tone=_TONES[outcome] if outcome else _tone(verdict),
        notes=_notes(line, verdict),
        limit=as_read(limit_of(line.variant.product.storage_class)),
        cost=money(line.cost),
        refused=mine.sentence if mine else "",
        is_open=str(line.pk) == opened,
    )


def _label(line: DeliveryLine, verdict: Verdict) -> str:
    if verdict.outcome is None:
        return _("not ready")
    if verdict.outcome == LineOutcome.RECEIVED and not line.outcome:
        return _("ready")
    return str(verdict.outcome.label)


def _tone(verdict: Verdict) -> str:
    """Tell a line that is not finished from one that can't be booked like this."""
    is_unfinished = all(isinstance(problem, LineIncomplete) for problem in verdict.problems)
    return "warning" if is_unfinished else "danger"


def _notes(line: DeliveryLine, verdict: Verdict) -> tuple[str, ...]:
    """Return what a person should know of a line before it is booked."""
    notes = [str(problem) for problem in verdict.problems]
    if line.refusal:
        notes.append(line.refusal)
    if verdict.quarantine:
        notes.append(_("Comes in quarantined: %(reason)s.") % {"reason": verdict.quarantine})
    if verdict.outcome == LineOutcome.TOPPED_UP and verdict.lot is not None and not line.outcome:
        held = ngettext("%(units)s unit", "%(units)s units", verdict.lot.remaining)
        notes.append(
            _("Lot %(lot)s is here already with %(held)s: these are added to it.")
            % {"lot": verdict.lot.code, "held": held % {"units": verdict.lot.remaining}}
        )
    if verdict.leaves_at_once and line.expires_on:
        notes.append(
            _("Expires on %(day)s: too soon to be sold, it comes in blocked.")
            % {"day": date_format(line.expires_on, "SHORT_DATE_FORMAT")}
        )
    return tuple(notes)


def _text(value: Any) -> str:
    """Return a value as an input of HTML takes it: ISO dates, decimal points, nothing for none."""
    return "" if value is None or (value == 0 and isinstance(value, int)) else str(value)
