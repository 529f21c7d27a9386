"""The control API's hands: what a page or a test lets people do."""

import base64
import binascii
from dataclasses import asdict

from aiohttp import web

from bot.simulator import paying, people
from bot.simulator.botapi import SIMULATOR
from bot.simulator.control_request import chat_of, integer, read_body, sent, user_of
from bot.simulator.core import chat_summary
from bot.simulator.errors import ControlError
from bot.simulator.world import Person


def add_deeds(app: web.Application) -> None:
    """Open the doors through which people act."""
    doors = {
        "people": create_person,
        "say": say,
        "start": start,
        "edit": edit,
        "keyboard": press_keyboard,
        "press": press,
        "contact": share_contact,
        "location": share_location,
        "file": send_file,
        "block": block,
        "inline": ask_inline,
        "inline/choose": choose_inline,
        "pay": pay,
        "web-app-data": web_app_data,
    }
    for name, handler in doors.items():
        app.router.add_post(f"/sim/{name}", handler)


async def create_person(request: web.Request) -> web.Response:
    """Bring a new customer, or a new member of the staff, into the world."""
    sim, body = request.app[SIMULATOR], await read_body(request)
    user_id = integer(body.get("id")) or sim.world.free_person_id()
    if user_id in sim.world.people or user_id == sim.bot_id or user_id < 0:
        raise ControlError("this id is taken")
    name = str(body.get("first_name") or "").strip()
    if not 1 <= len(name) <= 64:
        raise ControlError("a first name has 1 to 64 characters")
    person = Person(
        user_id,
        name,
        last_name=str(body.get("last_name") or "")[:64],
        username=str(body.get("username") or "")[:32],
        language_code=str(body.get("language_code") or "ru")[:8],
        role="staff" if body.get("role") == "staff" else "customer",
        phone=str(body.get("phone") or "")[:20],
    )
    chat = sim.world.add_person(person)
    if person.role == "staff":
        for group in sim.world.chats.values():
            if not group.is_private:
                group.members.append(person.id)
    sim.bus.emit("person", person=asdict(person), chat=chat_summary(sim, chat))
    return web.json_response(asdict(person))


async def say(request: web.Request) -> web.Response:
    """Let a person write text."""
    sim, body = request.app[SIMULATOR], await read_body(request)
    stored = people.say(
        sim,
        user_of(body),
        str(body.get("text", "")),
        chat_id=chat_of(body),
        reply_to=integer(body.get("reply_to")),
    )
    return sent(stored)


async def edit(request: web.Request) -> web.Response:
    """Let a person change a message of their own."""
    sim, body = request.app[SIMULATOR], await read_body(request)
    stored = people.edit(
        sim,
        user_of(body),
        str(body.get("text", "")),
        chat_id=chat_of(body),
        message_id=integer(body.get("message_id")),
    )
    return sent(stored)


async def start(request: web.Request) -> web.Response:
    """Let a person press START, perhaps by a deep link with a payload."""
    sim, body = request.app[SIMULATOR], await read_body(request)
    payload = str(body.get("payload") or "")
    allowed = payload.replace("_", "").replace("-", "")
    if len(payload) > 64 or (payload and not (allowed.isascii() and allowed.isalnum())):
        raise ControlError("a start payload has up to 64 of A-Z, a-z, 0-9, _ and -")
    return sent(people.say(sim, user_of(body), f"/start {payload}".strip()))


async def press_keyboard(request: web.Request) -> web.Response:
    """Let a person press a button of the reply keyboard."""
    sim, body = request.app[SIMULATOR], await read_body(request)
    text = str(body.get("text", ""))
    return sent(people.press_reply_button(sim, user_of(body), text, chat_of(body)))


async def press(request: web.Request) -> web.Response:
    """Let a person press an inline button, named by row and column or by its data."""
    sim, body = request.app[SIMULATOR], await read_body(request)
    user_id, message_id = user_of(body), integer(body.get("message_id"))
    data = body.get("data")
    if data is None:
        stored = sim.world.chat_for(user_id, chat_of(body)).find(message_id)
        if stored is None:
            raise ControlError("there is no such message")
        row, column = integer(body.get("row")), integer(body.get("column"))
        data = people.inline_button(stored, row=row, column=column).get("callback_data")
        if data is None:
            raise ControlError("this button does not call back")
    query = people.press(sim, user_id, chat_id=chat_of(body), message_id=message_id, data=str(data))
    return web.json_response({"callback_query_id": query.id})


async def share_contact(request: web.Request) -> web.Response:
    """Let a person share a contact, by default their own."""
    sim, body = request.app[SIMULATOR], await read_body(request)
    return sent(people.share_contact(sim, user_of(body), body.get("contact") or {}))


async def share_location(request: web.Request) -> web.Response:
    """Let a person share a point on the map."""
    sim, body = request.app[SIMULATOR], await read_body(request)
    try:
        latitude, longitude = float(body["latitude"]), float(body["longitude"])
    except (KeyError, TypeError, ValueError):
        raise ControlError("a location has a latitude and a longitude") from None
    if not -90 <= latitude <= 90 or not -180 <= longitude <= 180:
        raise ControlError("there is no such place on Earth")
    return sent(people.share_location(sim, user_of(body), latitude, longitude))


async def send_file(request: web.Request) -> web.Response:
    """Let a person send a photo, document, voice message or sticker (bytes in base64)."""
    sim, body = request.app[SIMULATOR], await read_body(request)
    try:
        data = base64.b64decode(str(body.get("data") or ""), validate=True)
    except binascii.Error:
        raise ControlError("data must be base64") from None
    kind, caption = str(body.get("kind", "photo")), str(body.get("caption") or "")
    return sent(
        people.send_file(
            sim, user_of(body), data, kind=kind, chat_id=chat_of(body), caption=caption
        )
    )


async def block(request: web.Request) -> web.Response:
    """Let a person block or unblock the bot."""
    sim, body = request.app[SIMULATOR], await read_body(request)
    people.set_blocked(sim, user_of(body), blocked=bool(body.get("blocked", True)))
    return web.json_response({})


async def ask_inline(request: web.Request) -> web.Response:
    """Let a person type the bot's name and a query."""
    sim, body = request.app[SIMULATOR], await read_body(request)
    text, offset = str(body.get("query", "")), str(body.get("offset", ""))
    return web.json_response(
        {"inline_query_id": people.ask_inline(sim, user_of(body), text, offset).id}
    )


async def choose_inline(request: web.Request) -> web.Response:
    """Let a person send an inline result."""
    sim, body = request.app[SIMULATOR], await read_body(request)
    query_id, result_id = str(body.get("inline_query_id")), str(body.get("result_id"))
    return sent(
        people.choose_inline(sim, user_of(body), query_id, result_id, chat_id=chat_of(body))
    )


async def pay(request: web.Request) -> web.Response:
    """Let a person pay an invoice, by its message or by its link."""
    sim, body = request.app[SIMULATOR], await read_body(request)
    outcome = await paying.pay(
        sim,
        user_of(body),
        chat_id=chat_of(body),
        message_id=integer(body.get("message_id")),
        slug=str(body.get("slug") or ""),
    )
    return web.json_response(outcome)


async def web_app_data(request: web.Request) -> web.Response:
    """Let a Mini App, opened by a keyboard button, send its data."""
    sim, body = request.app[SIMULATOR], await read_body(request)
    data, text = str(body.get("data", "")), str(body.get("button_text", ""))
    return sent(people.send_web_app_data(sim, user_of(body), data, text))
