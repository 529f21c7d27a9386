import pytest

from bot.simulator.entities import FormattedText, parse_html, trimmed, with_detected
from bot.simulator.errors import BotApiError


class TestParseHtml:
    def test_counts_offsets_in_utf16(self):
        parsed = parse_html("🥟 <b>Пельмени</b> &lt;1 кг&gt;")

        assert parsed.text == "🥟 Пельмени <1 кг>"
        assert parsed.entities == [{"type": "bold", "offset": 3, "length": 8}]

    def test_nests(self):
        parsed = parse_html('<b>a<i>b</i></b><a href="https://x.org/?a=1&amp;b=2">c</a>')

        assert parsed.text == "abc"
        assert parsed.entities == [
            {"type": "bold", "offset": 0, "length": 2},
            {"type": "italic", "offset": 1, "length": 1},
            {"type": "text_link", "offset": 2, "length": 1, "url": "https://x.org/?a=1&b=2"},
        ]

    @pytest.mark.parametrize(
        ("source", "reason"),
        [
            ("a <br> b", 'Unsupported start tag "br" at byte offset 2'),
            ("Имя <b", "Unclosed start tag at byte offset 7"),
            ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
            ("x</a>", "Unexpected end tag at byte offset 1"),
            ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
            ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
            ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ],
    )
    def test_refuses_in_telegrams_words(self, source, reason):
        with pytest.raises(BotApiError) as refused:
            parse_html(source)

        assert refused.value.description == f"Bad Request: can't parse entities: {reason}"

    def test_leaves_unknown_references_alone(self):
        assert parse_html("&nbsp; &copy; A&B").text == "&nbsp; &copy; A&B"


class TestDetection:
    def test_finds_commands_links_and_mentions(self):
        found = with_detected(FormattedText("/start and https://x.org, @FrozenFoodBot a@b.ru"))

        kinds = [entity["type"] for entity in found.entities]
        assert kinds == ["bot_command", "url", "mention", "email"]
        assert found.entities[1]["length"] == len("https://x.org")

    def test_trims_and_moves_entities(self):
        parsed = trimmed(parse_html("\n <b> x</b> \n"))

        assert parsed.text == "x"
        assert parsed.entities == [{"type": "bold", "offset": 0, "length": 1}]
