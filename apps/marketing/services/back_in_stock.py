"""Ask to be told when a pack is back, or no longer."""

from datetime import datetime

from apps.catalog import selectors as catalog
from apps.catalog.dto import Availability
from apps.catalog.errors import VariantNotFound
from apps.core.locks import hold
from apps.core.transactions import retrying_atomic
from apps.marketing.errors import ChatClosed, NotToReturn, StillInStock, TooManyAlerts
from apps.marketing.models import BackInStockAlert
from apps.users import selectors as users
from apps.users import services as people

MOST_ALERTS = 50


@retrying_atomic
def ask_alert(*, customer_id: int, variant_id: int, now: datetime) -> BackInStockAlert:
    """Let a person wait for a pack that is sold out; who waits for it already goes on waiting.

    Raises:
        VariantNotFound: The pack is not sold any more.
        StillInStock: It can be bought.
        NotToReturn: It was on clearance.
        ChatClosed: The bot can't write to this person.
        TooManyAlerts: They wait for fifty packs already.
    """
    variant = catalog.sale_variants(variant_ids=[variant_id], now=now).get(variant_id)
    if variant is not None and variant.best_before is not None:
        raise NotToReturn
    if variant is None or not variant.is_on_sale_floor:
        raise VariantNotFound(variant=variant_id)
    if variant.availability != Availability.NONE:
        raise StillInStock
    if not users.customer_card(user_id=customer_id).can_be_reached:
        raise ChatClosed
    # One ask of a person's after another, so that the limit holds.
    hold(f"marketing.alerts/{customer_id}")
    waiting = BackInStockAlert.objects.waiting().filter(customer_id=customer_id)
    asked = waiting.filter(variant_id=variant_id).first()
    if asked is not None:
        return asked
    if waiting.count() >= MOST_ALERTS:
        raise TooManyAlerts(maximum=MOST_ALERTS)
    # Who asks for news of one pack wants such news.
    people.allow_again(user_id=customer_id, kind="stock")
    return BackInStockAlert.objects.create(
        customer_id=customer_id, variant_id=variant_id, asked_at=now
    )


@retrying_atomic
def drop_alert(*, customer_id: int, variant_id: int) -> None:
    """Let a person no longer wait for a pack, whether they did or not."""
    waiting = BackInStockAlert.objects.waiting()
    waiting.filter(customer_id=customer_id, variant_id=variant_id).delete()
