"""The rules of the freezer that need no database."""

from decimal import Decimal

import pytest

from apps.catalog.dto import StorageClass
from apps.inventory import cold_chain, errors
from apps.inventory.cold_chain import Condition
from apps.inventory.shelves import shelf_code


class TestConditionOf:
    @pytest.mark.parametrize(
        ("storage", "temperature", "condition"),
        [
            (StorageClass.FROZEN, "-25.0", Condition.FIT),
            (StorageClass.FROZEN, "-15.0", Condition.FIT),
            (StorageClass.FROZEN, "-14.9", Condition.WARM),
            (StorageClass.FROZEN, "-9.0", Condition.WARM),
            (StorageClass.FROZEN, "-8.9", Condition.THAWED),
            (StorageClass.DEEP_FROZEN, "-21.0", Condition.FIT),
            (StorageClass.DEEP_FROZEN, "-20.9", Condition.WARM),
            (StorageClass.DEEP_FROZEN, "-15.0", Condition.WARM),
            (StorageClass.DEEP_FROZEN, "-14.9", Condition.THAWED),
        ],
    )
    def test_judges_by_the_storage_class(self, storage, temperature, condition):
        judged = cold_chain.condition_of(temperature=Decimal(temperature), storage_class=storage)

        assert judged == condition

    def test_knows_every_storage_class(self):
        assert set(cold_chain.KEPT_AT) == set(StorageClass.values)


class TestIsPlausible:
    @pytest.mark.parametrize("temperature", ["-60.0", "-18.5", "0", "40"])
    def test_believes_a_thermometer(self, temperature):
        assert cold_chain.is_plausible(Decimal(temperature))

    @pytest.mark.parametrize("temperature", ["900", "-60.1", "40.1", "-18.55", "NaN", "-Infinity"])
    def test_does_not_believe_a_slip(self, temperature):
        assert not cold_chain.is_plausible(Decimal(temperature))


class TestShelfCode:
    @pytest.mark.parametrize(
        ("typed", "code"),
        [
            ("a-03-2", "A-03-2"),
            (" A 03 2 ", "A-03-2"),
            ("A—03_2", "A-03-2"),
            # Cyrillic А and В look like the label's.
            ("А-03-2", "A-03-2"),
            ("в2", "B2"),
            ("Ж-1", "Ж-1"),
            ("", ""),
            (" - ", ""),
        ],
    )
    def test_is_the_labels_however_it_is_typed(self, typed, code):
        assert shelf_code(typed) == code

    @pytest.mark.parametrize("typed", ["A-03-2;", "=A1", "A" * 21, "A\0", "🥟"])
    def test_refuses_what_no_label_says(self, typed):
        with pytest.raises(errors.InvalidShelf):
            shelf_code(typed)
