"""Which counter a payment was made at."""

from aiohttp import web

from tools.bank.ledger import Payment
from tools.bank.stripe import STRIPE, announce_session
from tools.bank.yookassa import LEDGER, announce


def found(request: web.Request) -> Payment:
    """Return the payment that a path names.

    Raises:
        Refusal: There is none.
    """
    payment_id = request.match_info["id"]
    ledger = STRIPE if payment_id.startswith("cs_") else LEDGER
    return request.app[ledger].find(payment_id)


def announced(app: web.Application, payment: Payment, base: str) -> None:
    """Tell the shop of a payment, as its provider does."""
    tell = announce_session if payment.id.startswith("cs_") else announce
    tell(app, payment, base)
