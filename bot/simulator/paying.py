"""A person pays an invoice: the bot is asked, then told."""

import asyncio
import secrets

from bot.simulator.core import Simulator
from bot.simulator.errors import ControlError
from bot.simulator.people import post_from_person
from bot.simulator.world import Json


async def pay(
    sim: Simulator, user_id: int, *, chat_id: int | None = None, message_id: int = 0, slug: str = ""
) -> Json:
    """Press the pay button and wait for the bot's verdict, as Telegram does for ten seconds.

    Raises:
        ControlError: There is no such invoice.
    """
    invoice, hidden = _find_invoice(sim, chat_id or user_id, message_id, slug)
    person = sim.world.person(user_id)
    decided = asyncio.Event()
    query = sim.desk.ask("precheckout", user_id=user_id, decided=decided)
    facts: Json = {
        "currency": invoice["currency"],
        "total_amount": invoice["total_amount"],
        "invoice_payload": hidden["payload"],
    }
    if order_info := _order_info(sim, user_id, hidden["needs"]):
        facts["order_info"] = order_info
    sim.updates.push("pre_checkout_query", {"id": query.id, "from": person.user(), **facts})
    try:
        await asyncio.wait_for(decided.wait(), sim.desk.seconds["precheckout"])
    except TimeoutError:
        return {"status": "failed", "reason": "BOT_PRECHECKOUT_TIMEOUT"}
    verdict = query.data["verdict"]
    if not verdict["ok"]:
        return {"status": "failed", "reason": verdict["reason"]}
    charge = {
        "telegram_payment_charge_id": f"{sim.bot_id}_{user_id}_{secrets.token_hex(8)}",
        "provider_payment_charge_id": f"sim_{secrets.token_hex(12)}",
    }
    stored = post_from_person(sim, user_id, {"successful_payment": facts | charge})
    return {"status": "paid", "message_id": stored.message["message_id"]}


def _find_invoice(sim: Simulator, chat_id: int, message_id: int, slug: str) -> tuple[Json, Json]:
    profile = sim.world.profile
    if slug:
        link = profile.get("invoice_links", {}).get(slug.removeprefix("$"))
        if link:
            return link["invoice"], link["hidden"]
        raise ControlError("there is no such invoice link")
    chat = sim.world.chats.get(chat_id)
    stored = chat.find(message_id) if chat else None
    hidden = profile.get("invoices", {}).get(f"{chat_id}_{message_id}")
    if stored is None or hidden is None:
        raise ControlError("there is no such invoice")
    return stored.message["invoice"], hidden


def _order_info(sim: Simulator, user_id: int, needs: Json) -> Json:
    person = sim.world.person(user_id)
    known = {
        "name": f"{person.first_name} {person.last_name}".strip(),
        "phone_number": person.phone.lstrip("+"),
        "email": f"{person.username or person.id}@example.com",
    }
    return {name: known[name] for name, wanted in needs.items() if wanted}
