"""Messages without files, and what is done to whole messages."""

import time
from typing import Any

from bot.simulator.core import Simulator
from bot.simulator.errors import bad_request
from bot.simulator.methods.common import (
    message_caption,
    message_text,
    post,
    required_message_id,
    target_chat,
)
from bot.simulator.methods.registry import method
from bot.simulator.params import Params
from bot.simulator.world import Json

_ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}
_TWO_DAYS = 48 * 3600
_COPIED = ("text", "entities", "photo", "document", "location", "venue", "contact", "caption")
_COPIED_TOO = ("caption_entities", "sticker", "voice")


@method
async def send_message(sim: Simulator, params: Params) -> Json:
    """Send text."""
    chat = target_chat(sim, params)
    return post(sim, chat, message_text(sim, params), params)


@method
async def send_location(sim: Simulator, params: Params) -> Json:
    """Send a point on the map."""
    chat = target_chat(sim, params)
    return post(sim, chat, {"location": _location(params)}, params)


@method
async def send_venue(sim: Simulator, params: Params) -> Json:
    """Send a point with a name and an address."""
    chat = target_chat(sim, params)
    title, address = params.text("title").strip(), params.text("address").strip()
    if not title or not address:
        raise bad_request("VENUE_TITLE_EMPTY" if not title else "VENUE_ADDRESS_EMPTY")
    location = _location(params)
    venue = {"location": location, "title": title, "address": address}
    return post(sim, chat, {"venue": venue, "location": location}, params)


@method
async def send_contact(sim: Simulator, params: Params) -> Json:
    """Send a name with a phone number."""
    chat = target_chat(sim, params)
    contact = {n: params.text(n) for n in ("phone_number", "first_name", "last_name", "vcard")}
    if not contact["phone_number"]:
        raise bad_request("phone number is empty")
    if not contact["first_name"]:
        raise bad_request("first name is empty")
    return post(sim, chat, {"contact": {n: v for n, v in contact.items() if v}}, params)


@method
async def send_chat_action(sim: Simulator, params: Params) -> bool:
    """Show for some seconds that the bot is busy."""
    chat = target_chat(sim, params)
    action = params.text("action")
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    sim.bus.emit("typing", chat_id=chat.id, action=action)
    return True


@method
async def delete_message(sim: Simulator, params: Params) -> bool:
    """Delete a message younger than two days."""
    chat = target_chat(sim, params)
    stored = chat.find(required_message_id(params))
    if stored is None:
        raise bad_request("message to delete not found")
    if time.time() - stored.message["date"] > _TWO_DAYS:
        raise bad_request("message can't be deleted for everyone")
    sim.delete_message(chat, stored)
    return True


@method
async def delete_messages(sim: Simulator, params: Params) -> bool:
    """Delete up to 100 messages, passing over those that are gone."""
    chat = target_chat(sim, params)
    message_ids = params.json("message_ids")
    if not isinstance(message_ids, list) or not 1 <= len(message_ids) <= 100:
        raise bad_request("there must be from 1 to 100 message identifiers")
    for message_id in message_ids:
        if stored := chat.find(int(message_id)):
            sim.delete_message(chat, stored)
    return True


@method
async def copy_message(sim: Simulator, params: Params) -> Json:
    """Send a message's content again as the bot's own."""
    source = target_chat(sim, params, "from_chat_id").find(required_message_id(params))
    if source is None:
        raise bad_request("message to copy not found")
    content = {n: source.message[n] for n in _COPIED + _COPIED_TOO if n in source.message}
    if not content:
        raise bad_request("message can't be copied")
    if params.raw("caption") is not None and "text" not in content:
        content.pop("caption", None)
        content.pop("caption_entities", None)
        content |= message_caption(sim, params)
    sent = post(sim, target_chat(sim, params), content, params)
    return {"message_id": sent["message_id"]}


@method
async def forward_message(sim: Simulator, params: Params) -> Json:
    """Send a message on, naming where it comes from."""
    source = target_chat(sim, params, "from_chat_id").find(required_message_id(params))
    if source is None:
        raise bad_request("message to forward not found")
    content: dict[str, Any] = {
        n: source.message[n] for n in _COPIED + _COPIED_TOO if n in source.message
    }
    content["forward_origin"] = {
        "type": "user",
        "date": source.message["date"],
        "sender_user": source.message["from"],
    }
    return post(sim, target_chat(sim, params), content, params)


@method
async def pin_chat_message(sim: Simulator, params: Params) -> bool:
    """Pin a message to the top of its chat."""
    chat = target_chat(sim, params)
    stored = chat.find(required_message_id(params))
    if stored is None:
        raise bad_request("message to pin not found")
    message_id = stored.message["message_id"]
    chat.pinned = [m for m in chat.pinned if m != message_id] + [message_id]
    sim.show_chat(chat)
    return True


@method
async def unpin_chat_message(sim: Simulator, params: Params) -> bool:
    """Unpin a message, by default the latest."""
    chat = target_chat(sim, params)
    message_id = params.integer("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if message_id not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(message_id)
    sim.show_chat(chat)
    return True


@method
async def unpin_all_chat_messages(sim: Simulator, params: Params) -> bool:
    """Unpin everything."""
    chat = target_chat(sim, params)
    chat.pinned.clear()
    sim.show_chat(chat)
    return True


@method
async def set_message_reaction(sim: Simulator, params: Params) -> bool:
    """Put the bot's one emoji under a message, or take it away."""
    chat = target_chat(sim, params)
    stored = chat.find(required_message_id(params))
    if stored is None:
        raise bad_request("message to react not found")
    reactions = params.objects("reaction")
    if len(reactions) > 1 or any(r.get("type") != "emoji" for r in reactions):
        raise bad_request("REACTIONS_TOO_MANY" if len(reactions) > 1 else "REACTION_INVALID")
    emoji = reactions[0].get("emoji", "") if reactions else ""
    sim.bus.emit("reaction", chat_id=chat.id, message_id=stored.message["message_id"], emoji=emoji)
    return True


def _location(params: Params) -> Json:
    latitude, longitude = params.number("latitude"), params.number("longitude")
    if not -90 <= latitude <= 90 or not -180 <= longitude <= 180:
        raise bad_request("wrong latitude or longitude specified")
    return {"latitude": latitude, "longitude": longitude}
