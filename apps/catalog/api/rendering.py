"""Plain values to what the API answers: dicts, one small function for each kind.

`serializers.py` declares the same shapes; a test holds the two together.
"""

from typing import Any
from urllib.parse import urlencode

from apps.catalog.dto import (
    Allergen,
    CategoryNode,
    FilterChoices,
    ImageCard,
    ProductCard,
    ProductDetail,
    ProductPage,
    VariantCard,
)

Json = dict[str, Any]


def category(node: CategoryNode) -> Json:
    """Return a shelf with those under it."""
    return {
        "slug": node.slug,
        "name": node.name,
        "emoji": node.emoji,
        "product_count": node.product_count,
        "children": [category(child) for child in node.children],
    }


def filter_choices(choices: FilterChoices) -> Json:
    """Return what the product list can be asked for."""
    return {
        "tags": [{"code": tag.code, "name": tag.name} for tag in choices.tags],
        "allergens": [{"code": code, "name": _allergen_name(code)} for code in Allergen.values],
        "prices": [str(price) for price in choices.prices],
    }


def product_page(page: ProductPage, *, path: str, query: list[tuple[str, str]]) -> Json:
    """Return one page with the addresses of its neighbours, relative to the host."""

    def address(number: int) -> str:
        return f"{path}?{urlencode([*query, ('page', str(number))])}"

    more = page.page * page.page_size < page.total
    return {
        "count": page.total,
        "next": address(page.page + 1) if more else None,
        "previous": address(page.page - 1) if page.page > 1 else None,
        "results": [product(card) for card in page.items],
    }


def product(card: ProductCard) -> Json:
    """Return a product as a list shows it."""
    return {
        "slug": card.slug,
        "name": card.name,
        "brand": card.brand,
        "category": {"slug": card.category_slug, "name": card.category_name},
        "tags": [
            {"code": code, "name": name}
            for code, name in zip(card.tags, card.tag_names, strict=True)
        ],
        "allergens": [{"code": code, "name": _allergen_name(code)} for code in card.allergens],
        "image": image(card.image) if card.image else None,
        "variants": [variant(pack) for pack in card.variants],
    }


def product_detail(card: ProductDetail) -> Json:
    """Return a product's own page."""
    nutrition: Json = {"kcal": card.kcal}
    nutrition |= {
        name: None if (grams := getattr(card, name)) is None else str(grams)
        for name in ("protein_g", "fat_g", "carbs_g")
    }
    return product(card) | {
        "description": card.description,
        "composition": card.composition,
        "nutrition_per_100g": nutrition,
        "storage_class": card.storage_class,
        "shelf_life_days": card.shelf_life_days,
        "images": [image(picture) for picture in card.images],
    }


def image(card: ImageCard) -> Json:
    """Return a picture's addresses, relative to the host unless the shop keeps files elsewhere."""
    return {"small": card.small, "medium": card.medium, "large": card.large, "alt": card.alt}


def variant(card: VariantCard) -> Json:
    """Return a pack."""
    return {
        "sku": card.sku,
        "sold_by": card.sold_by,
        "pack_weight_g": card.pack_weight_g,
        "price": str(card.price),
        "regular_price": str(card.regular_price),
        "kilogram_price": str(card.kilogram_price) if card.is_weighed else None,
        "availability": card.availability,
        "max_per_order": card.max_per_order,
        "best_before": card.best_before,
    }


def _allergen_name(code: str) -> str:
    return str(Allergen(code).label) if code in Allergen.values else code
