"""The bot's name typed in a chat: what Telegram takes as an answer, and what it refuses."""

import asyncio

import pytest
from telegram import (
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)

from bot.simulator.client import ANNA
from tests.simulator.conftest import with_bot
from tests.simulator.support import refused


def article(**fields):
    words = InputTextMessageContent(
        "Пельмени", link_preview_options=LinkPreviewOptions(url="https://shop.example/a.webp")
    )
    return InlineQueryResultArticle(
        **{"id": "7", "title": "Пельмени", "input_message_content": words, **fields}
    )


async def answered(bot, anna, results, **more):
    """Let Anna ask, and answer her; return what she is offered."""
    waiting = asyncio.create_task(asyncio.to_thread(anna.asks_inline, "пельмени", offset="20"))
    seen = await bot.get_updates(timeout=5)
    while seen[-1].inline_query is None:
        seen = await bot.get_updates(offset=seen[-1].update_id + 1, timeout=5)
    update = seen[-1]
    await bot.answer_inline_query(update.inline_query.id, results, **more)
    return update.inline_query, await waiting


class TestAnInlineQuery:
    def test_is_asked_answered_and_chosen(self, sim, anna):
        query, offer = with_bot(
            sim,
            lambda bot: answered(
                bot, anna, [article()], cache_time=30, is_personal=True, next_offset="40"
            ),
        )

        assert (query.query, query.offset, query.from_user.id) == ("пельмени", "20", ANNA)
        assert (offer["cache_time"], offer["is_personal"], offer["next_offset"]) == (30, True, "40")
        message = anna.sends_result(offer, "Пельмени")
        assert message["via_bot"]["username"]
        assert message["link_preview_options"]["url"] == "https://shop.example/a.webp"

    @pytest.mark.parametrize(
        ("result", "complaint"),
        [({"title": " "}, "title"), ({"thumbnail_url": "/media/a.webp"}, "thumbnail url")],
    )
    def test_refuses_results_that_telegram_would(self, sim, anna, result, complaint):
        said = refused(sim, lambda bot: bot.answer_inline_query("1", [article(**result)]))

        assert complaint in said.lower()

    def test_refuses_a_button_without_a_payload(self, sim, anna):
        button = InlineQueryResultsButton("Shop", start_parameter="a b")

        said = refused(sim, lambda bot: bot.answer_inline_query("1", [], button=button))

        assert said.lower() == "start_param_invalid"

    def test_pictures_come_from_this_machine_only(self, sim):
        response = sim._http.get("/sim/picture", params={"url": "https://example.com/a.png"})

        assert response.status_code == 404
