"""What the shop offers, described: categories, tags, products and their pictures."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower, Replace
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords
from tree_queries.fields import TreeNodeForeignKey
from tree_queries.query import TreeQuerySet

from apps.catalog.dto import Allergen, StorageClass
from apps.core.models import PubliclyNamed, Timestamped, in_language

ON_SHOW = Q(is_active=True, deleted_at__isnull=True)


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
                condition=ON_SHOW,
            ),
            models.Index(
                _folded("name_ru"), "id", name="catalog_product_name_ru", condition=ON_SHOW
            ),
            models.Index(
                _folded("name_en"), "id", name="catalog_product_name_en", condition=ON_SHOW
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self, "name")


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
