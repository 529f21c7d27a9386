"""The warehouse: lots with expiry dates, one stock level per variant, and the ledger behind it."""

from datetime import date
from typing import Self

from django.contrib.postgres.indexes import BrinIndex
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from apps.core.models import Timestamped
from apps.inventory.dto import (
    LotStatus,
    MovementKind,
    ReservationState,
    Unusable,
    WasteReason,
)
from apps.inventory.shelf_life import has_left_sale, left_sale


class LotQuerySet(models.QuerySet["Lot"]):
    """Questions about lots."""

    def sellable(self, today: date) -> Self:
        """Keep lots whose units may still be sold for every bookable slot."""
        kept = self.filter(status=LotStatus.OK, is_blocked=False, remaining__gt=0)
        return kept.exclude(left_sale(today))

    def left_sale(self, today: date) -> Self:
        """Keep lots with units whose last day of sale lies behind."""
        return self.filter(left_sale(today), remaining__gt=0)

    def fefo(self) -> Self:
        """Order as they are to be picked: first expired, first out."""
        return self.order_by("expires_on", "id")


class Lot(Timestamped):
    """Units of one variant that were made together and expire together."""

    variant = models.ForeignKey(
        "catalog.Variant", on_delete=models.PROTECT, related_name="lots", verbose_name=_("variant")
    )
    code = models.CharField(_("lot code"), max_length=40)
    supplier = models.CharField(_("supplier"), max_length=100, blank=True)
    made_on = models.DateField(_("made on"))
    expires_on = models.DateField(_("expires on"))
    sell_by = models.DateField(_("sold until"), editable=False)
    received = models.PositiveIntegerField(_("received"), validators=[MinValueValidator(1)])
    remaining = models.PositiveIntegerField(_("remaining"), editable=False)
    # Where it stands, as the label on the shelf says: A-03-2.
    shelf = models.CharField(_("shelf"), max_length=20, blank=True, default="")
    # Of those that remain: units that lie in boxes being packed, no longer on the shelf.
    in_hand = models.PositiveIntegerField(_("in boxes being packed"), default=0, editable=False)
    # Units counted in StockLevel.blocked: quarantined, recalled, or past `sell_by`.
    is_blocked = models.BooleanField(_("blocked"), default=False, editable=False)
    cost = models.DecimalField(
        _("cost of a unit"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=LotStatus.choices,
        default=LotStatus.OK,
        editable=False,
    )
    # Of a lot on clearance: whose units it holds. They were made together, whatever they cost.
    cleared_from = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="clearance",
        verbose_name=_("cleared from"),
    )
    history = HistoricalRecords(excluded_fields=["in_hand"])

    objects = LotQuerySet.as_manager()

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        constraints = (
            models.UniqueConstraint(fields=("variant", "code"), name="inventory_lot_code"),
            models.CheckConstraint(
                name="inventory_lot_dates", condition=Q(expires_on__gt=F("made_on"))
            ),
            models.CheckConstraint(name="inventory_lot_remaining", condition=Q(remaining__gte=0)),
            models.CheckConstraint(
                name="inventory_lot_in_hand",
                condition=Q(in_hand__gte=0, in_hand__lte=F("remaining")),
            ),
        )
        indexes = (
            models.Index(
                name="inventory_lot_fefo",
                fields=("variant", "expires_on", "id"),
                condition=Q(remaining__gt=0),
            ),
            models.Index(
                name="inventory_lot_shelf",
                fields=("shelf", "id"),
                condition=Q(remaining__gt=0) & ~Q(shelf=""),
            ),
            # The question that beat asks every minute.
            models.Index(
                name="inventory_lot_leaving",
                fields=("sell_by",),
                condition=Q(remaining__gt=0, is_blocked=False),
            ),
        )

    def __str__(self) -> str:
        return self.code

    def has_left_sale(self, today: date) -> bool:
        """Tell whether its last day of sale lies behind."""
        return has_left_sale(self.sell_by, today=today)

    @property
    def on_shelf(self) -> int:
        """Units that stand on the shelf: not in a box that is being packed."""
        return self.remaining - self.in_hand

    def unusable_on(self, today: date) -> Unusable | None:
        """Return why no unit of it may leave the warehouse on that day, None where all may."""
        if self.status == LotStatus.RECALLED:
            return Unusable.RECALLED
        if self.status == LotStatus.QUARANTINED:
            return Unusable.BLOCKED
        if self.has_left_sale(today):
            return Unusable.EXPIRED
        return Unusable.BLOCKED if self.is_blocked else None


class StockLevelQuerySet(models.QuerySet["StockLevel"]):
    """Questions about stock levels."""

    def low(self) -> Self:
        """Keep those with no more sellable units than their threshold; clearance is to run out."""
        return self.filter(
            on_hand__lte=F("blocked") + F("reserved") + F("low_threshold"),
            variant__clearance_of__isnull=True,
        )


class StockLevel(models.Model):
    """How many units of a variant there are: sellable = on hand − blocked − reserved."""

    variant = models.OneToOneField(
        "catalog.Variant", on_delete=models.PROTECT, related_name="stock", verbose_name=_("variant")
    )
    on_hand = models.IntegerField(_("on hand"), default=0, editable=False)
    blocked = models.IntegerField(_("blocked"), default=0, editable=False)
    reserved = models.IntegerField(_("reserved"), default=0, editable=False)
    low_threshold = models.PositiveIntegerField(_("low at"), default=10)
    # The counters have a ledger of their own.
    history = HistoricalRecords(excluded_fields=["on_hand", "blocked", "reserved"])

    objects = StockLevelQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock level")
        verbose_name_plural = _("stock levels")
        constraints = (
            models.CheckConstraint(
                name="inventory_stock_holds",
                condition=Q(reserved__gte=0, blocked__gte=0)
                & Q(on_hand__gte=F("reserved") + F("blocked")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.variant}: {self.available}"

    @property
    def available(self) -> int:
        """Units that may still be promised to a customer."""
        return self.on_hand - self.blocked - self.reserved


class StockMovement(models.Model):
    """One change of one lot, by whom and why. Append-only: a trigger refuses anything else."""

    variant = models.ForeignKey(
        "catalog.Variant", on_delete=models.PROTECT, related_name="+", verbose_name=_("variant")
    )
    lot = models.ForeignKey(
        Lot, on_delete=models.PROTECT, related_name="movements", verbose_name=_("lot")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=MovementKind.choices)
    # Signed change of on hand, and of blocked: a quarantine moves units, and loses none.
    quantity = models.IntegerField(_("quantity"))
    blocked = models.IntegerField(_("blocked"), default=0)
    order = models.ForeignKey(
        "orders.Order",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("order"),
    )
    actor = models.ForeignKey(
        "users.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("by"),
    )
    reason_code = models.CharField(
        _("cause of loss"), max_length=10, choices=WasteReason.choices, blank=True, default=""
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        indexes = (
            models.Index(fields=("variant", "-id"), name="inventory_movement_variant"),
            # A few kilobytes: rows are only ever added, so their moments rise with their place.
            BrinIndex(fields=("created_at",), name="inventory_movement_time", pages_per_range=32),
            # Who did what, newest first; most movements are the machine's own.
            models.Index(
                fields=("actor", "-id"),
                name="inventory_movement_actor",
                condition=Q(actor__isnull=False),
            ),
            models.Index(
                fields=("reason_code", "created_at"),
                name="inventory_movement_waste",
                condition=~Q(reason_code=""),
            ),
        )
        constraints = (
            models.CheckConstraint(
                name="inventory_movement_cause",
                condition=Q(reason_code="") | Q(kind=MovementKind.WASTE),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.quantity:+d}"


class ReservationQuerySet(models.QuerySet["Reservation"]):
    """Questions that several services ask of reservations."""

    def live(self) -> Self:
        """Keep promises that still count in StockLevel.reserved."""
        return self.filter(state__in=(ReservationState.HELD, ReservationState.COMMITTED))


class Reservation(Timestamped):
    """Units promised to an order line: in StockLevel.reserved while held or committed."""

    order_line = models.OneToOneField(
        "orders.OrderLine",
        on_delete=models.PROTECT,
        related_name="reservation",
        verbose_name=_("order line"),
    )
    variant = models.ForeignKey(
        "catalog.Variant", on_delete=models.PROTECT, related_name="+", verbose_name=_("variant")
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=ReservationState.choices,
        default=ReservationState.HELD,
    )
    # Units lost after they were promised, of which the order does not know yet.
    unreported = models.PositiveIntegerField(_("lost, not told yet"), default=0, editable=False)

    objects = ReservationQuerySet.as_manager()

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        indexes = (
            models.Index(
                name="inventory_reservation_live",
                fields=("variant", "-id"),
                condition=Q(state__in=("held", "committed")),
            ),
            models.Index(
                name="inventory_reservation_short",
                fields=("order_line",),
                condition=Q(unreported__gt=0),
            ),
        )

    def __str__(self) -> str:
        return f"{self.variant_id} × {self.quantity}"
