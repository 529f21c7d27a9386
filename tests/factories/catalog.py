"""What is sold, with or without stock behind it."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import factory

from apps.catalog.dto import Availability, ExchangeTable
from apps.catalog.models import Category, Product, Variant
from apps.core.time import now as present
from apps.core.time import shop_date

_lot_numbers = count(1)


class CategoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Category

    slug = factory.Sequence(lambda n: f"shelf-{n}")
    name_ru = factory.Sequence(lambda n: f"Полка {n}")
    name_en = factory.Sequence(lambda n: f"Shelf {n}")
    emoji = "🥟"


class ProductFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Product

    category = factory.SubFactory(CategoryFactory)
    slug = factory.Sequence(lambda n: f"dumplings-{n}")
    name_ru = factory.Sequence(lambda n: f"Пельмени {n}")
    name_en = factory.Sequence(lambda n: f"Dumplings {n}")


class VariantFactory(factory.django.DjangoModelFactory):
    """A pack of 800 g for 300; nothing of it in stock (see `stocked_variant`)."""

    class Meta:
        model = Variant

    product = factory.SubFactory(ProductFactory)
    sku = factory.Sequence(lambda n: f"DUMP-{n:05d}")
    pack_weight_g = 800
    box_volume_ml = 1500
    regular_price = Decimal("300.00")
    price = factory.SelfAttribute("regular_price")
    base_price = factory.SelfAttribute("price")
    max_per_order = 20
    availability = Availability.IN_STOCK


def add_stock(variant: Variant, quantity: int, *, now: datetime | None = None) -> None:
    """Receive a fresh lot of a variant, through the warehouse's own service."""
    from apps.inventory import services

    now = now or present()
    today: date = shop_date(now)
    services.receive_lot(
        variant_id=variant.pk,
        code=f"LOT-{next(_lot_numbers)}",
        made_on=today - timedelta(days=10),
        expires_on=today + timedelta(days=170),
        quantity=quantity,
        now=now,
    )


def stocked_variant(quantity: int = 10, **fields: Any) -> Variant:
    """Return a variant of which so many units are sellable."""
    variant: Variant = VariantFactory(**fields)
    if quantity:
        add_stock(variant, quantity)
    return variant


def asked_export(person: Any) -> Any:
    """Return an export of the tags that somebody has asked for; nobody has begun with it."""
    from apps.catalog.services import exchange

    return exchange.request_export(
        table=ExchangeTable.TAGS, file_format="csv", actor_id=person.pk, now=present()
    )


def priced_variant(*, now: datetime) -> Variant:
    """Return a pack whose price was changed, will change, and stands in a preview."""
    from apps.catalog import dto, services

    variant: Variant = VariantFactory()
    services.set_price(variant_id=variant.pk, price=Decimal(280), now=now)
    services.schedule_price(
        variant_id=variant.pk, price=Decimal(250), starts_at=now + timedelta(days=1), now=now
    )
    services.preview_prices(
        chosen=dto.PriceFilter(variant_ids=(variant.pk,)),
        operation=dto.PriceOperation(
            dto.PriceTarget.REGULAR, dto.PriceMove.PERCENT, Decimal(10), dto.PriceRounding.NINE
        ),
        now=now,
    )
    return variant
