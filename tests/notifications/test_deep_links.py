"""Links into the chat say what they mean in what Telegram allows."""

import re

import pytest

from apps.notifications.deep_links import Link, Target, payload_of, read_payload, share_link


class TestPayloads:
    @pytest.mark.parametrize(
        "link",
        [Link(Target.PRODUCT, 10**17), Link(Target.CATEGORY, 7), Link(Target.ORDER, 12),
         Link(Target.CODE, word="SPRING24"), Link(Target.CODE, word="Ё" * 30),
         Link(Target.CAMPAIGN, word="x" * 40)],
    )  # fmt: skip
    def test_come_back_as_they_went(self, link):
        payload = payload_of(link)

        assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload)
        assert read_payload(payload) == link

    @pytest.mark.parametrize(
        "payload",
        ["", "p", "p-", "p-x", "p--1", "p-²", "p-" + "9" * 19, "zz-1", "promo64-!", "promo64-AA",
         "p-1 ", "go-", "x" * 65, "п-1"],
    )  # fmt: skip
    def test_that_are_none_of_ours_lead_nowhere(self, payload):
        assert read_payload(payload) is None

    def test_refuse_what_telegram_would_not_take(self):
        with pytest.raises(ValueError, match="can't hold"):
            payload_of(Link(Target.CAMPAIGN, word="a b"))

    def test_are_shared_with_everything_escaped(self):
        assert share_link("https://t.me/b?start=p-1", "Тест & <b>") == (
            "https://t.me/share/url?url=https%3A%2F%2Ft.me%2Fb%3Fstart%3Dp-1"
            "&text=%D0%A2%D0%B5%D1%81%D1%82%20%26%20%3Cb%3E"
        )
