"""What the warehouse really took for an order, what came back, and what was called back."""

from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from apps.fulfilment.dto import RefundState, ShortCause, SubstitutionState
from apps.inventory.dto import WasteReason


class PickQuerySet(models.QuerySet["Pick"]):
    """Questions about picks."""

    def in_hand(self) -> Self:
        """Keep units in boxes that are still open."""
        return self.filter(packed_at__isnull=True)

    def of_order(self, order_id: int) -> Self:
        """Keep one order's picks, in the order in which they were made."""
        return self.filter(order_line__order_id=order_id).order_by("pk")

    def with_back(self) -> Self:
        """Add `back`: how many units came back out of the box."""
        return self.annotate(back=Coalesce(Sum("returns__quantity"), 0))


class Pick(models.Model):
    """Units of one lot in one order's box; while the box is open they are in `Lot.in_hand`.

    A row of a closed box is never changed: a trigger refuses it.
    """

    order_line = models.ForeignKey(
        "orders.OrderLine",
        on_delete=models.PROTECT,
        related_name="picks",
        verbose_name=_("order line"),
    )
    lot = models.ForeignKey(
        "inventory.Lot", on_delete=models.PROTECT, related_name="picks", verbose_name=_("lot")
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    # Why this lot was taken before one that expires sooner; empty where FEFO was followed.
    reason = models.CharField(_("why not the earlier lot"), max_length=200, blank=True)
    picked_by = models.ForeignKey(
        "users.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("by"),
    )
    created_at = models.DateTimeField(_("when"), auto_now_add=True)
    packed_at = models.DateTimeField(_("packed"), null=True, blank=True)
    # Units that came back out of the box: only on rows that were asked for `with_back`.
    back: int

    objects = PickQuerySet.as_manager()

    class Meta:
        verbose_name = _("pick")
        verbose_name_plural = _("picks")
        constraints = (
            models.CheckConstraint(name="fulfilment_pick_some", condition=Q(quantity__gte=1)),
            models.UniqueConstraint(
                fields=("order_line", "lot"),
                condition=Q(packed_at__isnull=True),
                name="fulfilment_pick_in_hand",
            ),
        )

    def __str__(self) -> str:
        return f"{self.lot_id} × {self.quantity}"


class LineShortage(models.Model):
    """A picker's word that the rest of a line is not to be had."""

    order_line = models.OneToOneField(
        "orders.OrderLine",
        on_delete=models.PROTECT,
        related_name="shortage",
        verbose_name=_("order line"),
    )
    cause = models.CharField(_("cause"), max_length=12, choices=ShortCause.choices)
    noted_by = models.ForeignKey(
        "users.User",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("by"),
    )
    created_at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("short line")
        verbose_name_plural = _("short lines")

    def __str__(self) -> str:
        return f"{self.order_line_id}: {self.get_cause_display()}"


class Substitution(models.Model):
    """A question to the customer: take something else instead of what ran out, or leave it out.

    The substitute's own line waits in the order, with units promised to it.
    """

    order_line = models.ForeignKey(
        "orders.OrderLine",
        on_delete=models.PROTECT,
        related_name="substitutions",
        verbose_name=_("order line"),
    )
    substitute = models.OneToOneField(
        "orders.OrderLine",
        on_delete=models.PROTECT,
        related_name="substitution",
        verbose_name=_("substitute"),
    )
    units = models.PositiveIntegerField(_("units"))
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=SubstitutionState.choices,
        default=SubstitutionState.OPEN,
    )
    deadline = models.DateTimeField(_("answer until"))
    asked_by = models.ForeignKey(
        "users.User",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("by"),
    )
    created_at = models.DateTimeField(_("when"), auto_now_add=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    # When staff were asked to call: the customer chose so, and did not answer.
    flagged_at = models.DateTimeField(_("to be called since"), null=True, blank=True)

    class Meta:
        verbose_name = _("substitution")
        verbose_name_plural = _("substitutions")
        constraints = (
            models.CheckConstraint(name="fulfilment_substitution_sane", condition=Q(units__gte=1)),
            models.CheckConstraint(
                name="fulfilment_substitution_answered",
                condition=Q(state="open", answered_at__isnull=True)
                | (~Q(state="open") & Q(answered_at__isnull=False)),
            ),
            models.UniqueConstraint(
                fields=("order_line",),
                condition=Q(state="open"),
                name="fulfilment_substitution_one_open",
            ),
        )
        indexes = (
            models.Index(
                name="fulfilment_substitution_due",
                fields=("deadline",),
                condition=Q(state="open"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.order_line_id} → {self.substitute_id}"


class PickReturn(models.Model):
    """Units that came back out of a closed box: to their lot, or thrown away. Append-only.

    A trigger refuses more than the pick had.
    """

    pick = models.ForeignKey(
        Pick, on_delete=models.PROTECT, related_name="returns", verbose_name=_("pick")
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    put_back = models.BooleanField(_("back to its lot"))
    cause = models.CharField(_("cause"), max_length=12, choices=WasteReason.choices, blank=True)
    actor = models.ForeignKey(
        "users.User",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("by"),
    )
    created_at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("units that came back")
        verbose_name_plural = _("units that came back")
        constraints = (
            models.CheckConstraint(name="fulfilment_return_some", condition=Q(quantity__gte=1)),
            models.CheckConstraint(
                name="fulfilment_return_cause", condition=Q(put_back=True) | ~Q(cause="")
            ),
        )

    def __str__(self) -> str:
        return f"{self.pick_id} ← {self.quantity}"


class Recall(models.Model):
    """A lot that was called back: once for ever, whoever asks how often."""

    lot = models.OneToOneField(
        "inventory.Lot", on_delete=models.PROTECT, related_name="recall", verbose_name=_("lot")
    )
    reason = models.CharField(_("reason"), max_length=200)
    started_by = models.ForeignKey(
        "users.User",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("by"),
    )
    created_at = models.DateTimeField(_("when"), auto_now_add=True)
    # When all that had units of it were listed and told; the sweep goes on with those without.
    listed_at = models.DateTimeField(_("listed"), null=True, blank=True)

    class Meta:
        verbose_name = _("recall")
        verbose_name_plural = _("recalls")

    def __str__(self) -> str:
        return str(self.lot)


class RecallOrder(models.Model):
    """An order in whose box units of a recalled lot were, as it stood then."""

    recall = models.ForeignKey(
        Recall, on_delete=models.PROTECT, related_name="orders", verbose_name=_("recall")
    )
    order = models.ForeignKey(
        "orders.Order", on_delete=models.PROTECT, related_name="+", verbose_name=_("order")
    )
    units = models.PositiveIntegerField(_("units"))
    status = models.CharField(_("status then"), max_length=20)
    # The food had left the house: its customer must hear of it.
    is_out = models.BooleanField(_("with the customer"))
    called_at = models.DateTimeField(_("called"), null=True, blank=True)
    called_by = models.ForeignKey(
        "users.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("called by"),
    )

    class Meta:
        verbose_name = _("recalled order")
        verbose_name_plural = _("recalled orders")
        constraints = (
            models.UniqueConstraint(fields=("recall", "order"), name="fulfilment_recall_once"),
            models.CheckConstraint(name="fulfilment_recall_some", condition=Q(units__gte=1)),
        )

    def __str__(self) -> str:
        return f"{self.order_id} × {self.units}"


class RecallRefund(models.Model):
    """What a customer paid for recalled units, to be given back once staff approve."""

    recall = models.ForeignKey(
        Recall, on_delete=models.PROTECT, related_name="refunds", verbose_name=_("recall")
    )
    order_line = models.ForeignKey(
        "orders.OrderLine",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("order line"),
    )
    units = models.PositiveIntegerField(_("units"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    state = models.CharField(
        _("state"), max_length=10, choices=RefundState.choices, default=RefundState.PREPARED
    )
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(
        "users.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("settled by"),
    )

    class Meta:
        verbose_name = _("refund of a recall")
        verbose_name_plural = _("refunds of recalls")
        constraints = (
            models.UniqueConstraint(fields=("recall", "order_line"), name="fulfilment_refund_once"),
            models.CheckConstraint(
                name="fulfilment_refund_sane",
                condition=Q(units__gte=1, amount__gte=Decimal("0.00")),
            ),
            models.CheckConstraint(
                name="fulfilment_refund_settled",
                condition=Q(state="prepared", settled_at__isnull=True)
                | (~Q(state="prepared") & Q(settled_at__isnull=False)),
            ),
        )

    def __str__(self) -> str:
        return f"{self.order_line_id}: {self.amount}"
