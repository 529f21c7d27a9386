"""The way of an order as a picture above its card: how far it is, at a glance. Pure.

There are as many pictures as states and languages, none of them about anybody: each is uploaded
once, and known to Telegram by a name from then on.
"""

from functools import cache
from io import BytesIO

from django.utils import translation
from PIL import Image, ImageDraw, ImageFont

from apps.core.fonts import font_file
from apps.orders import texts
from apps.orders.dto import OrderStatus

S = OrderStatus
# Drawn so many times larger, for smooth edges.
_FINE = 2
_WIDTH, _HEIGHT = 1200, 460
_PAPER, _INK, _PALE, _LINE = "#ffffff", "#0f172a", "#64748b", "#dbe3ec"
_DONE, _HALO, _WAITS, _LOST = "#2563eb", "#bfdbfe", "#f59e0b", "#dc2626"
_FIRST, _BETWEEN, _ROW, _RADIUS = 165, 290, 280, 54
_HEAD = (60, 52)
_HEAD_SIZES, _LABEL_SIZES = (64, 56, 48, 40), (34, 30, 26, 22)
_MORE_THAN_A_LABEL = 20

Box = tuple[float, float, float, float]


def draw_status(*, method: str, status: str, language: str) -> bytes:
    """Return a PNG with the name of a status and the steps of the way, those behind in colour."""
    size = (_WIDTH * _FINE, _HEIGHT * _FINE)
    picture = Image.new("RGB", size, _PAPER)
    pen = ImageDraw.Draw(picture)
    with translation.override(language):
        _headline(pen, texts.status_name(method=method, status=status), _tone(S(status)))
        _way(pen, texts.steps(method=method), texts.reached(status=status))
    output = BytesIO()
    picture.reduce(_FINE).save(output, "PNG")
    return output.getvalue()


def _tone(status: OrderStatus) -> str:
    if status in {S.CANCELLED, S.EXPIRED, S.DELIVERY_FAILED, S.RETURNED}:
        return _LOST
    return _WAITS if status == S.AWAITING_PAYMENT else _INK


def _headline(pen: ImageDraw.ImageDraw, words: str, tone: str) -> None:
    room = (_WIDTH - 2 * _HEAD[0]) * _FINE
    font = _fitting(words, _HEAD_SIZES, room, bold=True)
    pen.text((_HEAD[0] * _FINE, _HEAD[1] * _FINE), words, fill=tone, font=font)


def _way(pen: ImageDraw.ImageDraw, steps: list[tuple[OrderStatus, str]], reached: int) -> None:
    """Draw a round for each step: those behind are full, the present one has a ring."""
    for place in range(1, len(steps)):
        tone = _DONE if place < reached else _LINE
        ends = (_middle(place - 1), _ROW - 6, _middle(place), _ROW + 6)
        pen.rectangle(_fine(ends), fill=tone)
    for place, (step, words) in enumerate(steps):
        x, is_done = _middle(place), place < reached
        if place == reached - 1:
            pen.ellipse(_around(x, _RADIUS + 14), fill=_HALO)
        pen.ellipse(_around(x, _RADIUS), fill=_DONE if is_done else _LINE)
        _ICONS[step](pen, x, "#ffffff" if is_done else _PALE)
        font = _fitting(words, _LABEL_SIZES, (_BETWEEN - _MORE_THAN_A_LABEL) * _FINE)
        spot = (x * _FINE, (_ROW + _RADIUS + 40) * _FINE)
        pen.text(spot, words, fill=_INK if is_done else _PALE, font=font, anchor="ma")


def _check(pen: ImageDraw.ImageDraw, x: int, ink: str) -> None:
    points = [(x - 24, _ROW + 2), (x - 7, _ROW + 19), (x + 25, _ROW - 17)]
    pen.line([_spot(point) for point in points], fill=ink, width=10 * _FINE, joint="curve")


def _parcel(pen: ImageDraw.ImageDraw, x: int, ink: str) -> None:
    pen.rectangle(_fine((x - 25, _ROW - 22, x + 25, _ROW + 24)), outline=ink, width=6 * _FINE)
    pen.rectangle(_fine((x - 25, _ROW - 8, x + 25, _ROW - 3)), fill=ink)
    pen.rectangle(_fine((x - 4, _ROW - 22, x + 4, _ROW - 3)), fill=ink)


def _van(pen: ImageDraw.ImageDraw, x: int, ink: str) -> None:
    pen.rectangle(_fine((x - 32, _ROW - 20, x + 6, _ROW + 12)), fill=ink)
    cab = [(x + 10, _ROW - 10), (x + 22, _ROW - 10), (x + 32, _ROW + 2), (x + 32, _ROW + 12),
           (x + 10, _ROW + 12)]  # fmt: skip
    pen.polygon([_spot(point) for point in cab], fill=ink)
    for wheel in (x - 18, x + 18):
        pen.ellipse(_fine((wheel - 9, _ROW + 6, wheel + 9, _ROW + 24)), fill=ink)


def _counter(pen: ImageDraw.ImageDraw, x: int, ink: str) -> None:
    awning = [(x - 24, _ROW - 24), (x + 24, _ROW - 24), (x + 31, _ROW - 4), (x - 31, _ROW - 4)]
    pen.polygon([_spot(point) for point in awning], fill=ink)
    pen.rectangle(_fine((x - 25, _ROW - 4, x + 25, _ROW + 26)), outline=ink, width=6 * _FINE)
    pen.rectangle(_fine((x - 8, _ROW + 6, x + 8, _ROW + 26)), fill=ink)


def _house(pen: ImageDraw.ImageDraw, x: int, ink: str) -> None:
    roof = [(x - 34, _ROW + 2), (x, _ROW - 30), (x + 34, _ROW + 2)]
    pen.polygon([_spot(point) for point in roof], fill=ink)
    pen.rectangle(_fine((x - 22, _ROW + 2, x + 22, _ROW + 27)), fill=ink)


_ICONS = {
    S.PLACED: _check, S.PACKED: _parcel, S.OUT_FOR_DELIVERY: _van,
    S.READY_FOR_PICKUP: _counter, S.DELIVERED: _house,
}  # fmt: skip


def _middle(place: int) -> int:
    return _FIRST + place * _BETWEEN


def _around(x: int, radius: int) -> Box:
    return _fine((x - radius, _ROW - radius, x + radius, _ROW + radius))


def _fine(box: Box) -> Box:
    left, top, right, bottom = box
    return left * _FINE, top * _FINE, right * _FINE, bottom * _FINE


def _spot(point: tuple[int, int]) -> tuple[int, int]:
    return point[0] * _FINE, point[1] * _FINE


def _fitting(
    words: str, sizes: tuple[int, ...], room: int, *, bold: bool = False
) -> ImageFont.FreeTypeFont:
    """Return the largest of some fonts in which words fit into a room, else the smallest."""
    fonts = [_font(size * _FINE, bold=bold) for size in sizes]
    return next((font for font in fonts if font.getlength(words) <= room), fonts[-1])


@cache
def _font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font_file(bold=bold)), size)
