"""Money: attempts to pay, and the append-only ledger of what was really taken and given back."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import PubliclyNamed, Timestamped
from apps.payments.dto import (
    CallKind,
    CallState,
    EntryKind,
    OddityKind,
    PaymentState,
    Provider,
    RefundState,
)


def shop_currency() -> str:
    """Return the shop's one currency (ISO 4217)."""
    return str(settings.SHOP_CURRENCY)


class PaymentQuerySet(models.QuerySet["Payment"]):
    """Questions about payments."""

    def open(self) -> Self:
        """Keep those from which money may still come."""
        return self.filter(state__in=(PaymentState.PENDING, PaymentState.AUTHORIZED))

    def due_for_a_look(self, now: datetime) -> Self:
        """Keep those whose provider is to be asked by now."""
        return self.filter(next_check_at__lte=now)


class Payment(PubliclyNamed, Timestamped):
    """One attempt to pay for one order through one provider.

    `refunding` is promised to the customer and on its way; `refunded` is what arrived.
    """

    order = models.ForeignKey(
        "orders.Order", on_delete=models.PROTECT, related_name="payments", verbose_name=_("order")
    )
    provider = models.CharField(_("provider"), max_length=12, choices=Provider.choices)
    state = models.CharField(
        _("state"), max_length=12, choices=PaymentState.choices, default=PaymentState.PENDING
    )
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, default=shop_currency)
    captured = models.DecimalField(
        _("captured"), max_digits=12, decimal_places=2, default=Decimal("0.00")
    )
    refunding = models.DecimalField(
        _("on its way back"), max_digits=12, decimal_places=2, default=Decimal("0.00")
    )
    refunded = models.DecimalField(
        _("refunded"), max_digits=12, decimal_places=2, default=Decimal("0.00")
    )
    provider_payment_id = models.CharField(
        _("id at the provider"), max_length=100, null=True, blank=True
    )
    confirmation_url = models.URLField(max_length=500, blank=True, editable=False)
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # When the provider is asked next, and how often it was: the pauses grow.
    next_check_at = models.DateTimeField(_("asked again at"), null=True, blank=True)
    checks = models.PositiveSmallIntegerField(_("asked"), default=0)

    objects = PaymentQuerySet.as_manager()

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
                condition=Q(amount__gte=0, captured__gte=0, refunding__gte=0, refunded__gte=0)
                & Q(captured__gte=F("refunded") + F("refunding"))
                & Q(captured__lte=F("amount")),
            ),
        )
        indexes = (
            models.Index(
                name="payments_payment_checks",
                fields=("next_check_at",),
                condition=Q(next_check_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_provider_display()} {self.amount}"

    @property
    def left(self) -> Decimal:
        """What was taken, is not given back and is not on its way back."""
        return self.captured - self.refunded - self.refunding


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


class Refund(PubliclyNamed, Timestamped):
    """Money on its way back to the customer, asked for by staff or by the shop itself."""

    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, related_name="refunds", verbose_name=_("payment")
    )
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=300)
    state = models.CharField(
        _("state"), max_length=10, choices=RefundState.choices, default=RefundState.WAITING
    )
    # Receipt lines as the provider takes them (dto.ReceiptLine); empty where no receipt is made.
    lines = models.JSONField(_("lines"), default=list, blank=True)
    actor = models.ForeignKey(
        "users.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("by"),
    )

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = (
            models.CheckConstraint(name="payments_refund_some", condition=Q(amount__gt=0)),
        )

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.amount}"


class ProviderCall(Timestamped):
    """What a provider is to be asked, written with the business change and sent after its commit.

    `key` is the provider's idempotency key: however often it is sent, it happens once.
    """

    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, related_name="calls", verbose_name=_("payment")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=CallKind.choices)
    refund = models.OneToOneField(
        Refund,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="call",
        verbose_name=_("refund"),
    )
    amount = models.DecimalField(
        _("amount"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    # Receipt lines of a capture that takes less than was set aside; a refund keeps its own.
    lines = models.JSONField(_("lines"), default=list, db_default=[], blank=True)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=CallState.choices, default=CallState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    leased_until = models.DateTimeField(_("taken until"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("request to a provider")
        verbose_name_plural = _("requests to providers")
        constraints = (
            models.CheckConstraint(
                name="payments_call_shape",
                condition=Q(kind="refund", refund__isnull=False, amount__gt=0)
                | Q(kind="capture", refund__isnull=True, amount__gt=0)
                | Q(kind="cancel", refund__isnull=True, amount__isnull=True),
            ),
            # A payment is taken once and let go once; the next decision waits for the first.
            models.UniqueConstraint(
                fields=("payment", "kind"),
                condition=Q(kind__in=("capture", "cancel")),
                name="payments_call_once",
            ),
        )
        indexes = (
            models.Index(
                name="payments_call_due",
                fields=("next_attempt_at", "id"),
                condition=Q(state="waiting"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.payment_id}"


class ProviderEvent(models.Model):
    """A provider's message, kept before it is acknowledged; the same one is kept once."""

    provider = models.CharField(_("provider"), max_length=12, choices=Provider.choices)
    key = models.CharField(_("key"), max_length=200)
    kind = models.CharField(_("kind"), max_length=60)
    provider_payment_id = models.CharField(_("id at the provider"), max_length=100)
    reference = models.CharField(_("our reference"), max_length=40, blank=True)
    body = models.JSONField(_("body"))
    received_at = models.DateTimeField(_("received"))
    done_at = models.DateTimeField(_("looked into"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    leased_until = models.DateTimeField(_("taken until"), null=True, blank=True)

    class Meta:
        verbose_name = _("provider's event")
        verbose_name_plural = _("providers' events")
        constraints = (
            models.UniqueConstraint(fields=("provider", "key"), name="payments_event_once"),
        )
        indexes = (
            models.Index(
                name="payments_event_due",
                fields=("next_attempt_at", "id"),
                condition=Q(done_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_provider_display()} {self.kind}"


class Oddity(Timestamped):
    """Something about money that a person must look at; `key` lets the same thing come up once."""

    kind = models.CharField(_("kind"), max_length=20, choices=OddityKind.choices)
    key = models.CharField(max_length=200, unique=True, editable=False)
    provider = models.CharField(_("provider"), max_length=12, choices=Provider.choices)
    payment = models.ForeignKey(
        Payment,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="oddities",
        verbose_name=_("payment"),
    )
    details = models.JSONField(_("details"), default=dict, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(
        "users.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("by"),
    )
    decision = models.CharField(_("decision"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("question about money")
        verbose_name_plural = _("questions about money")
        indexes = (
            models.Index(
                name="payments_oddity_open",
                fields=("-id",),
                condition=Q(settled_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return str(self.get_kind_display())


class DayComparison(Timestamped):
    """What a provider counts for one day, beside what our books say of the same payments."""

    provider = models.CharField(_("provider"), max_length=12, choices=Provider.choices)
    day = models.DateField(_("day"))
    their_payments = models.PositiveIntegerField(_("payments there"), default=0)
    our_payments = models.PositiveIntegerField(_("payments here"), default=0)
    their_captured = models.DecimalField(
        _("taken there"), max_digits=14, decimal_places=2, default=Decimal("0.00")
    )
    our_captured = models.DecimalField(
        _("taken here"), max_digits=14, decimal_places=2, default=Decimal("0.00")
    )
    their_refunded = models.DecimalField(
        _("given back there"), max_digits=14, decimal_places=2, default=Decimal("0.00")
    )
    our_refunded = models.DecimalField(
        _("given back here"), max_digits=14, decimal_places=2, default=Decimal("0.00")
    )
    differences = models.PositiveIntegerField(_("differences"), default=0)
    # Empty until the provider has answered, and while it is to be asked once more.
    compared_at = models.DateTimeField(_("compared"), null=True, blank=True)

    class Meta:
        verbose_name = _("comparison with a provider")
        verbose_name_plural = _("comparisons with providers")
        constraints = (
            models.UniqueConstraint(fields=("provider", "day"), name="payments_day_once"),
        )

    def __str__(self) -> str:
        return f"{self.get_provider_display()} {self.day}"
