"""YooKassa's API v3 as a shop meets it (yookassa.ru/developers/api): what ours uses of it."""

from __future__ import annotations

import base64
import json
import os
import re
import uuid
from collections.abc import Awaitable, Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation

from aiohttp import web

from tools.bank.ledger import Json, Ledger, Payment, Refusal
from tools.bank.mischief import Mischief, Post, suffer

LEDGER = web.AppKey("yookassa", Ledger)
MISCHIEF = web.AppKey("mischief", Mischief)
POST = web.AppKey("post", Post)
WEBHOOK = web.AppKey("yookassa_webhook", str)

_CREATED = {
    "waiting_for_capture": "payment.waiting_for_capture",
    "succeeded": "payment.succeeded",
    "canceled": "payment.canceled",
}
Deed = Callable[[web.Request, Json], Awaitable[Json]]


def add_yookassa(app: web.Application, *, webhook: str) -> None:
    """Give the bank YooKassa's counter."""
    app[LEDGER] = Ledger()
    app[WEBHOOK] = webhook
    app.router.add_post("/yookassa/v3/payments", _counter("create", _create))
    app.router.add_get("/yookassa/v3/payments", _list)
    app.router.add_get("/yookassa/v3/payments/{id}", _show)
    app.router.add_post("/yookassa/v3/payments/{id}/capture", _counter("capture", _capture))
    app.router.add_post("/yookassa/v3/payments/{id}/cancel", _counter("cancel", _cancel))
    app.router.add_post("/yookassa/v3/refunds", _counter("refund", _refund))


def shown(payment: Payment, base: str) -> Json:
    """Return a payment object."""
    return {
        "id": payment.id,
        "status": payment.status,
        "paid": payment.status in {"waiting_for_capture", "succeeded"},
        "amount": _money(payment.amount, payment.currency),
        "refunded_amount": _money(payment.refunded, payment.currency),
        "description": payment.description,
        "metadata": payment.metadata,
        "created_at": payment.created_at.isoformat(),
        "refundable": payment.status == "succeeded",
        "test": True,
        "confirmation": {
            "type": "redirect",
            "return_url": payment.return_url,
            "confirmation_url": f"{base}/pay/{payment.id}",
        },
    }


def announce(app: web.Application, payment: Payment, base: str) -> None:
    """Notify the shop that a payment moved."""
    kind = _CREATED.get(payment.status)
    if kind:
        _notify(app, kind, shown(payment, base))


def base_of(request: web.Request) -> str:
    """Return the bank's own address, as the caller knows it."""
    return f"{request.scheme}://{request.host}"


def _counter(kind: str, deed: Deed) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Answer a POST: who asks, once for each key, with the mischief in store."""

    async def answer(request: web.Request) -> web.StreamResponse:
        _check_shop(request)
        trouble = request.app[MISCHIEF].trouble_for(kind)
        if trouble == "refuse":
            raise Refusal(429, "too_many_requests")
        body = await _body(request)
        content = await _once(request, body, deed)
        await suffer(request, trouble)
        return web.json_response(content)

    return answer


async def _once(request: web.Request, body: Json, deed: Deed) -> Json:
    key = request.headers.get("Idempotence-Key", "")
    if not 1 <= len(key) <= 64:
        raise Refusal(400, "invalid_request", "Idempotence-Key")
    answers = request.app[LEDGER].answers
    if key in answers:
        first, content = answers[key]
        if first != body:
            raise Refusal(400, "invalid_request", "Idempotence-Key was used for another request")
        return content
    content = await deed(request, body)
    answers[key] = (body, content)
    if "receipt" in body:
        request.app[LEDGER].receipts.append(body["receipt"])
    return content


async def _create(request: web.Request, body: Json) -> Json:
    amount, currency = _read_money(body)
    _check_receipt(body, amount)
    payment = Payment(
        amount=amount,
        currency=currency,
        description=str(body.get("description", ""))[:128],
        return_url=str(body.get("confirmation", {}).get("return_url", "")),
        metadata=dict(body.get("metadata", {})),
        is_held=not body.get("capture", False),
        with_receipt="receipt" in body,
    )
    request.app[LEDGER].add(payment)
    return shown(payment, base_of(request))


async def _show(request: web.Request) -> web.Response:
    _check_shop(request)
    trouble = request.app[MISCHIEF].trouble_for("fetch")
    if trouble == "refuse":
        raise Refusal(429, "too_many_requests")
    payment = request.app[LEDGER].find(request.match_info["id"])
    await suffer(request, trouble)
    return web.json_response(shown(payment, base_of(request)))


async def _list(request: web.Request) -> web.Response:
    """Return a page of the payments of a time; the cursor is how many were shown before."""
    _check_shop(request)
    if request.app[MISCHIEF].trouble_for("list"):
        raise Refusal(429, "too_many_requests")
    asked = request.query
    since, until = (datetime.fromisoformat(asked[f"created_at.{edge}"]) for edge in ("gte", "lt"))
    start, limit = int(asked.get("cursor", 0)), int(asked["limit"])
    made = request.app[LEDGER].made(since, until)
    page = {"type": "list", "items": [shown(p, base_of(request)) for p in made[start:][:limit]]}
    more = {"next_cursor": str(start + limit)} if len(made) > start + limit else {}
    return web.json_response(page | more)


async def _capture(request: web.Request, body: Json) -> Json:
    payment = request.app[LEDGER].find(request.match_info["id"])
    amount, _currency = _read_money(body) if "amount" in body else (payment.amount, "")
    _check_receipt(body, amount, is_due=payment.with_receipt and amount != payment.amount)
    payment.capture(amount)
    announce(request.app, payment, base_of(request))
    return shown(payment, base_of(request))


async def _cancel(request: web.Request, body: Json) -> Json:
    payment = request.app[LEDGER].find(request.match_info["id"])
    payment.cancel()
    announce(request.app, payment, base_of(request))
    return shown(payment, base_of(request))


async def _refund(request: web.Request, body: Json) -> Json:
    payment = request.app[LEDGER].find(str(body.get("payment_id", "")))
    amount, currency = _read_money(body)
    _check_receipt(body, amount, is_due=payment.with_receipt)
    payment.refund(amount)
    refund = {
        "id": str(uuid.uuid4()),
        "status": "succeeded",
        "amount": _money(amount, currency),
        "payment_id": payment.id,
    }
    request.app[LEDGER].refunds[str(refund["id"])] = refund
    _notify(request.app, "refund.succeeded", refund)
    return refund


def _notify(app: web.Application, kind: str, about: Json) -> None:
    event = {"type": "notification", "event": kind, "object": about | app[MISCHIEF].lies}
    app[POST].send(app[WEBHOOK], event)


def _check_shop(request: web.Request) -> None:
    expected = f"{os.environ['YOOKASSA_SHOP_ID']}:{os.environ['YOOKASSA_SECRET_KEY']}"
    given = request.headers.get("Authorization", "").removeprefix("Basic ")
    if given != base64.b64encode(expected.encode()).decode():
        raise Refusal(401, "invalid_credentials")


async def _body(request: web.Request) -> Json:
    try:
        body = await request.json()
    except json.JSONDecodeError as error:
        raise Refusal(400, "invalid_request", "body") from error
    if not isinstance(body, dict):
        raise Refusal(400, "invalid_request", "body")
    return body


def _read_money(body: Json) -> tuple[Decimal, str]:
    try:
        amount = Decimal(body["amount"]["value"])
        currency = body["amount"]["currency"]
    except (KeyError, TypeError, InvalidOperation) as error:
        raise Refusal(400, "invalid_request", "amount") from error
    if currency != "RUB" or amount <= 0 or amount != amount.quantize(Decimal("0.01")):
        raise Refusal(400, "invalid_request", "amount")
    return amount, currency


def _check_receipt(body: Json, amount: Decimal, *, is_due: bool = False) -> None:
    """Refuse a receipt whose items do not sum to the payment, as YooKassa does; and none at all.

    Who pays with a receipt gets one for a part that is taken, and for what goes back.
    """
    if "receipt" not in body:
        if is_due:
            raise Refusal(400, "invalid_request", "receipt")
        return
    items = body["receipt"].get("items", [])
    whole = sum(
        (Decimal(item["amount"]["value"]) * Decimal(item["quantity"]) for item in items), Decimal(0)
    )
    is_sound = all(
        1 <= int(item["vat_code"]) <= 12 and Decimal(item["amount"]["value"]) > 0 for item in items
    )
    if whole != amount or not is_sound or not _is_reached(body["receipt"].get("customer", {})):
        raise Refusal(400, "invalid_request", "receipt")


def _is_reached(customer: Json) -> bool:
    """Tell whether a receipt has a phone or a mailbox to go to."""
    phone, email = str(customer.get("phone", "")), str(customer.get("email", ""))
    return bool(re.fullmatch(r"\d{11,15}", phone) or re.fullmatch(r"[^@\s]+@[^@\s]+", email))


def _money(amount: Decimal, currency: str) -> dict[str, str]:
    return {"value": f"{amount:.2f}", "currency": currency}
