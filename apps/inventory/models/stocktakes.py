"""Stocktakes: what was counted on a shelf, beside what the books said at that instant."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from apps.core.models import Timestamped
from apps.inventory.dto import StocktakeState


class StocktakeQuerySet(models.QuerySet["Stocktake"]):
    """Questions about stocktakes."""

    def running(self) -> Self:
        """Keep those that somebody is counting."""
        return self.filter(state=StocktakeState.COUNTING)


class Stocktake(Timestamped):
    """A count of one shelf, or of one category; `keeper` is who confirms it."""

    shelf = models.CharField(_("shelf"), max_length=20, blank=True)
    category = models.ForeignKey(
        "catalog.Category",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("category"),
    )
    is_blind = models.BooleanField(
        _("blind"), default=True, help_text=_("Whoever counts does not see what the books say.")
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=StocktakeState.choices,
        default=StocktakeState.COUNTING,
        editable=False,
    )
    started_by = models.ForeignKey(
        "users.User",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("started by"),
        editable=False,
    )
    keeper = models.ForeignKey(
        "users.User",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("in charge"),
        editable=False,
    )
    started_at = models.DateTimeField(_("started"), editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    history = HistoricalRecords()

    objects = StocktakeQuerySet.as_manager()

    class Meta:
        verbose_name = _("stocktake")
        verbose_name_plural = _("stocktakes")
        constraints = (
            models.CheckConstraint(
                name="inventory_stocktake_scope",
                condition=Q(shelf="") ^ Q(category__isnull=True),
            ),
            models.UniqueConstraint(
                fields=("shelf",),
                condition=Q(state=StocktakeState.COUNTING) & ~Q(shelf=""),
                name="inventory_stocktake_shelf",
            ),
            models.UniqueConstraint(
                fields=("category",),
                condition=Q(state=StocktakeState.COUNTING),
                name="inventory_stocktake_category",
            ),
            models.CheckConstraint(
                name="inventory_stocktake_closed",
                condition=Q(state=StocktakeState.COUNTING) ^ Q(closed_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"№ {self.pk}"


class StocktakeLine(models.Model):
    """One lot of a stocktake.

    `expected` is what the books said at the instant of the count, and `seen_movement` the lot's
    last movement then: what moves later is neither lost nor found.
    """

    stocktake = models.ForeignKey(
        Stocktake, on_delete=models.CASCADE, related_name="lines", verbose_name=_("stocktake")
    )
    lot = models.ForeignKey(
        "inventory.Lot", on_delete=models.PROTECT, related_name="+", verbose_name=_("lot")
    )
    expected = models.PositiveIntegerField(_("by the books"), null=True)
    counted = models.PositiveIntegerField(_("counted"), null=True)
    counted_by = models.ForeignKey(
        "users.User",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("counted by"),
    )
    counted_at = models.DateTimeField(_("counted at"), null=True)
    seen_movement = models.BigIntegerField(null=True)
    # By how much the confirmation changed the lot.
    difference = models.IntegerField(_("difference"), null=True)
    # While the stocktake runs: no other one may count the same lot.
    is_open = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("line of a stocktake")
        verbose_name_plural = _("lines of stocktakes")
        constraints = (
            models.UniqueConstraint(
                fields=("stocktake", "lot"), name="inventory_stocktake_line_lot"
            ),
            models.UniqueConstraint(
                fields=("lot",),
                condition=Q(is_open=True),
                name="inventory_stocktake_line_once",
            ),
            models.CheckConstraint(
                name="inventory_stocktake_line_counted",
                condition=Q(counted__isnull=True, expected__isnull=True, counted_at__isnull=True)
                | Q(counted__range=(0, 1_000_000), expected__isnull=False,
                    counted_at__isnull=False, seen_movement__isnull=False),
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.lot_id}: {self.counted}"
