"""What staff ask for packs, and how it came to that."""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import BooleanField, Case, Count, F, Q, QuerySet, Value, When
from django.utils.module_loading import import_string

from apps.catalog.dto import AskedPrice, PackPrices, PriceFilter, PricePlan
from apps.catalog.errors import BatchNotFound, CategoryNotFound
from apps.catalog.models import (
    Category,
    PriceBatch,
    PriceBatchLine,
    PriceChange,
    ScheduledPrice,
    Variant,
)
from apps.catalog.ports import PackCosts
from apps.catalog.pricing import asked_at


def pack_prices(*, variant_ids: Collection[int], now: datetime) -> list[PackPrices]:
    """Return what is asked for existing packs by now, and the plans still to come, by SKU.

    A change for good that is due counts, whether or not it was published yet.
    """
    rows = Variant.objects.existing().filter(pk__in=variant_ids).order_by("sku")
    plans: dict[int, list[PricePlan]] = {}
    for plan in ScheduledPrice.objects.pending(now).filter(variant_id__in=variant_ids):
        plans.setdefault(plan.variant_id, []).append(
            PricePlan(plan.pk, plan.price, plan.starts_at, plan.ends_at)
        )
    return [
        PackPrices(
            id=id_,
            sku=sku,
            asked=asked_at(AskedPrice(price, regular), plans.get(id_, ()), now),
            plans=tuple(
                plan for plan in plans.get(id_, ()) if plan.ends_at or plan.starts_at > now
            ),
        )
        for id_, sku, price, regular in rows.values_list("pk", "sku", "base_price", "regular_price")
    ]


def packs_chosen(*, chosen: PriceFilter, limit: int) -> list[int]:
    """Return the ids of existing packs that a filter means, hidden ones included, at most so many.

    Raises:
        CategoryNotFound: The filter names a category that does not exist.
    """
    packs = Variant.objects.existing()
    if chosen.category:
        shelf = Category.objects.filter(slug=chosen.category).first()
        if shelf is None:
            raise CategoryNotFound(category=chosen.category)
        below = Category.objects.descendants(shelf, include_self=True)  # type: ignore[attr-defined]
        packs = packs.filter(product__category__in=below)
    if chosen.tag:
        packs = packs.filter(product__tags__code=chosen.tag)
    if chosen.brand:
        packs = packs.filter(product__brand__iexact=chosen.brand)
    for word in chosen.search.split():
        packs = packs.filter(
            Q(sku__icontains=word)
            | Q(product__name_ru__icontains=word)
            | Q(product__name_en__icontains=word)
        )
    if chosen.price_min is not None:
        packs = packs.filter(base_price__gte=chosen.price_min)
    if chosen.price_max is not None:
        packs = packs.filter(base_price__lte=chosen.price_max)
    if chosen.variant_ids:
        packs = packs.filter(pk__in=chosen.variant_ids)
    return list(packs.order_by("pk").values_list("pk", flat=True)[:limit])


def variant_ids_by_sku(*, skus: Collection[str]) -> dict[str, int]:
    """Return the ids of the packs that carry these SKUs now; unknown ones are left out."""
    rows = Variant.objects.existing().filter(sku__in=skus)
    return dict(rows.values_list("sku", "pk"))


def pack_costs(*, variant_ids: Collection[int]) -> Mapping[int, Decimal]:
    """Return what a unit of each pack cost, as far as the warehouse knows."""
    costs: PackCosts = import_string(settings.PACK_COSTS)
    return costs(variant_ids=variant_ids)


def price_table() -> list[tuple[str, str, Decimal, Decimal]]:
    """Return SKU, name, price asked and regular price of every existing pack, by SKU."""
    packs = Variant.objects.existing().select_related("product").order_by("sku")
    return [(row.sku, row.product.name, row.base_price, row.regular_price) for row in packs]


def price_changes(*, sku: str = "") -> QuerySet[PriceChange]:
    """Return the ledger of prices, newest first, of one SKU (removed packs included) or of all."""
    rows = PriceChange.objects.select_related("variant", "actor").order_by("-changed_at", "-pk")
    return rows.filter(variant__sku=sku) if sku else rows


def scheduled_prices(*, sku: str = "", now: datetime | None = None) -> QuerySet[ScheduledPrice]:
    """Return scheduled prices, the next ones first; `now` leaves out those that are done."""
    rows = ScheduledPrice.objects.select_related("variant", "made_by").order_by("starts_at", "pk")
    if now is not None:
        rows = rows.pending(now)
    return rows.filter(variant__sku=sku) if sku else rows


def price_batch(*, public_id: UUID) -> PriceBatch:
    """Return a batch of prices.

    Raises:
        BatchNotFound: There is none.
    """
    batch = PriceBatch.objects.filter(public_id=public_id).first()
    if batch is None:
        raise BatchNotFound(batch=str(public_id))
    return batch


def batch_lines(*, batch_id: int) -> QuerySet[PriceBatchLine]:
    """Return the lines of a batch: what needs a decision first, then by SKU."""
    is_loss = Case(
        When(new_price__lt=F("cost"), then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )
    return (
        PriceBatchLine.objects.filter(batch_id=batch_id)
        .select_related("variant__product")
        .annotate(is_loss=is_loss)
        .order_by("-problem", "-is_loss", "variant__sku", "starts_at", "pk")
    )


def batch_warnings(*, batch_id: int) -> dict[str, int]:
    """Return how many lines of a batch have `problems`, and how many are `losses`."""
    return PriceBatchLine.objects.filter(batch_id=batch_id).aggregate(
        problems=Count("pk", filter=~Q(problem="")),
        losses=Count("pk", filter=Q(new_price__lt=F("cost"))),
    )


def batch_card(*, batch: PriceBatch) -> dict[str, Any]:
    """Return a batch with how many lines it has and how many of them call for a decision."""
    plain = ("public_id", "kind", "state", "reason", "unchanged", "created_at", "applied_at",
             "undone_at")  # fmt: skip
    return {
        **{name: getattr(batch, name) for name in plain},
        **batch_warnings(batch_id=batch.pk),
        "changes": PriceBatchLine.objects.filter(batch_id=batch.pk).count(),
    }
