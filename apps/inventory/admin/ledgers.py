"""The warehouse's ledger and its promises, to read."""

from django.contrib import admin
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesCheckboxFilter
from unfold.decorators import display

from apps.core.admin import DayRangeFilter, LedgerAdmin, record_link
from apps.inventory.dto import MovementKind, ReservationState
from apps.inventory.models import Reservation, StockMovement

_TONES = {
    MovementKind.RECEIVE: "success",
    MovementKind.RETURN: "success",
    MovementKind.PICK: "info",
    MovementKind.WASTE: "danger",
    MovementKind.ADJUST: "warning",
    MovementKind.QUARANTINE: "warning",
}


@admin.register(StockMovement)
class MovementAdmin(LedgerAdmin):
    """Every change of every lot."""

    list_display = ("created_at", "what", "change", "variant", "batch", "purchase", "actor",
                    "reason")  # fmt: skip
    list_select_related = ("variant__product", "lot", "order", "actor")
    list_filter = (("kind", ChoicesCheckboxFilter), ("created_at", DayRangeFilter))
    search_fields = ("variant__sku", "lot__code", "order__number", "reason")
    ordering = ("-id",)
    fields = ("created_at", "kind", "quantity", "blocked", "variant", "lot", "order", "actor",
              "reason")  # fmt: skip

    @display(description=gettext_lazy("kind"), label=_TONES)
    def what(self, movement: StockMovement) -> tuple[str, str]:
        """What kind of change it was."""
        return movement.kind, str(movement.get_kind_display())

    @display(description=gettext_lazy("units"), ordering="quantity")
    def change(self, movement: StockMovement) -> str:
        """By how much the lot changed; a quarantine moves units and loses none."""
        return f"{movement.quantity:+d}" if movement.quantity else "0"

    @display(description=gettext_lazy("lot"))
    def batch(self, movement: StockMovement) -> str:
        """The lot, with a link to its page."""
        return record_link(movement.lot)

    @display(description=gettext_lazy("order"))
    def purchase(self, movement: StockMovement) -> str:
        """The order that it was for, if any."""
        return record_link(movement.order)


@admin.register(Reservation)
class ReservationAdmin(LedgerAdmin):
    """What is promised to which order."""

    list_display = ("purchase", "variant", "quantity", "promise", "unreported", "updated_at")
    list_select_related = ("variant__product", "order_line__order")
    list_filter = (("state", ChoicesCheckboxFilter),)
    search_fields = ("order_line__order__number", "variant__sku")
    ordering = ("-id",)
    fields = ("purchase", "variant", "quantity", "state", "unreported", "created_at", "updated_at")
    readonly_fields = ("purchase", "created_at", "updated_at")

    @display(description=gettext_lazy("order"))
    def purchase(self, reservation: Reservation) -> str:
        """The order, with a link to its page."""
        return record_link(reservation.order_line.order)

    @display(
        description=gettext_lazy("state"),
        label={
            ReservationState.HELD: "warning",
            ReservationState.COMMITTED: "info",
            ReservationState.CONSUMED: "success",
        },
    )
    def promise(self, reservation: Reservation) -> tuple[str, str]:
        """How far the promise has come."""
        return reservation.state, str(reservation.get_state_display())
