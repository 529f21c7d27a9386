"""Which order used which offer: to read; checkouts write it."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from apps.core.admin import DayRangeFilter, LedgerAdmin, money, short_moment
from apps.promotions.models import Redemption


@admin.register(Redemption)
class RedemptionAdmin(LedgerAdmin):
    """What offers gave, order by order."""

    list_display = ("offer", "number", "sum", "when", "returned")
    list_filter = (
        ("promotion", AutocompleteSelectFilter),
        ("code", AutocompleteSelectFilter),
        ("created_at", DayRangeFilter),
    )
    search_fields = ("order__number", "code__code", "promotion__name_ru", "promotion__name_en")
    ordering = ("-id",)
    fields = ("promotion", "code", "order", "amount", ("created_at", "released_at"))
    readonly_fields = ("created_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Redemption]:
        """Read offers and orders with the rows."""
        rows = super().get_queryset(request)
        return rows.select_related("promotion", "code", "order")

    @display(description=gettext_lazy("promotion or code"))
    def offer(self, row: Redemption) -> str:
        """The promotion or the promo code."""
        return str(row.promotion or row.code)

    @display(description=gettext_lazy("order"), ordering="order__number")
    def number(self, row: Redemption) -> str:
        """The order that used it."""
        return row.order.number

    @display(description=gettext_lazy("given away"), ordering="amount")
    def sum(self, row: Redemption) -> str:
        """What it gave; gifts at their price."""
        return money(row.amount)

    @display(description=gettext_lazy("when"), ordering="created_at")
    def when(self, row: Redemption) -> str:
        """When the order was placed."""
        return short_moment(row.created_at)

    @display(description=gettext_lazy("given back"))
    def returned(self, row: Redemption) -> str:
        """When it was given back, because the order was cancelled or let go."""
        return short_moment(row.released_at) if row.released_at else "—"
