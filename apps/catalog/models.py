"""What the shop offers. `Variant` is what is sold, and carries its published price and stock."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower, Replace
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords
from tree_queries.fields import TreeNodeForeignKey
from tree_queries.query import TreeQuerySet

from apps.catalog.dto import (
    Allergen,
    Availability,
    ExchangeKind,
    ExchangeState,
    ExchangeTable,
    SoldBy,
    StorageClass,
)
from apps.core.models import PubliclyNamed, Timestamped, in_language
from apps.core.storage import private

_sku = RegexValidator(r"^[A-Z0-9][A-Z0-9-]{1,39}$", _("Latin capitals, digits and dashes only."))
_ean13 = RegexValidator(r"^\d{13}$", _("Thirteen digits."))

_ON_SHOW = Q(is_active=True, deleted_at__isnull=True)


def _folded(name: str) -> Replace:
    """Return a name as it is ordered by: without case, ё as е."""
    return Replace(Lower(name), Value("ё"), Value("е"))


class CategoryQuerySet(TreeQuerySet):
    """Categories, with django-tree-queries' questions about what stands under what."""

    def active(self) -> "CategoryQuerySet":
        """Keep the categories that are not hidden themselves."""
        kept: CategoryQuerySet = self.filter(is_active=True)
        return kept


class Category(Timestamped):  # type: ignore[django-manager-missing]
    """A shelf of the shop; shelves stand in a tree."""

    parent = TreeNodeForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name=_("parent"),
    )
    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    name_ru = models.CharField(_("name (ru)"), max_length=100)
    name_en = models.CharField(_("name (en)"), max_length=100)
    emoji = models.CharField(_("emoji"), max_length=8, blank=True)
    position = models.PositiveIntegerField(_("order in the list"), default=0)
    is_active = models.BooleanField(_("active"), default=True)
    history = HistoricalRecords()

    objects: ClassVar[models.Manager["Category"]] = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self, "name")


class Tag(models.Model):
    """A word that customers filter by: vegan, new, for kids."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_ru = models.CharField(_("name (ru)"), max_length=60)
    name_en = models.CharField(_("name (en)"), max_length=60)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self, "name")


class ProductQuerySet(models.QuerySet["Product"]):
    """Questions about products."""

    def existing(self) -> Self:
        """Keep what was not removed."""
        return self.filter(deleted_at__isnull=True)

    def on_show(self) -> Self:
        """Keep what customers see."""
        return self.existing().filter(is_active=True, category__is_active=True)


class Product(Timestamped):
    """A dish or ingredient, described once for all its packs; nutrition is per 100 g."""

    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="products", verbose_name=_("category")
    )
    slug = models.SlugField(_("slug"), max_length=120)
    name_ru = models.CharField(_("name (ru)"), max_length=160)
    name_en = models.CharField(_("name (en)"), max_length=160)
    description_ru = models.TextField(_("description (ru)"), max_length=2000, blank=True)
    description_en = models.TextField(_("description (en)"), max_length=2000, blank=True)
    composition_ru = models.TextField(_("composition (ru)"), max_length=2000, blank=True)
    composition_en = models.TextField(_("composition (en)"), max_length=2000, blank=True)
    brand = models.CharField(_("brand"), max_length=80, blank=True)
    allergens = ArrayField(
        models.CharField(max_length=20, choices=Allergen.choices),
        verbose_name=_("allergens"),
        default=list,
        blank=True,
    )
    tags = models.ManyToManyField(Tag, blank=True, related_name="products", verbose_name=_("tags"))
    kcal = models.PositiveSmallIntegerField(
        _("kcal per 100 g"), null=True, blank=True, validators=[MaxValueValidator(950)]
    )
    protein_g = models.DecimalField(
        _("protein, g"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    fat_g = models.DecimalField(_("fat, g"), max_digits=4, decimal_places=1, null=True, blank=True)
    carbs_g = models.DecimalField(
        _("carbohydrates, g"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    storage_class = models.CharField(
        _("storage"), max_length=20, choices=StorageClass.choices, default=StorageClass.FROZEN
    )
    shelf_life_days = models.PositiveSmallIntegerField(
        _("shelf life, days"), default=180, validators=[MinValueValidator(1)]
    )
    minimum_remaining_days = models.PositiveSmallIntegerField(
        _("least remaining shelf life on delivery, days"), default=14
    )
    is_active = models.BooleanField(_("active"), default=True)
    deleted_at = models.DateTimeField(_("removed"), null=True, blank=True, editable=False)
    # Kept by services.index_product: what is searched, ё written as е, one vector per language.
    search_ru = SearchVectorField(null=True, editable=False)
    search_en = SearchVectorField(null=True, editable=False)
    search_text = models.TextField(default="", editable=False)
    history = HistoricalRecords(
        excluded_fields=["search_ru", "search_en", "search_text"], m2m_fields=[tags]
    )

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = (
            models.UniqueConstraint(
                fields=("slug",), condition=Q(deleted_at__isnull=True), name="catalog_product_slug"
            ),
        )
        indexes = (
            GinIndex(fields=("search_ru",), name="catalog_product_search_ru"),
            GinIndex(fields=("search_en",), name="catalog_product_search_en"),
            GinIndex(
                fields=("search_text",), opclasses=("gin_trgm_ops",), name="catalog_product_typos"
            ),
            # The orders of the product list, spelt as in selectors/listing.py.
            models.Index(
                name="catalog_product_newest",
                fields=("-created_at", "-id"),
                condition=_ON_SHOW,
            ),
            models.Index(
                _folded("name_ru"), "id", name="catalog_product_name_ru", condition=_ON_SHOW
            ),
            models.Index(
                _folded("name_en"), "id", name="catalog_product_name_en", condition=_ON_SHOW
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self, "name")


class VariantQuerySet(models.QuerySet["Variant"]):
    """Questions about variants."""

    def existing(self) -> Self:
        """Keep what was not removed."""
        return self.filter(deleted_at__isnull=True)

    def on_sale_floor(self) -> Self:
        """Keep what a customer may put into a cart, in stock or not."""
        return self.existing().filter(
            is_active=True,
            product__is_active=True,
            product__deleted_at__isnull=True,
            product__category__is_active=True,
        )


class Variant(PubliclyNamed, Timestamped):
    """A pack that is sold: one SKU, one price, one stock.

    `price` holds until `next_price_at`, `next_price` from that instant on: readers call
    `price_at(now)`. `availability` is a band that inventory publishes.
    """

    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="variants", verbose_name=_("product")
    )
    sku = models.CharField(_("SKU"), max_length=40, validators=[_sku])
    barcode = models.CharField(
        _("barcode"), max_length=13, blank=True, default="", validators=[_ean13]
    )
    sold_by = models.CharField(
        _("sold by"), max_length=10, choices=SoldBy.choices, default=SoldBy.UNIT
    )
    pack_weight_g = models.PositiveIntegerField(
        _("pack weight, g"), validators=[MinValueValidator(1), MaxValueValidator(50_000)]
    )
    box_volume_ml = models.PositiveIntegerField(_("volume in the box, ml"), default=1000)
    regular_price = models.DecimalField(
        _("regular price"),
        max_digits=12,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    price = models.DecimalField(_("price now"), max_digits=12, decimal_places=2)
    next_price = models.DecimalField(
        _("next price"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    next_price_at = models.DateTimeField(_("next price from"), null=True, blank=True)
    availability = models.CharField(
        _("availability"),
        max_length=10,
        choices=Availability.choices,
        default=Availability.NONE,
        editable=False,
    )
    max_per_order = models.PositiveSmallIntegerField(
        _("most per order"), default=20, validators=[MinValueValidator(1), MaxValueValidator(999)]
    )
    position = models.PositiveSmallIntegerField(_("order in the list"), default=0)
    is_active = models.BooleanField(_("active"), default=True)
    deleted_at = models.DateTimeField(_("removed"), null=True, blank=True, editable=False)
    history = HistoricalRecords(excluded_fields=["availability"])

    objects = VariantQuerySet.as_manager()

    class Meta:
        verbose_name = _("variant")
        verbose_name_plural = _("variants")
        constraints = (
            models.UniqueConstraint(
                fields=("sku",), condition=Q(deleted_at__isnull=True), name="catalog_variant_sku"
            ),
            models.UniqueConstraint(
                fields=("barcode",),
                condition=Q(deleted_at__isnull=True) & ~Q(barcode=""),
                name="catalog_variant_barcode",
            ),
            models.CheckConstraint(
                name="catalog_variant_prices",
                condition=Q(regular_price__gt=0, price__gt=0)
                & Q(price__lte=models.F("regular_price")),
            ),
            models.CheckConstraint(
                name="catalog_variant_next_price",
                condition=Q(next_price__isnull=True, next_price_at__isnull=True)
                | Q(next_price__gt=0, next_price_at__isnull=False),
            ),
            models.CheckConstraint(
                name="catalog_variant_limits",
                condition=Q(max_per_order__gte=1, pack_weight_g__gte=1),
            ),
        )
        indexes = (
            models.Index(
                name="catalog_variant_on_show",
                fields=("product", "price"),
                condition=_ON_SHOW,
            ),
            models.Index(
                name="catalog_variant_price_edges",
                fields=("next_price_at",),
                condition=Q(next_price_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.sku} · {self.product}"

    def price_at(self, now: datetime) -> Decimal:
        """Return the price that holds at that instant (the edge belongs to the new price)."""
        if self.next_price is not None and self.next_price_at and self.next_price_at <= now:
            return self.next_price
        return self.price


class ProductImage(PubliclyNamed, Timestamped):
    """A picture in three widths (WebP); `telegram_file_id` spares sending it twice."""

    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="images", verbose_name=_("product")
    )
    large = models.ImageField(_("1200 px"), upload_to="products/")
    medium = models.ImageField(_("600 px"), upload_to="products/", blank=True)
    small = models.ImageField(_("200 px"), upload_to="products/", blank=True)
    alt_ru = models.CharField(_("described (ru)"), max_length=160, blank=True)
    alt_en = models.CharField(_("described (en)"), max_length=160, blank=True)
    position = models.PositiveSmallIntegerField(_("order in the list"), default=0)
    # What it was called where it came from, and the SHA-256 of what came: tables name pictures so.
    file_name = models.CharField(_("file name"), max_length=100, blank=True, editable=False)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    telegram_file_id = models.CharField(max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self) -> str:
        return str(self.large.name)


class CatalogVersion(models.Model):
    """One row, counted up by whatever changes what the public catalogue shows."""

    number = models.PositiveBigIntegerField(default=1)

    def __str__(self) -> str:
        return str(self.number)


class CatalogExchange(PubliclyNamed, Timestamped):
    """A table of the catalogue on its way in or out: checked first, then applied as a whole.

    Whoever works on it holds a lease that ends by itself; only one is worked on at a time. `report`
    is bounded: counts, the first faults and the first changes, in the language of who asked.
    """

    kind = models.CharField(_("direction"), max_length=10, choices=ExchangeKind.choices)
    table = models.CharField(_("table"), max_length=12, choices=ExchangeTable.choices)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=ExchangeState.choices,
        default=ExchangeState.QUEUED,
    )
    file = models.FileField(_("file"), upload_to="exchange/", storage=private, blank=True)
    file_name = models.CharField(_("file name"), max_length=120)
    pictures = models.FileField(_("pictures"), upload_to="exchange/", storage=private, blank=True)
    language = models.CharField(max_length=2)
    total = models.PositiveIntegerField(_("rows"), default=0)
    done = models.PositiveIntegerField(_("rows done"), default=0)
    report = models.JSONField(default=dict)
    # Picture files written before the row that will name them: swept away if it never comes.
    staged = models.JSONField(default=list)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(
        "users.User",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("by"),
    )
    confirmed_by = models.ForeignKey(
        "users.User",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("import or export")
        verbose_name_plural = _("imports and exports")
        constraints = (
            models.UniqueConstraint(
                fields=("state",), condition=Q(state="running"), name="catalog_exchange_one_runs"
            ),
            models.CheckConstraint(
                name="catalog_exchange_leased",
                condition=~Q(state="running") | Q(lease__isnull=False, leased_until__isnull=False),
            ),
            models.CheckConstraint(
                name="catalog_exchange_confirmed",
                condition=Q(kind="import") | Q(confirmed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="catalog_exchange_progress", condition=Q(done__lte=models.F("total"))
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.file_name}"
