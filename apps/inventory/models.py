"""The warehouse: lots with expiry dates, one stock level per variant, and the ledger behind it."""

from datetime import date
from typing import Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from apps.core.models import Timestamped
from apps.inventory.dto import LotStatus, MovementKind, ReservationState


class LotQuerySet(models.QuerySet["Lot"]):
    """Questions about lots."""

    def sellable(self, today: date) -> Self:
        """Keep lots whose units may still be sold for every bookable slot."""
        return self.filter(
            status=LotStatus.OK, is_blocked=False, remaining__gt=0, sell_by__gte=today
        )

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
    history = HistoricalRecords()

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
        )
        indexes = (
            models.Index(
                name="inventory_lot_fefo",
                fields=("variant", "expires_on", "id"),
                condition=Q(remaining__gt=0),
            ),
        )

    def __str__(self) -> str:
        return self.code


class StockLevelQuerySet(models.QuerySet["StockLevel"]):
    """Questions about stock levels."""

    def low(self) -> Self:
        """Keep those with no more sellable units than their threshold."""
        return self.filter(on_hand__lte=F("blocked") + F("reserved") + F("low_threshold"))


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
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        indexes = (models.Index(fields=("variant", "-id"), name="inventory_movement_variant"),)

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
