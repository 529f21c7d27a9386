"""What people do: write, send, press, block. Each deed becomes an update for the bot."""

import secrets
import time
from typing import Any

from bot.simulator.core import Simulator
from bot.simulator.desk import Query
from bot.simulator.entities import FormattedText, trimmed, utf16_length, with_detected
from bot.simulator.errors import ControlError
from bot.simulator.files import document_view, photo_sizes
from bot.simulator.world import Chat, Json, Stored

_TWO_DAYS = 48 * 3600


def post_from_person(
    sim: Simulator, user_id: int, content: Json, *, chat_id: int | None = None, reply_to: int = 0
) -> Stored:
    """Send a person's message to a chat and tell the bot.

    Raises:
        ControlError: The person may not write there.
    """
    person = sim.world.person(user_id)
    chat = sim.world.chat_for(user_id, chat_id)
    if chat.blocked and chat.is_private:
        set_blocked(sim, user_id, blocked=False)
    if reply_to and (target := chat.find(reply_to)):
        quoted = {k: v for k, v in target.message.items() if k != "reply_to_message"}
        content = content | {"reply_to_message": quoted}
    chat.started = True
    stored = sim.add_message(chat, content, sender=person.user())
    sim.updates.push("message", stored.message)
    _hide_one_time_keyboard(sim, chat)
    sim.show_chat(chat)
    return stored


def say(
    sim: Simulator, user_id: int, text: str, *, chat_id: int | None = None, reply_to: int = 0
) -> Stored:
    """Write text.

    Raises:
        ControlError: It is empty or too long for a message.
    """
    formatted = with_detected(trimmed(FormattedText(text)))
    if not formatted.text or utf16_length(formatted.text) > 4096:
        raise ControlError("a message has 1 to 4096 characters")
    content: Json = {"text": formatted.text}
    if formatted.entities:
        content["entities"] = formatted.entities
    return post_from_person(sim, user_id, content, chat_id=chat_id, reply_to=reply_to)


def edit(
    sim: Simulator, user_id: int, text: str, *, chat_id: int | None, message_id: int
) -> Stored:
    """Change the words of one's own message, its caption where it has a picture.

    Raises:
        ControlError: It is not one's own, or the new words are none that a message may have.
    """
    chat = sim.world.chat_for(user_id, chat_id)
    stored = chat.find(message_id)
    if stored is None or stored.message["from"]["id"] != user_id:
        raise ControlError("only one's own messages can be edited")
    is_text = "text" in stored.message
    if not is_text and "photo" not in stored.message and "document" not in stored.message:
        raise ControlError("this message has no words to edit")
    formatted = with_detected(trimmed(FormattedText(text)))
    if utf16_length(formatted.text) > (4096 if is_text else 1024) or (
        is_text and not formatted.text
    ):
        raise ControlError("a message has 1 to 4096 characters, a caption up to 1024")
    name, marks = ("text", "entities") if is_text else ("caption", "caption_entities")
    content: Json = {name: formatted.text} if formatted.text else {}
    if formatted.entities:
        content[marks] = formatted.entities
    sim.change_message(chat, stored, content, drop={name, marks})
    sim.updates.push("edited_message", stored.message)
    return stored


def press_reply_button(sim: Simulator, user_id: int, text: str, chat_id: int | None) -> Stored:
    """Press a text button of the reply keyboard.

    Raises:
        ControlError: The keyboard has no such button, or it asks for something else.
    """
    chat = sim.world.chat_for(user_id, chat_id)
    rows = (chat.keyboard or {}).get("keyboard", [])
    button = next((b for row in rows for b in row if b["text"] == text), None)
    if button is None:
        raise ControlError(f"the keyboard has no button {text!r}")
    if button.get("request_contact"):
        return share_contact(sim, user_id, {})
    if button.get("request_location") or button.get("web_app"):
        raise ControlError(f"the button {text!r} does not send text")
    return say(sim, user_id, text, chat_id=chat_id)


def share_contact(sim: Simulator, user_id: int, contact: Json) -> Stored:
    """Share a contact, by default one's own."""
    person = sim.world.person(user_id)
    person.phone = person.phone or f"+7916{person.id % 10_000_000:07d}"
    content: Json = {
        "phone_number": contact.get("phone_number") or person.phone.lstrip("+"),
        "first_name": contact.get("first_name") or person.first_name,
    }
    # Only one's own contact carries the id, by which bots tell it from somebody else's.
    if not contact.get("phone_number") or contact.get("own"):
        content["user_id"] = person.id
    if last_name := contact.get("last_name") or person.last_name:
        content["last_name"] = last_name
    return post_from_person(sim, user_id, {"contact": content})


def share_location(sim: Simulator, user_id: int, latitude: float, longitude: float) -> Stored:
    """Share a point on the map."""
    location = {"latitude": latitude, "longitude": longitude}
    return post_from_person(sim, user_id, {"location": location})


def send_file(
    sim: Simulator, user_id: int, data: bytes, *, kind: str, chat_id: int | None, caption: str = ""
) -> Stored:
    """Send a photo, document, voice message or sticker.

    Raises:
        ControlError: The kind is none of these.
    """
    content: Json = {"caption": caption} if caption else {}
    if kind == "photo":
        content["photo"] = photo_sizes(sim.files.add_photo(data))
    elif kind == "document":
        content["document"] = document_view(sim.files.add(data, kind=kind, name="file.bin"))
    elif kind == "voice":
        voice = document_view(sim.files.add(data or b"OggS", kind=kind, name="voice.ogg"))
        content["voice"] = {k: v for k, v in voice.items() if k != "file_name"} | {"duration": 3}
    elif kind == "sticker":
        name = secrets.token_hex(8)
        content = {
            "sticker": {
                "file_id": f"CAACAgIAAx{name}",
                "file_unique_id": name,
                "type": "regular",
                "width": 512,
                "height": 512,
                "is_animated": False,
                "is_video": False,
                "emoji": caption or "👍",
            }
        }
    else:
        raise ControlError(f"nobody can send a {kind}")
    return post_from_person(sim, user_id, content, chat_id=chat_id)


def press(
    sim: Simulator, user_id: int, *, chat_id: int | None, message_id: int, data: str
) -> Query:
    """Press an inline button; like any MTProto client, one may also forge its data.

    Raises:
        ControlError: The message is not there.
    """
    chat = sim.world.chat_for(user_id, chat_id)
    stored = chat.find(message_id)
    if stored is None:
        raise ControlError(f"there is no message {message_id} in chat {chat.id}")
    query = sim.desk.ask("callback", user_id=user_id, chat_id=chat.id, message_id=message_id)
    payload: Json = {
        "id": query.id,
        "from": sim.world.person(user_id).user(),
        "chat_instance": str(abs(hash(("chat", chat.id))) % 10**17),
        "data": data,
    }
    if "via_bot" in stored.message:
        payload["inline_message_id"] = f"inline{chat.id}_{message_id}"
    else:
        payload["message"] = _as_pressed(stored)
    sim.updates.push("callback_query", payload)
    return query


def _as_pressed(stored: Stored) -> Json:
    """Return the message as a press carries it: of one that is two days old, hardly anything.

    https://core.telegram.org/bots/api#inaccessiblemessage
    """
    message = stored.message
    if time.time() - message["date"] <= _TWO_DAYS:
        return message
    return {"chat": message["chat"], "message_id": message["message_id"], "date": 0}


def inline_button(stored: Stored, *, row: int, column: int) -> Json:
    """Return a button of a message by its place.

    Raises:
        ControlError: There is none.
    """
    rows = stored.message.get("reply_markup", {}).get("inline_keyboard", [])
    try:
        button: Json = rows[row][column]
    except IndexError:
        raise ControlError("there is no such button") from None
    return button


def ask_inline(sim: Simulator, user_id: int, text: str, offset: str) -> Query:
    """Type the bot's name and some text in a chat.

    Raises:
        ControlError: No field takes so much.
    """
    if len(text) > 256:
        raise ControlError("an inline query has up to 256 characters")
    query = sim.desk.ask("inline", user_id=user_id, text=text, offset=offset)
    payload = {
        "id": query.id,
        "from": sim.world.person(user_id).user(),
        "query": text,
        "offset": offset,
        "chat_type": "sender",
    }
    sim.updates.push("inline_query", payload)
    return query


def choose_inline(
    sim: Simulator, user_id: int, query_id: str, result_id: str, *, chat_id: int | None = None
) -> Stored:
    """Send one of the offered results to a chat.

    Raises:
        ControlError: It was not offered.
    """
    query = sim.desk.find(query_id)
    offered: list[Any] = query.data.get("results", []) if query else []
    for result, content in zip(offered, query.data["contents"] if query else [], strict=False):
        if str(result["id"]) == result_id and query:
            chat = sim.world.chat_for(user_id, chat_id)
            person = sim.world.person(user_id).user()
            stored = sim.add_message(chat, content | {"via_bot": sim.bot}, sender=person)
            chosen = {"result_id": result_id, "from": person, "query": query.data["text"]}
            sim.updates.push("chosen_inline_result", chosen)
            return stored
    raise ControlError("no such result was offered")


def send_web_app_data(sim: Simulator, user_id: int, data: str, button_text: str) -> Stored:
    """Hand over what a Mini App, opened by a keyboard button, wants the bot to know."""
    content = {"web_app_data": {"data": data[:4096], "button_text": button_text}}
    return post_from_person(sim, user_id, content)


def set_blocked(sim: Simulator, user_id: int, *, blocked: bool) -> None:
    """Block or unblock the bot; it is told by my_chat_member."""
    person, chat = sim.world.person(user_id), sim.world.chat_for(user_id)
    if chat.blocked == blocked:
        return
    chat.blocked = blocked
    states: list[Json] = [
        {"user": sim.bot, "status": "member"},
        {"user": sim.bot, "status": "kicked", "until_date": 0},
    ]
    old, new = states if blocked else states[::-1]
    sim.updates.push(
        "my_chat_member",
        {
            "chat": sim.world.chat_view(chat),
            "from": person.user(),
            "date": int(time.time()),
            "old_chat_member": old,
            "new_chat_member": new,
        },
    )
    sim.show_chat(chat)


def _hide_one_time_keyboard(sim: Simulator, chat: Chat) -> None:
    keyboard = chat.keyboard
    if keyboard and (keyboard.get("one_time_keyboard") or keyboard.get("force_reply")):
        chat.keyboard = None
