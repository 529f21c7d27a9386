"""What is popular and what goes well with what, as it was counted last night."""

from collections.abc import Collection

from django.db.models import Min, Sum

from apps.analytics.models import BoughtTogether, PopularProduct


def popular_products(*, limit: int, offset: int = 0) -> list[int]:
    """Return the ids of the products that most orders held, some of them off sale by now."""
    rows = PopularProduct.objects.order_by("-orders", "product")
    return list(rows.values_list("product_id", flat=True)[offset : offset + limit])


def goes_well_with(*, product_ids: Collection[int], limit: int) -> list[int]:
    """Return the ids of what people took along with these products, the best matches first."""
    if not product_ids:
        return []
    rows = BoughtTogether.objects.filter(product__in=product_ids)
    matches = rows.exclude(companion__in=product_ids).values("companion_id")
    best = matches.annotate(best=Min("place"), orders=Sum("orders"))
    ordered = best.order_by("best", "-orders", "companion_id")
    return [row["companion_id"] for row in ordered[:limit]]
