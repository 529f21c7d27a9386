"""What the catalogue holds already, read in a few queries for a whole table."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from apps.catalog.models import Category, Product, ProductImage, Tag, Variant

Item = TypeVar("Item")
_BATCH = 2000
_SEARCHED = ("search_ru", "search_en", "search_text")


@dataclass
class Known:
    """Products by slug and packs by SKU, as far as a table names them, and what they refer to."""

    products: dict[str, Product] = field(default_factory=dict)
    packs: dict[str, Variant] = field(default_factory=dict)
    tags: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    images: dict[int, list[ProductImage]] = field(default_factory=lambda: defaultdict(list))
    categories: dict[str, int] = field(default_factory=dict)
    tag_codes: set[str] = field(default_factory=set)
    barcodes: dict[str, str] = field(default_factory=dict)
    slugs: dict[int, str] = field(default_factory=dict)
    shelves: dict[int, str] = field(default_factory=dict)

    def learn_categories(self) -> None:
        """Read all categories and tags."""
        self.categories = dict(Category.objects.values_list("slug", "pk"))
        self.shelves = {pk: slug for slug, pk in self.categories.items()}
        self.tag_codes = set(Tag.objects.values_list("code", flat=True))

    def learn_products(self, products: Iterable[Product]) -> None:
        """Remember products, with their tags and pictures."""
        fresh = {product.pk: product for product in products if product.pk not in self.slugs}
        self.slugs |= {pk: product.slug for pk, product in fresh.items()}
        self.products |= {product.slug: product for product in fresh.values()}
        links = Product.tags.through.objects.filter(product_id__in=fresh)
        for product_id, code in links.values_list("product_id", "tag__code"):
            self.tags[product_id].append(code)
        pictures = ProductImage.objects.filter(product_id__in=fresh).order_by("position", "id")
        for image in pictures:
            self.images[image.product_id].append(image)


def look_up(*, skus: Collection[str], slugs: Collection[str], barcodes: Collection[str]) -> Known:
    """Return what is known of the packs and products that a table names."""
    known = Known()
    known.learn_categories()
    existing = Variant.objects.existing()
    for some in batches(skus):
        known.packs |= {pack.sku: pack for pack in existing.filter(sku__in=some)}
    for some in batches(barcodes):
        found = existing.filter(barcode__in=some).values_list("barcode", "sku")
        known.barcodes |= dict(found)
    products = Product.objects.existing().defer(*_SEARCHED)
    for some in batches(slugs):
        known.learn_products(products.filter(slug__in=some))
    of_packs = {pack.product_id for pack in known.packs.values()} - known.slugs.keys()
    for ids in batches(of_packs):
        known.learn_products(products.filter(pk__in=ids))
    return known


def every_product() -> Iterator[tuple[Known, list[Product], dict[int, list[Variant]]]]:
    """Yield all products in the order of their ids, some hundred at a time, with their packs."""
    last = 0
    while True:
        rows = Product.objects.existing().defer(*_SEARCHED).filter(pk__gt=last)
        products = list(rows.order_by("pk")[:500])
        if not products:
            return
        last = products[-1].pk
        known = Known()
        known.learn_categories()
        known.learn_products(products)
        packs: dict[int, list[Variant]] = defaultdict(list)
        found = Variant.objects.existing().filter(product__in=products, clearance_of=None)
        for pack in found.order_by("position", "id"):
            packs[pack.product_id].append(pack)
        yield known, products, packs


def product_values(known: Known, product: Product) -> dict[str, Any]:
    """Return a product as the columns of a table name its values."""
    return {
        **{name: getattr(product, name) for name in _PLAIN_PRODUCT},
        "product": product.slug,
        "category": known.shelves[product.category_id],
        "product_active": product.is_active,
        "tags": sorted(known.tags.get(product.pk, [])),
        "images": list(picture_names(known.images.get(product.pk, [])).values()),
    }


def pack_values(pack: Variant) -> dict[str, Any]:
    """Return a pack as the columns of a table name its values: the prices are what staff ask."""
    return {
        **{name: getattr(pack, name) for name in _PLAIN_PACK},
        "active": pack.is_active,
        "regular_price": pack.regular_price,
        "price": pack.base_price,
    }


def picture_names(images: Sequence[ProductImage]) -> dict[int, str]:
    """Return what each picture of a product is called, by id, no two alike."""
    names: dict[int, str] = {}
    for image in images:
        stored = str(image.large.name).rpartition("/")[2]
        own = image.file_name
        names[image.pk] = own if own and own not in names.values() else stored
    return names


def batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Yield the items in lists that one query takes."""
    ordered = list(items)
    for start in range(0, len(ordered), _BATCH):
        yield ordered[start : start + _BATCH]


_PLAIN_PRODUCT = (
    "name_ru", "name_en", "brand", "allergens", "description_ru", "description_en",
    "composition_ru", "composition_en", "kcal", "protein_g", "fat_g", "carbs_g", "storage_class",
    "shelf_life_days", "minimum_remaining_days",
)  # fmt: skip
_PLAIN_PACK = (
    "sku", "barcode", "sold_by", "pack_weight_g", "box_volume_ml", "max_per_order", "position",
)  # fmt: skip
