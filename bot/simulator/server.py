"""The web application: the bot's door, the control API, and the chat page."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from bot.simulator.botapi import SIMULATOR, add_bot_api
from bot.simulator.control import add_control_api
from bot.simulator.core import Simulator
from bot.simulator.errors import BotApiError, ControlError
from bot.simulator.keeper import Keeper

_HERE = Path(__file__).parent
_BODY_LIMIT = 60 * 1024 * 1024
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data: blob:; font-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; frame-src http://localhost:* http://127.0.0.1:* https:"
)


def build_app(sim: Simulator, *, state: Path | None = None) -> web.Application:
    """Put the application together; with a state file it remembers across starts."""
    app = web.Application(client_max_size=_BODY_LIMIT, middlewares=[_errors, _same_origin])
    app[SIMULATOR] = sim
    add_bot_api(app)
    add_control_api(app)
    app.router.add_get("/", _page)
    app.router.add_get("/chat", _page)
    app.router.add_static("/static", _HERE / "static")

    async def background(_: web.Application) -> AsyncIterator[None]:
        keeper = Keeper(sim, state) if state else None
        if keeper:
            keeper.load()
        tasks = [asyncio.create_task(sim.webhook.run())]
        if keeper:
            tasks.append(asyncio.create_task(keeper.run()))
        yield
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if keeper:
            keeper.save()

    app.cleanup_ctx.append(background)
    return app


async def _page(request: web.Request) -> web.Response:
    html = (_HERE / "pages" / "chat.html").read_text(encoding="utf-8")
    headers = {
        "Content-Security-Policy": _POLICY,
        "Cache-Control": "no-cache",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    return web.Response(text=html, content_type="text/html", headers=headers)


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Word unknown paths as Telegram does, and refusals of the control API as JSON."""
    try:
        response = await handler(request)
    except ControlError as error:
        return web.json_response({"error": str(error)}, status=400)
    except BotApiError as error:
        return web.json_response({"error": error.description}, status=400)
    except web.HTTPNotFound:
        return web.json_response(BotApiError(404, "Not Found").envelope(), status=404)
    if request.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-cache"
    return response


@web.middleware
async def _same_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let no foreign page act for the people here; programs send no Origin."""
    origin = request.headers.get("Origin")
    guarded = request.path.startswith("/sim/") and request.method not in {"GET", "HEAD"}
    if guarded and origin is not None and urlsplit(origin).netloc != request.host:
        return web.json_response({"error": "foreign origin"}, status=403)
    return await handler(request)
