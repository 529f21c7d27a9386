"""What the warehouse took for which order, to read."""

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from apps.core.admin import DayRangeFilter, LedgerAdmin, record_link
from apps.fulfilment.admin.papers import lot_labels_view
from apps.fulfilment.models import Pick


@admin.register(Pick)
class PickAdmin(LedgerAdmin):
    """Units of lots in orders' boxes."""

    list_display = ("created_at", "purchase", "order_line", "batch", "quantity", "picked_by",
                    "reason", "packed_at")  # fmt: skip
    list_select_related = ("order_line__order", "lot", "picked_by")
    list_filter = (("created_at", DayRangeFilter),)
    search_fields = ("order_line__order__number", "lot__code", "order_line__sku")
    ordering = ("-id",)
    fields = ("created_at", "packed_at", "purchase", "order_line", "batch", "quantity",
              "picked_by", "reason")  # fmt: skip
    readonly_fields = ("created_at", "purchase", "batch")

    def get_urls(self) -> list[URLPattern]:
        """Add the address of lots' labels: the warehouse stands below the printer."""
        view = self.admin_site.admin_view(lot_labels_view)
        return [path("lot-labels/", view, name="fulfilment_lot_labels"), *super().get_urls()]

    def has_view_permission(self, request: HttpRequest, obj: Pick | None = None) -> bool:
        """Show it to those who may look into the warehouse."""
        return request.user.has_perm("fulfilment.view_pick")

    @display(description=gettext_lazy("order"))
    def purchase(self, pick: Pick) -> str:
        """The order, with a link to its page."""
        return record_link(pick.order_line.order)

    @display(description=gettext_lazy("lot"))
    def batch(self, pick: Pick) -> str:
        """The lot, with a link to its page."""
        return record_link(pick.lot)
