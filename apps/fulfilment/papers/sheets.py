"""The pick list on paper, for a day without a phone."""

from collections.abc import Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from reportlab.lib.units import mm
from reportlab.platypus import PageBreak, Paragraph, Spacer, Table

from apps.catalog.dto import StorageClass
from apps.core.measures import format_weight
from apps.fulfilment.dto import PickLine, PickSheet, ShortCause
from apps.fulfilment.papers.drawing import barcode
from apps.fulfilment.papers.flow import MARGIN, PAGES, Marked, build, escaped, styles
from apps.fulfilment.papers.words import pack_text, staff_language, window_text

_GRID = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LINEBELOW", (0, 0), (-1, -1), 0.4, "#999999"),
    ("LEFTPADDING", (0, 0), (-1, -1), 2),
    ("RIGHTPADDING", (0, 0), (-1, -1), 2),
]


def draw_pick_sheets(sheets: Sequence[PickSheet], *, page: str = "A4") -> bytes:
    """Return a PDF with a pick list for each order, each on pages of its own."""
    looks = styles(10)
    width = PAGES[page][0] - 2 * MARGIN
    story: list[Any] = []
    with override(staff_language()):
        for sheet in sheets:
            story += [*_head(sheet, looks, width), _table(sheet, looks, width), PageBreak()]
        return build(story[:-1], page=page, title=_("Pick lists"))


def _head(sheet: PickSheet, looks: dict[str, Any], width: float) -> list[Any]:
    number = sheet.listed.number
    when = window_text(sheet.window) if sheet.window else _("Pickup")
    units = sheet.listed.units
    count = ngettext("%(count)s unit", "%(count)s units", units) % {"count": units}
    facts = f"{when} · {sheet.place} · {count}"
    title = Marked(escaped(number), looks["title"], foot=_("Pick list %s") % number)
    bars = barcode(number, width=60 * mm, height=12 * mm)
    head = Table([[[title, Paragraph(escaped(facts), looks["plain"])], bars]],
                 colWidths=[width - 64 * mm, 64 * mm], style=[("VALIGN", (0, 0), (-1, -1), "TOP"),
                 ("LEFTPADDING", (0, 0), (-1, -1), 0)])  # fmt: skip
    parts: list[Any] = [head]
    if sheet.listed.comment:
        parts.append(Paragraph(escaped(sheet.listed.comment), looks["bold"]))
    return [*parts, Spacer(1, 4 * mm)]


def _table(sheet: PickSheet, looks: dict[str, Any], width: float) -> Table:
    heads = (_("Product"), _("Shelf, lot, best before"), _("Take"), _("Taken"))
    rows = [[Paragraph(escaped(head), looks["small"]) for head in heads]]
    rows += [_row(line, looks) for line in sheet.listed.lines]
    columns = [width - 96 * mm, 58 * mm, 16 * mm, 22 * mm]
    return Table(rows, colWidths=columns, repeatRows=1, style=_GRID)


def _row(line: PickLine, looks: dict[str, Any]) -> list[Any]:
    cold = str(StorageClass(line.storage_class).label) if line.storage_class else ""
    weight = pack_text(line.pack_weight_g, is_weighed=line.is_weighed)
    facts = " · ".join(part for part in (line.sku, weight, cold) if part)
    name = [Paragraph(escaped(line.name), looks["bold"]), Paragraph(escaped(facts), looks["small"])]
    taken = [(lot.shelf, lot.code, lot.expires_on, lot.quantity) for lot in line.picked]
    taken += [(lot.shelf, lot.code, lot.expires_on, lot.quantity) for lot in line.lots]
    lots = [
        Paragraph(
            (f"<b>{escaped(shelf)}</b> · " if shelf else "")
            + f"<b>{escaped(code)}</b> · {date_format(expires_on, 'd.m.Y')} × {quantity}",
            looks["plain"],
        )
        for shelf, code, expires_on, quantity in taken
    ]
    if line.short:
        lots.append(Paragraph(escaped(str(ShortCause(line.short).label)), looks["bold"]))
    elif line.missing:
        lots.append(Paragraph(_("not to be had: %s") % line.missing, looks["bold"]))
    if line.is_weighed:
        blank = format_weight(line.weight_g) if line.weight_g else _("______ g")
        lots.append(Paragraph(_("Weight: %s") % blank, looks["bold"]))
    mark = f"{line.in_box}" if line.in_box else "□"
    return [name, lots, Paragraph(str(line.quantity), looks["title"]),
            Paragraph(mark, looks["title"])]  # fmt: skip
