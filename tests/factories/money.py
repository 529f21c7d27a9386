"""Orders that are paid at a provider (the `gateway` fixture)."""

from decimal import Decimal
from typing import Any

from apps.catalog.models import Variant
from apps.core.time import now, shop_date
from apps.orders import services as orders
from apps.payments import services
from apps.payments.dto import Notice, OddityKind
from apps.payments.models import Payment
from tests.factories.checkout import placed_order
from tests.gateway import World


def paid_online(world: World, variant: Variant, *, capture: bool = True) -> Payment:
    """Place an order and pay for it; a refund, an event, a question, a comparison come too."""
    order = placed_order(payment="yookassa", wanted={variant: 2})
    payment = started(order)
    world.pay(str(payment.provider_payment_id), capture=capture)
    notice = Notice(f"event-{payment.pk}", "paid", str(payment.provider_payment_id), {})
    services.keep_event(provider="yookassa", notice=notice, now=now())
    services.look_into_events(now=now())
    if capture:
        services.request_refund(
            payment_id=payment.pk, amount=Decimal("10.00"), reason="sorry", now=now()
        )
    services.put_question(
        kind=OddityKind.WRONG_AMOUNT, key=f"odd-{payment.pk}", provider="yookassa",
        payment=payment, amount="1.00",
    )  # fmt: skip
    services.compare_day(provider="yookassa", day=shop_date(now()), now=now())
    payment.refresh_from_db()
    return payment


def started(order: Any) -> Payment:
    """Send the customer to the provider and return the payment."""
    way = orders.start_payment(customer_id=order.customer_id, order_id=order.pk, now=now())
    return Payment.objects.get(pk=way.payment_id)
