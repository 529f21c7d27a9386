"""A courier's run on paper, for a day without a phone."""

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, Spacer, Table

from apps.core.money import format_money
from apps.fulfilment.dto import RunCard, StopCard
from apps.fulfilment.papers.flow import MARGIN, PAGES, Marked, build, escaped, styles
from apps.fulfilment.papers.words import staff_language, window_text
from apps.payments.dto import Provider

_GRID = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LINEBELOW", (0, 0), (-1, -1), 0.4, "#999999"),
    ("LEFTPADDING", (0, 0), (-1, -1), 2),
    ("RIGHTPADDING", (0, 0), (-1, -1), 2),
]


def draw_run_sheet(run: RunCard, *, page: str = "A4") -> bytes:
    """Return a PDF with the stops of a run, with room for the temperature and a signature."""
    looks = styles(10)
    width = PAGES[page][0] - 2 * MARGIN
    with override(staff_language()):
        heads = ("№", _("Where to"), _("To take"), "°C", _("Signature"))
        rows = [[Paragraph(escaped(head), looks["small"]) for head in heads]]
        rows += [_row(stop, looks) for stop in run.stops]
        columns = [9 * mm, width - 91 * mm, 32 * mm, 16 * mm, 34 * mm]
        table = Table(rows, colWidths=columns, repeatRows=1, style=_GRID)
        story = [*_head(run, looks), table]
        return build(story, page=page, title=_("Run sheet"))


def _head(run: RunCard, looks: dict[str, Any]) -> list[Any]:
    count = len(run.stops)
    stops = ngettext("%(count)s stop", "%(count)s stops", count) % {"count": count}
    facts = " · ".join(
        part for part in (date_format(run.day, "D, j b"), run.vehicle, stops) if part
    )
    title = Marked(escaped(run.courier), looks["title"], foot=f"{_('Run sheet')} · {run.courier}")
    return [title, Paragraph(escaped(facts), looks["plain"]), Spacer(1, 4 * mm)]


def _row(stop: StopCard, looks: dict[str, Any]) -> list[Any]:
    window = window_text((stop.starts_at, stop.ends_at)) if stop.starts_at and stop.ends_at else ""
    lines = (
        (f"{stop.number} · {window}", "bold"),
        (", ".join(part for part in (stop.address, stop.address_details) if part), "plain"),
        (" ".join(part for part in (stop.contact_name, stop.phone) if part), "plain"),
        (stop.comment, "small"),
    )
    where = [Paragraph(escaped(text), looks[look]) for text, look in lines if text]
    return [Paragraph(str(stop.sequence), looks["bold"]), where,
            Paragraph(escaped(_to_take(stop)), looks["bold"]), "", ""]  # fmt: skip


def _to_take(stop: StopCard) -> str:
    if not stop.due:
        return "—"
    return f"{format_money(stop.due)}, {Provider(stop.due_as).label}"
