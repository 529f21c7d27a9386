"""Money: attempts to pay, and the append-only ledger of what was really taken and given back."""

import uuid
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import PubliclyNamed, Timestamped
from apps.payments.dto import EntryKind, PaymentState, Provider


class Payment(PubliclyNamed, Timestamped):
    """One attempt to pay for one order through one provider."""

    order = models.ForeignKey(
        "orders.Order", on_delete=models.PROTECT, related_name="payments", verbose_name=_("order")
    )
    provider = models.CharField(_("provider"), max_length=12, choices=Provider.choices)
    state = models.CharField(
        _("state"), max_length=12, choices=PaymentState.choices, default=PaymentState.PENDING
    )
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    captured = models.DecimalField(
        _("captured"), max_digits=12, decimal_places=2, default=Decimal("0.00")
    )
    refunded = models.DecimalField(
        _("refunded"), max_digits=12, decimal_places=2, default=Decimal("0.00")
    )
    provider_payment_id = models.CharField(
        _("id at the provider"), max_length=100, null=True, blank=True
    )
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = (
            models.UniqueConstraint(
                fields=("order", "provider"),
                condition=Q(state__in=("pending", "authorized")),
                name="payments_one_open",
            ),
            models.UniqueConstraint(
                fields=("provider", "provider_payment_id"), name="payments_provider_id"
            ),
            models.CheckConstraint(
                name="payments_amounts",
                condition=Q(amount__gte=0, captured__gte=0, refunded__gte=0)
                & Q(refunded__lte=F("captured"))
                & Q(captured__lte=F("amount")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_provider_display()} {self.amount}"


class MoneyEntry(models.Model):
    """Money that changed hands. Append-only: a trigger refuses anything else."""

    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, related_name="entries", verbose_name=_("payment")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=EntryKind.choices)
    # Positive: to the shop. Negative: back to the customer.
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    actor = models.ForeignKey(
        "users.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("by"),
    )
    created_at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("money entry")
        verbose_name_plural = _("money entries")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount:+}"
