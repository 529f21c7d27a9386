"""Payments and the ledger of money, to read; the buttons give back and ask the provider."""

from datetime import datetime, time

from django.contrib import admin
from django.db.models import Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import (
    ChoicesCheckboxFilter,
    ChoicesRadioFilter,
)
from unfold.decorators import display

from apps.core.admin import (
    DayRangeFilter,
    Deed,
    LedgerAdmin,
    LedgerInline,
    Panel,
    money,
    panel,
    record_link,
)
from apps.core.money import ZERO, format_money
from apps.core.time import shop_date, shop_zone
from apps.payments.admin.deeds import ASK, GIVE_BACK
from apps.payments.dto import EntryKind, PaymentState
from apps.payments.models import MoneyEntry, Payment


class EntryInline(LedgerInline):
    """What really changed hands for a payment."""

    model = MoneyEntry
    fields = ("created_at", "kind", "amount", "actor")
    readonly_fields = fields
    tab = False


@admin.register(Payment)
class PaymentAdmin(LedgerAdmin):
    """Attempts to pay."""

    list_display = ("purchase", "provider", "progress", "sum", "taken", "given_back", "created_at")
    list_display_links = ("provider",)
    list_select_related = ("order",)
    list_filter = (
        ("state", ChoicesCheckboxFilter),
        ("provider", ChoicesRadioFilter),
        ("created_at", DayRangeFilter),
    )
    search_fields = ("order__number", "provider_payment_id")
    ordering = ("-id",)
    fields = (
        ("order", "provider", "state"), ("amount", "captured"), ("refunding", "refunded"),
        ("provider_payment_id", "created_at", "next_check_at"),
    )  # fmt: skip
    readonly_fields = ("created_at",)
    inlines = (EntryInline,)

    def state_of(self, obj: Payment) -> str:
        """Return what was taken and given back when a button was seen."""
        return f"{obj.state} {obj.captured} {obj.refunding} {obj.refunded}"

    def deeds_for(self, request: HttpRequest, obj: Payment) -> list[Deed]:
        """Give money back; ask the provider."""
        return [
            *([GIVE_BACK] if obj.left > 0 else []),
            *([ASK] if obj.provider_payment_id else []),
        ]

    def may_do(self, request: HttpRequest, deed_name: str) -> bool:
        """Whoever reads a payment may ask the provider; to give back takes more."""
        needed = "add_refund" if deed_name == GIVE_BACK.name else "view_payment"
        return request.user.has_perm(f"payments.{needed}")

    @display(description=gettext_lazy("order"), ordering="order__number")
    def purchase(self, payment: Payment) -> str:
        """The order, with a link to its page."""
        return record_link(payment.order)

    @display(
        description=gettext_lazy("state"),
        label={
            PaymentState.PENDING: "warning",
            PaymentState.AUTHORIZED: "info",
            PaymentState.CAPTURED: "success",
        },
    )
    def progress(self, payment: Payment) -> tuple[str, str]:
        """How far the payment has come."""
        return payment.state, str(payment.get_state_display())

    @display(description=gettext_lazy("amount"), ordering="amount")
    def sum(self, payment: Payment) -> str:
        """What is to be paid."""
        return money(payment.amount)

    @display(description=gettext_lazy("captured"), ordering="captured")
    def taken(self, payment: Payment) -> str:
        """What was taken."""
        return money(payment.captured)

    @display(description=gettext_lazy("refunded"), ordering="refunded")
    def given_back(self, payment: Payment) -> str:
        """What was given back."""
        return money(payment.refunded)


@admin.register(MoneyEntry)
class MoneyEntryAdmin(LedgerAdmin):
    """The ledger of money."""

    list_display = ("created_at", "direction", "sum", "purchase", "actor")
    list_select_related = ("payment__order", "actor")
    list_filter = (("kind", ChoicesRadioFilter), ("created_at", DayRangeFilter))
    search_fields = ("payment__order__number",)
    ordering = ("-id",)
    fields = ("created_at", "kind", "amount", "payment", "actor")
    readonly_fields = ("created_at",)

    @display(
        description=gettext_lazy("kind"),
        label={EntryKind.CAPTURE: "success", EntryKind.REFUND: "warning"},
    )
    def direction(self, entry: MoneyEntry) -> tuple[str, str]:
        """Which way the money went."""
        return entry.kind, str(entry.get_kind_display())

    @display(description=gettext_lazy("amount"), ordering="amount")
    def sum(self, entry: MoneyEntry) -> str:
        """The sum, negative when it went back."""
        return money(entry.amount)

    @display(description=gettext_lazy("order"))
    def purchase(self, entry: MoneyEntry) -> str:
        """The order, with a link to its page."""
        return record_link(entry.payment.order)


@panel(20)
def revenue_today(request: HttpRequest, now: datetime) -> Panel | None:
    """Show what was taken today, less what was given back."""
    if not request.user.has_perm("payments.view_moneyentry"):
        return None
    midnight = datetime.combine(shop_date(now), time(), tzinfo=shop_zone())
    entries = MoneyEntry.objects.filter(created_at__gte=midnight)
    total = entries.aggregate(total=Sum("amount"))["total"] or ZERO
    return Panel(
        title=_("Taken today"),
        icon="payments",
        figure=format_money(total),
        url=reverse("admin:payments_moneyentry_changelist"),
    )
