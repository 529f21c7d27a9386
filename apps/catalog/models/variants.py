"""What is sold: a pack, with its published price and stock."""

from datetime import datetime
from decimal import Decimal
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from apps.catalog.barcodes import refuse_misread
from apps.catalog.dto import Availability, PriceSteps, SoldBy
from apps.catalog.models.products import ON_SHOW, Product
from apps.core.models import PubliclyNamed, Timestamped

_sku = RegexValidator(r"^[A-Z0-9][A-Z0-9-]{1,39}$", _("Latin capitals, digits and dashes only."))
_ean13 = RegexValidator(r"^\d{13}$", _("Thirteen digits."))


class VariantQuerySet(models.QuerySet["Variant"]):
    """Questions about variants."""

    def existing(self) -> Self:
        """Keep what was not removed."""
        return self.filter(deleted_at__isnull=True)

    def on_sale_floor(self) -> Self:
        """Keep what a customer may put into a cart, in stock or not."""
        kept = self.existing().filter(
            is_active=True,
            product__is_active=True,
            product__deleted_at__isnull=True,
            product__category__is_active=True,
        )
        return kept.exclude(clearance_of__isnull=False, availability=Availability.NONE)


class Variant(PubliclyNamed, Timestamped):
    """A pack that is sold: one SKU, one price, one stock.

    Staff ask `base_price`, at most the regular one. What customers pay is published by
    `services.publish_prices`: `price` holds before `price_edges[0]`, `price_steps[i]` from
    `price_edges[i]` on, so readers call `price_at(now)`. `availability` is a band that inventory
    publishes.

    A clearance pack holds units of one lot of another pack, which are best before a near date: it
    is sold cheaper until they are gone, and off show whenever none is left.
    """

    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="variants", verbose_name=_("product")
    )
    sku = models.CharField(_("SKU"), max_length=40, validators=[_sku])
    barcode = models.CharField(
        _("barcode"),
        max_length=13,
        blank=True,
        default="",
        validators=[_ean13, refuse_misread],
    )
    sold_by = models.CharField(
        _("sold by"),
        max_length=10,
        choices=SoldBy.choices,
        default=SoldBy.UNIT,
        help_text=_(
            "By weight: each piece is put on the scales when it is packed, and the customer pays"
            " for what it weighs."
        ),
    )
    pack_weight_g = models.PositiveIntegerField(
        _("pack weight, g"),
        validators=[MinValueValidator(1), MaxValueValidator(50_000)],
        help_text=_(
            "By weight: the most that one piece can weigh. The price is the price of this weight,"
            " and nobody ever pays more."
        ),
    )
    box_volume_ml = models.PositiveIntegerField(_("volume in the box, ml"), default=1000)
    regular_price = models.DecimalField(
        _("regular price"),
        max_digits=12,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    base_price = models.DecimalField(
        _("price asked"),
        max_digits=12,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    price = models.DecimalField(
        _("published price"), max_digits=12, decimal_places=2, editable=False
    )
    price_edges = ArrayField(
        models.DateTimeField(),
        verbose_name=_("price edges"),
        default=list,
        blank=True,
        editable=False,
    )
    price_steps = ArrayField(
        models.DecimalField(max_digits=12, decimal_places=2),
        verbose_name=_("prices from the edges on"),
        default=list,
        blank=True,
        editable=False,
    )
    availability = models.CharField(
        _("availability"),
        max_length=10,
        choices=Availability.choices,
        default=Availability.NONE,
        editable=False,
    )
    clearance_of = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="clearances",
        verbose_name=_("clearance of"),
    )
    best_before = models.DateField(_("best before"), null=True, blank=True, editable=False)
    max_per_order = models.PositiveSmallIntegerField(
        _("most per order"), default=20, validators=[MinValueValidator(1), MaxValueValidator(999)]
    )
    position = models.PositiveSmallIntegerField(_("order in the list"), default=0)
    is_active = models.BooleanField(_("active"), default=True)
    deleted_at = models.DateTimeField(_("removed"), null=True, blank=True, editable=False)
    # Prices have a ledger of their own: PriceChange.
    history = HistoricalRecords(
        excluded_fields=[
            "availability", "regular_price", "base_price", "price", "price_edges", "price_steps",
        ]
    )  # fmt: skip

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
                condition=Q(regular_price__gt=0, base_price__gt=0, price__gt=0)
                & Q(base_price__lte=models.F("regular_price"))
                & Q(price__lte=models.F("regular_price")),
            ),
            models.CheckConstraint(
                name="catalog_variant_timeline",
                # Edges rise and each has a price above zero: a function of migration 0006.
                condition=models.Func(
                    models.F("price_edges"),
                    models.F("price_steps"),
                    function="catalog_is_timeline",
                    output_field=models.BooleanField(),
                ),
            ),
            models.CheckConstraint(
                name="catalog_variant_clearance",
                condition=Q(clearance_of__isnull=True, best_before__isnull=True)
                | Q(clearance_of__isnull=False, best_before__isnull=False),
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
                condition=ON_SHOW,
            ),
            # Finds the next edge of all prices, and the rows whose first edge has passed.
            models.Index(
                models.F("price_edges__0"),
                name="catalog_variant_price_edges",
                condition=Q(price_edges__0__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.sku} · {self.product}"

    def price_at(self, now: datetime) -> Decimal:
        """Return the price that holds at that instant (the edge belongs to the new price)."""
        return self.timeline.at(now)

    @property
    def timeline(self) -> PriceSteps:
        """What customers pay, over time."""
        return PriceSteps(self.price, tuple(self.price_edges), tuple(self.price_steps))
