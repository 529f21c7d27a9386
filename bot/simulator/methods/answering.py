"""Answers to what people have pressed or asked."""

import re
from typing import Any

from bot.simulator.core import Simulator
from bot.simulator.entities import utf16_length
from bot.simulator.errors import bad_request
from bot.simulator.markup import check_url, read_inline_markup
from bot.simulator.methods.common import format_text
from bot.simulator.methods.media import photo_field
from bot.simulator.methods.registry import method
from bot.simulator.params import Params
from bot.simulator.world import Json

_START = re.compile(r"[A-Za-z0-9_-]{1,64}")


@method
async def answer_callback_query(sim: Simulator, params: Params) -> bool:
    """Stop the button's spinner, with a toast or an alert where there is text."""
    text = params.text("text")
    if utf16_length(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    url = params.text("url")
    if url:
        check_url(url, what="callback query URL", https_only=False)
    query = sim.desk.answer("callback", params.text("callback_query_id"))
    if query is not None:
        query.data["answer"] = {"text": text, "alert": params.boolean("show_alert"), "url": url}
        sim.bus.emit(
            "callback_answer",
            id=query.id,
            user_id=query.user_id,
            chat_id=query.data["chat_id"],
            message_id=query.data["message_id"],
            text=text,
            alert=params.boolean("show_alert"),
            url=url,
        )
    return True


@method
async def answer_inline_query(sim: Simulator, params: Params) -> bool:
    """Offer results to somebody who types the bot's name in a chat."""
    results = params.objects("results")
    if len(results) > 50:
        raise bad_request("RESULTS_TOO_MUCH")
    ids = [str(result.get("id", "")) for result in results]
    if len(set(ids)) != len(ids) or not all(1 <= len(i.encode()) <= 64 for i in ids):
        raise bad_request("RESULT_ID_DUPLICATE" if "" not in ids else "RESULT_ID_INVALID")
    if len(params.text("next_offset").encode()) > 64:
        raise bad_request("NEXT_OFFSET_INVALID")
    button = _results_button(params.json("button"))
    checked = [await inline_content(sim, result) for result in results]
    query = sim.desk.answer("inline", params.text("inline_query_id"))
    if query is not None:
        query.data |= {"results": results, "contents": checked}
        sim.bus.emit(
            "inline_answer",
            id=query.id,
            user_id=query.user_id,
            results=results,
            next_offset=params.text("next_offset"),
            offset=query.data["offset"],
            cache_time=params.integer("cache_time", 300),
            is_personal=params.boolean("is_personal"),
            button=button,
        )
    return True


@method
async def answer_web_app_query(sim: Simulator, params: Params) -> Json:
    """Send a message on behalf of a person from the Mini App's query."""
    result = params.json("result")
    if not isinstance(result, dict):
        raise bad_request("can't parse result JSON object")
    content = await inline_content(sim, result)
    query = sim.desk.answer("webapp", params.text("web_app_query_id"))
    if query is None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    person = sim.world.person(query.user_id)
    chat = sim.world.chat_for(person.id)
    stored = sim.add_message(chat, content | {"via_bot": sim.bot}, sender=person.user())
    return {"inline_message_id": f"inline{chat.id}_{stored.message['message_id']}"}


async def inline_content(sim: Simulator, result: Json) -> Json:
    """Return the message that an inline result stands for.

    Raises:
        BotApiError: The result is not one that Telegram would take.
    """
    markup = read_inline_markup(Params({"reply_markup": result.get("reply_markup")}), private=False)
    extra: Json = {"reply_markup": markup} if markup else {}
    kind, given = result.get("type"), result.get("input_message_content")
    if kind == "article" and not str(result.get("title") or "").strip():
        raise bad_request("can't parse inline query result: title is empty")
    if thumbnail := result.get("thumbnail_url"):
        check_url(str(thumbnail), what="thumbnail URL", https_only=False)
    if isinstance(given, dict) and "message_text" in given:
        return _text(sim, given) | extra
    if kind == "article":
        raise bad_request("MESSAGE_EMPTY")
    if kind == "photo":
        source: Any = result.get("photo_file_id") or result.get("photo_url")
        photo = await photo_field(sim, Params(), source)
        return photo | ({"caption": result["caption"]} if result.get("caption") else {}) | extra
    raise bad_request("RESULT_TYPE_INVALID")


def _text(sim: Simulator, given: Json) -> Json:
    mode, entities = str(given.get("parse_mode") or ""), given.get("entities")
    formatted = format_text(sim, str(given["message_text"]), mode, entities)
    if not formatted.text:
        raise bad_request("message text is empty")
    if utf16_length(formatted.text) > 4096:
        raise bad_request("message is too long")
    preview = given.get("link_preview_options")
    if isinstance(preview, dict) and preview.get("url"):
        check_url(str(preview["url"]), what="link preview URL", https_only=False)
    return {
        "text": formatted.text,
        **({"entities": formatted.entities} if formatted.entities else {}),
        **({"link_preview_options": preview} if isinstance(preview, dict) else {}),
    }


def _results_button(button: Any) -> Json | None:
    """Return the button above the results: it opens the chat with a payload, or a Mini App.

    Raises:
        BotApiError: Telegram would refuse it.
    """
    if button is None:
        return None
    if not isinstance(button, dict) or not str(button.get("text") or "").strip():
        raise bad_request("can't parse inline query results button")
    payload = str(button.get("start_parameter") or "")
    if not button.get("web_app") and not _START.fullmatch(payload):
        raise bad_request("START_PARAM_INVALID")
    return button
