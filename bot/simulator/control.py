"""The control API under /sim/: what a page or a test sees, and how it steers the simulator."""

import json
from dataclasses import asdict

from aiohttp import web

from bot.simulator.botapi import SIMULATOR
from bot.simulator.control_deeds import add_deeds
from bot.simulator.control_request import integer, read_body
from bot.simulator.core import chat_summary, message_view
from bot.simulator.errors import ControlError
from bot.simulator.initdata import launch_url, signed_init_data
from bot.simulator.methods.profile import commands_for, localised, menu_button
from bot.simulator.previews import PREVIEWS, Previews, show_picture
from bot.simulator.world import Json, Stored

_MAXIMUM_WAIT = 30.0


def add_control_api(app: web.Application) -> None:
    """Open the doors of the control API."""
    add_deeds(app)
    routes = [
        web.get("/sim/state", state),
        web.get("/sim/chats/{chat_id}/messages", messages),
        web.get("/sim/interface", interface),
        web.get("/sim/calls", calls),
        web.delete("/sim/calls", forget_calls),
        web.get("/sim/faults", faults),
        web.post("/sim/faults", inject_fault),
        web.delete("/sim/faults", forget_faults),
        web.post("/sim/settings", change_settings),
        web.post("/sim/reset", reset),
        web.get("/sim/init-data", init_data),
        web.get("/sim/web-app", web_app),
        web.get("/sim/invoice", invoice),
        web.get("/sim/wait", wait),
        web.get("/sim/events", events),
        web.get("/sim/files/{file_id}", show_file),
        web.get("/sim/picture", show_picture),
    ]
    app[PREVIEWS] = Previews()
    app.router.add_routes(routes)


async def state(request: web.Request) -> web.Response:
    """Show the bot, the people and the chats, and the number of the latest event."""
    sim = request.app[SIMULATOR]
    return web.json_response(
        {
            "seq": sim.bus.sequence,
            "bot": sim.bot,
            "people": [asdict(person) for person in sim.world.people.values()],
            "chats": [chat_summary(sim, chat) for chat in sim.world.chats.values()],
        }
    )


async def messages(request: web.Request) -> web.Response:
    """Show a chat's messages; `history=1` adds what was edited and deleted."""
    sim = request.app[SIMULATOR]
    chat = sim.world.chats.get(integer(request.match_info["chat_id"]))
    if chat is None:
        raise ControlError("there is no such chat")
    if request.query.get("history"):
        shown = [message_view(s) | _past(s) for s in chat.messages.values()]
    else:
        shown = [message_view(s) for s in chat.visible()]
    return web.json_response({"seq": sim.bus.sequence, "messages": shown})


async def interface(request: web.Request) -> web.Response:
    """Show what surrounds the text field for a person: commands, menu button, descriptions."""
    sim = request.app[SIMULATOR]
    person = sim.world.person(integer(request.query.get("user")))
    chat = sim.world.chat_for(person.id, integer(request.query.get("chat")) or None)
    code = person.language_code
    return web.json_response(
        {
            "name": localised(sim, "name", code) or sim.bot["first_name"],
            "description": localised(sim, "description", code),
            "short_description": localised(sim, "short_description", code),
            "commands": commands_for(sim, chat, person.id, code),
            "menu_button": menu_button(sim, str(chat.id)) if chat.is_private else None,
        }
    )


async def inject_fault(request: web.Request) -> web.Response:
    """Plan a fault: {method, kind: error|latency|drop, times, code, retry_after, seconds}."""
    return web.json_response(
        asdict(request.app[SIMULATOR].journal.inject(await read_body(request)))
    )


async def faults(request: web.Request) -> web.Response:
    """Show the planned faults."""
    planned = request.app[SIMULATOR].journal.faults
    return web.json_response({"faults": [asdict(fault) for fault in planned]})


async def forget_faults(request: web.Request) -> web.Response:
    """Drop the planned faults."""
    request.app[SIMULATOR].journal.faults.clear()
    return web.json_response({})


async def calls(request: web.Request) -> web.Response:
    """Show what the bot has called, from a number on, perhaps of one method."""
    after, method = integer(request.query.get("after")), request.query.get("method")
    found = [
        call
        for call in request.app[SIMULATOR].journal.calls
        if call["seq"] > after and (not method or call["method"].lower() == method.lower())
    ]
    return web.json_response({"calls": found})


async def forget_calls(request: web.Request) -> web.Response:
    """Empty the log of calls."""
    request.app[SIMULATOR].journal.calls.clear()
    return web.json_response({})


async def change_settings(request: web.Request) -> web.Response:
    """Shorten waits for tests: seconds of callback, precheckout, inline, webhook_retry."""
    sim, body = request.app[SIMULATOR], await read_body(request)
    for name, value in body.items():
        if name == "webhook_retry":
            sim.webhook.retry_seconds = float(value)
        elif name in sim.desk.seconds:
            sim.desk.seconds[name] = float(value)
        else:
            raise ControlError(f"there is no setting {name}")
    return web.json_response({})


async def reset(request: web.Request) -> web.Response:
    """Start again with the default people and empty chats."""
    request.app[SIMULATOR].reset()
    return web.json_response({})


async def init_data(request: web.Request) -> web.Response:
    """Sign launch data for a person; `auth_date` lets tests have old ones."""
    sim = request.app[SIMULATOR]
    person = sim.world.person(integer(request.query.get("user")))
    signed = signed_init_data(
        sim.token,
        person,
        start_param=request.query.get("start_param", ""),
        auth_date=integer(request.query.get("auth_date")),
    )
    return web.json_response({"init_data": signed})


async def web_app(request: web.Request) -> web.Response:
    """Return the address under which Telegram would open a Mini App for a person."""
    sim = request.app[SIMULATOR]
    person = sim.world.person(integer(request.query.get("user")))
    query = sim.desk.ask("webapp", user_id=person.id)
    signed = signed_init_data(sim.token, person, query_id=query.id)
    dark = request.query.get("theme") == "dark"
    return web.json_response({"url": launch_url(request.query.get("url", ""), signed, dark=dark)})


async def invoice(request: web.Request) -> web.Response:
    """Show the invoice behind a link, which a Mini App wants to open."""
    links = request.app[SIMULATOR].world.profile.get("invoice_links", {})
    link = links.get(request.query.get("slug", "").removeprefix("$"))
    if link is None:
        raise ControlError("there is no such invoice link")
    return web.json_response(link["invoice"])


async def wait(request: web.Request) -> web.Response:
    """Return the events after a number, waiting for one for some seconds."""
    sim = request.app[SIMULATOR]
    seconds = min(float(request.query.get("timeout", "0")), _MAXIMUM_WAIT)
    found = await sim.bus.wait(integer(request.query.get("after")), seconds)
    return web.json_response({"seq": sim.bus.sequence, "events": found})


async def events(request: web.Request) -> web.StreamResponse:
    """Stream events to a page, going on after the last one it saw."""
    sim = request.app[SIMULATOR]
    seen = integer(request.headers.get("Last-Event-ID") or request.query.get("after"))
    headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    while True:
        found = await sim.bus.wait(seen, 15.0)
        lines = [f"id: {e['seq']}\ndata: {json.dumps(e, ensure_ascii=False)}\n\n" for e in found]
        try:
            await response.write("".join(lines or [": still here\n\n"]).encode())
        except ConnectionError:
            return response
        seen = found[-1]["seq"] if found else seen


async def show_file(request: web.Request) -> web.Response:
    """Hand a file to the page, which knows no token."""
    sim = request.app[SIMULATOR]
    stored = sim.files.get(request.match_info["file_id"])
    if stored is None:
        raise web.HTTPNotFound
    headers = {"Cache-Control": "max-age=86400", "X-Content-Type-Options": "nosniff"}
    if stored.kind != "photo":
        headers["Content-Disposition"] = "attachment"
    return web.Response(body=sim.files.read(stored), content_type=stored.mime, headers=headers)


def _past(stored: Stored) -> Json:
    return {"history": stored.history, "deleted": stored.deleted}
