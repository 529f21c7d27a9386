"""Pictures: what is kept of them, and what attackers send instead."""

import io
import zlib

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from apps.catalog import errors, selectors, services
from apps.catalog.models import ProductImage
from apps.catalog.pictures import LARGEST_FILE, renditions_of


def encoded(fmt, size=(1600, 800), mode="RGB", **options):
    buffer = io.BytesIO()
    Image.new(mode, size, "red").save(buffer, fmt, **options)
    return buffer.getvalue()


def png_chunk(kind, data):
    body = kind + data
    return len(data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")


def bomb(width, height):
    """A PNG of a few hundred bytes that claims to be huge."""
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    data = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", data)
        + png_chunk(b"IEND", b"")
    )


class TestRenditionsOf:
    @pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP"])
    def test_encodes_three_sizes_anew(self, fmt):
        renditions = renditions_of(encoded(fmt))

        sizes = []
        for content in (renditions.large, renditions.medium, renditions.small):
            picture = Image.open(io.BytesIO(content))
            sizes.append((picture.format, *picture.size))
        assert sizes == [("WEBP", 1200, 600), ("WEBP", 600, 300), ("WEBP", 200, 100)]

    def test_drops_what_cameras_write_but_turns_the_picture_upright(self):
        exif = Image.Exif()
        exif[0x0112] = 6  # Orientation: to be turned by a quarter.
        exif[0x010F] = "SECRET-CAMERA"
        renditions = renditions_of(encoded("JPEG", size=(400, 200), exif=exif))

        picture = Image.open(io.BytesIO(renditions.large))
        assert picture.size == (200, 400)
        assert not picture.getexif()
        assert b"SECRET-CAMERA" not in renditions.large

    def test_lays_transparency_on_white(self):
        buffer = io.BytesIO()
        Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(buffer, "PNG")

        picture = Image.open(io.BytesIO(renditions_of(buffer.getvalue()).large))

        assert picture.convert("RGB").getpixel((5, 5)) == (255, 255, 255)

    def test_keeps_no_byte_of_a_polyglot(self):
        script = b"<script>alert(1)</script>"
        renditions = renditions_of(encoded("PNG") + script)

        assert all(script not in content for content in vars(renditions).values())

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
            b"<?xml version='1.0'?><svg/>",
            b"%PDF-1.7",
            b"GIF89a" + b"\0" * 40,
            b"SIMPLE  =                    T" + b" " * 2900,
            encoded("GIF"),
            encoded("BMP"),
            encoded("TIFF"),
            encoded("JPEG")[:2000],
            encoded("PNG")[:60],
            encoded("WEBP")[:100],
            b"\xff\xd8\xff" + b"\0" * 100,
        ],
        ids=["empty", "svg", "xml", "pdf", "gif-head", "fits", "gif", "bmp", "tiff", "half-jpeg",
             "half-png", "half-webp", "jpeg-head"],
    )  # fmt: skip
    def test_refuses_what_is_no_whole_picture(self, content):
        with pytest.raises(errors.BadPicture):
            renditions_of(content)

    @pytest.mark.parametrize("side", [5_000, 20_000, 60_000])
    def test_refuses_a_bomb_without_unpacking_it(self, side):
        with pytest.raises(errors.PictureTooLarge):
            renditions_of(bomb(side, side))

    def test_refuses_a_large_file_before_it_looks_at_it(self):
        with pytest.raises(errors.PictureTooLarge):
            renditions_of(b"\0" * (LARGEST_FILE + 1))


class TestAddImage:
    def test_hangs_pictures_one_behind_the_other_under_random_names(self, make_product, now):
        product = make_product("siberian")

        first, second = (
            services.add_image(
                product_id=product.pk, content=encoded("JPEG"), alt_ru="Гора пельменей"
            )
            for _ in range(2)
        )

        detail = selectors.product_detail(slug="siberian", now=now)
        assert [image.id for image in detail.images] == [first.pk, second.pk]
        assert detail.image.alt == "Гора пельменей"
        assert detail.image.small.startswith("/media/products/")
        assert first.large.name != second.large.name
        assert "siberian" not in first.large.name
        assert default_storage.exists(first.small.name)

    def test_leaves_no_file_behind_when_it_is_refused(self, make_product, now):
        product = make_product()
        services.remove_product(product_id=product.pk, now=now)
        before = _files()

        with pytest.raises(errors.ProductNotFound):
            services.add_renditions(
                product_id=product.pk, renditions=renditions_of(encoded("JPEG"))
            )

        assert _files() == before
        assert not ProductImage.objects.exists()

    def test_takes_a_picture_and_its_files_down(
        self, make_product, django_capture_on_commit_callbacks
    ):
        image = services.add_image(product_id=make_product().pk, content=encoded("PNG"))

        with django_capture_on_commit_callbacks(execute=True):
            services.remove_image(image_id=image.pk)

        assert not default_storage.exists(image.large.name)
        with pytest.raises(errors.ImageNotFound):
            services.remove_image(image_id=image.pk)

    def test_remembers_telegrams_file(self, make_product, now):
        image = services.add_image(product_id=make_product("one").pk, content=encoded("PNG"))

        services.remember_telegram_file(image_id=image.pk, file_id="AgACAgIAAx")

        detail = selectors.product_detail(slug="one", now=now)
        assert detail.image.telegram_file_id == "AgACAgIAAx"
        assert detail.image.path == image.large.name


def _files():
    return (
        sorted(default_storage.listdir("products")[1]) if default_storage.exists("products") else []
    )
