"""Reading the bodies of control requests."""

import json
from typing import Any

from aiohttp import web

from bot.simulator.core import message_view
from bot.simulator.errors import ControlError
from bot.simulator.world import Json, Stored


async def read_body(request: web.Request) -> Json:
    """Return the JSON object of a request.

    Raises:
        ControlError: It is none.
    """
    try:
        body = json.loads(await request.text() or "{}")
    except ValueError:
        raise ControlError("the body must be JSON") from None
    if not isinstance(body, dict):
        raise ControlError("the body must be a JSON object")
    return body


def integer(value: Any) -> int:
    """Return a whole number, 0 where nothing was given.

    Raises:
        ControlError: It is something else.
    """
    try:
        return int(value or 0)
    except (TypeError, ValueError):
        raise ControlError(f"{value!r} is no number") from None


def user_of(body: Json) -> int:
    """Return who acts."""
    return integer(body.get("user_id"))


def chat_of(body: Json) -> int | None:
    """Return in which chat, None for the private one."""
    return integer(body.get("chat_id")) or None


def sent(stored: Stored) -> web.Response:
    """Answer with the message that came of it."""
    return web.json_response(message_view(stored))
