"""Photos and documents: uploaded, named by id, or fetched from this machine."""

import asyncio
import secrets
from typing import Any

import aiohttp

from bot.simulator.core import Simulator
from bot.simulator.errors import bad_request
from bot.simulator.files import StoredFile, document_view, photo_sizes
from bot.simulator.markup import is_loopback_url
from bot.simulator.methods.common import (
    caption_fields,
    format_text,
    message_caption,
    post,
    target_chat,
)
from bot.simulator.methods.registry import method
from bot.simulator.params import Params, Upload
from bot.simulator.world import Json

_URL_PHOTO_BYTES = 5 * 1024 * 1024


@method
async def send_photo(sim: Simulator, params: Params) -> Json:
    """Send a picture."""
    chat = target_chat(sim, params)
    caption = message_caption(sim, params)
    photo = await photo_field(sim, params, params.raw("photo"), field="photo")
    return post(sim, chat, photo | caption | _above(params), params)


@method
async def send_document(sim: Simulator, params: Params) -> Json:
    """Send a file as it is."""
    chat = target_chat(sim, params)
    caption = message_caption(sim, params)
    document = await _document_field(sim, params, params.raw("document"), field="document")
    return post(sim, chat, document | caption, params)


@method
async def send_media_group(sim: Simulator, params: Params) -> list[Json]:
    """Send an album of 2 to 10 photos or documents."""
    chat = target_chat(sim, params)
    items = params.objects("media")
    if not 2 <= len(items) <= 10:
        # Telegram takes a lone item too; the documentation says 2-10, and so it stays honest.
        raise bad_request("there must be from 2 to 10 media in the group")
    kinds = {item.get("type") for item in items}
    if len(kinds) > 1 and kinds != {"photo", "video"}:
        raise bad_request("documents can't be mixed with other media types")
    contents = [await media_content(sim, params, item) for item in items]
    group = {"media_group_id": str(secrets.randbits(53))}
    without_markup = Params({n: v for n, v in params.values.items() if n != "reply_markup"})
    return [post(sim, chat, content | group, without_markup) for content in contents]


async def media_content(sim: Simulator, params: Params, media: Json) -> Json:
    """Return an InputMedia as message fields.

    Raises:
        BotApiError: Its type is not simulated, or its file or caption not acceptable.
    """
    caption = caption_fields(
        format_text(
            sim,
            str(media.get("caption") or ""),
            str(media.get("parse_mode") or ""),
            media.get("caption_entities"),
        )
    )
    if media.get("type") == "photo":
        content = await photo_field(sim, params, media.get("media"))
        above = bool(media.get("show_caption_above_media"))
        return content | caption | ({"show_caption_above_media": True} if above else {})
    if media.get("type") == "document":
        return await _document_field(sim, params, media.get("media")) | caption
    raise bad_request("wrong type of the media: only photos and documents are simulated")


async def photo_field(sim: Simulator, params: Params, source: Any, *, field: str = "") -> Json:
    """Return a photo, wherever it comes from, as a message field.

    Raises:
        BotApiError: It cannot be had, or Telegram would not take it.
    """
    known = _known_file(sim, source)
    if known is not None:
        if known.kind != "photo":
            raise bad_request(f"can't use file of type {known.kind.title()} as Photo")
        return {"photo": photo_sizes(sim.files.sizes(known.group))}
    upload = await _obtain(params, source, field=field)
    # Decoding takes a while; pages and polls go on meanwhile.
    sizes = await asyncio.to_thread(sim.files.add_photo, upload.data)
    return {"photo": photo_sizes(sizes)}


async def _document_field(sim: Simulator, params: Params, source: Any, *, field: str = "") -> Json:
    known = _known_file(sim, source)
    if known is None:
        upload = await _obtain(params, source, field=field)
        known = sim.files.add(upload.data, kind="document", name=upload.name, mime=upload.mime)
    elif known.kind != "document":
        raise bad_request(f"can't use file of type {known.kind.title()} as Document")
    return {"document": document_view(known)}


def _known_file(sim: Simulator, source: Any) -> StoredFile | None:
    return sim.files.get(source) if isinstance(source, str) else None


async def _obtain(params: Params, source: Any, *, field: str) -> Upload:
    if field in params.uploads:
        return params.uploads[field]
    if not isinstance(source, str) or not source:
        raise bad_request(f"there is no {field or 'media'} in the request")
    if source.startswith("attach://"):
        upload = params.uploads.get(source.removeprefix("attach://"))
        if upload is None:
            raise bad_request(f'attached file "{source}" not found')
        return upload
    if source.startswith(("http://", "https://")):
        return await fetch(source)
    raise bad_request("wrong file identifier/HTTP URL specified")


async def fetch(url: str) -> Upload:
    """Return a file that an address names.

    Raises:
        BotApiError: It is not on this machine, can't be had, or is too large.
    """
    # The demo asks nothing of the outside: only this machine's own pages are fetched.
    if not is_loopback_url(url):
        raise bad_request("failed to get HTTP URL content")
    timeout = aiohttp.ClientTimeout(total=10)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(url, allow_redirects=False) as response,
        ):
            if response.status != 200:
                raise bad_request("failed to get HTTP URL content")
            if not response.content_type.startswith(("image/", "application/")):
                raise bad_request("wrong type of the web page content")
            data = await response.content.read(_URL_PHOTO_BYTES + 1)
            while len(data) <= _URL_PHOTO_BYTES and (more := await response.content.readany()):
                data += more
    except (aiohttp.ClientError, TimeoutError) as error:
        raise bad_request("failed to get HTTP URL content") from error
    if len(data) > _URL_PHOTO_BYTES:
        raise bad_request("failed to get HTTP URL content")
    return Upload(url.rsplit("/", 1)[-1].split("?")[0] or "file", data, response.content_type)


def _above(params: Params) -> Json:
    above = params.boolean("show_caption_above_media")
    return {"show_caption_above_media": True} if above else {}
