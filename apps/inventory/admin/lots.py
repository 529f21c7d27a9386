"""Lots: received with a form, then changed by buttons that ask for a quantity and a reason."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import (
    BooleanRadioFilter,
    ChoicesRadioFilter,
    FieldTextFilter,
    RadioFilter,
)
from unfold.decorators import display

from apps.core.admin import (
    Deed,
    HistoryAdmin,
    LedgerInline,
    ReasonForm,
    actor_id,
    label,
    money,
    record_link,
)
from apps.core.time import now, shop_date
from apps.inventory import services
from apps.inventory.admin.lot_forms import CountForm, MoveForm, ReceiveForm, WasteForm
from apps.inventory.dto import LotStatus
from apps.inventory.models import Lot, StockMovement
from apps.users.roles import sees_costs

SOON = timedelta(days=7)
_MOST_LABELS = 100
_RECEIVED = (
    "pack", "state", "received", "remaining", "made_on", "expires_on", "sell_by", "supplier",
    "cost_of_unit", "shelf",
)  # fmt: skip
_PURCHASE = frozenset({"supplier", "cost", "cost_of_unit"})


class LeavesSaleFilter(RadioFilter):
    """How long a lot may still be sold."""

    title = gettext_lazy("leaves the sale")
    parameter_name = "leaves"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer what calls for a decision."""
        return [("soon", _("within 7 days")), ("past", _("has left it"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Lot]) -> QuerySet[Lot]:
        """Keep lots with units whose last day of sale is near, or past."""
        today = shop_date(now())
        left = Lot.objects.left_sale(today).values("pk")
        if self.value() == "soon":
            near = queryset.filter(remaining__gt=0, sell_by__lte=today + SOON)
            return near.exclude(pk__in=left)
        return queryset.filter(pk__in=left) if self.value() == "past" else queryset


class MovementInline(LedgerInline):
    """What happened to the lot, the newest first."""

    model = StockMovement
    fields = ("created_at", "kind", "quantity", "order", "actor", "reason_code", "reason")
    readonly_fields = fields
    ordering = ("-id",)
    per_page = 20

    def get_queryset(self, request: HttpRequest) -> QuerySet[StockMovement]:
        """Read orders and people with the rows."""
        rows: QuerySet[StockMovement] = super().get_queryset(request)
        return rows.select_related("order", "actor")


@admin.register(Lot)
class LotAdmin(HistoryAdmin):
    """Units that expire together."""

    # Labels and recalls are fulfilment's pages: the template knows their addresses, this app none.
    change_form_outer_before_template = "admin/inventory/lot/deeds.html"
    list_display = ("code", "pack", "remaining", "shelf", "expires", "sell_by", "state",
                     "supplier")  # fmt: skip
    list_select_related = ("variant__product",)
    list_filter = (
        LeavesSaleFilter,
        ("status", ChoicesRadioFilter),
        ("is_blocked", BooleanRadioFilter),
        ("shelf", FieldTextFilter),
    )
    search_fields = ("code", "shelf", "variant__sku", "variant__product__name_ru",
                     "variant__product__name_en", "supplier")  # fmt: skip
    ordering = ("expires_on", "id")
    actions = ("print_labels", "print_large_labels")
    autocomplete_fields = ("variant",)
    inlines = (MovementInline,)
    add_fieldsets = (
        (None, {"fields": ("variant", ("code", "received"), ("made_on", "expires_on"),
                           ("supplier", "cost"), ("shelf", "reason"))}),
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": (("pack", "state"), ("received", "remaining"), ("made_on", "expires_on"),
                           ("sell_by", "shelf"), ("supplier", "cost_of_unit"))}),
    )  # fmt: skip

    def get_list_display(self, request: HttpRequest) -> Any:
        """Leave suppliers to those who may know them."""
        return _known(request, self.list_display)

    def get_search_fields(self, request: HttpRequest) -> Any:
        """Find nothing by what is not shown."""
        return _known(request, self.search_fields)

    def get_fieldsets(self, request: HttpRequest, obj: Lot | None = None) -> Any:
        """Leave suppliers and costs to those who may know them."""
        fieldsets = super().get_fieldsets(request, obj)
        if sees_costs(request.user):
            return fieldsets
        ((title, options),) = fieldsets
        rows = [known for row in options["fields"] if (known := _known(request, row))]
        return ((title, {**options, "fields": rows}),)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Lead to the history those whom it opens to."""
        told = {**(extra_context or {}), "show_history": sees_costs(request.user)}
        return super().change_view(request, object_id, form_url, told)

    def has_view_history_or_change_history_permission(
        self, request: HttpRequest, obj: Lot | None = None
    ) -> bool:
        """Old versions tell what a lot cost."""
        return sees_costs(request.user) and self.has_view_permission(request, obj)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm[Any]]:
        """Receive a new lot with its own form."""
        if obj is None:
            kwargs["form"] = ReceiveForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Lot | None = None) -> tuple[str, ...]:
        """What was received stays as it was."""
        return () if obj is None else _RECEIVED

    def get_inlines(self, request: HttpRequest, obj: Lot | None) -> tuple[type, ...]:
        """Show movements of a lot that exists."""
        return () if obj is None else self.inlines

    def has_change_permission(self, request: HttpRequest, obj: Lot | None = None) -> bool:
        """Buttons change a lot, with a reason each."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Lot | None = None) -> bool:
        """A lot stays, even when it is empty."""
        return False

    def save_model(self, request: HttpRequest, obj: Lot, form: Any, change: bool) -> None:
        """Receive the lot."""
        lot = services.receive_lot(
            variant_id=obj.variant_id, code=obj.code, made_on=obj.made_on,
            expires_on=obj.expires_on, quantity=obj.received, supplier=obj.supplier, cost=obj.cost,
            shelf=obj.shelf, actor_id=actor_id(request), now=now(),
            reason=form.cleaned_data.get("reason", ""),
        )  # fmt: skip
        obj.__dict__.update(lot.__dict__)

    def has_label_permission(self, request: HttpRequest) -> bool:
        """Whether this person works with lots."""
        return request.user.has_perm("inventory.change_lot")

    @admin.action(description=gettext_lazy("Print labels, 58×40"), permissions=["label"])
    def print_labels(self, request: HttpRequest, queryset: QuerySet[Lot]) -> HttpResponse:
        """Print a label of each chosen lot."""
        return _labels(queryset, "58x40")

    @admin.action(description=gettext_lazy("Print labels, 100×70"), permissions=["label"])
    def print_large_labels(self, request: HttpRequest, queryset: QuerySet[Lot]) -> HttpResponse:
        """Print a large label of each chosen lot."""
        return _labels(queryset, "100x70")

    def deeds_for(self, request: HttpRequest, obj: Lot) -> list[Deed]:
        """Count, move, write off, put aside or back."""
        aside = {LotStatus.OK.value: [QUARANTINE], LotStatus.QUARANTINED.value: [RELEASE]}
        waste = [WRITE_OFF] if obj.remaining else []
        return [COUNT, *waste, MOVE, *aside.get(obj.status, [])]

    @display(description=gettext_lazy("pack"), ordering="variant__sku")
    def pack(self, lot: Lot) -> str:
        """The pack, with a link to its page."""
        return record_link(lot.variant)

    @display(description=gettext_lazy("expires on"), ordering="expires_on")
    def expires(self, lot: Lot) -> Any:
        """The day of expiry."""
        return lot.expires_on

    @display(description=gettext_lazy("status"))
    def state(self, lot: Lot) -> str:
        """Whether units of it are sold now."""
        today = shop_date(now())
        if lot.status != LotStatus.OK:
            return label(lot.get_status_display(), "danger")
        if not lot.remaining:
            return label(_("used up"))
        if lot.is_blocked or lot.has_left_sale(today):
            return label(_("past its last day of sale"), "danger")
        if lot.sell_by <= today + SOON:
            return label(_("leaves soon"), "warning")
        return label(_("on sale"), "success")

    @display(description=gettext_lazy("cost of a unit"))
    def cost_of_unit(self, lot: Lot) -> str:
        """What a unit cost, if it is known."""
        return money(lot.cost)


def _known(request: HttpRequest, names: Iterable[str]) -> tuple[str, ...]:
    """Return the names without those of what only some may know."""
    kept = tuple(names)
    return kept if sees_costs(request.user) else tuple(n for n in kept if n not in _PURCHASE)


def _labels(queryset: QuerySet[Lot], size: str) -> HttpResponse:
    """Lead to the printer: one more than it takes, so that it can say so."""
    ids = ",".join(str(pk) for pk in queryset.values_list("pk", flat=True)[: _MOST_LABELS + 1])
    return HttpResponseRedirect(f"{reverse('admin:fulfilment_lot_labels')}?size={size}&lots={ids}")


def _count(request: HttpRequest, lot: Lot, values: dict[str, Any]) -> str:
    services.adjust_lot(lot_id=lot.pk, actor_id=actor_id(request), **values)
    return _("Lot %(lot)s holds %(units)s now.") % {"lot": lot, "units": values["counted"]}


def _write_off(request: HttpRequest, lot: Lot, values: dict[str, Any]) -> str:
    services.write_off(lot_id=lot.pk, actor_id=actor_id(request), **values)
    return _("Written off from lot %(lot)s: %(units)s.") % {"lot": lot, "units": values["quantity"]}


def _move(request: HttpRequest, lot: Lot, values: dict[str, Any]) -> str:
    moved = services.move_lot(lot_id=lot.pk, actor_id=actor_id(request), **values)
    return _("Lot %(lot)s stands at %(shelf)s.") % {"lot": lot, "shelf": moved.shelf or "—"}


def _quarantine(request: HttpRequest, lot: Lot, values: dict[str, Any]) -> str:
    services.quarantine_lot(lot_id=lot.pk, actor_id=actor_id(request), **values)
    return _("Lot %(lot)s is not sold until it is released.") % {"lot": lot}


def _release(request: HttpRequest, lot: Lot, values: dict[str, Any]) -> str:
    services.release_quarantine(lot_id=lot.pk, actor_id=actor_id(request), now=now(), **values)
    return _("Lot %(lot)s is back on sale.") % {"lot": lot}


COUNT = Deed("count", gettext_lazy("Correct the count"), "inventory", _count, CountForm)
WRITE_OFF = Deed(
    "write-off", gettext_lazy("Write off"), "delete", _write_off, WasteForm, variant="danger"
)
MOVE = Deed("move", gettext_lazy("Move"), "move_down", _move, MoveForm)
QUARANTINE = Deed(
    "quarantine", gettext_lazy("Quarantine"), "block", _quarantine, ReasonForm,
    question=gettext_lazy("No unit of it is sold or picked until it is released."),
    variant="danger",
)  # fmt: skip
RELEASE = Deed("release", gettext_lazy("Release"), "check_circle", _release, ReasonForm)
