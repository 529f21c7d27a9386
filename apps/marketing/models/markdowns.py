"""Markdown proposals, and the alerts that customers and staff asked for."""

from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from apps.core.models import Timestamped
from apps.marketing.dto import MarkdownState
from apps.marketing.pricing import LEAST_PERCENT, MOST_PERCENT

_percent = (MinValueValidator(LEAST_PERCENT), MaxValueValidator(MOST_PERCENT))
_PERCENT = Q(percent__range=(LEAST_PERCENT, MOST_PERCENT))


class MarkdownRule(Timestamped):
    """From how many days before its last day of sale a lot is proposed to be marked down."""

    days = models.PositiveSmallIntegerField(
        _("days left to sell"), unique=True, validators=[MaxValueValidator(365)]
    )
    percent = models.PositiveSmallIntegerField(_("percent off"), validators=_percent)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("markdown rule")
        verbose_name_plural = _("markdown rules")
        constraints = (
            models.CheckConstraint(name="marketing_rule_percent", condition=_PERCENT),
            models.CheckConstraint(name="marketing_rule_days", condition=Q(days__range=(0, 365))),
        )

    def __str__(self) -> str:
        return f"≤ {self.days}: −{self.percent} %"


class MarkdownProposalQuerySet(models.QuerySet["MarkdownProposal"]):
    """Questions about proposals."""

    def open(self) -> Self:
        """Keep what waits for a decision."""
        return self.filter(state=MarkdownState.OPEN)

    def urgent_first(self) -> Self:
        """Order by the last day on which the units may be sold."""
        return self.order_by("lot__sell_by", "pk")


class MarkdownProposal(Timestamped):
    """The question whether a lot's units are to be sold cheaper, and what was decided."""

    lot = models.ForeignKey(
        "inventory.Lot", on_delete=models.PROTECT, related_name="+", verbose_name=_("lot")
    )
    # The rule's step; empty where a person proposed it.
    days = models.PositiveSmallIntegerField(_("step, days left"), null=True, blank=True)
    percent = models.PositiveSmallIntegerField(_("percent off"), validators=_percent)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=MarkdownState.choices,
        default=MarkdownState.OPEN,
        editable=False,
    )
    proposed_by = models.ForeignKey(
        "users.User",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("proposed by"),
    )
    decided_by = models.ForeignKey(
        "users.User",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True, editable=False)
    # What was accepted: so many units, moved to a clearance pack.
    units = models.PositiveIntegerField(_("units"), null=True, blank=True, editable=False)
    old_price = models.DecimalField(
        _("old price"), max_digits=12, decimal_places=2, null=True, blank=True, editable=False
    )
    new_price = models.DecimalField(
        _("new price"), max_digits=12, decimal_places=2, null=True, blank=True, editable=False
    )
    clearance = models.ForeignKey(
        "catalog.Variant",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("clearance pack"),
    )
    returned = models.PositiveIntegerField(_("units taken back"), default=0, editable=False)

    objects = MarkdownProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("markdown")
        verbose_name_plural = _("markdowns")
        constraints = (
            models.UniqueConstraint(
                fields=("lot",), condition=Q(state="open"), name="marketing_markdown_one_open"
            ),
            # A step that people decided on is not proposed again.
            models.UniqueConstraint(
                fields=("lot", "days"),
                condition=~Q(state="lapsed"),
                name="marketing_markdown_one_a_step",
            ),
            models.CheckConstraint(name="marketing_markdown_percent", condition=_PERCENT),
            models.CheckConstraint(
                name="marketing_markdown_accepted",
                condition=~Q(state__in=("accepted", "undone"))
                | Q(
                    units__gte=1,
                    new_price__gt=0,
                    old_price__gte=models.F("new_price"),
                    clearance__isnull=False,
                    decided_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="marketing_markdown_declined",
                condition=~Q(state="declined") | (~Q(reason="") & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="marketing_markdown_returned",
                condition=Q(returned=0) | Q(state="undone"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.lot} −{self.percent} %"


class BuyersNotice(Timestamped):
    """That buyers of a product are told of a markdown, once; sent in parts, by the buyers' ids."""

    proposal = models.OneToOneField(
        MarkdownProposal,
        on_delete=models.PROTECT,
        related_name="notice",
        verbose_name=_("markdown"),
    )
    sent_by = models.ForeignKey(
        "users.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("sent by"),
    )
    # How many there were when somebody pressed the button, and how many messages are written yet.
    recipients = models.PositiveIntegerField(_("recipients"))
    queued = models.PositiveIntegerField(_("written to"), default=0)
    last_buyer_id = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice to buyers")
        verbose_name_plural = _("notices to buyers")

    def __str__(self) -> str:
        return f"{self.proposal}: {self.queued}"


class LowStockAlert(models.Model):
    """That staff were told of a pack that runs low; the row goes when there is enough again."""

    variant = models.OneToOneField(
        "catalog.Variant", on_delete=models.CASCADE, related_name="+", verbose_name=_("variant")
    )
    fell_at = models.DateTimeField(_("low since"))

    class Meta:
        verbose_name = _("low stock alert")
        verbose_name_plural = _("low stock alerts")

    def __str__(self) -> str:
        return str(self.variant_id)


class BackInStockAlertQuerySet(models.QuerySet["BackInStockAlert"]):
    """Questions about who waits for what."""

    def waiting(self) -> Self:
        """Keep asks that were not answered yet."""
        return self.filter(told_at__isnull=True)

    def reachable(self) -> Self:
        """Keep those of people whose chat takes our messages."""
        return self.filter(
            customer__is_active=True,
            customer__telegram_id__isnull=False,
            customer__blocked_bot_at__isnull=True,
        )

    def oldest_first(self) -> Self:
        """Order as people asked."""
        return self.order_by("asked_at", "pk")


class BackInStockAlert(models.Model):
    """A person asked to be told when a pack is back; told once, then they may ask again."""

    customer = models.ForeignKey(
        "users.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("customer")
    )
    variant = models.ForeignKey(
        "catalog.Variant", on_delete=models.PROTECT, related_name="+", verbose_name=_("variant")
    )
    asked_at = models.DateTimeField(_("asked"))
    told_at = models.DateTimeField(_("told"), null=True, blank=True)

    objects = BackInStockAlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("back-in-stock alert")
        verbose_name_plural = _("back-in-stock alerts")
        constraints = (
            models.UniqueConstraint(
                fields=("customer", "variant"),
                condition=Q(told_at__isnull=True),
                name="marketing_alert_once",
            ),
            models.CheckConstraint(
                name="marketing_alert_order",
                condition=Q(told_at__isnull=True) | Q(told_at__gte=models.F("asked_at")),
            ),
        )
        indexes = (
            models.Index(
                name="marketing_alert_waiting",
                fields=("variant", "asked_at", "id"),
                condition=Q(told_at__isnull=True),
            ),
            models.Index(
                name="marketing_alert_told",
                fields=("variant", "told_at"),
                condition=Q(told_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.variant_id} · {self.customer_id}"
