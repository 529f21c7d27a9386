"""What the demo sells: categories, products, packs and pictures from `apps/catalog/demo`."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from apps.catalog import services as catalog
from apps.catalog.pictures import Renditions
from apps.fulfilment.demo.people import DATA

# Every ninth product is on offer.
_OFFER_EVERY = 9
_OFFER = Decimal("1.25")


@dataclass(frozen=True)
class DemoVariant:
    """A pack with what the demo's warehouse and customers need to know of it."""

    id: int
    sku: str
    price: Decimal
    shelf_life_days: int


def fill_shelves(*, now: datetime) -> list[DemoVariant]:
    """Make the whole assortment and return its packs, in the order of the file."""
    data = json.loads((DATA / "assortment.json").read_text("utf-8"))
    for tag in data["tags"]:
        catalog.save_tag(**tag)
    for category in data["categories"]:
        _make_category(category, None)
    variants = [
        variant
        for index, product in enumerate(data["products"])
        for variant in _make_product(product, is_offer=index % _OFFER_EVERY == 0)
    ]
    _schedule_prices(variants, now)
    return variants


def _schedule_prices(variants: list[DemoVariant], now: datetime) -> None:
    """Let one price fall for good in some days, and another for two days only."""
    cheaper, weekend = variants[-1], variants[1]
    catalog.schedule_price(
        variant_id=cheaper.id,
        price=cheaper.price - 30,
        starts_at=now + timedelta(days=3),
        reason="Поставщик снизил цену",
        now=now,
    )
    catalog.schedule_price(
        variant_id=weekend.id,
        price=weekend.price * 9 // 10,
        starts_at=now + timedelta(days=2),
        ends_at=now + timedelta(days=4),
        reason="Цена выходных",
        now=now,
    )


def _make_category(category: dict[str, Any], parent_id: int | None) -> None:
    fields = {name: value for name, value in category.items() if name != "children"}
    made = catalog.save_category(parent_id=parent_id, **fields)
    for child in category["children"]:
        _make_category(child, made.pk)


def _make_product(product: dict[str, Any], *, is_offer: bool) -> list[DemoVariant]:
    fields = {name: product[name] for name in product.keys() - {"picture", "variants"}}
    for name in ("protein_g", "fat_g", "carbs_g"):
        fields[name] = Decimal(str(fields[name]))
    made = catalog.save_product(**fields)
    catalog.add_renditions(
        product_id=made.pk,
        renditions=_picture(product["picture"]),
        alt_ru=product["name_ru"],
        alt_en=product["name_en"],
        file_name=f"{product['slug']}.webp",
    )
    return [_make_variant(made.pk, pack, product, is_offer) for pack in product["variants"]]


def _make_variant(
    product_id: int, pack: dict[str, Any], product: dict[str, Any], is_offer: bool
) -> DemoVariant:
    price = Decimal(pack["price"])
    # Regular prices end in nines, like those of any shop.
    regular = (price * _OFFER // 10) * 10 + 9 if is_offer else price
    variant = catalog.save_variant(
        product_id=product_id, **(pack | {"price": price, "regular_price": regular})
    )
    return DemoVariant(variant.pk, variant.sku, price, product["shelf_life_days"])


def _picture(name: str) -> Renditions:
    folder = DATA / "pictures"
    files = (folder / name, folder / "600" / name, folder / "200" / name)
    return Renditions(*(file.read_bytes() for file in files))
