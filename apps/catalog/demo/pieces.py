"""Model the pieces of the demo shop's pictures: food that no emoji shows, out of shaded shapes.

`recipes.json` names each piece: an emoji's code point, the same recoloured (turn of hue in degrees,
saturation and brightness as factors), or a model below with its colour and what is strewn over it.
"""

import json
import math
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops, ImageFilter

from apps.catalog.demo.clay import (
    Colour,
    block,
    dice_for,
    ellipse,
    mix,
    place,
    polygon,
    rgb,
    solid,
    speckled,
    stack,
    strokes,
)  # fmt: skip

RECIPES: dict[str, Any] = json.loads(
    (Path(__file__).parent / "recipes.json").read_text(encoding="utf-8")
)
artwork = {"folder": Path()}


def pelmen(colour: Colour) -> Image.Image:
    """Model a round pelmen: a full belly on a pinched rim."""
    rim = ImageChops.lighter(ellipse(28, 90, 484, 450), ellipse(180, 330, 332, 486))
    body = solid(ellipse(92, 96, 420, 372), mix(colour, (255, 255, 255), 0.12), 40)
    return stack(solid(rim, colour, 22), body)


def khinkali(colour: Colour) -> Image.Image:
    """Model a khinkali: pleats gathered into a knot."""
    body = ImageChops.lighter(
        ellipse(40, 170, 472, 490), polygon([(200, 90), (312, 90), (450, 330), (62, 330)], 22)
    )
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
    return stack(
        side, speckled(speckled(top, rgb(crumb), 90, 9), mix(colour, (255, 255, 255), 0.5), 60, 6)
    )


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
    piece = speckled(solid(block(16, 140, 496, 366, 48), colour, 36), rgb(crumb), 30, 17, 6)
    return strokes(piece, mix(colour, (130, 70, 20), 0.6), [[(40, 300), (256, 316), (476, 300)]], 7)


def cube(colour: Colour, crumb: str = "") -> Image.Image:
    """Model a diced piece."""
    top = solid(
        polygon([(256, 60), (450, 160), (256, 262), (62, 160)]),
        mix(colour, (255, 255, 255), 0.25),
        16,
    )
    left = solid(polygon([(62, 160), (256, 262), (256, 470), (62, 360)]), colour, 16)
    right = solid(
        polygon([(450, 160), (450, 360), (256, 470), (256, 262)]),
        mix(colour, (90, 30, 20), 0.25),
        16,
    )
    piece = stack(left, right, top)
    return speckled(piece, rgb(crumb), 26, 13, 3) if crumb else piece


def wedge(colour: Colour, skin: str = "a8682e") -> Image.Image:
    """Model a potato wedge: a boat of skin with a roasted, spiced cut face."""
    half = ImageChops.multiply(ellipse(16, 60, 496, 420), block(0, 240, 511, 511, 8))
    face = speckled(solid(ellipse(16, 176, 496, 312), colour, 22), rgb("b8481e"), 60, 7)
    return stack(solid(half, rgb(skin), 26), face)


def steak(colour: Colour) -> Image.Image:
    """Model a cross-cut fish steak with its skin and layers."""
    skin = solid(
        ImageChops.lighter(
            ellipse(40, 40, 472, 410), polygon([(60, 220), (452, 220), (330, 490), (182, 490)])
        ),
        (142, 152, 166),
        20,
    )
    inner = ImageChops.lighter(
        ellipse(58, 56, 454, 392), polygon([(84, 220), (428, 220), (318, 468), (194, 468)])
    )
    lines = [
        [
            (256 + s * int(r * math.sin(a / 10)), 236 - int(r * math.cos(a / 10)))
            for a in range(1, 24)
        ]
        for r in (62, 104, 146, 184) for s in (-1, 1)
    ]  # fmt: skip
    flesh = strokes(solid(inner, colour, 24), mix(colour, (255, 255, 255), 0.7), lines, 9)
    return stack(skin, flesh, solid(ellipse(232, 206, 280, 254), (250, 232, 220), 8))


def fillet(colour: Colour) -> Image.Image:
    """Model a fish fillet with its flakes."""
    body = polygon(
        [
            (20, 280),
            (110, 160),
            (300, 130),
            (430, 190),
            (496, 300),
            (400, 366),
            (200, 386),
            (80, 366),
        ],
        20,
    )
    lines = [[(90 + k * 62, 150), (130 + k * 62, 260), (96 + k * 62, 380)] for k in range(6)]
    return strokes(solid(body, colour, 30), mix(colour, (150, 120, 130), 0.5), lines, 6)


def ring(colour: Colour) -> Image.Image:
    """Model a ring of squid."""
    hole = ImageChops.invert(ellipse(142, 170, 370, 340))
    return solid(ImageChops.multiply(ellipse(24, 84, 488, 428), hole), colour, 22)


def mushroom(colour: Colour, stem: str = "f6ead6") -> Image.Image:
    """Model a mushroom: a domed cap over a stout stem."""
    dome = ImageChops.multiply(ellipse(30, 40, 482, 470), block(0, 0, 511, 290, 8))
    leg = solid(block(176, 236, 336, 486, 66), rgb(stem), 26)
    gills = solid(ellipse(44, 232, 468, 336), mix(rgb(stem), (120, 80, 50), 0.3), 12)
    return stack(gills, leg, solid(dome, colour, 38))


def grain(colour: Colour) -> Image.Image:
    """Model one cooked grain of rice, much enlarged."""
    return solid(ellipse(30, 150, 482, 362), colour, 40)


def triangle(colour: Colour, crumb: str = "f6e2b0") -> Image.Image:
    """Model a triangular pastry with seeds and flaky edges."""
    piece = solid(polygon([(256, 50), (486, 440), (26, 440)], 24), colour, 36)
    edges = [
        [(256, 120 + k * 40), (420 - k * 22, 402), (92 + k * 22, 402), (256, 120 + k * 40)]
        for k in range(2)
    ]
    return speckled(
        strokes(piece, mix(colour, (120, 60, 10), 0.55), edges, 8), rgb(crumb), 40, 6, 0.8
    )


def envelope(colour: Colour, filling: str = "fff0b8") -> Image.Image:
    """Model a square puff whose filling shows in the middle."""
    crust = strokes(
        solid(block(36, 76, 476, 446, 54), colour, 34),
        mix(colour, (130, 60, 10), 0.55),
        [[(60, 96), (452, 426)], [(452, 96), (60, 426)]],
        9,
    )
    return stack(
        crust,
        speckled(solid(ellipse(150, 160, 362, 362), rgb(filling), 22), rgb("e0a040"), 16, 12, 4),
    )


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
    lid = solid(
        polygon([(120, 60), (410, 60), (474, 170), (38, 170)], 10), rgb(top) if top else colour, 18
    )
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
    for model in (
        pelmen, khinkali, manty, patty, ball, stick, surimi, roll, cube, wedge, steak, fillet,
        ring, mushroom, grain, triangle, envelope, bar, layers, pizza,
    )
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
