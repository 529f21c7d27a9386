"""Lots that leave the sale soon, what is proposed for them, and people who wait."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from django.conf import settings
from PIL import Image

from apps.catalog.models import Variant
from apps.core.time import now as present
from apps.core.time import shop_date
from apps.inventory.models import Lot
from apps.marketing import services
from apps.marketing.dto import BroadcastDraft, BroadcastState
from apps.marketing.models import (
    BackInStockAlert,
    Broadcast,
    MarkdownProposal,
    MarkdownRule,
    Referral,
    Review,
)
from apps.orders.models import Order
from apps.support import services as support
from apps.support.dto import Said
from apps.support.models import Conversation
from apps.users.models import User
from tests.factories.catalog import stocked_variant
from tests.factories.inventory import receive
from tests.factories.users import CustomerFactory, StaffFactory


def leaving_lot(quantity: int = 10, *, days: int = 7, variant: Variant | None = None) -> Lot:
    """Receive a lot whose last day of sale is in so many days."""
    variant = variant or stocked_variant(0)
    life = variant.product.minimum_remaining_days + settings.SELLABLE_HORIZON_DAYS
    expires_on = shop_date(present()) + timedelta(days=days + life)
    return receive(variant, quantity, expires_on=expires_on)


def set_rules(**steps: int) -> None:
    """Make these the only rules: `set_rules(d14=20, d7=35)`."""
    MarkdownRule.objects.all().delete()
    MarkdownRule.objects.bulk_create(
        MarkdownRule(days=int(name[1:]), percent=percent) for name, percent in steps.items()
    )


def proposed(lot: Lot | None = None, *, percent: int = 20) -> MarkdownProposal:
    """Return an open proposal for a lot."""
    return services.propose_markdown(
        lot_id=(lot or leaving_lot()).pk, percent=percent,
        actor_id=StaffFactory(role="marketing").pk, now=present(),
    )  # fmt: skip


def accepted(lot: Lot | None = None, *, percent: int = 20) -> MarkdownProposal:
    """Return a proposal that a manager has accepted."""
    return services.accept_markdown(
        proposal_id=proposed(lot, percent=percent).pk,
        actor_id=StaffFactory(role="manager").pk, now=present(),
    )  # fmt: skip


def broadcast(*, state: str = BroadcastState.DRAFT) -> Broadcast:
    """Return a broadcast to everybody that has come so far."""
    author = StaffFactory(role="marketing").pk
    draft = BroadcastDraft(title="Акция", text_ru="Скидка на пельмени", text_en="Cheap dumplings")
    row = services.save_broadcast(draft=draft, actor_id=author)
    if state != BroadcastState.DRAFT:
        Broadcast.objects.filter(pk=row.pk).update(
            state=state, starts_at=present(), started_at=present(), sent_by=author
        )
        row.refresh_from_db()
    return row


def waiting(variant: Variant, customer: User | None = None, **more: Any) -> BackInStockAlert:
    """Let a customer wait for a variant that is sold out."""
    person = customer or CustomerFactory(**more)
    return services.ask_alert(customer_id=person.pk, variant_id=variant.pk, now=present())


def reviewed(order: Order, *, stars: int = 2, words: str = "thawed") -> Review:
    """Return what a customer says of an order that has arrived, with a picture of it."""
    own = {"customer_id": order.customer_id, "order_id": order.pk, "now": present()}
    services.rate_order(stars=stars, words=words, **own)
    picture = BytesIO()
    Image.new("RGB", (60, 40), "navy").save(picture, "JPEG")
    services.add_photo(content=picture.getvalue(), telegram_file="AgAC", **own)
    return Review.objects.get(order=order)


def invited_friend(**more: Any) -> Referral:
    """Return the invitation of a friend who has not ordered yet."""
    inviter, friend = CustomerFactory(), CustomerFactory(**more)
    services.accept_invitation(friend_id=friend.pk, token=inviter.public_id.hex)
    return Referral.objects.get(friend=friend)


def asked_support(customer: User, *, words: str = "Where is it?") -> Conversation:
    """Return the conversation that a customer has begun."""
    said = Said(customer.telegram_id or 0, 1, words)
    relayed = support.write(customer_id=customer.pk, said=said, now=present())
    return Conversation.objects.get(pk=relayed.conversation_id)
