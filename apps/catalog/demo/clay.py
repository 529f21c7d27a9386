"""The clay of the demo shop's pictures: masks, lit bodies, spots, strokes and soft shadows.

A piece is a square RGBA image, CELL pixels wide.
"""

import random
from collections.abc import Callable

from PIL import Image, ImageChops, ImageDraw, ImageFilter

CELL = 512

Colour = tuple[int, int, int]


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
    """Lay a piece, `size` pixels wide and turned by `angle` degrees, over its soft shadow."""
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
    return mask.filter(ImageFilter.GaussianBlur(soften)).point(
        lambda v: max(0, min(255, (v - 112) * 8))
    )


def solid(mask: Image.Image, colour: Colour, depth: int = 34) -> Image.Image:
    """Model a mask as a body lit from the upper left; `depth` is the width of its edges."""
    piece = Image.new("RGB", mask.size, colour)
    soft = mask.filter(ImageFilter.GaussianBlur(depth))
    dark = ImageChops.invert(ImageChops.offset(soft, -depth, -depth)).point(lambda v: int(v * 0.66))
    light = ImageChops.invert(ImageChops.offset(soft, depth, depth)).point(lambda v: int(v * 0.62))
    # A darker tone of the same colour, warmed: grey shadows make food look stale.
    red, green, blue = colour
    piece.paste((int(red * 0.74), int(green * 0.56), int(blue * 0.5)), mask=dark)
    piece.paste(mix(colour, (255, 255, 255), 0.75), mask=ImageChops.subtract(light, dark))
    piece.putalpha(mask)
    return piece


def stack(*layers: Image.Image) -> Image.Image:
    """Lay pieces over each other."""
    result = Image.new("RGBA", layers[0].size)
    for layer in layers:
        result.alpha_composite(layer)
    return result


def speckled(
    piece: Image.Image, colour: Colour, count: int, size: int, blur: float = 1.5
) -> Image.Image:
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


def strokes(
    piece: Image.Image, colour: Colour, lines: list[list[tuple[int, int]]], width: int
) -> Image.Image:
    """Draw soft curved lines, kept within the piece."""
    mask = Image.new("L", piece.size)
    for line in lines:
        ImageDraw.Draw(mask).line(line, fill=210, width=width, joint="curve")
    mask = ImageChops.multiply(
        mask.filter(ImageFilter.GaussianBlur(width / 3)), piece.getchannel("A")
    )
    layer = Image.new("RGBA", piece.size, (*colour, 0))
    layer.putalpha(mask)
    return stack(piece, layer)
