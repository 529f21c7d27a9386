"""A small shop for the catalogue's tests, filled through its own services."""

import itertools
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.utils import translation

from apps.catalog import services
from apps.catalog.dto import Availability
from apps.core.redis import breaker

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def _clean_cache():
    breaker.reset()
    cache.clear()
    yield
    breaker.reset()
    cache.clear()


@pytest.fixture(autouse=True)
def _russian():
    with translation.override("ru"):
        yield


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def make_category(db):
    def make(slug=None, **fields):
        slug = slug or f"shelf-{next(_numbers)}"
        names = {"name_ru": f"Полка {slug}", "name_en": f"Shelf {slug}"}
        return services.save_category(slug=slug, **(names | fields))

    return make


@pytest.fixture
def make_product(db, make_category):
    """Make a product with one pack for each price, in stock unless told."""

    def make(slug=None, *, prices=("300.00",), tags=None, band=Availability.IN_STOCK, **fields):
        slug = slug or f"product-{next(_numbers)}"
        if not fields.keys() & {"category_id", "category"}:
            fields["category_id"] = make_category().pk
        names = {"name_ru": f"Товар {slug}", "name_en": f"Product {slug}"}
        product = services.save_product(slug=slug, tags=tags, **(names | fields))
        packs = [
            services.save_variant(
                product_id=product.pk,
                sku=f"SKU-{next(_numbers)}",
                pack_weight_g=400 + index,
                regular_price=Decimal(price),
                now=NOW,
            )
            for index, price in enumerate(prices)
        ]
        services.publish_availability(bands={pack.pk: band for pack in packs})
        return product

    return make
