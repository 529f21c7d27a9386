import pytest

from apps.core.text import is_clean, one_line


class TestOneLine:
    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ("  Лесная,\n 5 \t", "Лесная, 5"),
            ("a\0b\x07c\ud800d\ue000e", "abcde"),
            ("Bob\u202e</b>", "Bob</b>"),
            ("\u2067order\u2069 5", "order 5"),
            ("Ёлочная 5 🍦", "Ёлочная 5 🍦"),
            ("👨‍👩‍👧 Семья", "👨‍👩‍👧 Семья"),
            ("می‌خواهم", "می‌خواهم"),
            ("é", "é"),
        ],
    )
    def test_keeps_what_can_be_read(self, text, line):
        assert one_line(text, limit=100) == line

    @pytest.mark.parametrize(
        "text",
        ["", " \n ", "\u202e" * 30, "\u3164", "\u200b\u200d\u200f", "\u2800", "\u0301 \ufe0f"],
    )
    def test_leaves_nothing_of_what_can_not_be_seen(self, text):
        assert one_line(text, limit=100) == ""

    def test_cuts(self):
        assert one_line("Ё" * 4096, limit=100) == "Ё" * 100


class TestIsClean:
    @pytest.mark.parametrize(
        ("text", "clean"), [("Ёж 🍦", True), ("a\0", False), ("\udfff", False)]
    )
    def test_tells_what_can_be_kept(self, text, clean):
        assert is_clean(text) is clean
