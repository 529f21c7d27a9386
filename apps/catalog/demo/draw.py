"""Draw the demo shop's pictures: one frosty still life per product, 1200 x 1200 WebP.

    python -m apps.catalog.demo.draw ARTWORK [slug ...]

ARTWORK is a folder of Fluent Emoji 3D pictures named by code point (`1f95f.webp`); their licence
stands in `pictures/LICENCE.md`. `recipes.json` says what lies in each picture: a stage (plate, bowl
or bare snow), the pieces heaped on it and the accents around. The pictures are kept in the
repository, so nobody needs to run this to set the shop up; the same recipe gives the same picture.
"""

import io
import math
import sys
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from apps.catalog.demo.clay import Colour, dice_for, mix, place, rgb
from apps.catalog.demo.pieces import RECIPES, art, artwork

HERE = Path(__file__).parent
SIDE = 1200
LARGEST_FILE = 66_000  # bytes: a phone on a slow network opens twenty of these at once
WHITE: Colour = (255, 255, 255)
ROWS = {
    1: [1], 2: [2], 3: [1, 2], 4: [2, 2], 5: [2, 3], 6: [1, 2, 3], 7: [2, 3, 2], 8: [2, 3, 3],
    9: [2, 3, 4], 10: [3, 4, 3], 12: [3, 4, 5], 14: [2, 3, 4, 5], 18: [3, 4, 5, 6],
    25: [3, 4, 5, 6, 7],
}  # fmt: skip


def soft_ellipse(box: tuple[int, int, int, int], blur: float = 0.0) -> Image.Image:
    """Return a picture-sized mask of an ellipse with smooth or blurred edges."""
    mask = Image.new("L", (SIDE * 2, SIDE * 2))
    ImageDraw.Draw(mask).ellipse([edge * 2 for edge in box], fill=255)
    mask = mask.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    return mask.filter(ImageFilter.GaussianBlur(blur)) if blur else mask


def pour(canvas: Image.Image, mask: Image.Image, colour: Colour, strength: float = 1.0) -> None:
    """Colour the canvas through a mask."""
    layer = Image.new("RGBA", canvas.size, (*colour, 0))
    layer.putalpha(mask.point(lambda v: int(v * strength)))
    canvas.alpha_composite(layer)


def graded(mask: Image.Image, top: Colour, bottom: Colour) -> Image.Image:
    """Return a mask filled with a vertical gradient over its own height."""
    left, upper, right, lower = mask.getbbox() or (0, 0, *mask.size)
    gradient = Image.linear_gradient("L").resize((right - left, lower - upper))
    layer = Image.new("RGB", mask.size, top)
    layer.paste(bottom, (left, upper), gradient)
    layer.putalpha(mask)
    return layer


def snowflake(radius: int) -> Image.Image:
    """Draw one six-armed ice crystal as a mask."""
    mask = Image.new("L", (radius * 4, radius * 4))
    pen, centre, width = ImageDraw.Draw(mask), radius * 2, max(3, radius // 14)
    for arm in range(6):
        angle = math.radians(arm * 60)
        tip = (centre + radius * 1.9 * math.cos(angle), centre + radius * 1.9 * math.sin(angle))
        pen.line((centre, centre, *tip), fill=255, width=width)
        for reach in (0.45, 0.75, 1.1, 1.45):
            x, y = (
                centre + radius * reach * math.cos(angle),
                centre + radius * reach * math.sin(angle),
            )
            length = radius * (1.75 - reach) * 0.55
            for side in (-1, 1):
                bent = angle + side * math.radians(55)
                end = (x + length * math.cos(bent), y + length * math.sin(bent))
                pen.line((x, y, *end), fill=255, width=width)
    return mask.resize((radius * 2, radius * 2), Image.Resampling.LANCZOS)


def frost(canvas: Image.Image, seed: str) -> None:
    """Scatter crystals and floating snow over the upper part of a scene."""
    dice = dice_for(seed)
    for x, y in ((110, 130), (1060, 190), (240, 400), (960, 60), (1130, 520)):
        crystal = snowflake(dice.randrange(50, 125)).rotate(
            dice.uniform(0, 60), Image.Resampling.BICUBIC
        )
        mask = Image.new("L", canvas.size)
        mask.paste(crystal, (x - crystal.width // 2, y - crystal.height // 2))
        pour(canvas, mask, WHITE, dice.uniform(0.28, 0.5))
    for blur, count, largest in ((9, 16, 26), (2, 46, 8)):
        mask = Image.new("L", canvas.size)
        pen = ImageDraw.Draw(mask)
        for _ in range(count):
            x, y, r = dice.randrange(SIDE), dice.randrange(860), dice.uniform(0.35, 1) * largest
            pen.ellipse((x - r, y - r, x + r, y + r), fill=dice.randrange(120, 255))
        pour(canvas, mask.filter(ImageFilter.GaussianBlur(blur)), WHITE, 0.75)


@cache
def room(top: str, bottom: str) -> Image.Image:
    """Return the air and the snow of a category: its colours, a glow, drifts in front."""
    canvas = graded(Image.new("L", (SIDE, SIDE), 255), rgb(top), rgb(bottom))
    pour(canvas, soft_ellipse((220, 160, 980, 880), 120), WHITE, 0.6)
    for box, tint in (
        ((-420, 700, 760, 1500), 0.10),
        ((420, 730, 1640, 1560), 0.06),
        ((-260, 800, 1460, 1700), 0.0),
    ):
        drift = soft_ellipse(box, 3)
        pour(
            canvas,
            ImageChops.offset(drift, 0, -14).filter(ImageFilter.GaussianBlur(22)),
            rgb(top),
            0.22,
        )
        canvas.alpha_composite(
            graded(drift, mix(WHITE, rgb(bottom), tint), mix(WHITE, rgb(bottom), 0.34))
        )
    return canvas


def plate(canvas: Image.Image, rim: Colour, well: Colour) -> None:
    """Set a shallow dish with a thick rim in the middle of the scene."""
    pour(canvas, soft_ellipse((80, 640, 1120, 1130), 34), (28, 38, 84), 0.34)
    canvas.alpha_composite(
        graded(
            soft_ellipse((90, 600, 1110, 1086)),
            mix(rim, (40, 40, 80), 0.16),
            mix(rim, (40, 40, 80), 0.42),
        )
    )
    canvas.alpha_composite(graded(soft_ellipse((90, 570, 1110, 1052)), mix(rim, WHITE, 0.5), rim))
    canvas.alpha_composite(
        graded(soft_ellipse((200, 622, 1000, 990)), mix(well, (40, 40, 80), 0.16), well)
    )


def bowl_back(canvas: Image.Image, glaze: Colour, inside: Colour) -> None:
    """Set a deep bowl: its shadow, body and the opening; what lies in it comes after."""
    pour(canvas, soft_ellipse((180, 930, 1020, 1150), 34), (28, 38, 84), 0.42)
    body = soft_ellipse((130, 200, 1070, 1110))
    body.paste(0, (0, 0, SIDE, 650))
    body = ImageChops.lighter(body, soft_ellipse((400, 1050, 800, 1130)))
    canvas.alpha_composite(graded(body, mix(glaze, WHITE, 0.2), mix(glaze, (40, 50, 110), 0.3)))
    shine = soft_ellipse((210, 740, 330, 980), 26)
    pour(canvas, ImageChops.multiply(shine, body), WHITE, 0.4)
    canvas.alpha_composite(
        graded(soft_ellipse((120, 490, 1080, 830)), mix(glaze, WHITE, 0.6), mix(glaze, WHITE, 0.25))
    )
    canvas.alpha_composite(
        graded(soft_ellipse((156, 512, 1044, 804)), mix(inside, (30, 20, 40), 0.2), inside)
    )


def bowl_front(canvas: Image.Image, before: Image.Image) -> None:
    """Bring the bowl's near wall back in front of what was heaped into it."""
    near = Image.new("L", canvas.size)
    near.paste(255, (0, 658, SIDE, SIDE))
    wall = soft_ellipse((130, 200, 1070, 1110))
    wall = ImageChops.lighter(wall, soft_ellipse((120, 490, 1080, 830)))
    wall = ImageChops.subtract(wall, soft_ellipse((156, 512, 1044, 804)))
    canvas.paste(before, mask=ImageChops.multiply(wall, near))


def set_stage(canvas: Image.Image, stage: str) -> tuple[float, float]:
    """Draw what the food lies on, and return the middle of the heap."""
    kind, *colours = stage.split()
    first, second = (rgb(colours[0]), rgb(colours[-1])) if colours else (WHITE, WHITE)
    if kind == "bowl":
        bowl_back(canvas, first, second)
        return 600, 610
    if kind == "plate":
        plate(canvas, first, second)
        return 600, 720
    return 600, 760


def positions(
    count: int, size: float, seed: str, spread: float = 1.0
) -> list[tuple[float, float, float]]:
    """Return offsets and angles of a heap, back row first."""
    dice, rows = dice_for(seed), ROWS[count]
    spots = []
    for depth, row in enumerate(rows):
        for k in range(row):
            x = (k - (row - 1) / 2) * size * 0.74 * spread + dice.uniform(-0.05, 0.05) * size
            y = (depth - (len(rows) - 1) * 0.62) * size * 0.46 * spread + dice.uniform(
                -0.05, 0.05
            ) * size
            spots.append((x, y, dice.uniform(-16, 16)))
    return spots


def draw(slug: str, recipe: dict[str, Any], colours: list[str]) -> Image.Image:
    """Compose one product's picture."""
    canvas = room(*colours).copy()
    frost(canvas, slug)
    middle, floor = set_stage(canvas, recipe.get("stage", "snow"))
    floor += recipe.get("drop", 0)
    empty = canvas.copy()
    names, size = recipe["heap"], recipe["size"]
    spots = positions(recipe["count"], size, slug, recipe.get("spread", 1.0))
    squash, turn = recipe.get("squash", 1.0), recipe.get("turn")
    for k, (x, y, angle) in enumerate(spots):
        piece = art(names[k % len(names)])
        if turn is not None:
            angle = turn + angle * 0.4
        if squash != 1.0:
            flat = Image.new("RGBA", piece.size)
            small = piece.resize(
                (piece.width, round(piece.height * squash)), Image.Resampling.LANCZOS
            )
            flat.paste(small, (0, (piece.height - small.height) // 2))
            piece, angle = flat, 0.0
        place(canvas, piece, (middle + x, floor + y), size, angle)
    if recipe.get("stage", "").startswith("bowl"):
        bowl_front(canvas, empty)
    for name, x, y, accent_size, angle in recipe.get("accents", []):
        place(canvas, art(name), (600 + (x - 600) * 0.93, y), accent_size, angle)
    closer = canvas.convert("RGB").crop((60, 116, 1140, 1196))
    return closer.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def encode(picture: Image.Image) -> bytes:
    """Return the picture as WebP, at the best quality that fits LARGEST_FILE."""
    for quality in range(84, 40, -4):
        buffer = io.BytesIO()
        picture.save(buffer, "WEBP", quality=quality, method=6)
        if buffer.tell() <= LARGEST_FILE:
            break
    return buffer.getvalue()


def main(folder: str, *wanted: str) -> None:
    """Draw the wanted products, or all of them."""
    artwork["folder"] = Path(folder)
    for slug, recipe in RECIPES["scenes"].items():
        if not wanted or slug in wanted:
            picture = draw(slug, recipe, RECIPES["colours"][recipe["room"]])
            (HERE / "pictures" / f"{slug}.webp").write_bytes(encode(picture))


if __name__ == "__main__":
    main(*sys.argv[1:])
