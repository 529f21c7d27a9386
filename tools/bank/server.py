"""The bank's counter, its page, and the door by which tests make mischief."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable

from aiohttp import web

from tools.bank.counters import announced, found
from tools.bank.ledger import Refusal
from tools.bank.mischief import Mischief, Post
from tools.bank.pages import add_pages
from tools.bank.stripe import STRIPE, add_stripe
from tools.bank.yookassa import LEDGER, MISCHIEF, POST, add_yookassa, base_of

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def build_app(*, shop: str) -> web.Application:
    """Put the bank together; `shop` is where its notifications go."""
    app = web.Application(middlewares=[_refusals])
    app[MISCHIEF] = Mischief()
    app[POST] = Post(app[MISCHIEF])
    add_yookassa(app, webhook=f"{shop}/webhooks/yookassa/")
    add_stripe(app, webhook=f"{shop}/webhooks/stripe/")
    add_pages(app)
    app.router.add_get("/", _alive)
    app.router.add_post("/control/mischief", _plan)
    app.router.add_get("/control/events", _events)
    app.router.add_post("/control/payments/{id}/{deed:pay|decline}", _act)
    app.router.add_get("/control/payments", _payments)
    app.router.add_get("/control/receipts", _receipts)
    return app


@web.middleware
async def _refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Refusal as no:
        if request.path.startswith("/v1/"):
            kind = (
                "idempotency_error" if no.code == "idempotency_error" else "invalid_request_error"
            )
            told = {"error": {"type": kind, "code": no.code, "message": no.description}}
            return web.json_response(told, status=no.status)
        error = {"type": "error", "code": no.code, "description": no.description}
        return web.json_response(error, status=no.status)


async def _alive(request: web.Request) -> web.Response:
    return web.Response(text="A trial bank: nothing here is real money.")


async def _plan(request: web.Request) -> web.Response:
    """Replace the mischief in store by the fields given; the others are as usual again."""
    told = await request.json()
    fresh = Mischief(**(told | {"calls": deque(map(tuple, told.get("calls", ())))}))
    vars(request.app[MISCHIEF]).update(vars(fresh))
    return web.json_response({})


async def _events(request: web.Request) -> web.Response:
    return web.json_response(request.app[POST].sent)


async def _payments(request: web.Request) -> web.Response:
    payments = [*request.app[LEDGER].payments.values(), *request.app[STRIPE].payments.values()]
    return web.json_response(
        [
            {"id": p.id, "status": p.status, "amount": str(p.amount), "refunded": str(p.refunded)}
            for p in payments
        ]
    )


async def _receipts(request: web.Request) -> web.Response:
    return web.json_response(request.app[LEDGER].receipts)


async def _act(request: web.Request) -> web.Response:
    """Let the payer of a payment pay or be declined, without the page."""
    payment = found(request)
    getattr(payment, request.match_info["deed"])()
    announced(request.app, payment, base_of(request))
    return web.json_response({"status": payment.status})
