"""What happened to orders. Append-only: triggers guard it."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.orders.dto import ChangeKind, OrderStatus


class OrderEvent(models.Model):
    """What happened to an order, who did it and why. Append-only: a trigger guards it."""

    order = models.ForeignKey(
        "orders.Order", on_delete=models.PROTECT, related_name="events", verbose_name=_("order")
    )
    from_status = models.CharField(
        pgettext_lazy("of a status", "from"),
        max_length=20,
        choices=OrderStatus.choices,
        blank=True,
    )
    to_status = models.CharField(
        pgettext_lazy("of a status", "to"), max_length=20, choices=OrderStatus.choices
    )
    actor = models.ForeignKey(
        "users.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("by"),
    )
    actor_kind = models.CharField(_("as"), max_length=12)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("order event")
        verbose_name_plural = _("order events")
        # A few kilobytes: events are only ever added, so their moments rise with their place.
        indexes = (BrinIndex(fields=("created_at",), name="orders_event_time", pages_per_range=32),)

    def __str__(self) -> str:
        return f"{self.from_status} → {self.to_status}"


class OrderChange(models.Model):
    """What changed in an order beside its status: its contents, or money that was given back.

    `details` tell it line by line, without anything personal. Append-only: a trigger guards it.
    """

    order = models.ForeignKey(
        "orders.Order", on_delete=models.PROTECT, related_name="changes", verbose_name=_("order")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=ChangeKind.choices)
    actor = models.ForeignKey(
        "users.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("by"),
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    # By how much the customer pays more; negative: pays less, or got back.
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    details = models.JSONField(_("details"), default=list, blank=True)
    # The door's idempotency key, where it has one: sent twice, it happens once.
    key = models.CharField(max_length=100, blank=True, editable=False)
    created_at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("change of an order")
        verbose_name_plural = _("changes of orders")
        constraints = (
            models.UniqueConstraint(
                fields=("order", "key"), condition=~Q(key=""), name="orders_change_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount:+}"


class LineRefund(models.Model):
    """Units of a line whose money was given back. Append-only: a trigger guards it."""

    change = models.ForeignKey(
        OrderChange, on_delete=models.PROTECT, related_name="lines", verbose_name=_("change")
    )
    order_line = models.ForeignKey(
        "orders.OrderLine",
        on_delete=models.PROTECT,
        related_name="refunds",
        verbose_name=_("order line"),
    )
    units = models.PositiveIntegerField(_("units"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = _("refund of a line")
        verbose_name_plural = _("refunds of lines")
        constraints = (
            models.CheckConstraint(
                name="orders_refund_sane", condition=Q(units__gte=1, amount__gte=0)
            ),
        )

    def __str__(self) -> str:
        return f"{self.order_line_id} × {self.units}: {self.amount}"
