"""Stripe's API as a shop meets it (docs.stripe.com/api): what ours uses of it."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from decimal import Decimal

from aiohttp import web

from tools.bank.ledger import Json, Ledger, Payment, Refusal
from tools.bank.mischief import suffer
from tools.bank.yookassa import MISCHIEF, POST, base_of

STRIPE = web.AppKey("stripe", Ledger)
WEBHOOK = web.AppKey("stripe_webhook", str)

Form = dict[str, str]
Deed = Callable[[web.Request, Form], Awaitable[Json]]
_INTENTS = {"waiting_for_capture": "requires_capture", "succeeded": "succeeded",
            "canceled": "canceled"}  # fmt: skip


def add_stripe(app: web.Application, *, webhook: str) -> None:
    """Give the bank Stripe's counter."""
    app[STRIPE] = Ledger()
    app[WEBHOOK] = webhook
    sessions, intents = "/v1/checkout/sessions", "/v1/payment_intents"
    app.router.add_post(sessions, _counter("create", _create))
    app.router.add_get(sessions, _sessions)
    app.router.add_get("/v1/charges", _charges)
    app.router.add_get("/v1/charges/{id}", _show_charge)
    app.router.add_get(f"{sessions}/{{id}}", _show)
    app.router.add_post(f"{sessions}/{{id}}/expire", _counter("cancel", _expire))
    app.router.add_post(f"{intents}/{{id}}/capture", _counter("capture", _capture))
    app.router.add_post(f"{intents}/{{id}}/cancel", _counter("cancel", _cancel))
    app.router.add_post("/v1/refunds", _counter("refund", _refund))


def announce_session(app: web.Application, payment: Payment, base: str) -> None:
    """Tell the shop that a session's money moved."""
    kind = "expired" if payment.status == "canceled" else "completed"
    _notify(app, f"checkout.session.{kind}", _session(payment, base))


def _session(payment: Payment, base: str) -> Json:
    is_made = payment.was_paid
    status = "complete" if is_made else "expired" if payment.status == "canceled" else "open"
    return {
        "id": payment.id,
        "object": "checkout.session",
        "status": status,
        "currency": payment.currency.lower(),
        "amount_total": _minor(payment.asked),
        "metadata": payment.metadata,
        "url": f"{base}/pay/{payment.id}",
        "payment_intent": _intent(payment) if is_made else None,
    }


def _intent(payment: Payment) -> Json:
    taken = payment.amount if payment.status == "succeeded" else Decimal(0)
    return {
        "id": payment.id.replace("cs_", "pi_"),
        "object": "payment_intent",
        "status": _INTENTS[payment.status],
        "amount": _minor(payment.asked),
        "amount_received": _minor(taken),
        "metadata": payment.metadata,
        "latest_charge": _charge(payment),
    }


def _charge(payment: Payment) -> Json:
    taken = payment.amount if payment.status == "succeeded" else Decimal(0)
    return {
        "id": payment.id.replace("cs_", "ch_"),
        "object": "charge",
        "amount": _minor(payment.asked),
        "amount_captured": _minor(taken),
        # What was never captured counts as refunded (docs.stripe.com/api/charges/object).
        "amount_refunded": _minor(payment.refunded + (payment.asked - taken if taken else 0)),
        "captured": bool(taken),
        "status": "succeeded",
        "refunded": payment.status == "canceled",
        "currency": payment.currency.lower(),
        "metadata": payment.metadata,
    }


def _counter(kind: str, deed: Deed) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(request: web.Request) -> web.StreamResponse:
        _check_shop(request)
        trouble = request.app[MISCHIEF].trouble_for(kind)
        if trouble == "refuse":
            raise Refusal(429, "rate_limit")
        form = {name: str(value) for name, value in (await request.post()).items()}
        content = await _once(request, form, deed)
        await suffer(request, trouble)
        return web.json_response(content)

    return answer


async def _once(request: web.Request, form: Form, deed: Deed) -> Json:
    key = request.headers.get("Idempotency-Key", "")
    answers = request.app[STRIPE].answers
    if key and key in answers:
        first, content = answers[key]
        if first != form | {"": request.path}:
            raise Refusal(400, "idempotency_error")
        return content
    content = await deed(request, form)
    if key:
        answers[key] = (form | {"": request.path}, content)
    return content


async def _create(request: web.Request, form: Form) -> Json:
    amount = Decimal(form["line_items[0][price_data][unit_amount]"]) / 100
    payment = Payment(
        amount=amount,
        currency=form["line_items[0][price_data][currency]"].upper(),
        description=form["line_items[0][price_data][product_data][name]"],
        return_url=form["success_url"],
        metadata={"reference": form.get("metadata[reference]", "")},
        is_held=form.get("payment_intent_data[capture_method]") == "manual",
        id=f"cs_test_{secrets.token_hex(16)}",
    )
    request.app[STRIPE].add(payment)
    return _session(payment, base_of(request))


async def _show(request: web.Request) -> web.Response:
    _check_shop(request)
    trouble = request.app[MISCHIEF].trouble_for("fetch")
    payment = request.app[STRIPE].find(request.match_info["id"])
    await suffer(request, trouble)
    return web.json_response(_session(payment, base_of(request)))


async def _sessions(request: web.Request) -> web.Response:
    base = base_of(request)
    return _page(request, [_session(p, base) for p in _made(request)])


async def _charges(request: web.Request) -> web.Response:
    return _page(request, [_charge(p) for p in _made(request) if p.was_paid])


async def _show_charge(request: web.Request) -> web.Response:
    _check_shop(request)
    session_id = request.match_info["id"].replace("ch_", "cs_")
    return web.json_response(_charge(request.app[STRIPE].find(session_id)))


def _made(request: web.Request) -> list[Payment]:
    """Return the payments of the time that a list is asked for."""
    _check_shop(request)
    if request.app[MISCHIEF].trouble_for("list"):
        raise Refusal(429, "rate_limit")
    since, until = (
        datetime.fromtimestamp(int(request.query[f"created[{edge}]"]), UTC)
        for edge in ("gte", "lt")
    )
    return request.app[STRIPE].made(since, until)


def _page(request: web.Request, rows: list[Json]) -> web.Response:
    """Return a page of a list, after the object that was shown last."""
    last, limit = request.query.get("starting_after"), int(request.query["limit"])
    start = next((place for place, row in enumerate(rows, 1) if row["id"] == last), 0)
    page, has_more = rows[start:][:limit], len(rows) > start + limit
    told = {"object": "list", "url": request.path, "data": page, "has_more": has_more}
    return web.json_response(told)


async def _expire(request: web.Request, form: Form) -> Json:
    payment = request.app[STRIPE].find(request.match_info["id"])
    payment.decline()
    announce_session(request.app, payment, base_of(request))
    return _session(payment, base_of(request))


async def _capture(request: web.Request, form: Form) -> Json:
    payment = _of_intent(request, request.match_info["id"])
    payment.capture(Decimal(form["amount_to_capture"]) / 100)
    _notify(request.app, "payment_intent.succeeded", _intent(payment))
    return _intent(payment)


async def _cancel(request: web.Request, form: Form) -> Json:
    payment = _of_intent(request, request.match_info["id"])
    payment.cancel()
    _notify(request.app, "payment_intent.canceled", _intent(payment))
    return _intent(payment)


async def _refund(request: web.Request, form: Form) -> Json:
    of = form.get("payment_intent") or form["charge"].replace("ch_", "pi_")
    payment = _of_intent(request, of)
    payment.refund(Decimal(form["amount"]) / 100)
    _notify(request.app, "charge.refunded", _charge(payment))
    return {"id": f"re_{secrets.token_hex(12)}", "object": "refund", "status": "succeeded"}


def _of_intent(request: web.Request, intent_id: str) -> Payment:
    return request.app[STRIPE].find(intent_id.replace("pi_", "cs_"))


def _notify(app: web.Application, kind: str, about: Json) -> None:
    event = {
        "id": f"evt_{secrets.token_hex(12)}",
        "object": "event",
        "type": kind,
        "data": {"object": about | app[MISCHIEF].lies},
    }
    body = json.dumps(event)
    app[POST].send(app[WEBHOOK], event, {"Stripe-Signature": signature(body)})


def signature(body: str, *, at: int | None = None) -> str:
    """Return the header that signs a body (docs.stripe.com/webhooks#verify-manually)."""
    stamp = at if at is not None else int(time.time())
    secret = os.environ["STRIPE_WEBHOOK_SECRET"].encode()
    signed = hmac.new(secret, f"{stamp}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={stamp},v1={signed}"


def _check_shop(request: web.Request) -> None:
    if request.headers.get("Authorization") != f"Bearer {os.environ['STRIPE_SECRET_KEY']}":
        raise Refusal(401, "api_key_invalid")


def _minor(amount: Decimal) -> int:
    return int(amount * 100)
