"""Prices over time: what is scheduled, and the ledger of what was changed."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.catalog.dto import PriceChangeKind
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
