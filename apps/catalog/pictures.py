"""Pictures as the shop keeps them: checked by their content, and always encoded anew."""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps

from apps.catalog.errors import BadPicture, PictureTooLarge

LARGEST_FILE = 10 * 1024 * 1024
LARGEST_PIXELS = 24_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
LARGE, MEDIUM, SMALL = 1200, 600, 200


@dataclass(frozen=True)
class Renditions:
    """One picture as WebP in three sizes; the number is the longer side's limit in pixels."""

    large: bytes
    medium: bytes
    small: bytes


def renditions_of(content: bytes) -> Renditions:
    """Decode an uploaded picture and encode it anew: no metadata, no foreign bytes survive.

    Raises:
        PictureTooLarge: More than 10 MB, or more than 24 megapixels once unpacked.
        BadPicture: No JPEG, PNG or WebP by its content, or damaged.
    """
    opaque = decoded(content)
    return Renditions(*(_encoded(opaque, side) for side in (LARGE, MEDIUM, SMALL)))


def decoded(content: bytes) -> Image.Image:
    """Return an uploaded picture, upright, opaque, and whole.

    Raises:
        PictureTooLarge: More than 10 MB, or more than 24 megapixels once unpacked.
        BadPicture: No JPEG, PNG or WebP by its content, or damaged.
    """
    if len(content) > LARGEST_FILE:
        raise PictureTooLarge
    try:
        with warnings.catch_warnings():
            # Pillow's own alarm about bombs: ours below is stricter and knows how to say it.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=FORMATS)
        # The header tells the size: nothing is unpacked before this check.
        if picture.width * picture.height > LARGEST_PIXELS:
            raise PictureTooLarge
        return _on_white(ImageOps.exif_transpose(picture))
    except PictureTooLarge:
        raise
    except Image.DecompressionBombError as error:
        raise PictureTooLarge from error
    except Exception as error:
        # Decoders raise whatever a damaged file leads them to: OSError, SyntaxError, struct.error.
        raise BadPicture from error


def jpeg_of(content: bytes) -> bytes:
    """Return an uploaded picture as a JPEG that every client of Telegram shows.

    Raises:
        PictureTooLarge: More than 10 MB, or more than 24 megapixels once unpacked.
        BadPicture: No JPEG, PNG or WebP by its content, or damaged.
    """
    picture = decoded(content)
    picture.thumbnail((LARGE, LARGE), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85, optimize=True)
    return buffer.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    """Return the picture as RGB, what was transparent on white."""
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture.convert("RGB")
    layered = picture.convert("RGBA")
    white = Image.new("RGBA", layered.size, "white")
    white.alpha_composite(layered)
    return white.convert("RGB")


def _encoded(picture: Image.Image, side: int) -> bytes:
    smaller = picture.copy()
    smaller.thumbnail((side, side), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    smaller.save(buffer, "WEBP", quality=82, method=4)
    return buffer.getvalue()
