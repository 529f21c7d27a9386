"""What a courier carries: counted order by order, handed over at the end of the day."""

from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import PubliclyNamed
from apps.fulfilment.dto import ShiftEntryKind
from apps.payments.dto import ON_DELIVERY, Provider


class CashShiftQuerySet(models.QuerySet["CashShift"]):
    """Questions about shifts."""

    def open(self) -> Self:
        """Keep shifts whose money was not handed over yet."""
        return self.filter(closed_at__isnull=True)

    def of_courier(self, courier_id: int) -> Self:
        """Keep one courier's shifts."""
        return self.filter(courier_id=courier_id)


class CashShift(PubliclyNamed):
    """A courier's money from one hand-over to the next; a closed one is never changed again.

    `cash` is what the purse must hold, `card` what the card reader took: both are the sums of the
    entries. The difference is what was counted minus what was expected.
    """

    courier = models.ForeignKey(
        "users.User", on_delete=models.PROTECT, related_name="cash_shifts",
        verbose_name=_("courier"),
    )  # fmt: skip
    opened_at = models.DateTimeField(_("opened"))
    cash = models.DecimalField(
        _("expected in cash"), max_digits=12, decimal_places=2, default=Decimal("0.00")
    )
    card = models.DecimalField(
        _("by card"), max_digits=12, decimal_places=2, default=Decimal("0.00")
    )
    handed_over = models.DecimalField(
        _("money handed over"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    difference = models.DecimalField(
        _("difference"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    reason = models.CharField(_("why it differs"), max_length=200, blank=True)
    closed_at = models.DateTimeField(_("money handed over at"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        "users.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("accepted by"),
    )

    objects = CashShiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("cash shift")
        verbose_name_plural = _("cash shifts")
        constraints = (
            models.UniqueConstraint(
                fields=("courier",), condition=Q(closed_at__isnull=True),
                name="fulfilment_shift_one_open",
            ),
            models.CheckConstraint(
                name="fulfilment_shift_sums",
                condition=Q(cash__gte=0, card__gte=0)
                & (Q(handed_over__isnull=True) | Q(handed_over__gte=0)),
            ),
            models.CheckConstraint(
                name="fulfilment_shift_closed",
                condition=Q(
                    closed_at__isnull=True, handed_over__isnull=True, difference__isnull=True,
                    accepted_by__isnull=True, reason="",
                )
                | Q(
                    closed_at__isnull=False, handed_over__isnull=False, accepted_by__isnull=False,
                    difference=F("handed_over") - F("cash"),
                ),
            ),
            models.CheckConstraint(
                name="fulfilment_shift_explained",
                condition=Q(difference__isnull=True) | Q(difference=0) | ~Q(reason=""),
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.courier} · {self.opened_at:%d.%m}"


class ShiftEntry(models.Model):
    """Money that came into a courier's hands, or left them again. Append-only: a trigger guards it.

    A correction moves a sum between the columns: one entry takes it out, another puts it in.
    """

    shift = models.ForeignKey(
        CashShift, on_delete=models.PROTECT, related_name="entries", verbose_name=_("cash shift")
    )
    money_entry = models.ForeignKey(
        "payments.MoneyEntry", on_delete=models.PROTECT, related_name="+",
        verbose_name=_("money entry"),
    )  # fmt: skip
    kind = models.CharField(_("kind"), max_length=10, choices=ShiftEntryKind.choices)
    provider = models.CharField(
        _("taken as"), max_length=12, choices=[(p.value, p.label) for p in Provider]
    )
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    actor = models.ForeignKey(
        "users.User",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("by"),
    )
    created_at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("courier's money")
        verbose_name_plural = _("couriers' money")
        constraints = (
            models.UniqueConstraint(
                fields=("money_entry",),
                condition=Q(kind__in=("taken", "back")),
                name="fulfilment_shift_entry_once",
            ),
            models.CheckConstraint(
                name="fulfilment_shift_entry_way",
                condition=Q(provider__in=sorted(ON_DELIVERY))
                & (
                    Q(kind="taken", amount__gt=0)
                    | Q(kind="back", amount__lt=0)
                    | (Q(kind="corrected") & ~Q(amount=0))
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_provider_display()} {self.amount:+}"
