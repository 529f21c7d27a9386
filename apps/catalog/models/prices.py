"""Prices over time: what is scheduled, and the ledger of what was changed."""

from datetime import datetime
from decimal import Decimal
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.catalog.dto import PriceBatchKind, PriceBatchState, PriceChangeKind, PriceProblem
from apps.catalog.models.variants import Variant
from apps.core.models import PubliclyNamed


class ScheduledPriceQuerySet(models.QuerySet["ScheduledPrice"]):
    """Questions about scheduled prices."""

    def pending(self, now: datetime) -> Self:
        """Keep those that still change what a pack costs: neither withdrawn, nor over, nor done."""
        return self.filter(withdrawn_at__isnull=True, applied_at__isnull=True).filter(
            Q(ends_at__isnull=True) | Q(ends_at__gt=now)
        )

    def due_for_good(self, now: datetime) -> Self:
        """Keep those that were to change the asked price by now and have not yet."""
        return self.filter(
            withdrawn_at__isnull=True,
            applied_at__isnull=True,
            ends_at__isnull=True,
            starts_at__lte=now,
        )


class ScheduledPrice(PubliclyNamed):
    """A price that staff ask from an instant on, for good or until another one.

    A temporary price lies over the asked one and falls back by itself; one for good becomes the
    asked price once it is due (`applied_at`).
    """

    variant = models.ForeignKey(
        Variant,
        on_delete=models.PROTECT,
        related_name="scheduled_prices",
        verbose_name=_("variant"),
    )
    price = models.DecimalField(_("price"), max_digits=12, decimal_places=2)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    made_by = models.ForeignKey(
        "users.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("by"),
    )
    created_at = models.DateTimeField(_("made"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        "users.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )
    applied_at = models.DateTimeField(_("became the asked price"), null=True, blank=True)

    objects = ScheduledPriceQuerySet.as_manager()

    class Meta:
        verbose_name = _("scheduled price")
        verbose_name_plural = _("scheduled prices")
        constraints = (
            models.CheckConstraint(name="catalog_schedule_price", condition=Q(price__gt=0)),
            models.CheckConstraint(
                name="catalog_schedule_span",
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=models.F("starts_at")),
            ),
            models.CheckConstraint(
                name="catalog_schedule_fate",
                condition=Q(applied_at__isnull=True)
                | Q(ends_at__isnull=True, withdrawn_at__isnull=True),
            ),
            # One temporary price at a time, and one change for good at an instant.
            ExclusionConstraint(
                name="catalog_schedule_overlap",
                expressions=(
                    ("variant", RangeOperators.EQUAL),
                    (
                        models.Func(
                            "starts_at",
                            "ends_at",
                            RangeBoundary(),
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ),
                condition=Q(withdrawn_at__isnull=True, ends_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="catalog_schedule_for_good",
                fields=("variant", "starts_at"),
                condition=Q(withdrawn_at__isnull=True, ends_at__isnull=True),
            ),
        )
        indexes = (
            models.Index(
                name="catalog_schedule_due",
                fields=("starts_at",),
                condition=Q(
                    withdrawn_at__isnull=True, applied_at__isnull=True, ends_at__isnull=True
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.variant.sku}: {self.price}"


class PriceChange(models.Model):
    """One change of what staff ask for a pack. Append-only: a trigger refuses anything else.

    Prices before the change are unknown for a pack's first ones.
    """

    variant = models.ForeignKey(
        Variant, on_delete=models.PROTECT, related_name="price_changes", verbose_name=_("variant")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=PriceChangeKind.choices)
    old_price = models.DecimalField(
        _("price before"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    new_price = models.DecimalField(_("price after"), max_digits=12, decimal_places=2)
    old_regular_price = models.DecimalField(
        _("regular price before"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    new_regular_price = models.DecimalField(
        _("regular price after"), max_digits=12, decimal_places=2
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    actor = models.ForeignKey(
        "users.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("by"),
    )
    schedule = models.ForeignKey(
        ScheduledPrice,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("scheduled price"),
    )
    batch = models.ForeignKey(
        "PriceBatch",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="changes",
        verbose_name=_("changed together"),
    )
    changed_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("price change")
        verbose_name_plural = _("price changes")
        indexes = (
            models.Index(
                fields=("variant", "-changed_at", "-id"), name="catalog_pricechange_variant"
            ),
            models.Index(fields=("-changed_at", "-id"), name="catalog_pricechange_newest"),
        )

    def __str__(self) -> str:
        return f"{self.old_price} → {self.new_price}"


class PriceBatch(PubliclyNamed):
    """Prices changed together: previewed first, carried out as previewed, undone by one button.

    `spec` is what a preview is made from again: the filter and the operation, or the file's name.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=PriceBatchKind.choices)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=PriceBatchState.choices,
        default=PriceBatchState.DRAFT,
    )
    spec = models.JSONField(default=dict)
    unchanged = models.PositiveIntegerField(_("packs whose price stays"), default=0)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    made_by = models.ForeignKey(
        "users.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("by"),
    )
    created_at = models.DateTimeField(_("made"))
    applied_by = models.ForeignKey(
        "users.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("carried out by"),
    )
    applied_at = models.DateTimeField(_("carried out"), null=True, blank=True)
    undone_by = models.ForeignKey(
        "users.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("undone by"),
    )
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    class Meta:
        verbose_name = _("price changes in bulk")
        verbose_name_plural = _("price changes in bulk")
        constraints = (
            models.CheckConstraint(
                name="catalog_pricebatch_state",
                condition=Q(state="draft", applied_at__isnull=True, undone_at__isnull=True)
                | Q(state="applied", applied_at__isnull=False, undone_at__isnull=True)
                | Q(state="undone", applied_at__isnull=False, undone_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"№ {self.pk}"


class PriceBatchLine(models.Model):
    """One pack of a batch: what it costs, what it is to cost, and (perhaps) from when to when.

    A line with a problem has no new price, and keeps the batch from being carried out.
    """

    batch = models.ForeignKey(
        PriceBatch, on_delete=models.CASCADE, related_name="lines", verbose_name=_("batch")
    )
    variant = models.ForeignKey(
        Variant, on_delete=models.PROTECT, related_name="+", verbose_name=_("variant")
    )
    old_price = models.DecimalField(_("price before"), max_digits=12, decimal_places=2)
    old_regular_price = models.DecimalField(
        _("regular price before"), max_digits=12, decimal_places=2
    )
    new_price = models.DecimalField(_("price after"), max_digits=12, decimal_places=2, null=True)
    new_regular_price = models.DecimalField(
        _("regular price after"), max_digits=12, decimal_places=2, null=True
    )
    cost = models.DecimalField(_("cost of a unit"), max_digits=12, decimal_places=2, null=True)
    starts_at = models.DateTimeField(_("from"), null=True)
    ends_at = models.DateTimeField(_("until"), null=True)
    problem = models.CharField(
        _("problem"), max_length=20, choices=PriceProblem.choices, blank=True
    )
    schedule = models.ForeignKey(
        ScheduledPrice, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # Somebody had changed the price since, so the undo left it.
    is_kept = models.BooleanField(_("kept"), default=False)

    class Meta:
        verbose_name = _("line")
        verbose_name_plural = _("lines")
        constraints = (
            models.UniqueConstraint(
                name="catalog_pricebatchline_once",
                fields=("batch", "variant"),
                condition=Q(starts_at__isnull=True),
            ),
            models.CheckConstraint(
                name="catalog_pricebatchline_prices",
                condition=Q(new_price__isnull=True, new_regular_price__isnull=True) & ~Q(problem="")
                | Q(problem="", new_price__gt=0)
                & (Q(starts_at__isnull=False) | Q(new_price__lte=models.F("new_regular_price"))),
            ),
        )

    def __str__(self) -> str:
        return f"{self.old_price} → {self.new_price}"

    @property
    def margin_percent(self) -> Decimal | None:
        """What is left of the new price after the cost, in percent of the price."""
        if self.new_price is None or self.cost is None:
            return None
        return (self.new_price - self.cost) * 100 / self.new_price
