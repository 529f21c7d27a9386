"""The packing slip: what its customer finds in the box, and what it costs, in their language."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override
from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, PageBreak, Paragraph, Spacer, Table

from apps.core.measures import format_weight
from apps.core.money import ZERO, format_money
from apps.core.time import shop_zone
from apps.fulfilment.dto import Slip, SlipLine
from apps.fulfilment.papers.flow import MARGIN, PAGES, Marked, build, escaped, styles
from apps.fulfilment.papers.words import pack_text, window_text

_GRID = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LINEBELOW", (0, 0), (-1, -1), 0.3, "#aaaaaa"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 2),
]
_BASE = {"A4": 10.0, "A5": 8.5}


def draw_slips(slips: Sequence[Slip], *, page: str = "A5") -> bytes:
    """Return a PDF with a packing slip for each order, each on pages of its own."""
    looks = styles(_BASE[page])
    width = PAGES[page][0] - 2 * MARGIN
    story: list[Any] = []
    for slip in slips:
        with override(slip.language):
            story += [*_head(slip, looks), _goods(slip, looks, width), _foot(slip, looks, width)]
        story.append(PageBreak())
    return build(story[:-1], page=page, title=_("Packing slips"))


def _head(slip: Slip, looks: dict[str, Any]) -> list[Any]:
    day = date_format(slip.placed_at.astimezone(shop_zone()).date(), "j E Y")
    facts = [
        _("Order of %(day)s") % {"day": day},
        " · ".join(part for part in (slip.contact, slip.address) if part),
        window_text(slip.window) if slip.window else "",
    ]
    title = _("Order %s") % slip.number
    return [
        Paragraph(escaped(str(settings.SHOP_NAME)), looks["bold"]),
        Marked(escaped(title), looks["title"], foot=title),
        *(Paragraph(escaped(fact), looks["plain"]) for fact in facts if fact),
        Spacer(1, 4 * mm),
    ]


def _goods(slip: Slip, looks: dict[str, Any], width: float) -> Table:
    heads = (_("Product"), _("Units"), _("Price"), _("Sum"))
    sides = (looks["small"], looks["small"], looks["head"], looks["head"])
    rows: list[list[Any]] = [
        [Paragraph(escaped(head), side) for head, side in zip(heads, sides, strict=True)]
    ]
    rows += [_row(line, looks) for line in slip.lines]
    columns = [width - 62 * mm, 16 * mm, 22 * mm, 24 * mm]
    return Table(rows, colWidths=columns, repeatRows=1, style=_GRID)


def _row(line: SlipLine, looks: dict[str, Any]) -> list[Any]:
    weight = pack_text(line.pack_weight_g, is_weighed=line.is_weighed)
    if line.weight_g:
        weight = _("weighed: %s") % format_weight(line.weight_g)
    name = [
        Paragraph(escaped(line.name), looks["bold"]),
        Paragraph(escaped(f"{line.sku} · {weight}"), looks["small"]),
    ]
    if line.allergens:
        contains = _("Allergens: %s") % ", ".join(line.allergens)
        name.append(Paragraph(escaped(contains), looks["small"]))
    units = str(line.packed)
    if line.packed < line.ordered:
        units = _("%(packed)s of %(ordered)s") % {"packed": line.packed, "ordered": line.ordered}
    return [
        name,
        Paragraph(escaped(units), looks["plain"]),
        Paragraph(escaped(format_money(line.unit_price)), looks["right"]),
        Paragraph(escaped(format_money(line.total)), looks["right"]),
    ]


def _foot(slip: Slip, looks: dict[str, Any], width: float) -> KeepTogether:
    goods = sum((line.total for line in slip.lines), ZERO)
    sums = [(_("Goods"), goods)]
    if slip.discount:
        sums.append((_("Discount"), slip.discount))
    if slip.window:
        sums.append((_("Delivery"), slip.delivery_fee))
    right = looks["right"]
    rows = [[Paragraph(escaped(name), right), Paragraph(escaped(format_money(amount)), right)]
            for name, amount in sums]  # fmt: skip
    due = _("Paid") if slip.is_paid else _("To pay")
    rows.append([Paragraph(escaped(due), looks["total"]),
                 Paragraph(escaped(format_money(slip.total)), looks["total"])])  # fmt: skip
    table = Table(rows, colWidths=[width - 34 * mm, 34 * mm], style=[
        ("RIGHTPADDING", (0, 0), (-1, -1), 2), ("TOPPADDING", (0, 0), (-1, -1), 1),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
    ])  # fmt: skip
    words = [_("Keep the food frozen. Don't freeze it again once it has thawed.")]
    if settings.SHOP_PHONE:
        words.append(_("Something wrong? Call us: %s") % settings.SHOP_PHONE)
    said = [Paragraph(escaped(text), looks["small"]) for text in words]
    return KeepTogether([Spacer(1, 2 * mm), table, Spacer(1, 4 * mm), *said])
