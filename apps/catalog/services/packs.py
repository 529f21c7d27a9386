"""Packs under lock: what each asks and what is scheduled for it, read and written in sets."""

import json
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.db.models import F

from apps.catalog.dto import AskedPrice, PricePlan, PriceSteps
from apps.catalog.models import ScheduledPrice, Variant

# Whoever publishes prices shares it; whoever changes the rules of promotions holds it alone.
_RULES_LOCK = "SELECT pg_advisory_xact_lock{shared}(hashtextextended('catalog.price-rules', 0))"

_is_shared: ContextVar[bool] = ContextVar("is_shared", default=False)

_WRITE = """
UPDATE catalog_variant v SET regular_price = r.regular_price, base_price = r.base_price,
    price = r.price, price_edges = r.price_edges, price_steps = r.price_steps,
    updated_at = %(now)s
FROM jsonb_to_recordset(%(rows)s::jsonb) AS r (id bigint, regular_price numeric,
    base_price numeric, price numeric, price_edges timestamptz[], price_steps numeric[])
WHERE v.id = r.id
"""


@dataclass
class Pack:
    """A pack whose row is locked; services change `asked` and `published`, `write_packs` writes."""

    id: int
    sku: str
    product_id: int
    category_id: int
    is_removed: bool
    asked: AskedPrice
    published: PriceSteps
    on_clearance: bool = False
    plans: list[PricePlan] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._written = (self.asked, self.published)

    @property
    def is_changed(self) -> bool:
        """Whether the row says something else."""
        return self._written != (self.asked, self.published)

    def as_row(self) -> dict[str, object]:
        """Return the row as JSON that PostgreSQL reads without loss."""
        return {
            "id": self.id,
            "regular_price": str(self.asked.regular_price),
            "base_price": str(self.asked.price),
            "price": str(self.published.first),
            "price_edges": [edge.isoformat() for edge in self.published.edges],
            "price_steps": [str(step) for step in self.published.steps],
        }


def share_rules() -> None:
    """Wait for whoever changes the rules of promotions; always before rows are locked."""
    if _is_shared.get():
        return
    with connection.cursor() as cursor:
        cursor.execute(_RULES_LOCK.format(shared="_shared"))


@contextmanager
def rules_shared() -> Iterator[None]:
    """Share the rules once for thousands of service calls, in a transaction that has no other."""
    share_rules()
    token = _is_shared.set(True)
    try:
        yield
    finally:
        _is_shared.reset(token)


def hold_price_rules() -> None:
    """Let nobody publish prices until the transaction ends: to be called before rules change.

    Otherwise a pack that comes under a promotion while it is saved could miss it. It comes before
    rows of packs in the lock order, and is the first thing that a transaction does to prices.
    """
    with connection.cursor() as cursor:
        cursor.execute(_RULES_LOCK.format(shared=""))


def lock_packs(variant_ids: Collection[int], *, now: datetime) -> list[Pack]:
    """Lock packs in key order and return them with the schedules that still matter."""
    share_rules()
    rows = Variant.objects.filter(pk__in=variant_ids).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk", flat=True))
    # Read in a statement of its own: what others committed while we waited is seen.
    packs = {
        row[0]: Pack(
            id=row[0], sku=row[1], product_id=row[2], category_id=row[3],
            is_removed=row[4] is not None, asked=AskedPrice(row[5], row[6]),
            published=PriceSteps(row[7], tuple(row[8]), tuple(row[9])),
            on_clearance=row[10] is not None,
        )
        for row in rows.annotate(category=F("product__category_id")).values_list(
            "pk", "sku", "product_id", "category", "deleted_at", "base_price", "regular_price",
            "price", "price_edges", "price_steps", "clearance_of_id",
        )
    }  # fmt: skip
    for plan in ScheduledPrice.objects.pending(now).filter(variant_id__in=packs).order_by("pk"):
        packs[plan.variant_id].plans.append(
            PricePlan(plan.pk, plan.price, plan.starts_at, plan.ends_at)
        )
    return list(packs.values())


def write_packs(packs: Iterable[Pack], *, now: datetime) -> int:
    """Write the rows that changed, with one statement, and return how many."""
    rows = [pack.as_row() for pack in packs if pack.is_changed]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, {"rows": json.dumps(rows), "now": now})
    return len(rows)
