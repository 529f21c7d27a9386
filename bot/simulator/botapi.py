"""The door of the bot: `/bot<token>/METHOD` and file downloads."""

import asyncio
import hmac
from typing import Any

from aiohttp import web

from bot.simulator.core import Simulator
from bot.simulator.errors import BotApiError
from bot.simulator.journal import Fault
from bot.simulator.methods import METHODS
from bot.simulator.params import Params, read_params

SIMULATOR = web.AppKey("simulator", Simulator)


def add_bot_api(app: web.Application) -> None:
    """Open the door."""
    app.router.add_route("*", "/bot{token}/{method}", call_method)
    app.router.add_get("/file/bot{token}/{path:.+}", download)


async def call_method(request: web.Request) -> web.StreamResponse:
    """Answer one call of the bot, unless a fault was injected into it."""
    sim = request.app[SIMULATOR]
    name = request.match_info["method"]
    params = Params()
    drop = False
    try:
        _check_token(sim, request)
        params = await read_params(request)
        fault = sim.journal.take_fault(name, params.raw("chat_id"))
        drop = fault is not None and fault.kind == "drop"
        if fault is not None:
            await _suffer(fault)
        result = await _perform(sim, name, params)
        status, body = 200, {"ok": True, "result": result}
    except BotApiError as error:
        status, body = error.code, error.envelope()
    answer = _identity(body["result"]) if status == 200 else body["description"]
    sim.journal.record(method=name, params=params.for_log(), code=status, answer=answer)
    if drop and request.transport is not None:
        # The deed is done, but the bot never hears of it.
        request.transport.abort()
    headers = {}
    if isinstance(parameters := body.get("parameters"), dict):
        headers["Retry-After"] = str(parameters["retry_after"])
    return web.json_response(body, status=status, headers=headers)


async def download(request: web.Request) -> web.Response:
    """Hand out a file by the path that getFile told."""
    sim = request.app[SIMULATOR]
    try:
        _check_token(sim, request)
    except BotApiError as error:
        return web.json_response(error.envelope(), status=error.code)
    stored = sim.files.by_path(request.match_info["path"])
    if stored is None:
        return web.json_response(BotApiError(404, "Not Found").envelope(), status=404)
    return web.Response(body=sim.files.read(stored), content_type=stored.mime)


def _check_token(sim: Simulator, request: web.Request) -> None:
    if not hmac.compare_digest(request.match_info["token"].encode(), sim.token.encode()):
        raise BotApiError(401, "Unauthorized")


async def _suffer(fault: Fault) -> None:
    if fault.kind == "latency":
        await asyncio.sleep(fault.seconds)
    elif fault.kind == "error":
        raise fault.error()


async def _perform(sim: Simulator, name: str, params: Params) -> Any:
    method = METHODS.get(name.lower())
    if method is None:
        raise BotApiError(404, "Not Found: method not found")
    return await method(sim, params)


def _identity(result: Any) -> Any:
    """Return of a result only what a reader of the log needs."""
    if isinstance(result, dict) and "message_id" in result:
        return {"message_id": result["message_id"]}
    if isinstance(result, list):
        return [_identity(item) for item in result[:10]]
    return result if isinstance(result, bool | int | str) else "…"
