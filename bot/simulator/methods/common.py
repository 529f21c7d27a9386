"""What several methods share: finding the chat, reading text, posting, finding a message."""

from typing import Any

from bot.simulator.core import Simulator
from bot.simulator.entities import FormattedText, parse_html, trimmed, utf16_length, with_detected
from bot.simulator.errors import bad_request, forbidden
from bot.simulator.markup import read_markup
from bot.simulator.params import Params
from bot.simulator.world import Chat, Json, Stored

MAXIMUM_TEXT = 4096
MAXIMUM_CAPTION = 1024


def target_chat(sim: Simulator, params: Params, name: str = "chat_id") -> Chat:
    """Return the chat that a call names, if the bot may write there.

    Raises:
        BotApiError: There is none for this bot, or its owner has blocked the bot.
    """
    chat = known_chat(sim, params, name)
    if chat.blocked and chat.is_private:
        raise forbidden("bot was blocked by the user")
    if chat.blocked:
        raise forbidden("bot was kicked from the supergroup chat")
    return chat


def known_chat(sim: Simulator, params: Params, name: str = "chat_id") -> Chat:
    """Return the chat that a call names, blocked or not.

    Raises:
        BotApiError: The parameter is missing, or the bot has never met the chat.
    """
    raw = params.text(name).strip()
    if not raw:
        raise bad_request(f"{name} is empty")
    if raw.startswith("@"):
        found = [c for c in sim.world.chats.values() if not c.is_private and c.username == raw[1:]]
        chat = found[0] if found else None
    else:
        chat = sim.world.chats.get(params.integer(name))
    # A bot knows nobody who has not written to it first.
    if chat is None or not chat.started:
        raise bad_request("chat not found")
    return chat


def read_text(
    sim: Simulator, params: Params, name: str, *, entities_name: str = "entities"
) -> FormattedText:
    """Return a parameter's text with its formatting.

    Raises:
        BotApiError: The markup is broken, or its mode unknown.
    """
    return format_text(
        sim, params.text(name), params.text("parse_mode"), params.json(entities_name)
    )


def format_text(sim: Simulator, source: str, mode: str, entities: Any) -> FormattedText:
    """Return text formatted by a parse mode or by given entities.

    Raises:
        BotApiError: The markup is broken, or its mode unknown.
    """
    if mode.lower() == "html":
        formatted = parse_html(source)
    elif mode:
        # The shop writes HTML only; Telegram's two Markdowns are not simulated.
        raise bad_request("unsupported parse_mode")
    else:
        given = entities if isinstance(entities, list) else []
        formatted = FormattedText(source, [e for e in given if isinstance(e, dict)])
    for entity in formatted.entities:
        if (user_id := entity.pop("user_id", None)) in sim.world.people:
            entity["user"] = sim.world.people[user_id].user()
    return with_detected(trimmed(formatted))


def message_text(sim: Simulator, params: Params, name: str = "text") -> Json:
    """Return the checked text of a message as message fields.

    Raises:
        BotApiError: It is empty, too long, or badly marked up.
    """
    formatted = read_text(sim, params, name)
    if not formatted.text:
        raise bad_request("message text is empty")
    if utf16_length(formatted.text) > MAXIMUM_TEXT:
        raise bad_request("message is too long")
    return {"text": formatted.text} | _unless_empty(entities=formatted.entities)


def caption_fields(formatted: FormattedText) -> Json:
    """Return a checked caption as message fields, none when it is empty.

    Raises:
        BotApiError: It is too long.
    """
    if utf16_length(formatted.text) > MAXIMUM_CAPTION:
        raise bad_request("message caption is too long")
    if not formatted.text:
        return {}
    return {"caption": formatted.text} | _unless_empty(caption_entities=formatted.entities)


def message_caption(sim: Simulator, params: Params) -> Json:
    """Return the checked caption of a call as message fields.

    Raises:
        BotApiError: It is too long or badly marked up.
    """
    return caption_fields(read_text(sim, params, "caption", entities_name="caption_entities"))


def post(
    sim: Simulator, chat: Chat, content: Json, params: Params, *, invoice: bool = False
) -> Json:
    """Send a message of the bot, with its keyboard and its reply, and return it.

    Raises:
        BotApiError: The keyboard or the message replied to is not acceptable.
    """
    markup = read_markup(params, private=chat.is_private, invoice=invoice)
    content = content | _reply_fields(chat, params)
    inline = markup is not None and "inline_keyboard" in markup
    if inline:
        content["reply_markup"] = markup
    stored = sim.add_message(chat, content, sender=sim.bot)
    if markup is not None and not inline:
        stored.locked = "keyboard" in markup
        chat.keyboard = None if markup.get("remove_keyboard") else markup
        chat.keyboard_of = stored.message["message_id"]
    sim.show_chat(chat)
    return stored.message


def editable_message(sim: Simulator, params: Params) -> tuple[Chat, Stored]:
    """Return the message that a call wants to change.

    Raises:
        BotApiError: It is gone, or none that this bot may change.
    """
    chat, message_id = _named_message(sim, params)
    stored = chat.find(message_id)
    if stored is None:
        raise bad_request("message to edit not found")
    own = stored.message["from"]["id"] == sim.bot_id or "via_bot" in stored.message
    if not own or stored.locked or "successful_payment" in stored.message:
        raise bad_request("message can't be edited")
    return chat, stored


def _named_message(sim: Simulator, params: Params) -> tuple[Chat, int]:
    inline_id = params.text("inline_message_id")
    if inline_id:
        chat_id, _, message_id = inline_id.removeprefix("inline").partition("_")
        chat = sim.world.chats.get(int(chat_id)) if chat_id.lstrip("-").isdigit() else None
        if chat is None or not message_id.isdigit():
            raise bad_request("MESSAGE_ID_INVALID")
        return chat, int(message_id)
    chat = known_chat(sim, params)
    return chat, required_message_id(params)


def required_message_id(params: Params, name: str = "message_id") -> int:
    """Return the id of a message.

    Raises:
        BotApiError: It is missing.
    """
    message_id = params.integer(name)
    if message_id <= 0:
        raise bad_request("message identifier is not specified")
    return message_id


def _reply_fields(chat: Chat, params: Params) -> Json:
    reply = params.json("reply_parameters") or {}
    message_id = int(reply.get("message_id") or params.integer("reply_to_message_id"))
    if not message_id:
        return {}
    target = chat.find(message_id)
    if target is None:
        lenient = reply.get("allow_sending_without_reply")
        if lenient or params.boolean("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")
    quoted = {k: v for k, v in target.message.items() if k != "reply_to_message"}
    return {"reply_to_message": quoted}


def _unless_empty(**fields: Any) -> Json:
    return {name: value for name, value in fields.items() if value}
