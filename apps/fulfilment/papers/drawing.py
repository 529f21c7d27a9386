"""Letters and bars: fonts with Cyrillic in them, text that fits its place, Code 128."""

from functools import cache
from typing import Any

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from apps.core.fonts import font_file

PLAIN, BOLD = "Shop", "Shop-Bold"
_SPACES = str.maketrans({"\u202f": "\u00a0", "\u2009": "\u00a0"})
_ELLIPSIS = "…"
# Two dots of a thermal printer (203 dpi): thinner bars run together. A quiet zone is ten bars.
_THINNEST, _QUIET = 0.25 * mm, 10


@cache
def _faces() -> dict[str, Any]:
    """Register the shop's fonts, once a process, and return them."""
    for name in (PLAIN, BOLD):
        pdfmetrics.registerFont(TTFont(name, str(font_file(bold=name == BOLD))))
    pdfmetrics.registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD, italic=PLAIN, boldItalic=BOLD)
    return {name: pdfmetrics.getFont(name) for name in (PLAIN, BOLD)}


def printable(text: str) -> str:
    """Return the text without letters that the fonts have not got: an emoji becomes nothing."""
    known = _faces()[PLAIN].face.charToGlyph
    kept = "".join(c for c in text.translate(_SPACES) if ord(c) in known)
    return " ".join(kept.replace("\u00a0", "\u2007").split()).replace("\u2007", "\u00a0")


def width_of(text: str, font: str, size: float) -> float:
    """Return how wide the text is, in points."""
    _faces()
    return float(pdfmetrics.stringWidth(text, font, size))


def wrap(text: str, *, font: str, size: float, width: float, most: int) -> list[str]:
    """Return the text in at most so many lines of that width; the last one may end in an ellipsis.

    A word that is wider than a line is broken.
    """
    lines, line = [], ""
    for word in _pieces(printable(text), font, size, width):
        longer = f"{line} {word}".strip()
        if line and width_of(longer, font, size) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    lines.append(line)
    if len(lines) > most:
        rest = " ".join(lines[most - 1 :])
        lines = [*lines[: most - 1], shorten(rest, font=font, size=size, width=width)]
    return [one for one in lines if one]


def shorten(text: str, *, font: str, size: float, width: float) -> str:
    """Return as much of the text as fits into the width, with an ellipsis if not all of it."""
    if width_of(text, font, size) <= width:
        return text
    while text and width_of(text + _ELLIPSIS, font, size) > width:
        text = text[:-1]
    return text.rstrip() + _ELLIPSIS


def fitting_size(text: str, *, font: str, width: float, most: float, least: float) -> float:
    """Return the largest size at which the text fits into the width, never below the least."""
    natural = width_of(text, font, most)
    # A hair smaller, so that rounding never cuts off what was made to fit.
    return max(least, min(most, 0.998 * most * width / natural if natural else most))


def draw_line(
    canvas: Any, text: str, *, x: float, y: float, width: float, font: str = PLAIN,
    most: float, least: float = 5, align: str = "left",
) -> None:  # fmt: skip
    """Draw one line as large as it fits; where even the least size does not, it is shortened."""
    text = printable(text)
    size = fitting_size(text, font=font, width=width, most=most, least=least)
    text = shorten(text, font=font, size=size, width=width)
    canvas.setFont(font, size)
    if align == "center":
        canvas.drawCentredString(x + width / 2, y, text)
    elif align == "right":
        canvas.drawRightString(x + width, y, text)
    else:
        canvas.drawString(x, y, text)


def draw_lines(
    canvas: Any, text: str, *, x: float, y: float, width: float, font: str = PLAIN, size: float,
    most: int,
) -> float:  # fmt: skip
    """Draw text from its first base line down, and return the next base line."""
    lines = wrap(text, font=font, size=size, width=width, most=most)
    canvas.setFont(font, size)
    for line in lines:
        canvas.drawString(x, y, line)
        y -= size * 1.15
    return y


def barcode(text: str, *, width: float, height: float) -> Code128:
    """Return a Code 128 that fills the width, quiet zones included, with bars a scanner can read.

    Raises:
        ValueError: The text needs thinner bars than can be read, or can't be encoded.
    """
    modules = Code128(text, barWidth=1, barHeight=1, quiet=0).width
    bar = width / (modules + 2 * _QUIET)
    if bar < _THINNEST:
        raise ValueError(f"{text!r} does not fit into a label")
    edge = _QUIET * bar
    return Code128(
        text, barWidth=bar, barHeight=height, quiet=1, lquiet=edge, rquiet=edge, humanReadable=0
    )


def _pieces(text: str, font: str, size: float, width: float) -> list[str]:
    """Return the words of a text, those that are wider than a line cut into pieces that fit."""
    pieces = []
    for word in text.split(" "):
        rest = word
        while width_of(rest, font, size) > width and len(rest) > 1:
            cut = len(rest) - 1
            while cut > 1 and width_of(rest[:cut], font, size) > width:
                cut -= 1
            pieces.append(rest[:cut])
            rest = rest[cut:]
        pieces.append(rest)
    return pieces
