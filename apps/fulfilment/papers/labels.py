"""Labels for thermal printers: one page a label, in the size of the roll."""

import io
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from apps.fulfilment.dto import BoxLabel, LotLabel
from apps.fulfilment.papers.drawing import BOLD, PLAIN, barcode, draw_line, draw_lines, wrap
from apps.fulfilment.papers.words import staff_language, window_text

# Millimetres, as the rolls are sold.
SIZES: dict[str, tuple[int, int]] = {"58x40": (58, 40), "100x70": (100, 70)}
_MARGIN = 2.5


def draw_lot_labels(labels: Sequence[LotLabel], *, size: str) -> bytes:
    """Return a PDF with a label for each lot."""
    return _draw(labels, size, _("Lot labels"), _lot_label)


def draw_box_labels(labels: Sequence[BoxLabel], *, size: str) -> bytes:
    """Return a PDF with a label for each box."""
    return _draw(labels, size, _("Box labels"), _box_label)


def _draw(
    labels: Sequence[Any], size: str, title: str, draw: Callable[[Canvas, Any, float, float], None]
) -> bytes:
    width, height = (side * mm for side in SIZES[size])
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(width, height), pageCompression=1)
    canvas.setTitle(title)
    with override(staff_language()):
        for label in labels:
            draw(canvas, label, width, height)
            canvas.showPage()
    canvas.save()
    return file.getvalue()


def _lot_label(canvas: Canvas, label: LotLabel, width: float, height: float) -> None:
    """Draw a lot: name, code, dates, cold, bars at the foot; sizes follow the label's height."""
    unit, x = height / 40, _MARGIN * mm
    inner, bars = width - 2 * x, 8 * unit
    y = height - x - 2.6 * unit
    _name(canvas, label.name, x=x, y=y, width=inner, unit=unit)
    draw_line(canvas, label.code, x=x, y=height - 17.5 * unit, width=inner, font=BOLD,
              most=6 * unit, least=3 * unit)  # fmt: skip
    made = _("Made %(date)s") % {"date": _day(label.made_on)}
    weight = _("%(weight)s g") % {"weight": label.pack_weight_g}
    draw_line(canvas, f"{made} · {weight}", x=x, y=height - 21.5 * unit, width=inner,
              most=2.9 * unit)  # fmt: skip
    until = _("Best before %(date)s") % {"date": _day(label.expires_on)}
    cold = inner * 0.24
    draw_line(canvas, until, x=x, y=height - 26 * unit, width=inner - cold - 2 * unit, font=BOLD,
              most=4 * unit)  # fmt: skip
    draw_line(canvas, label.storage, x=x + inner - cold, y=height - 26 * unit, width=cold,
              font=BOLD, most=4 * unit, align="right")  # fmt: skip
    _bars(canvas, label.barcode, x, x + 2.6 * unit, inner, bars)
    foot = f"{label.barcode} · {label.sku}"
    draw_line(canvas, foot, x=x, y=x, width=inner, most=2.6 * unit, align="center")


def _name(canvas: Canvas, name: str, *, x: float, y: float, width: float, unit: float) -> None:
    """Draw a name in two lines, or a little smaller in three."""
    size, most = 3.2 * unit, 2
    if len(wrap(name, font=BOLD, size=size, width=width, most=99)) > most:
        size, most = 2.5 * unit, 3
    draw_lines(canvas, name, x=x, y=y, width=width, font=BOLD, size=size, most=most)


def _box_label(canvas: Canvas, label: BoxLabel, width: float, height: float) -> None:
    """Draw a box: its order's number as large as it goes, how cold, when and where."""
    unit, x = height / 40, _MARGIN * mm
    inner = width - 2 * x
    cold = inner * 0.3
    draw_line(canvas, label.number, x=x, y=height - x - 8.5 * unit, width=inner, font=BOLD,
              most=10.5 * unit)  # fmt: skip
    y = height - x - 14.5 * unit
    canvas.setFillGray(0)
    canvas.rect(x + inner - cold, y - 1.6 * unit, cold, 6 * unit, stroke=0, fill=1)
    canvas.setFillGray(1)
    draw_line(canvas, label.cold, x=x + inner - cold, y=y, width=cold, font=BOLD, most=4.4 * unit,
              align="center")  # fmt: skip
    canvas.setFillGray(0)
    box = _("Box %(box)s of %(boxes)s") % {"box": label.box, "boxes": label.boxes}
    draw_line(canvas, box, x=x, y=y, width=inner - cold - 2 * unit, font=BOLD, most=4.4 * unit)
    when = window_text(label.window) if label.window else _("Pickup")
    draw_line(canvas, when, x=x, y=y - 5.2 * unit, width=inner, font=BOLD, most=3.6 * unit)
    where = " · ".join(part for part in (label.place, label.contact) if part)
    draw_line(canvas, where, x=x, y=y - 9 * unit, width=inner, font=PLAIN, most=3 * unit,
              least=2.4 * unit)  # fmt: skip
    _bars(canvas, label.number, x, x, inner, 7.5 * unit)


def _bars(canvas: Canvas, text: str, x: float, y: float, width: float, height: float) -> None:
    bars = barcode(text, width=width, height=height)
    bars.drawOn(canvas, x, y)


def _day(day: date) -> str:
    return date_format(day, "d.m.Y")
