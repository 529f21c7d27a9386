"""What the warehouse really took for an order."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Pick(models.Model):
    """Units of one lot in one order's box."""

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
    picked_by = models.ForeignKey(
        "users.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("by"),
    )
    created_at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("pick")
        verbose_name_plural = _("picks")
        constraints = (
            models.CheckConstraint(name="fulfilment_pick_some", condition=Q(quantity__gte=1)),
        )

    def __str__(self) -> str:
        return f"{self.lot_id} × {self.quantity}"
