"""The picture of an order's way: every state, every way to get it, both languages."""

from io import BytesIO

import pytest
from django.utils import translation
from PIL import Image

from apps.orders import texts
from apps.orders.dto import Method, OrderStatus
from bot import order_pictures
from bot.gallery import Gallery
from bot.order_pictures import draw_status

WAYS = [(method, language) for method in Method for language in ("ru", "en")]


def pixels(png: bytes) -> bytes:
    with Image.open(BytesIO(png)) as picture:
        assert (picture.format, picture.size) == ("PNG", (1200, 460))
        return picture.tobytes()


class TestDrawStatus:
    @pytest.mark.parametrize(("method", "language"), WAYS)
    def test_tells_each_state_from_the_others(self, method, language):
        drawn = {
            pixels(draw_status(method=method, status=status, language=language))
            for status in OrderStatus
        }

        assert len(drawn) == len(OrderStatus)

    def test_shows_a_step_in_colour_once_it_is_behind(self):
        def middle_of_the_van(status: str) -> tuple[int, ...]:
            png = draw_status(method="delivery", status=status, language="en")
            with Image.open(BytesIO(png)) as picture:
                return picture.getpixel((165 + 2 * 290, 280 - 45))

        assert middle_of_the_van("packed") == (0xDB, 0xE3, 0xEC)
        assert middle_of_the_van("out_for_delivery") == (0x25, 0x63, 0xEB)
        assert middle_of_the_van("cancelled") == (0xDB, 0xE3, 0xEC)

    @pytest.mark.parametrize(("method", "language"), WAYS)
    def test_has_room_for_its_words(self, method, language):
        smallest = order_pictures._font(22 * 2)
        headline = order_pictures._font(40 * 2, bold=True)

        with translation.override(language):
            for _step, words in texts.steps(method=method):
                assert smallest.getlength(words) <= 270 * 2
            for status in OrderStatus:
                name = texts.status_name(method=method, status=status)
                assert headline.getlength(name) <= 1080 * 2


class TestGallery:
    @pytest.mark.parametrize("name", ["", "a:b", "delivery:lost:ru", "air:packed:ru", "a:b:c:d"])
    def test_has_no_picture_of_another_name(self, name):
        with pytest.raises(ValueError, match=r"valid|values"):
            Gallery().draw(name)
