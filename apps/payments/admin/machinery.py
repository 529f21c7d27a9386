"""Refunds, requests to providers and their events, to read."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesCheckboxFilter, ChoicesRadioFilter
from unfold.decorators import display

from apps.core.admin import DayRangeFilter, LedgerAdmin, money, record_link
from apps.payments.dto import CallState, RefundState
from apps.payments.models import ProviderCall, ProviderEvent, Refund


@admin.register(Refund)
class RefundAdmin(LedgerAdmin):
    """Money on its way back, and back."""

    list_display = ("created_at", "sum", "purchase", "progress", "reason", "actor")
    list_select_related = ("payment__order", "actor")
    list_filter = (("state", ChoicesCheckboxFilter), ("created_at", DayRangeFilter))
    search_fields = ("payment__order__number", "reason")
    ordering = ("-id",)
    fields = (("sum", "progress"), "purchase", "reason", ("actor", "created_at"))
    readonly_fields = ("sum", "progress", "purchase", "created_at")

    @display(description=gettext_lazy("amount"), ordering="amount")
    def sum(self, refund: Refund) -> str:
        """How much."""
        return money(refund.amount)

    @display(
        description=gettext_lazy("state"),
        label={
            RefundState.WAITING: "warning",
            RefundState.DONE: "success",
            RefundState.FAILED: "danger",
        },
    )
    def progress(self, refund: Refund) -> tuple[str, str]:
        """How far it has come."""
        return refund.state, str(refund.get_state_display())

    @display(description=gettext_lazy("order"))
    def purchase(self, refund: Refund) -> str:
        """The order, with a link to its page."""
        return record_link(refund.payment.order)


@admin.register(ProviderCall)
class ProviderCallAdmin(LedgerAdmin):
    """What providers were asked to do."""

    list_display = ("created_at", "kind", "sum", "purchase", "progress", "attempts", "last_error")
    list_select_related = ("payment__order",)
    list_filter = (("state", ChoicesCheckboxFilter), ("kind", ChoicesRadioFilter))
    search_fields = ("payment__order__number",)
    ordering = ("-id",)
    fields = (("kind", "sum", "purchase"), ("progress", "attempts", "next_attempt_at"),
              "last_error", "created_at")  # fmt: skip
    readonly_fields = ("sum", "purchase", "progress", "created_at")

    @display(description=gettext_lazy("amount"), ordering="amount")
    def sum(self, call: ProviderCall) -> str:
        """How much."""
        return money(call.amount)

    @display(description=gettext_lazy("order"))
    def purchase(self, call: ProviderCall) -> str:
        """The order, with a link to its page."""
        return record_link(call.payment.order)

    @display(
        description=gettext_lazy("state"),
        label={
            CallState.WAITING: "warning",
            CallState.DONE: "success",
            CallState.FAILED: "danger",
        },
    )
    def progress(self, call: ProviderCall) -> tuple[str, str]:
        """How far it has come."""
        return call.state, str(call.get_state_display())


@admin.register(ProviderEvent)
class ProviderEventAdmin(LedgerAdmin):
    """What providers told us; what they say is asked of them again."""

    list_display = ("received_at", "provider", "kind", "provider_payment_id", "done_at", "attempts")
    list_filter = (("provider", ChoicesRadioFilter), ("received_at", DayRangeFilter))
    search_fields = ("provider_payment_id", "reference")
    ordering = ("-id",)
    fields = (
        ("provider", "kind"), ("provider_payment_id", "reference"), ("received_at", "done_at"),
        ("attempts", "next_attempt_at"),
    )  # fmt: skip

    def has_view_permission(self, request: HttpRequest, obj: ProviderEvent | None = None) -> bool:
        """Show it to whoever sees payments."""
        return request.user.has_perm("payments.view_providerevent")
