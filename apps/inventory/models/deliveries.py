"""Delivery notes: what a lorry brought, written down line by line and booked in one go."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from apps.core.models import Timestamped
from apps.inventory.cold_chain import COLDEST, WARMEST
from apps.inventory.dto import DeliveryState, LineOutcome


class DeliveryNoteQuerySet(models.QuerySet["DeliveryNote"]):
    """Questions about delivery notes."""

    def drafts(self) -> Self:
        """Keep those that are still being written."""
        return self.filter(state=DeliveryState.DRAFT)


class DeliveryNote(Timestamped):
    """One delivery of one supplier. Once it is booked or refused, a trigger keeps it as it is.

    `revision` counts the changes of the note and its lines, so that nobody books what they have
    not seen.
    """

    number = models.CharField(_("number of the note"), max_length=40)
    supplier = models.CharField(_("supplier"), max_length=100)
    arrived_at = models.DateTimeField(_("arrived"))
    temperature = models.DecimalField(
        _("temperature at arrival, °C"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    vehicle = models.CharField(_("vehicle"), max_length=60, blank=True)
    comment = models.CharField(_("comment"), max_length=200, blank=True)
    state = models.CharField(
        _("state"),
        max_length=8,
        choices=DeliveryState.choices,
        default=DeliveryState.DRAFT,
        editable=False,
    )
    revision = models.PositiveIntegerField(default=0, editable=False)
    opened_by = models.ForeignKey(
        "users.User",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("received by"),
        editable=False,
    )
    closed_by = models.ForeignKey(
        "users.User",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("closed by"),
        editable=False,
    )
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    refusal = models.CharField(_("why refused"), max_length=200, blank=True, editable=False)
    history = HistoricalRecords(excluded_fields=["revision"])

    objects = DeliveryNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery note")
        verbose_name_plural = _("delivery notes")
        constraints = (
            # A refused delivery may come again, with the same paper.
            models.UniqueConstraint(
                Lower("supplier"),
                Lower("number"),
                condition=~Q(state=DeliveryState.REFUSED),
                name="inventory_delivery_once",
            ),
            models.CheckConstraint(
                name="inventory_delivery_named", condition=~Q(number="") & ~Q(supplier="")
            ),
            models.CheckConstraint(
                name="inventory_delivery_temperature",
                condition=Q(temperature__isnull=True) | Q(temperature__range=(COLDEST, WARMEST)),
            ),
            models.CheckConstraint(
                name="inventory_delivery_closed",
                condition=Q(state=DeliveryState.DRAFT, closed_at__isnull=True)
                | (~Q(state=DeliveryState.DRAFT) & Q(closed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="inventory_delivery_refusal",
                condition=Q(state=DeliveryState.REFUSED) ^ Q(refusal=""),
            ),
        )

    def __str__(self) -> str:
        return self.number


class DeliveryLine(Timestamped):
    """Units of one lot on a delivery note; a line may be saved before all of it is known."""

    note = models.ForeignKey(
        DeliveryNote,
        on_delete=models.CASCADE,
        related_name="lines",
        verbose_name=_("delivery note"),
    )
    variant = models.ForeignKey(
        "catalog.Variant", on_delete=models.PROTECT, related_name="+", verbose_name=_("variant")
    )
    code = models.CharField(_("lot code"), max_length=40, blank=True)
    made_on = models.DateField(_("made on"), null=True, blank=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"), default=0)
    cost = models.DecimalField(
        _("cost of a unit"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    # Where it differs from the rest of the lorry; else the note's holds.
    temperature = models.DecimalField(
        _("temperature at arrival, °C"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    shelf = models.CharField(_("shelf"), max_length=20, blank=True)
    refusal = models.CharField(_("why it goes back"), max_length=200, blank=True)
    lot = models.ForeignKey(
        "inventory.Lot",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="deliveries",
        verbose_name=_("lot"),
        editable=False,
    )
    outcome = models.CharField(
        _("outcome"), max_length=12, choices=LineOutcome.choices, blank=True, editable=False
    )

    class Meta:
        verbose_name = _("line of a delivery note")
        verbose_name_plural = _("lines of delivery notes")
        constraints = (
            # One lot, one line; and one line at most of a pack whose lot is not known yet.
            models.UniqueConstraint(
                fields=("note", "variant", "code"), name="inventory_delivery_line_lot"
            ),
            models.CheckConstraint(
                name="inventory_delivery_line_dates",
                condition=Q(made_on__isnull=True)
                | Q(expires_on__isnull=True)
                | Q(expires_on__gt=F("made_on")),
            ),
            models.CheckConstraint(
                name="inventory_delivery_line_values",
                condition=Q(quantity__range=(0, 1_000_000))
                & (Q(cost__isnull=True) | Q(cost__gte=0))
                & (Q(temperature__isnull=True) | Q(temperature__range=(COLDEST, WARMEST))),
            ),
            models.CheckConstraint(
                name="inventory_delivery_line_booked",
                condition=Q(lot__isnull=True) ^ Q(outcome__in=LineOutcome.on_the_shelf()),
            ),
        )

    def __str__(self) -> str:
        return f"{self.variant_id} {self.code} × {self.quantity}"
