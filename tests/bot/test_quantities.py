"""How many somebody means."""

import pytest

from bot.errors import NotWholePacks
from bot.quantities import read_quantity


class TestReadQuantity:
    @pytest.mark.parametrize(
        ("text", "quantity"),
        [("3", 3), ("3 шт.", 3), ("x3", 3), ("3x", 3), ("2 packs", 2), ("5 пачек", 5), ("０", 0),
         ("Три", 3), ("two", 2), ("пару", 2), ("a dozen", 12), ("дюжину", 12), ("Десяток", 10),
         ("none", 0)],
    )  # fmt: skip
    def test_understands_people(self, text, quantity):
        assert read_quantity(text) == quantity

    @pytest.mark.parametrize("text", ["1.5", "-1", "полтора", "half", "10000000", "2 кг", "1/2"])
    def test_refuses_what_packs_can_not_be_counted_by(self, text):
        with pytest.raises(NotWholePacks):
            read_quantity(text)

    @pytest.mark.parametrize("text", ["пельмени", "", " ", "7up", "три сыра", "²", "x" * 4096, "a"])
    def test_leaves_everything_else_to_the_search(self, text):
        assert read_quantity(text) is None
