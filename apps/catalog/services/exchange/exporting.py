"""Write a table of the catalogue: what it holds now, in the columns that an import reads."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from apps.catalog.dto import Allergen, ExchangeTable, SoldBy, StorageClass
from apps.catalog.models import Category, Product, Tag
from apps.catalog.services.exchange.cells import Column
from apps.catalog.services.exchange.columns import TABLES
from apps.catalog.services.exchange.known import every_product, pack_values, product_values
from apps.catalog.services.exchange.progress import Progress
from apps.catalog.services.exchange.shelves import category_values, tag_values
from apps.core.sheets import Cell, csv_bytes, xlsx_bytes

Values = Mapping[str, Any]


def table_bytes(*, table: str, file_format: str, progress: Progress) -> tuple[bytes, int]:
    """Return a table as a file, headed in the current language, and how many rows it has."""
    rows = _ROWS[ExchangeTable(table)](progress)
    return _written(table, file_format, rows, progress)


def example_bytes(*, table: str, file_format: str) -> bytes:
    """Return a small table to learn from; it can be imported as it is."""
    return _written(table, file_format, _EXAMPLES[ExchangeTable(table)](), None)[0]


def _written(
    table: str, file_format: str, rows: Iterable[Values], progress: Progress | None
) -> tuple[bytes, int]:
    columns = TABLES[table]
    count = 0

    def lines() -> Iterator[list[Cell]]:
        nonlocal count
        for values in rows:
            count += 1
            if progress is not None:
                progress.step()
            yield [_cell(column, values) for column in columns]

    heading = [str(column.title) for column in columns]
    if file_format == "csv":
        content = csv_bytes(heading, lines())
    else:
        content = xlsx_bytes(heading, lines(), title=str(ExchangeTable(table).label))
    return content, count


def _cell(column: Column, values: Values) -> Cell:
    value = values.get(column.name)
    return None if value is None else column.show(value)


def _goods(progress: Progress) -> Iterator[Values]:
    # Products without packs have a row too; nobody minds a bar that ends a little early.
    progress.begin(Product.objects.existing().count())
    for known, products, packs in every_product():
        for product in products:
            described = product_values(known, product)
            for pack in packs.get(product.pk, []):
                yield {**described, **pack_values(pack)}
            if product.pk not in packs:
                yield described


def _categories(progress: Progress) -> Iterator[Values]:
    categories = list(Category.objects.order_by("pk"))
    slugs = {category.pk: category.slug for category in categories}
    progress.begin(len(categories))
    for category in categories:
        yield category_values(category, slugs)


def _tags(progress: Progress) -> Iterator[Values]:
    progress.begin(Tag.objects.count())
    for tag in Tag.objects.order_by("code"):
        yield tag_values(tag)


_ROWS = {
    ExchangeTable.GOODS: _goods,
    ExchangeTable.CATEGORIES: _categories,
    ExchangeTable.TAGS: _tags,
}


def _example_goods() -> Iterator[Values]:
    category = Category.objects.filter(is_active=True).order_by("pk").first()
    described = {
        "product": "example-pelmeni",
        "category": category.slug if category else "dumplings",
        "name_ru": "Пельмени домашние",
        "name_en": "Homemade pelmeni",
        "brand": "FrozenFood",
        "tags": [],
        "allergens": [Allergen.GLUTEN, Allergen.EGGS],
        "description_ru": "Тонкое тесто и много начинки.",
        "description_en": "Thin dough and plenty of filling.",
        "composition_ru": "Мука, говядина, свинина, яйцо, лук, соль.",
        "composition_en": "Flour, beef, pork, egg, onion, salt.",
        "kcal": 245,
        "protein_g": 12,
        "fat_g": 14,
        "carbs_g": 18,
        "storage_class": StorageClass.FROZEN,
        "shelf_life_days": 180,
        "minimum_remaining_days": 14,
        "product_active": False,
        "sold_by": SoldBy.UNIT,
        "max_per_order": 20,
        "active": True,
    }
    for place, (weight, regular, price) in enumerate(((450, 259, 229), (900, 469, 469))):
        yield {
            **described, "sku": f"EXAMPLE-{weight}", "pack_weight_g": weight,
            "box_volume_ml": weight * 2, "regular_price": Decimal(regular),
            "price": Decimal(price),
            "position": place,
        }  # fmt: skip


def _example_categories() -> Iterator[Values]:
    yield {"slug": "example", "parent": "", "name_ru": "Пример", "name_en": "Example",
           "emoji": "🥟", "position": 100, "active": False}  # fmt: skip
    yield {"slug": "example-under", "parent": "example", "name_ru": "Пример внутри",
           "name_en": "Example inside", "emoji": "", "position": 0, "active": False}  # fmt: skip


def _example_tags() -> Iterator[Values]:
    yield {"code": "example", "name_ru": "пример", "name_en": "example"}


_EXAMPLES = {
    ExchangeTable.GOODS: _example_goods,
    ExchangeTable.CATEGORIES: _example_categories,
    ExchangeTable.TAGS: _example_tags,
}


def file_name(*, table: str, file_format: str, now: datetime) -> str:
    """Return what a person finds in the folder of downloads."""
    return f"{_FILES[ExchangeTable(table)]}-{now:%Y-%m-%d-%H%M}.{file_format}"


_FILES = {
    ExchangeTable.GOODS: "goods",
    ExchangeTable.CATEGORIES: "categories",
    ExchangeTable.TAGS: "tags",
}
