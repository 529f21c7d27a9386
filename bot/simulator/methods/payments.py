"""Invoices and the bot's last word before somebody is charged.

https://core.telegram.org/bots/payments
"""

import json
import re
import secrets

from bot.simulator.core import Simulator
from bot.simulator.errors import bad_request
from bot.simulator.methods.common import post, target_chat
from bot.simulator.methods.registry import method
from bot.simulator.params import Params
from bot.simulator.world import Json

# Telegram keeps about one to ten thousand US dollars' worth; minor units, rounded generously.
_LIMITS = {"RUB": (7_000, 110_000_000), "USD": (100, 1_000_000), "EUR": (90, 1_000_000)}
_TEXTS = {"title": (1, 32), "description": (1, 255)}


@method
async def send_invoice(sim: Simulator, params: Params) -> Json:
    """Send an invoice with its pay button."""
    chat = target_chat(sim, params)
    invoice, hidden = read_invoice(params)
    content = {"invoice": invoice}
    message = post(sim, chat, content, params, invoice=True)
    sim.world.profile.setdefault("invoices", {})[f"{chat.id}_{message['message_id']}"] = hidden
    return message


@method
async def create_invoice_link(sim: Simulator, params: Params) -> str:
    """Return a link that opens an invoice in a Mini App."""
    invoice, hidden = read_invoice(params)
    slug = secrets.token_urlsafe(12)
    links = sim.world.profile.setdefault("invoice_links", {})
    links[slug] = {"invoice": invoice, "hidden": hidden}
    return f"https://t.me/${slug}"


@method
async def answer_pre_checkout_query(sim: Simulator, params: Params) -> bool:
    """Let a payment happen, or refuse it with a reason."""
    allowed, reason = params.boolean("ok"), params.text("error_message")
    if not allowed and not reason:
        raise bad_request("error message must be non-empty")
    query = sim.desk.answer("precheckout", params.text("pre_checkout_query_id"))
    if query is not None:
        query.data["verdict"] = {"ok": allowed, "reason": reason}
        query.data["decided"].set()
    return True


def read_invoice(params: Params) -> tuple[Json, Json]:
    """Return an invoice as messages show it, and what Telegram keeps to itself.

    Raises:
        BotApiError: A part is missing, too long, or sums to what cannot be paid.
    """
    texts = {name: params.text(name) for name in _TEXTS}
    for name, (least, most) in _TEXTS.items():
        if not least <= len(texts[name]) <= most:
            raise bad_request(f"INVOICE_{name.upper()}_INVALID")
    payload = params.text("payload")
    if not 1 <= len(payload.encode()) <= 128:
        raise bad_request("INVOICE_PAYLOAD_INVALID")
    currency = params.text("currency")
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise bad_request("CURRENCY_INVALID")
    if currency != "XTR" and not params.text("provider_token"):
        raise bad_request("PAYMENT_PROVIDER_INVALID")
    if params.boolean("is_flexible"):
        raise bad_request("the simulator has no shipping queries")
    prices = params.objects("prices")
    total = _total(prices, currency)
    invoice: Json = texts | {"currency": currency, "total_amount": total}
    invoice["start_parameter"] = params.text("start_parameter")
    wanted = {n: params.boolean(f"need_{n}") for n in ("name", "phone_number", "email")}
    told = _provider_data(params.text("provider_data"))
    return invoice, {"payload": payload, "prices": prices, "needs": wanted, "told": told}


def _provider_data(text: str) -> Json | None:
    """Return what goes to the payment provider as it is."""
    try:
        told = json.loads(text) if text else None
    except ValueError:
        told = ""
    if told is not None and not isinstance(told, dict):
        raise bad_request("PROVIDER_DATA_INVALID")
    return told


def _total(prices: list[Json], currency: str) -> int:
    if not prices:
        raise bad_request("there must be at least one price")
    for price in prices:
        amount = price.get("amount")
        if not price.get("label") or not isinstance(amount, int) or isinstance(amount, bool):
            raise bad_request("can't parse prices JSON object")
    total = sum(int(price["amount"]) for price in prices)
    least, most = _LIMITS.get(currency, (1, 10**9))
    if not least <= total <= most:
        raise bad_request("CURRENCY_TOTAL_AMOUNT_INVALID")
    return total
