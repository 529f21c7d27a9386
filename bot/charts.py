"""A chart of sales as a picture for the chat: bars that a phone shows well. Pure."""

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from io import BytesIO
from math import ceil, floor

from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont

from apps.core.fonts import font_file
from apps.core.measures import decimal_text
from bot.staff_selectors import Bar

# Twice what a phone shows, so that letters stay sharp.
_WIDTH, _HEIGHT = 1200, 720
_LEFT, _RIGHT, _TOP, _BOTTOM = 140, 50, 190, 90
_PAPER, _INK, _PALE, _LINE = "#ffffff", "#0f172a", "#64748b", "#e2e8f0"
_BAR, _LAST, _BELOW = "#93c5fd", "#2563eb", "#f97316"
_STEPS = (1, 2, 5, 10)
_LINES = 4
# Labels of days of a month stand under every so many bars.
_LABELS = 16


def sales_chart(*, title: str, figure: str, bars: Sequence[Bar]) -> bytes:
    """Return a PNG with a headline, a large figure and a bar for each hour or day.

    The last bar, which is the present one, is the darkest; sums below zero hang down.
    """
    picture = Image.new("RGB", (_WIDTH, _HEIGHT), _PAPER)
    pen = ImageDraw.Draw(picture)
    pen.text((50, 36), title, fill=_PALE, font=_font(36))
    pen.text((50, 84), figure, fill=_INK, font=_font(64, bold=True))
    scale = _scale([bar.amount for bar in bars])
    _grid(pen, scale)
    _bars(pen, bars, top=scale[-1], bottom=scale[0])
    output = BytesIO()
    picture.save(output, "PNG", optimize=True)
    return output.getvalue()


def _scale(amounts: Sequence[Decimal]) -> list[Decimal]:
    """Return the round numbers beside the lines, the lowest first: zero is always among them."""
    top, low = max([*amounts, Decimal(_LINES)]), min([*amounts, Decimal(0)])
    rough = (top - low) / _LINES
    power = Decimal(1)
    while power * 10 <= rough:
        power *= 10
    step = next(power * size for size in _STEPS if power * size >= rough)
    return [step * place for place in range(floor(low / step), ceil(top / step) + 1)]


def _grid(pen: ImageDraw.ImageDraw, scale: Sequence[Decimal]) -> None:
    for amount in scale:
        y = _height_of(amount, scale[-1], scale[0])
        pen.line((_LEFT, y, _WIDTH - _RIGHT, y), fill=_LINE, width=2)
        pen.text((_LEFT - 16, y), _short(amount), fill=_PALE, font=_font(26), anchor="rm")


def _bars(pen: ImageDraw.ImageDraw, bars: Sequence[Bar], *, top: Decimal, bottom: Decimal) -> None:
    room = Decimal(_WIDTH - _LEFT - _RIGHT) / max(len(bars), 1)
    thick = min(room * Decimal("0.64"), Decimal(90))
    every = -(-len(bars) // _LABELS)
    zero = _height_of(Decimal(0), top, bottom)
    for place, bar in enumerate(bars):
        middle = _LEFT + room * place + room / 2
        y = _height_of(bar.amount, top, bottom)
        tone = _BELOW if bar.amount < 0 else _LAST if place == len(bars) - 1 else _BAR
        if y != zero:
            box = (int(middle - thick / 2), min(y, zero), int(middle + thick / 2), max(y, zero))
            radius = min(10, (box[3] - box[1]) // 2, int(thick) // 2)
            pen.rounded_rectangle(box, radius=radius, fill=tone)
        if (len(bars) - 1 - place) % every == 0:
            spot = (int(middle), _HEIGHT - _BOTTOM + 22)
            pen.text(spot, bar.label, fill=_PALE, font=_font(26), anchor="ma")


def _height_of(amount: Decimal, top: Decimal, bottom: Decimal) -> int:
    """Return where a sum stands on the picture, counted from its upper edge."""
    room = _HEIGHT - _TOP - _BOTTOM
    return _TOP + int(room * (top - amount) / (top - bottom))


def _short(amount: Decimal) -> str:
    """Return a number as short as an axis wants it: 1500 is 1.5k."""
    sign = "−" if amount < 0 else ""
    for size, text in ((10**6, _("%sM")), (10**3, _("%sk"))):
        if abs(amount) >= size:
            return sign + text % _number(abs(amount) / size)
    return sign + _number(abs(amount))


def _number(amount: Decimal) -> str:
    return decimal_text(f"{amount:.2f}".rstrip("0").rstrip("."))


@cache
def _font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font_file(bold=bold)), size)
