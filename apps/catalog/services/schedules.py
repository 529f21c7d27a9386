"""Prices for later: from an instant on, for good or until another."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from apps.catalog.dto import PricePlan
from apps.catalog.errors import ScheduleDone, ScheduleNotFound
from apps.catalog.models import ScheduledPrice
from apps.catalog.pricing import check_plan, checked_price
from apps.catalog.services.prices import REASON_LETTERS, settled_pack
from apps.catalog.services.publishing import publish, settled_packs
from apps.core.text import one_line
from apps.core.transactions import retrying_atomic


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
    pack = settled_pack(variant_id, now=now)
    check_plan(plan, sku=pack.sku, asked=pack.asked, others=pack.plans, now=now)
    made = ScheduledPrice.objects.create(
        variant_id=variant_id,
        price=plan.price,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=one_line(reason, limit=REASON_LETTERS),
        made_by_id=actor_id,
        created_at=now,
    )
    pack.plans.append(PricePlan(made.pk, plan.price, starts_at, ends_at))
    publish([pack], now=now)
    made.refresh_from_db()
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
    packs = settled_packs([found.variant_id], now=now)
    plans = packs[0].plans
    if all(plan.id != found.pk for plan in plans):
        raise ScheduleDone(schedule=str(schedule_id))
    packs[0].plans = [plan for plan in plans if plan.id != found.pk]
    found.withdrawn_at, found.withdrawn_by_id = now, actor_id
    found.save(update_fields=["withdrawn_at", "withdrawn_by_id"])
    publish(packs, now=now)
    return found
