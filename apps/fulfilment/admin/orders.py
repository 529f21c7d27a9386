"""Orders: a list to work from, and a page whose buttons are the steps open to whoever looks."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import (
    ChoicesCheckboxFilter,
    ChoicesRadioFilter,
    RadioFilter,
)
from unfold.decorators import display

from apps.core.admin import (
    DayRangeFilter,
    Deed,
    ShopAdmin,
    actor_id,
    money,
    run_one_by_one,
    short_moment,
)
from apps.core.time import now, shop_date
from apps.fulfilment import selectors, services
from apps.fulfilment.admin import words
from apps.fulfilment.admin.edits import EDIT, is_editable, may_edit
from apps.fulfilment.admin.page import order_page
from apps.fulfilment.admin.papers import PaperPages
from apps.fulfilment.admin.picking import PickingPages, may_pick, parts_of
from apps.fulfilment.admin.queues import OPEN, is_late, needs_somebody
from apps.fulfilment.admin.refunds import LINES_BACK, is_refundable, may_give_back
from apps.fulfilment.admin.steps import IN_HOUSE, SETTLE, TAKE_OUT, deed_of, step_name
from apps.orders.dto import OrderStatus
from apps.orders.lifecycle import MOVES, Move, open_moves
from apps.orders.models import Order

S = OrderStatus


class QueueFilter(RadioFilter):
    """Which orders wait for somebody."""

    title = gettext_lazy("queue")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the queues of the day."""
        return [
            ("open", _("open")),
            ("attention", _("needs attention")),
            ("late", _("late")),
            ("today", _("window today")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        """Keep the orders of one queue."""
        moment = now()
        conditions: dict[str | None, Any] = {
            "open": {"status__in": OPEN},
            "today": {"slot__date": shop_date(moment)},
        }
        if self.value() == "attention":
            return queryset.filter(needs_somebody(moment))
        if self.value() == "late":
            return queryset.filter(is_late(moment))
        return queryset.filter(**conditions.get(self.value(), {}))


@admin.register(Order)
class OrderAdmin(PickingPages, PaperPages, ShopAdmin):
    """Every order. The form changes nothing: steps do, each with its own rules."""

    change_form_template = "admin/orders/order/change_form.html"
    warn_unsaved_form = False
    list_display = ("number", "progress", "contact", "when", "way", "sum", "created")
    list_select_related = ("slot", "pickup_point")
    list_filter = (
        QueueFilter,
        ("status", ChoicesCheckboxFilter),
        ("method", ChoicesRadioFilter),
        ("source", ChoicesCheckboxFilter),
        ("created_at", DayRangeFilter),
    )
    search_fields = ("number", "contact_name", "contact_phone", "address",
                     "customer__first_name", "customer__last_name")  # fmt: skip
    search_help_text = gettext_lazy("Number, name, phone or address")
    ordering = ("-id",)
    actions = ("confirm_selected", "pick_selected", "print_picks", "print_slips", "print_slips_a4",
               "print_boxes", "print_boxes_small")  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        """Read windows and pickup points with the orders."""
        return super().get_queryset(request).select_related("slot", "pickup_point")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Orders come through the checkout."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        """Steps change an order, the form never does."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        """Orders stay."""
        return False

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the order at a glance instead of a form."""
        order = kwargs.get("obj")
        if order is not None:
            context["page"] = order_page(order_id=order.pk, now=now())
            context["may_pick"] = may_pick(request)
            context["may_print"] = self.has_print_permission(request)
        return super().render_change_form(request, context, *args, **kwargs)

    def state_of(self, obj: Order) -> str:
        """Return the status that a button was seen in, and what was changed in it till then."""
        changes = obj.changes.count()
        return f"{obj.status} {changes}" if changes else obj.status

    def too_late(self, request: HttpRequest, obj: Order) -> str:
        """Say where the order is now."""
        return _(
            "Nothing was changed: order %(number)s is “%(status)s” now, and this step is not open"
            " to you from there. Somebody may have been faster."
        ) % {"number": obj.number, "status": obj.get_status_display()}

    def deeds_for(self, request: HttpRequest, obj: Order) -> list[Deed]:
        """Return the steps that the lifecycle opens to this person, onwards first."""
        moves = open_moves(source=obj.status, method=obj.method, actors=parts_of(request))
        deeds = [deed_of(obj, move) for move in moves if not _is_open_box(obj, move)]
        if obj.status in IN_HOUSE:
            recalled = selectors.box_units(order_id=obj.pk, recalled_only=True)
            deeds = [TAKE_OUT, *deeds] if recalled else deeds
        if is_editable(obj):
            deeds.append(EDIT)
        if is_refundable(obj):
            deeds.append(LINES_BACK)
        if obj.attention:
            deeds.append(SETTLE)
        return deeds

    def may_do(self, request: HttpRequest, deed_name: str) -> bool:
        """Steps by the lifecycle, wherever the order is; the rest by permission."""
        if deed_name == TAKE_OUT.name:
            return may_pick(request)
        if deed_name == EDIT.name:
            return may_edit(request)
        if deed_name == LINES_BACK.name:
            return may_give_back(request)
        target = next((status for status in S if step_name(status) == deed_name), None)
        if target is not None:
            return _may_reach(request, target)
        return super().may_do(request, deed_name)

    def has_confirm_permission(self, request: HttpRequest) -> bool:
        """Whether this person may confirm orders."""
        return _may_reach(request, S.CONFIRMED)

    def has_pick_permission(self, request: HttpRequest) -> bool:
        """Whether this person may take orders to the freezer."""
        return _may_reach(request, S.PICKING)

    @admin.action(description=gettext_lazy("Confirm"), permissions=["confirm"])
    def confirm_selected(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        """Confirm each order on its own, so that one refusal spares the others."""
        self._move_each(request, queryset, S.CONFIRMED)

    @admin.action(description=gettext_lazy("Start picking"), permissions=["pick"])
    def pick_selected(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        """Start picking each order on its own, so that one refusal spares the others."""
        self._move_each(request, queryset, S.PICKING)

    def _move_each(
        self, request: HttpRequest, queryset: Iterable[Order], target: OrderStatus
    ) -> None:
        moment, actor = now(), actor_id(request)
        run_one_by_one(
            self,
            request,
            queryset,
            lambda order: services.take_step(
                order_id=order.pk, target=target, actor_id=actor, now=moment
            ),
        )

    @display(
        description=gettext_lazy("status"),
        ordering="status",
        label={**words.TONES, "look": "danger"},
    )
    def progress(self, order: Order) -> tuple[str, str]:
        """Where the order stands, and whether somebody should look at it."""
        name = str(order.get_status_display())
        if order.attention and order.status in OPEN:
            return "look", _("%(status)s · look") % {"status": name}
        return order.status, name

    @display(description=gettext_lazy("customer"), ordering="contact_name")
    def contact(self, order: Order) -> str:
        """Whom it is for."""
        return order.contact_name or order.contact_phone or "—"

    @display(description=gettext_lazy("window"), ordering="slot__starts_at")
    def when(self, order: Order) -> str:
        """When it is brought, or where it is fetched."""
        return words.window_of(order)

    @display(description=gettext_lazy("method"), ordering="method")
    def way(self, order: Order) -> str:
        """How it reaches its customer."""
        return str(order.get_method_display())

    @display(description=gettext_lazy("total"), ordering="total")
    def sum(self, order: Order) -> str:
        """What it costs."""
        return money(order.total)

    @display(description=gettext_lazy("created"), ordering="id")
    def created(self, order: Order) -> str:
        """When it was placed, in the shop's time."""
        return short_moment(order.created_at)


def _is_open_box(order: Order, move: Move) -> bool:
    """Tell whether a step would close a box in which something is missing."""
    if (move.source, move.target) != (S.PICKING, S.PACKED):
        return False
    return not selectors.pick_list(order_id=order.pk, now=now()).is_done


def _may_reach(request: HttpRequest, target: OrderStatus) -> bool:
    return any(move.actors & parts_of(request) for move in MOVES if move.target == target)
