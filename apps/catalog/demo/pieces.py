"""Model the pieces of the demo shop's pictures: food that no emoji shows, out of shaded shapes.

A piece is a square RGBA image, CELL pixels wide. `recipes.json` names each one: an emoji's code point,
the same recoloured (turn of hue in degrees, saturation and brightness as factors), or a model below
with its colour and what is strewn over it.
"""

import json
import math
import random
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops, ImageDraw, ImageFilter

HERE = Path(__file__).parent
CELL = 512

Colour = tuple[int, int, int]
RECIPES: dict[str, Any] = json.loads((HERE / "recipes.json").read_text(encoding="utf-8"))
artwork = {"folder": Path()}


def dice_for(seed: str) -> random.Random:
    """Return dice that always fall the same way for a seed."""
    return random.Random(seed)  # noqa: S311


def place(
    canvas: Image.Image,
    piece: Image.Image,
    centre: tuple[float, float],
    size: float,
    angle: float = 0.0,
    shadow: float = 0.45,
) -> None:
    """Lay a piece on the canvas with a soft shadow below it; `size` in pixels, `angle` in degrees."""
    side = max(8, round(size))
    piece = piece.resize((side, side), Image.Resampling.LANCZOS)
    piece = piece.rotate(angle, Image.Resampling.BICUBIC, expand=True)
    x, y = round(centre[0] - piece.width / 2), round(centre[1] - piece.height / 2)
    margin = max(4, side // 6)
    alpha = Image.new("L", (piece.width + margin * 2, piece.height + margin * 2))
    alpha.paste(piece.getchannel("A"), (margin, margin))
    alpha = alpha.filter(ImageFilter.GaussianBlur(margin / 2.6)).point(lambda v: int(v * shadow))
    under = Image.new("RGBA", alpha.size, (28, 38, 84, 0))
    under.putalpha(alpha)
    for layer, left, top in ((under, x - margin, y - margin + side // 14), (piece, x, y)):
        whole = Image.new("RGBA", canvas.size)
        whole.paste(layer, (left, top))
        canvas.alpha_composite(whole)


def rgb(code: str) -> Colour:
    """Return the colour of a code such as `e8c48a`."""
    return int(code[:2], 16), int(code[2:4], 16), int(code[4:6], 16)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Return `one` with a share (0..1) of `other` in it."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def shape(paint: Callable[[ImageDraw.ImageDraw], None]) -> Image.Image:
    """Return the mask that `paint` draws, with smooth edges."""
    mask = Image.new("L", (CELL * 2, CELL * 2))
    paint(ImageDraw.Draw(mask))
    return mask.resize((CELL, CELL), Image.Resampling.LANCZOS)


def ellipse(left: int, top: int, right: int, bottom: int) -> Image.Image:
    """Return the mask of an ellipse inside a cell."""
    return shape(lambda d: d.ellipse((left * 2, top * 2, right * 2, bottom * 2), fill=255))


def block(left: int, top: int, right: int, bottom: int, radius: int) -> Image.Image:
    """Return the mask of a rounded rectangle inside a cell."""
    box = (left * 2, top * 2, right * 2, bottom * 2)
    return shape(lambda d: d.rounded_rectangle(box, radius * 2, fill=255))


def polygon(points: list[tuple[int, int]], soften: int = 14) -> Image.Image:
    """Return the mask of a polygon whose corners are rounded."""
    mask = shape(lambda d: d.polygon([(x * 2, y * 2) for x, y in points], fill=255))
    return mask.filter(ImageFilter.GaussianBlur(soften)).point(lambda v: max(0, min(255, (v - 112) * 8)))


def solid(mask: Image.Image, colour: Colour, depth: int = 34) -> Image.Image:
    """Model a mask as a body lit from the upper left; `depth` is the width of its edges."""
    piece = Image.new("RGB", mask.size, colour)
    soft = mask.filter(ImageFilter.GaussianBlur(depth))
    dark = ImageChops.invert(ImageChops.offset(soft, -depth, -depth)).point(lambda v: int(v * 0.8))
    light = ImageChops.invert(ImageChops.offset(soft, depth, depth)).point(lambda v: int(v * 0.62))
    piece.paste(mix(colour, (70, 20, 40), 0.55), mask=dark)
    piece.paste(mix(colour, (255, 255, 255), 0.75), mask=ImageChops.subtract(light, dark))
    piece.putalpha(mask)
    return piece


def stack(*layers: Image.Image) -> Image.Image:
    """Lay pieces over each other."""
    result = Image.new("RGBA", layers[0].size)
    for layer in layers:
        result.alpha_composite(layer)
    return result


def speckled(piece: Image.Image, colour: Colour, count: int, size: int, blur: float = 1.5) -> Image.Image:
    """Strew spots over a piece: crumbs, browning, seeds. `size` is in cell pixels."""
    dice = dice_for(f"{count} {size}")
    spots = Image.new("L", piece.size)
    pen = ImageDraw.Draw(spots)
    for _ in range(count):
        x, y, r = dice.randrange(CELL), dice.randrange(CELL), size * dice.uniform(0.5, 1.2)
        pen.ellipse((x - r, y - r * 0.8, x + r, y + r * 0.8), fill=dice.randrange(110, 235))
    spots = ImageChops.multiply(spots.filter(ImageFilter.GaussianBlur(blur)), piece.getchannel("A"))
    layer = Image.new("RGBA", piece.size, (*colour, 0))
    layer.putalpha(spots)
    return stack(piece, layer)


def strokes(piece: Image.Image, colour: Colour, lines: list[list[tuple[int, int]]], width: int) -> Image.Image:
    """Draw soft curved lines, kept within the piece."""
    mask = Image.new("L", piece.size)
    for line in lines:
        ImageDraw.Draw(mask).line(line, fill=210, width=width, joint="curve")
    mask = ImageChops.multiply(mask.filter(ImageFilter.GaussianBlur(width / 3)), piece.getchannel("A"))
    layer = Image.new("RGBA", piece.size, (*colour, 0))
    layer.putalpha(mask)
    return stack(piece, layer)


def pelmen(colour: Colour) -> Image.Image:
    """Model a round pelmen: a full belly on a pinched rim."""
    rim = ImageChops.lighter(ellipse(28, 90, 484, 450), ellipse(180, 330, 332, 486))
    body = solid(ellipse(92, 96, 420, 372), mix(colour, (255, 255, 255), 0.12), 40)
    return stack(solid(rim, colour, 22), body)


def khinkali(colour: Colour) -> Image.Image:
    """Model a khinkali: pleats gathered into a knot."""
    body = ImageChops.lighter(ellipse(40, 170, 472, 490), polygon([(200, 90), (312, 90), (450, 330), (62, 330)], 22))
    folds = [[(256, 110), (256 + k * 34, 260), (256 + k * 58, 470)] for k in range(-3, 4)]
    pleated = strokes(solid(body, colour, 36), mix(colour, (120, 70, 40), 0.6), folds, 9)
    return stack(pleated, solid(ellipse(196, 34, 316, 134), colour, 18))


def manty(colour: Colour) -> Image.Image:
    """Model a steamed manty: a soft square pinched crosswise."""
    body = solid(block(46, 96, 466, 456, 150), colour, 38)
    ridge = ImageChops.lighter(block(90, 216, 422, 270, 26), block(228, 120, 284, 400, 26))
    return stack(body, solid(ridge, mix(colour, (255, 255, 255), 0.2), 12))


def patty(colour: Colour, crumb: str = "8a4a1c") -> Image.Image:
    """Model a fried patty with a speckled crust."""
    side = solid(ellipse(24, 150, 488, 452), mix(colour, (90, 40, 10), 0.35), 20)
    top = solid(ellipse(24, 96, 488, 392), colour, 30)
    return stack(side, speckled(speckled(top, rgb(crumb), 90, 9), mix(colour, (255, 255, 255), 0.5), 60, 6))


def ball(colour: Colour, crumb: str = "") -> Image.Image:
    """Model a ball: a berry, a meatball, a scoop."""
    piece = solid(ellipse(36, 36, 476, 476), colour, 62)
    if crumb:
        return speckled(piece, rgb(crumb), 110, 9)
    glint = Image.new("RGBA", piece.size, (255, 255, 255, 0))
    glint.putalpha(ellipse(130, 104, 216, 162).filter(ImageFilter.GaussianBlur(9)))
    return stack(piece, glint)


def stick(colour: Colour, crumb: str = "") -> Image.Image:
    """Model a finger-shaped piece, lying."""
    piece = solid(block(20, 176, 492, 336, 46), colour, 26)
    return speckled(piece, rgb(crumb), 110, 7) if crumb else piece


def surimi(colour: Colour) -> Image.Image:
    """Model a crab stick: white flesh under a coloured skin."""
    skin = solid(block(20, 176, 492, 250, 36), colour, 14)
    return stack(solid(block(20, 176, 492, 330, 46), (250, 240, 234), 22), skin)


def roll(colour: Colour, crumb: str = "a8642a") -> Image.Image:
    """Model a rolled pancake, browned in the pan."""
    piece = speckled(solid(block(16, 150, 496, 362, 84), colour, 36), rgb(crumb), 46, 15, 5)
    return strokes(piece, mix(colour, (130, 70, 20), 0.6), [[(40, 300), (256, 316), (476, 300)]], 7)


def cube(colour: Colour, crumb: str = "") -> Image.Image:
    """Model a diced piece."""
    top = solid(polygon([(256, 60), (450, 160), (256, 262), (62, 160)]), mix(colour, (255, 255, 255), 0.25), 16)
    left = solid(polygon([(62, 160), (256, 262), (256, 470), (62, 360)]), colour, 16)
    right = solid(polygon([(450, 160), (450, 360), (256, 470), (256, 262)]), mix(colour, (90, 30, 20), 0.25), 16)
    piece = stack(left, right, top)
    return speckled(piece, rgb(crumb), 26, 13, 3) if crumb else piece


def steak(colour: Colour) -> Image.Image:
    """Model a cross-cut fish steak with its skin and layers."""
    skin = solid(ImageChops.lighter(ellipse(40, 40, 472, 410), polygon([(60, 220), (452, 220), (330, 490), (182, 490)])), (142, 152, 166), 20)
    inner = ImageChops.lighter(ellipse(58, 56, 454, 392), polygon([(84, 220), (428, 220), (318, 468), (194, 468)]))
    lines = [
        [(256 + s * int(r * math.sin(a / 10)), 236 - int(r * math.cos(a / 10))) for a in range(1, 24)]
        for r in (62, 104, 146, 184) for s in (-1, 1)
    ]  # fmt: skip
    flesh = strokes(solid(inner, colour, 24), mix(colour, (255, 255, 255), 0.7), lines, 9)
    return stack(skin, flesh, solid(ellipse(232, 206, 280, 254), (250, 232, 220), 8))


def fillet(colour: Colour) -> Image.Image:
    """Model a fish fillet with its flakes."""
    body = polygon([(20, 280), (110, 160), (300, 130), (430, 190), (496, 300), (400, 366), (200, 386), (80, 366)], 20)
    lines = [[(90 + k * 62, 150), (130 + k * 62, 260), (96 + k * 62, 380)] for k in range(6)]
    return strokes(solid(body, colour, 30), mix(colour, (150, 120, 130), 0.5), lines, 6)


def ring(colour: Colour) -> Image.Image:
    """Model a ring of squid."""
    hole = ImageChops.invert(ellipse(142, 170, 370, 340))
    return solid(ImageChops.multiply(ellipse(24, 84, 488, 428), hole), colour, 22)


def triangle(colour: Colour, crumb: str = "f6e2b0") -> Image.Image:
    """Model a triangular pastry with seeds and flaky edges."""
    piece = solid(polygon([(256, 50), (486, 440), (26, 440)], 24), colour, 36)
    edges = [[(256, 120 + k * 40), (420 - k * 22, 402), (92 + k * 22, 402), (256, 120 + k * 40)] for k in range(2)]
    return speckled(strokes(piece, mix(colour, (120, 60, 10), 0.55), edges, 8), rgb(crumb), 40, 6, 0.8)


def envelope(colour: Colour, filling: str = "fff0b8") -> Image.Image:
    """Model a square puff whose filling shows in the middle."""
    crust = strokes(solid(block(36, 76, 476, 446, 54), colour, 34), mix(colour, (130, 60, 10), 0.55), [[(60, 96), (452, 426)], [(452, 96), (60, 426)]], 9)
    return stack(crust, speckled(solid(ellipse(150, 160, 362, 362), rgb(filling), 22), rgb("e0a040"), 16, 12, 4))


def bar(colour: Colour, crumb: str = "") -> Image.Image:
    """Model an ice cream bar on a wooden stick."""
    wood = solid(block(220, 360, 292, 500, 34), rgb("e6c28c"), 12)
    coat = solid(block(112, 14, 400, 408, 120), colour, 36)
    return stack(wood, speckled(coat, rgb(crumb), 46, 11, 1) if crumb else coat)


def layers(colour: Colour, filling: str = "fff3d6", top: str = "") -> Image.Image:
    """Model a slice built of many layers: honey cake, lasagne, puff pastry."""
    pieces = []
    for level in range(6, -1, -1):
        shade = rgb(filling) if level % 2 else colour
        pieces.append(solid(block(44, 120 + level * 44, 468, 200 + level * 44, 20), shade, 10))
    lid = solid(polygon([(120, 60), (410, 60), (474, 170), (38, 170)], 10), rgb(top) if top else colour, 18)
    return speckled(stack(*pieces, lid), mix(colour, (90, 40, 10), 0.4), 60, 5, 1)


def pizza(colour: Colour, topping: str = "", second: str = "") -> Image.Image:
    """Model a whole pizza: crust, cheese of the given colour, toppings."""
    crust = speckled(solid(ellipse(6, 6, 506, 506), rgb("e3ac62"), 22), rgb("a8602a"), 40, 10, 4)
    cheese = solid(ellipse(44, 44, 468, 468), colour, 12)
    piece = stack(crust, speckled(cheese, mix(colour, (255, 255, 255), 0.55), 60, 20, 6))
    dice = dice_for(topping + second)
    for name, count, size in ((topping, 11, 92), (second, 16, 54)):
        for k in range(count if name else 0):
            angle, reach = k * 2.4 + size, 175 * math.sqrt((k + 0.4) / count)
            x, y = 256 + reach * math.cos(angle), 256 + reach * math.sin(angle)
            place(piece, art(name), (x, y), size, dice.uniform(-180, 180), shadow=0.3)
    return piece


MODELS: dict[str, Callable[..., Image.Image]] = {
    model.__name__: model
    for model in (pelmen, khinkali, manty, patty, ball, stick, surimi, roll, cube, steak, fillet, ring,
                  triangle, envelope, bar, layers, pizza)
}  # fmt: skip


@cache
def art(name: str) -> Image.Image:
    """Return a piece by its name: an emoji, a recoloured emoji, or a modelled shape."""
    kind, *words = RECIPES["pieces"][name].split()
    if kind in MODELS:
        return MODELS[kind](rgb(words[0]), *words[1:])
    piece = Image.open(artwork["folder"] / f"{kind}.webp").convert("RGBA")
    if not words:
        return piece
    turn, strength, bright = (float(word) for word in words)
    hue, saturation, value = piece.convert("RGB").convert("HSV").split()
    hue = hue.point(lambda v: int(v + turn * 255 / 360) % 256)
    saturation = saturation.point(lambda v: min(255, int(v * strength)))
    value = value.point(lambda v: min(255, int(v * bright)))
    recoloured = Image.merge("HSV", (hue, saturation, value)).convert("RGB")
    recoloured.putalpha(piece.getchannel("A"))
    return recoloured
