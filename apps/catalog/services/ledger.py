"""The ledger of prices: who changed what staff ask, from which to which, when and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from apps.catalog.dto import AskedPrice, PriceChangeKind, PricePlan
from apps.catalog.models import PriceChange, ScheduledPrice


@dataclass(frozen=True)
class PriceEntry:
    """One change; what was before is None for a pack's first price."""

    variant_id: int
    before: AskedPrice | None
    after: AskedPrice
    plan: PricePlan | None = None


def record_changes(
    entries: Sequence[PriceEntry],
    *,
    kind: PriceChangeKind,
    now: datetime,
    actor_id: int | None = None,
    reason: str = "",
    batch_id: int | None = None,
) -> None:
    """Write changes into the ledger, with one statement; those that change nothing are left out.

    What was scheduled is entered for the instant it held from, by whom and why it was scheduled.
    """
    plans = ScheduledPrice.objects.in_bulk([entry.plan.id for entry in entries if entry.plan])
    rows = []
    for entry in entries:
        if entry.before == entry.after:
            continue
        plan = plans[entry.plan.id] if entry.plan else None
        rows.append(
            PriceChange(
                variant_id=entry.variant_id,
                kind=kind,
                old_price=entry.before.price if entry.before else None,
                new_price=entry.after.price,
                old_regular_price=entry.before.regular_price if entry.before else None,
                new_regular_price=entry.after.regular_price,
                reason=plan.reason if plan else reason,
                actor_id=plan.made_by_id if plan else actor_id,
                schedule=plan,
                batch_id=batch_id,
                changed_at=plan.starts_at if plan else now,
            )
        )
    PriceChange.objects.bulk_create(rows)
