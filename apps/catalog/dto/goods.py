"""Goods as plain values: what lists, pages and carts show."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from apps.core.money import per_kilogram


class Allergen(TextChoices):
    """The fourteen allergens of EU Regulation 1169/2011, annex II (and TR CU 022/2011)."""

    GLUTEN = "gluten", _("gluten")
    MILK = "milk", _("milk")
    EGGS = "eggs", _("eggs")
    FISH = "fish", _("fish")
    CRUSTACEANS = "crustaceans", _("crustaceans")
    MOLLUSCS = "molluscs", _("molluscs")
    SOY = "soy", _("soy")
    NUTS = "nuts", _("nuts")
    PEANUTS = "peanuts", _("peanuts")
    SESAME = "sesame", _("sesame")
    CELERY = "celery", _("celery")
    MUSTARD = "mustard", _("mustard")
    LUPIN = "lupin", _("lupin")
    SULPHITES = "sulphites", _("sulphites")


class StorageClass(TextChoices):
    """How cold a product must be kept."""

    FROZEN = "frozen", _("−18 °C")
    DEEP_FROZEN = "deep_frozen", _("−24 °C")


class SoldBy(TextChoices):
    """Whether a price is for a pack, or for the most that a piece can weigh.

    A piece by weight is ordered, held and paid at that price; packed, it costs what it weighs.
    """

    UNIT = "unit", _("by the pack")
    WEIGHT = "weight", _("by weight")


class Availability(TextChoices):
    """How much is left, as a band: exact counts change too often to publish."""

    IN_STOCK = "in_stock", _("in stock")
    FEW = "few", _("few left")
    NONE = "none", _("sold out")


class ExchangeKind(TextChoices):
    """Which way a table of the catalogue goes."""

    IMPORT = "import", _("import")
    EXPORT = "export", _("export")


class ExchangeTable(TextChoices):
    """What the rows of such a table are."""

    GOODS = "goods", _("products, packs and prices")
    CATEGORIES = "categories", _("categories")
    TAGS = "tags", _("tags")


class ExchangeState(TextChoices):
    """How far an import or export has come."""

    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    CHECKED = "checked", _("checked")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    DROPPED = "dropped", _("dropped")


@dataclass(frozen=True)
class ImageCard:
    """A picture's addresses, by width, and its cached Telegram file."""

    id: int
    small: str
    medium: str
    large: str
    path: str
    alt: str = ""
    telegram_file_id: str = ""


class Weighed:
    """What packs of any kind know of their weight; `sold_by` is a `SoldBy`."""

    sold_by: str
    pack_weight_g: int

    @property
    def is_weighed(self) -> bool:
        """Whether it costs what it weighs, and `pack_weight_g` is the most that it can."""
        return self.sold_by == SoldBy.WEIGHT


@dataclass(frozen=True)
class VariantCard(Weighed):
    """A variant as a list shows it; prices hold at the moment they were asked for."""

    id: int
    sku: str
    sold_by: str
    pack_weight_g: int
    price: Decimal
    regular_price: Decimal
    availability: str
    max_per_order: int
    # Set where the pack is on clearance: its units keep until that day.
    best_before: date | None = None

    @property
    def kilogram_price(self) -> Decimal | None:
        """What a kilogram costs; None unless it is sold by weight."""
        return per_kilogram(self.price, self.pack_weight_g) if self.is_weighed else None


@dataclass(frozen=True)
class ProductCard:
    """A product as a list shows it, in the reader's language."""

    id: int
    slug: str
    name: str
    category_slug: str
    category_name: str
    brand: str
    tags: tuple[str, ...]
    allergens: tuple[str, ...]
    image: ImageCard | None
    variants: tuple[VariantCard, ...]
    tag_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProductDetail(ProductCard):
    """A product's own page; `prices_until` as in `ProductPage`."""

    description: str = ""
    composition: str = ""
    kcal: int | None = None
    protein_g: Decimal | None = None
    fat_g: Decimal | None = None
    carbs_g: Decimal | None = None
    storage_class: str = ""
    shelf_life_days: int = 0
    images: tuple[ImageCard, ...] = ()
    prices_until: datetime | None = None


@dataclass(frozen=True)
class CategoryNode:
    """A shelf with those under it; `product_count` counts them too."""

    id: int
    slug: str
    name: str
    emoji: str
    product_count: int
    children: tuple["CategoryNode", ...] = ()


@dataclass(frozen=True)
class ProductFilter:
    """What a reader asks the list for; empty means no limit."""

    search: str = ""
    category: str = ""
    price_min: Decimal | None = None
    price_max: Decimal | None = None
    in_stock: bool | None = None
    on_sale: bool | None = None
    tags: tuple[str, ...] = ()
    exclude_allergens: tuple[str, ...] = ()
    ordering: str = ""


@dataclass(frozen=True)
class ProductPage:
    """One page of a list and how many there are in all.

    `prices_until` is the next instant at which a price of the shop changes by itself, `tag_names`
    are those of the tags that were asked for.
    """

    items: tuple[ProductCard, ...]
    total: int
    page: int
    page_size: int
    prices_until: datetime | None = None
    tag_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class TagChoice:
    """A tag that customers may ask for, in the reader's language."""

    id: int
    code: str
    name: str


@dataclass(frozen=True)
class FilterChoices:
    """What a list can be asked for: the tags of goods on show, and round limits of prices."""

    tags: tuple[TagChoice, ...]
    prices: tuple[Decimal, ...]


@dataclass(frozen=True)
class SaleVariant(Weighed):
    """A variant as the cart and the checkout need it, priced at one instant.

    `base_price` is what staff ask then, before promotions; `category_ids` as in `BasePrice`.
    """

    id: int
    sku: str
    product_id: int
    product_slug: str
    name_ru: str
    name_en: str
    pack_weight_g: int
    box_volume_ml: int
    sold_by: str
    storage_class: str
    price: Decimal
    regular_price: Decimal
    base_price: Decimal
    category_ids: tuple[int, ...]
    max_per_order: int
    is_on_sale_floor: bool
    availability: str
    small_image: str = ""
    tags: tuple[str, ...] = field(default=())
    best_before: date | None = None


@dataclass(frozen=True)
class PackCard:
    """A pack as the warehouse knows it, on sale or not."""

    id: int
    sku: str
    barcode: str
    name: str
    pack_weight_g: int
    storage_class: str
    shelf_life_days: int
