"""The warehouse's ledger and its promises, to read."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesCheckboxFilter, DropdownFilter
from unfold.decorators import display

from apps.core.admin import DayRangeFilter, LedgerAdmin, record_link
from apps.inventory.dto import MovementKind, ReservationState
from apps.inventory.models import Reservation, StockMovement
from apps.users import selectors as people

_TONES = {
    MovementKind.RECEIVE: "success",
    MovementKind.RETURN: "success",
    MovementKind.PICK: "info",
    MovementKind.WASTE: "danger",
    MovementKind.ADJUST: "warning",
    MovementKind.QUARANTINE: "warning",
}


class PersonFilter(DropdownFilter):
    """Which member of staff made the change."""

    title = gettext_lazy("person")
    parameter_name = "actor"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the staff: customers move no stock."""
        return [(str(pk), name) for pk, name in people.staff_names().items()]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[StockMovement]
    ) -> QuerySet[StockMovement]:
        """Keep what one person did."""
        chosen = self.value() or ""
        return queryset.filter(actor_id=int(chosen)) if chosen.isdecimal() else queryset


@admin.register(StockMovement)
class MovementAdmin(LedgerAdmin):
    """Every change of every lot."""

    list_display = ("created_at", "what", "change", "variant", "batch", "purchase", "actor",
                    "why")  # fmt: skip
    list_select_related = ("variant__product", "lot", "order", "actor")
    list_filter = (
        ("kind", ChoicesCheckboxFilter),
        ("reason_code", ChoicesCheckboxFilter),
        PersonFilter,
        ("created_at", DayRangeFilter),
    )
    search_fields = ("variant__sku", "lot__code", "order__number", "reason")
    ordering = ("-id",)
    fields = ("created_at", "kind", "quantity", "blocked", "variant", "lot", "order", "actor",
              "reason_code", "reason")  # fmt: skip

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

    @display(description=gettext_lazy("reason"))
    def why(self, movement: StockMovement) -> str:
        """Why it was, the cause of a loss first."""
        cause = str(movement.get_reason_code_display()) if movement.reason_code else ""
        return ": ".join(text for text in (cause, movement.reason) if text) or "—"

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
