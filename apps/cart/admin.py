"""Carts in the admin: to read; customers fill them."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from apps.cart.models import Cart, CartItem
from apps.core.admin import DayRangeFilter, LedgerAdmin, LedgerInline, money


class ItemInline(LedgerInline):
    """What lies in the cart."""

    model = CartItem
    fields = ("variant", "quantity", "price_seen", "updated_at")
    readonly_fields = fields
    tab = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[CartItem]:
        """Read products with the rows."""
        items = super().get_queryset(request).select_related("variant__product")
        return items.order_by("pk")  # type: ignore[no-any-return]

    @display(description=gettext_lazy("price seen"))
    def price_seen(self, item: CartItem) -> str:
        """What the customer last saw it cost."""
        return money(item.seen_price)


@admin.register(Cart)
class CartAdmin(LedgerAdmin):
    """One cart per customer."""

    list_display = ("customer", "positions", "updated_at")
    list_select_related = ("customer",)
    list_filter = (("updated_at", DayRangeFilter),)
    search_fields = ("customer__first_name", "customer__last_name", "customer__phone")
    ordering = ("-updated_at", "-id")
    fields = ("customer", ("created_at", "updated_at"))
    readonly_fields = ("created_at", "updated_at")
    inlines = (ItemInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Cart]:
        """Count the items of each row."""
        return super().get_queryset(request).annotate(positions=Count("items"))  # type: ignore[no-any-return]

    @display(description=gettext_lazy("items"), ordering="positions")
    def positions(self, cart: Cart) -> int:
        """How many different packs lie in it."""
        return int(cart.positions)  # type: ignore[attr-defined]
