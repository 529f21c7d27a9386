"""An order that is paid in the chat: checked before the money moves, settled after."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from apps.core.transactions import retrying_atomic
from apps.orders.dto import OrderStatus
from apps.orders.errors import OrderNotAwaitingPayment, OrderNotFound, PriceChanged
from apps.orders.models import Order
from apps.orders.services.settling import settle_fact
from apps.payments import selectors as payment_selectors
from apps.payments import services as payments
from apps.payments.dto import PaymentFact, PaymentState
from apps.users import selectors as users
from apps.users.errors import PersonNotFound

# Between our yes and the money lie some seconds: the goods must not go meanwhile.
_GRACE = timedelta(minutes=2)


@dataclass(frozen=True)
class ChatPayment:
    """What Telegram says of an invoice that somebody pays; `reference` is its payload."""

    reference: str
    telegram_id: int
    amount: Decimal
    currency: str


@retrying_atomic
def approve_chat_payment(*, paid: ChatPayment, now: datetime) -> None:
    """Agree that an invoice may be paid now, and keep the goods until the money is here.

    Raises:
        PaymentNotFound, OrderNotFound: It is no invoice of ours, or somebody else's order.
        OrderNotAwaitingPayment: It is paid, cancelled, or its time is over.
        PriceChanged: The invoice is for another sum or currency.
    """
    payment = payment_selectors.payment_by_reference(reference=paid.reference)
    order = Order.objects.select_for_update(no_key=True).get(pk=payment.order_id)
    customer = users.customer_card(user_id=order.customer_id)
    if customer.telegram_id != paid.telegram_id:
        raise OrderNotFound
    is_held = order.hold_expires_at is not None and order.hold_expires_at > now
    if order.status != OrderStatus.AWAITING_PAYMENT or not is_held:
        raise OrderNotAwaitingPayment(number=order.number)
    if (paid.amount, paid.currency) != (order.total, payment.currency):
        raise PriceChanged(expected=paid.amount, total=order.total)
    Order.objects.filter(pk=order.pk, hold_expires_at__lt=now + _GRACE).update(
        hold_expires_at=now + _GRACE, updated_at=now
    )


def settle_chat_payment(*, paid: ChatPayment, charge_id: str, now: datetime) -> int | None:
    """Settle a payment that Telegram says was made; told again, nothing happens again.

    The money is there, whoever asked for it: where the invoice is none of ours, or somebody else
    than the order's customer paid it, staff are asked. Returns the payer's own order, else None.
    """
    payment = payment_selectors.invoice_by_reference(reference=paid.reference)
    payer_id = _payer_of(paid.telegram_id)
    is_own = payment is not None and _is_customers(payment.order_id, payer_id)
    if not is_own:
        payments.ask_about_charge(
            charge_id=charge_id, reference=paid.reference, payer_id=payer_id, amount=paid.amount,
            currency=paid.currency, payment=payment,
        )  # fmt: skip
    if payment is None:
        return None
    payment_id = payments.note_charge(payment_id=payment.pk, charge_id=charge_id, now=now)
    made = payment_selectors.payment_of(payment_id=payment_id)
    fact = PaymentFact(
        provider_payment_id=charge_id,
        reference=str(made.public_id),
        state=PaymentState.CAPTURED,
        amount=paid.amount,
        currency=paid.currency,
        captured=paid.amount,
        refunded=payment_selectors.returned_by_provider(payment=made),
    )
    settle_fact(payment_id=payment_id, fact=fact, now=now)
    return made.order_id if is_own else None


def _is_customers(order_id: int, payer_id: int | None) -> bool:
    return Order.objects.filter(pk=order_id, customer_id=payer_id).exists()


def _payer_of(telegram_id: int) -> int | None:
    try:
        return users.customer_by_telegram(telegram_id=telegram_id).id
    except PersonNotFound:
        return None
