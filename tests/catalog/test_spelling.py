import pytest

from apps.catalog import spelling


class TestNormalised:
    def test_folds_case_spaces_and_yo(self):
        assert spelling.normalised("  Свёкла \t ЁЖ ") == "свекла еж"

    def test_clips_what_nobody_types(self):
        assert len(spelling.normalised("я" * 10_000)) == spelling.LONGEST_SEARCH


class TestOtherLayout:
    @pytest.mark.parametrize(
        ("typed", "meant"),
        [("gtkmvtyb", "пельмени"), ("зшяяф", "pizza"), (",kbys", "блины"), ("`;", "еж")],
    )
    def test_reads_the_keys_in_the_other_layout(self, typed, meant):
        assert spelling.other_layout(typed) == meant


class TestHeadAndPrefix:
    @pytest.mark.parametrize(
        ("search", "parts"),
        [
            ("сибирские пел", ("сибирские", "пел:*")),
            ("пел", ("", "пел:*")),
            ("", ("", "")),
            ("говядина!", ("говядина!", "")),
            ('"с мясом"', ('"с мясом"', "")),
        ],
    )
    def test_splits_off_the_word_that_is_being_typed(self, search, parts):
        assert spelling.head_and_prefix(search) == parts


class TestWordsOf:
    def test_puts_the_longest_first_without_repeats(self):
        assert spelling.words_of("с мясом и с луком") == ["мясом", "луком", "с", "и"]
