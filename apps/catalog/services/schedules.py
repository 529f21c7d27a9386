"""Prices for later: from an instant on, for good or until another."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from apps.catalog.dto import PricePlan
from apps.catalog.errors import (
    InvalidPrice,
    ScheduleDone,
    ScheduleInPast,
    ScheduleNotFound,
    ScheduleOverlap,
    ScheduleTooShort,
    TooManySchedules,
    VariantNotFound,
)
from apps.catalog.models import ScheduledPrice, Variant
from apps.catalog.pricing import asked_at, checked_price, overlap
from apps.catalog.services.packs import Pack
from apps.catalog.services.prices import REASON_LETTERS
from apps.catalog.services.publishing import publish, settled_packs
from apps.core.text import one_line
from apps.core.transactions import retrying_atomic

MOST_SCHEDULES = 50


@retrying_atomic
def schedule_price(
    *,
    variant_id: int,
    price: Decimal,
    starts_at: datetime,
    ends_at: datetime | None = None,
    now: datetime,
    actor_id: int | None = None,
    reason: str = "",
) -> ScheduledPrice:
    """Let staff ask another price from an instant on: until `ends_at`, or (None) for good.

    A temporary price lies over what is asked, changes for good included, and falls back by itself.
    A change for good that is dearer than the regular price raises that, too.

    Raises:
        VariantNotFound: There is no such pack, or it was removed.
        InvalidPrice: It is not above zero, absurd, or a temporary one above the regular price.
        ScheduleInPast: It would begin before now.
        ScheduleTooShort: It would end before it begins, or at once.
        ScheduleOverlap: Another temporary price holds then, or another change for good begins then.
        TooManySchedules: The pack has more of them than anybody oversees.
    """
    plan = PricePlan(0, checked_price(price), starts_at, ends_at)
    packs = settled_packs([variant_id], now=now)
    if not Variant.objects.existing().filter(pk=variant_id).exists():
        raise VariantNotFound(variant=variant_id)
    _check(packs[0], plan, now)
    made = ScheduledPrice.objects.create(
        variant_id=variant_id,
        price=plan.price,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=one_line(reason, limit=REASON_LETTERS),
        made_by_id=actor_id,
        created_at=now,
    )
    # One that begins this very instant is due.
    publish(settled_packs([variant_id], now=now), now=now)
    return made


@retrying_atomic
def withdraw_schedule(
    *, schedule_id: UUID, now: datetime, actor_id: int | None = None
) -> ScheduledPrice:
    """Take a scheduled price back; one that holds already ends now.

    Raises:
        ScheduleNotFound: There is no such scheduled price.
        ScheduleDone: It is over, has become the asked price, or was withdrawn before.
    """
    found = ScheduledPrice.objects.filter(public_id=schedule_id).first()
    if found is None:
        raise ScheduleNotFound(schedule=str(schedule_id))
    settled_packs([found.variant_id], now=now)
    pending = ScheduledPrice.objects.pending(now).filter(pk=found.pk)
    if not pending.update(withdrawn_at=now, withdrawn_by_id=actor_id):
        raise ScheduleDone(schedule=str(schedule_id))
    publish(settled_packs([found.variant_id], now=now), now=now)
    found.refresh_from_db()
    return found


def _check(pack: Pack, plan: PricePlan, now: datetime) -> None:
    """Refuse what contradicts the calendar, the regular price, or another schedule."""
    if plan.starts_at < now:
        raise ScheduleInPast
    if plan.ends_at is not None:
        if plan.ends_at <= plan.starts_at:
            raise ScheduleTooShort
        if plan.price > asked_at(pack.asked, pack.plans, plan.starts_at).regular_price:
            raise InvalidPrice
    if any(overlap(plan, other) for other in pack.plans):
        raise ScheduleOverlap(sku=pack.sku)
    if len(pack.plans) >= MOST_SCHEDULES:
        raise TooManySchedules(sku=pack.sku, most=MOST_SCHEDULES)
