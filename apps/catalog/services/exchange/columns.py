"""What the columns of each table are called and mean: the example file and the page show the same.

An empty cell empties a text or a list; elsewhere it leaves what there is. A column that a table
lacks is left alone.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.catalog.dto import Allergen, ExchangeTable, SoldBy, StorageClass
from apps.catalog.services.exchange.cells import (
    Column,
    in_every_language,
    one_of,
    or_none,
    read_decimal,
    read_flag,
    read_price,
    read_text,
    read_whole,
    several_of,
    show_flag,
    show_number,
    show_price,
    show_text,
    split,
)


def _text(name: str, title: Promise, hint: Promise | str = "") -> Column:
    return Column(name, title, hint, read_text, show_text)


def _whole(name: str, title: Promise, hint: Promise | str = "") -> Column:
    return Column(name, title, hint, read_whole, show_number)


def _nutrition(name: str, title: Promise, read: Callable[[str], Any] = read_decimal) -> Column:
    return Column(name, title, "", or_none(read), show_number)


def _price(name: str, title: Promise, hint: Promise | str) -> Column:
    return Column(name, title, hint, read_price, show_price)


def _flag(name: str, title: Promise) -> Column:
    return Column(name, title, _("Yes or no."), read_flag, show_flag)


def _list(name: str, title: Promise, hint: Promise) -> Column:
    return Column(name, title, hint, split, ", ".join)


def _sorted(codes: Iterable[str]) -> str:
    return ", ".join(sorted(codes))


PRODUCT = (
    _text("product", _("product (slug)"), _("Which product the pack belongs to. Needed for new packs; the same in all rows of a product.")),  # noqa: E501
    _text("category", _("category (slug)"), _("Needed for new products.")),
    _text("name_ru", _("name (ru)"), _("Needed for new products.")),
    _text("name_en", _("name (en)"), _("Needed for new products.")),
    _text("brand", _("brand")),
    Column("tags", _("tags (codes)"), _("Codes of tags, parted by commas."), split, _sorted),
    Column("allergens", _("allergens"), _("Names of allergens, parted by commas."),
           *several_of(Allergen)),
    _text("description_ru", _("description (ru)")),
    _text("description_en", _("description (en)")),
    _text("composition_ru", _("composition (ru)")),
    _text("composition_en", _("composition (en)")),
    _nutrition("kcal", _("kcal per 100 g"), read_whole),
    _nutrition("protein_g", _("protein, g")),
    _nutrition("fat_g", _("fat, g")),
    _nutrition("carbs_g", _("carbohydrates, g")),
    Column("storage_class", _("storage"), "", *one_of(StorageClass)),
    _whole("shelf_life_days", _("shelf life, days")),
    _whole("minimum_remaining_days", _("least remaining shelf life on delivery, days")),
    _flag("product_active", _("product on show")),
    _list("images", _("pictures (file names)"), _("File names in their order, parted by commas: of pictures that the product has, or of files in the archive that you bring along. Empty leaves the pictures alone.")),  # noqa: E501
)  # fmt: skip
PACK = (
    _text("sku", _("SKU"), _("Names the pack: a known one is changed, a new one is added. A row without it describes a product alone.")),  # noqa: E501
    _text("barcode", _("barcode"), _("Thirteen digits, or empty.")),
    Column("sold_by", _("sold by"), _("By weight: the pack weight is the most that one piece can weigh."), *one_of(SoldBy)),  # noqa: E501
    _whole("pack_weight_g", _("pack weight, g"), _("Needed for new packs.")),
    _whole("box_volume_ml", _("volume in the box, ml")),
    _price("regular_price", _("regular price"), _("Needed for new packs.")),
    Column("price", _("price now"), _("The same as the regular one, or less on sale. Empty: not on sale."), or_none(read_price), show_price),  # noqa: E501
    _whole("max_per_order", _("most per order")),
    _whole("position", _("order in the list")),
    _flag("active", _("pack on show")),
)  # fmt: skip
CATEGORY = (
    _text("slug", _("category (slug)"), _("Names the category: a known one is changed, a new one is added.")),  # noqa: E501
    _text("parent", _("stands under (slug)"), _("Empty: stands at the top.")),
    _text("name_ru", _("name (ru)"), _("Needed for new categories.")),
    _text("name_en", _("name (en)"), _("Needed for new categories.")),
    _text("emoji", _("emoji")),
    _whole("position", _("order in the list")),
    _flag("active", _("on show")),
)  # fmt: skip
TAG = (
    _text("code", _("tag (code)"), _("Names the tag: a known one is renamed, a new one is added.")),
    _text("name_ru", _("name (ru)")),
    _text("name_en", _("name (en)")),
)

# As a person reads them: what the pack is first, then what it costs, then the long texts.
_FIRST = ("sku", "product", "category", "name_ru", "name_en", "pack_weight_g", "regular_price",
          "price", "active", "barcode", "sold_by", "max_per_order", "position",
          "box_volume_ml")  # fmt: skip


def _goods() -> tuple[Column, ...]:
    known = {column.name: column for column in (*PRODUCT, *PACK)}
    return (*(known.pop(name) for name in _FIRST), *known.values())


TABLES: dict[str, tuple[Column, ...]] = {
    ExchangeTable.GOODS: _goods(),
    ExchangeTable.CATEGORIES: CATEGORY,
    ExchangeTable.TAGS: TAG,
}
KEYS = {
    ExchangeTable.GOODS: "sku",
    ExchangeTable.CATEGORIES: "slug",
    ExchangeTable.TAGS: "code",
}


def headings(columns: Iterable[Column]) -> dict[str, list[str]]:
    """Return what people may write over each column, beside its own name."""
    return {column.name: in_every_language(column.title) for column in columns}
