"""Changing messages in place.

https://core.telegram.org/bots/api#updating-messages
"""

from bot.simulator.core import Simulator
from bot.simulator.errors import bad_request
from bot.simulator.markup import read_inline_markup
from bot.simulator.methods.common import editable_message, message_caption, message_text
from bot.simulator.methods.media import media_content
from bot.simulator.methods.registry import method
from bot.simulator.params import Params
from bot.simulator.world import Chat, Json, Stored

_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup "
    "are exactly the same as a current content and reply markup of the message"
)
_TEXT = {"text", "entities"}
_CAPTION = {"caption", "caption_entities", "show_caption_above_media"}
_MEDIA = {"photo", "document"}


@method
async def edit_message_text(sim: Simulator, params: Params) -> Json | bool:
    """Replace the text of a message and its inline keyboard."""
    chat, stored = editable_message(sim, params)
    content = message_text(sim, params)
    if "text" not in stored.message:
        raise bad_request("there is no text in the message to edit")
    return _change(sim, params, chat, stored, content, drop=_TEXT)


@method
async def edit_message_caption(sim: Simulator, params: Params) -> Json | bool:
    """Replace the caption of a message and its inline keyboard."""
    chat, stored = editable_message(sim, params)
    content = message_caption(sim, params)
    if params.boolean("show_caption_above_media"):
        content["show_caption_above_media"] = True
    if not _MEDIA & stored.message.keys():
        raise bad_request("there is no caption in the message to edit")
    return _change(sim, params, chat, stored, content, drop=_CAPTION)


@method
async def edit_message_media(sim: Simulator, params: Params) -> Json | bool:
    """Replace a photo or document, or turn a text message into one."""
    chat, stored = editable_message(sim, params)
    media = params.json("media")
    if not isinstance(media, dict):
        raise bad_request("can't parse media JSON object")
    content = await media_content(sim, params, media)
    if not (_MEDIA | {"text"}) & stored.message.keys():
        raise bad_request("message can't be edited")
    if "media_group_id" in stored.message and not (content.keys() & stored.message.keys() & _MEDIA):
        raise bad_request("message can't be edited: wrong media type in the album")
    return _change(sim, params, chat, stored, content, drop=_TEXT | _CAPTION | _MEDIA)


@method
async def edit_message_reply_markup(sim: Simulator, params: Params) -> Json | bool:
    """Replace only the inline keyboard of a message."""
    chat, stored = editable_message(sim, params)
    return _change(sim, params, chat, stored, {}, drop=set())


def _change(
    sim: Simulator, params: Params, chat: Chat, stored: Stored, content: Json, *, drop: set[str]
) -> Json | bool:
    markup = read_inline_markup(params, private=chat.is_private)
    if markup is not None:
        content = content | {"reply_markup": markup}
    drop = drop | {"reply_markup"}
    if {name: stored.message.get(name) for name in drop} == {n: content.get(n) for n in drop}:
        raise bad_request(_NOT_MODIFIED)
    sim.change_message(chat, stored, content, drop=drop)
    return True if params.text("inline_message_id") else stored.message
