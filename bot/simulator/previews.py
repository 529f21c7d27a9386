"""Pictures that messages and inline results name by address, fetched as Telegram would.

Only from this machine: the demo asks nothing of the outside.
"""

from aiohttp import web

from bot.simulator.errors import BotApiError
from bot.simulator.methods.media import fetch

_KEPT = 200


class Previews:
    """What was fetched before, by its address."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[bytes, str]] = {}

    async def picture(self, url: str) -> tuple[bytes, str] | None:
        """Return a picture's bytes and type; None where there is none that may be shown."""
        if url in self._known:
            return self._known[url]
        try:
            upload = await fetch(url)
        except BotApiError:
            return None
        if not upload.mime.startswith("image/") or "svg" in upload.mime:
            return None
        if len(self._known) >= _KEPT:
            self._known.pop(next(iter(self._known)))
        self._known[url] = (upload.data, upload.mime)
        return self._known[url]


PREVIEWS = web.AppKey("previews", Previews)


async def show_picture(request: web.Request) -> web.Response:
    """Hand a picture from another server of this machine to the page."""
    found = await request.app[PREVIEWS].picture(request.query.get("url", ""))
    if found is None:
        raise web.HTTPNotFound
    data, mime = found
    headers = {"Cache-Control": "max-age=3600", "X-Content-Type-Options": "nosniff"}
    return web.Response(body=data, content_type=mime, headers=headers)
