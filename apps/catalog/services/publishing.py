"""The one publisher of prices, whoever asks for it: staff, a schedule, a promotion, the clock."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.module_loading import import_string

from apps.catalog.dto import BasePrice, PriceChangeKind
from apps.catalog.models import Category, ScheduledPrice, Variant
from apps.catalog.ports import PriceRules
from apps.catalog.pricing import base_steps, due_for_good, published_steps, raised_to
from apps.catalog.services.ledger import PriceEntry, record_changes
from apps.catalog.services.packs import Pack, lock_packs, share_rules, write_packs
from apps.catalog.services.versions import renew_catalog_on_commit
from apps.core.transactions import retrying_atomic

# An edge stays readable for so long after it passed: a request that began before it may still be
# reading, and must find the price of its own instant.
_LINGER = timedelta(minutes=1)
_MOST_AT_ONCE = 2_000
# PostgreSQL takes 65,535 parameters with a statement.
_SLICE = 10_000


@retrying_atomic
def publish_prices(*, variant_ids: Collection[int], now: datetime) -> int:
    """Publish what packs cost from `now` on, and return how many rows that changed.

    To be called, in the same transaction, by whatever changes what a price depends on: what staff
    ask, a schedule, a product's category, a category's parent, the rules of promotions. Unknown
    ids are passed over. Up to 10,000 packs take the same number of queries as one.
    """
    ids = sorted(set(variant_ids))
    slices = (ids[start : start + _SLICE] for start in range(0, len(ids), _SLICE))
    return sum(publish(settled_packs(part, now=now), now=now) for part in slices)


@retrying_atomic
def publish_due_prices(*, now: datetime) -> int:
    """Tidy passed edges away, take due schedules into the asked prices; return how many packs.

    Housekeeping only: readers ask for the price at an instant, so nothing that a customer pays
    changes by this, however late it comes.
    """
    before = now - _LINGER
    ids = {
        *Variant.objects.filter(price_edges__0__lte=before).values_list("pk", flat=True),
        *ScheduledPrice.objects.due_for_good(before).values_list("variant_id", flat=True),
    }
    if not ids:
        return 0
    share_rules()
    rows = Variant.objects.filter(pk__in=sorted(ids)[:_MOST_AT_ONCE]).order_by("pk")
    free = rows.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True)
    return publish_prices(variant_ids=list(free), now=now)


def settled_packs(variant_ids: Collection[int], *, now: datetime) -> list[Pack]:
    """Lock packs, and take schedules that were due for good by now into what they ask."""
    packs = lock_packs(variant_ids, now=now)
    _settle(packs, now)
    return packs


def publish(packs: Sequence[Pack], *, now: datetime) -> int:
    """Write what locked packs ask and what follows from it; return how many rows changed."""
    _settle(packs, now)
    bases = _base_prices(packs, now)
    rules = _rules()
    given = rules(prices=bases, now=now) if rules is not None else {}
    for pack, base in zip(packs, bases, strict=True):
        pack.published = (
            published_steps(base, given[pack.id], now) if pack.id in given else base.steps
        )
    changed = write_packs(packs, now=now)
    if changed:
        renew_catalog_on_commit()
    return changed


def _settle(packs: Sequence[Pack], now: datetime) -> None:
    entries, applied = [], []
    for pack in packs:
        for plan in due_for_good(pack.plans, now):
            after = raised_to(pack.asked, plan.price)
            entries.append(PriceEntry(pack.id, pack.asked, after, plan))
            applied.append(plan.id)
            pack.asked = after
            pack.plans.remove(plan)
    if applied:
        ScheduledPrice.objects.filter(pk__in=applied).update(applied_at=now)
        record_changes(entries, kind=PriceChangeKind.SCHEDULED, now=now)


def _base_prices(packs: Sequence[Pack], now: datetime) -> list[BasePrice]:
    parents = dict(Category.objects.values_list("pk", "parent_id"))
    return [
        BasePrice(
            variant_id=pack.id,
            product_id=pack.product_id,
            category_ids=_way_up(pack.category_id, parents),
            regular_price=pack.asked.regular_price,
            steps=base_steps(pack.asked, pack.plans, now),
            on_clearance=pack.on_clearance,
        )
        for pack in packs
    ]


def _way_up(category_id: int, parents: Mapping[int, int | None]) -> tuple[int, ...]:
    way: list[int] = []
    step: int | None = category_id
    while step is not None:
        way.append(step)
        step = parents[step]
    return tuple(way)


def _rules() -> PriceRules | None:
    """Return the rules of promotions; a shop without them publishes what staff ask."""
    if not settings.PRICE_RULES:
        return None
    rules: PriceRules = import_string(settings.PRICE_RULES)
    return rules
