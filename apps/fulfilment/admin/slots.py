"""Slots: how full they are, opened and closed by buttons."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import RadioFilter, RelatedDropdownFilter
from unfold.decorators import display

from apps.core.admin import Deed, HistoryAdmin, label, run_one_by_one, short_moment
from apps.core.errors import InvalidInput
from apps.core.time import now, shop_zone
from apps.delivery import services
from apps.delivery.dto import ClosedReason
from apps.delivery.models import DeliverySlot
from apps.fulfilment.admin.slot_deeds import CLOSE, MOVE, REOPEN


class OpenFilter(RadioFilter):
    """Which slots matter now."""

    title = gettext_lazy("orders")
    parameter_name = "bookable"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the slots to come, and those that take orders."""
        return [("coming", _("still to come")), ("open", _("takes orders"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the chosen ones."""
        if self.value() == "coming":
            return queryset.filter(ends_at__gt=now())
        if self.value() == "open":
            bookable = DeliverySlot.objects.bookable(now())
            return queryset.filter(pk__in=bookable.values("pk"))
        return queryset


class SlotForm(forms.ModelForm[DeliverySlot]):
    """A slot made or changed by hand."""

    def clean(self) -> dict[str, Any]:
        """Hold the capacity to what is booked already."""
        values: dict[str, Any] = super().clean() or {}
        for capacity, booked in (("capacity_orders", "booked_orders"),
                                 ("capacity_ml", "booked_ml")):  # fmt: skip
            taken = getattr(self.instance, booked)
            if values.get(capacity) is not None and values[capacity] < taken:
                self.add_error(capacity, _("%(count)s are booked already.") % {"count": taken})
        return values


@admin.register(DeliverySlot)
class DeliverySlotAdmin(HistoryAdmin):
    """The windows of the coming days, and how full they are."""

    form = SlotForm
    list_display = ("window", "zone", "places", "room", "closes", "state")
    list_select_related = ("zone",)
    list_filter = (OpenFilter, ("zone", RelatedDropdownFilter))
    date_hierarchy = "date"
    ordering = ("-starts_at", "id")
    search_fields = ("zone__name_ru", "zone__name_en", "date")
    actions = ("close_selected", "reopen_selected")
    readonly_fields = ("booked_orders", "room", "state")
    fieldsets = (
        (None, {"fields": ("zone", ("starts_at", "ends_at"), "cutoff_at",
                           ("capacity_orders", "capacity_ml"))}),
        (gettext_lazy("Booked"), {"fields": (("booked_orders", "room"), "state")}),
    )  # fmt: skip
    add_fieldsets = fieldsets[:1]

    def get_readonly_fields(
        self, request: HttpRequest, obj: DeliverySlot | None = None
    ) -> tuple[str, ...]:
        """Where and when orders were promised stays, once there is a slot."""
        return self.readonly_fields if obj is None else (
            *self.readonly_fields, "zone", "starts_at", "ends_at",
        )  # fmt: skip

    def has_delete_permission(self, request: HttpRequest, obj: DeliverySlot | None = None) -> bool:
        """A slot is closed, not deleted."""
        return False

    def save_model(self, request: HttpRequest, obj: DeliverySlot, form: Any, change: bool) -> None:
        """Write what the form may change and leave the bookings, which go on meanwhile, alone."""
        obj.date = obj.starts_at.astimezone(shop_zone()).date()
        changed = ["cutoff_at", "capacity_orders", "capacity_ml", "updated_at"]
        try:
            with transaction.atomic():
                obj.save(update_fields=changed if change else None)
        except IntegrityError as error:
            raise InvalidInput(field=str(_("orders at most"))) from error

    def deeds_for(self, request: HttpRequest, obj: DeliverySlot) -> list[Deed]:
        """Close or open it, and bring its orders in another one."""
        if obj.ends_at <= now():
            return []
        first = REOPEN if obj.closed_reason else CLOSE
        return [first, MOVE] if obj.booked_orders else [first]

    def has_slot_change_permission(self, request: HttpRequest) -> bool:
        """Whether the actions on the list are this person's."""
        return request.user.has_perm("delivery.change_deliveryslot")

    @admin.action(description=gettext_lazy("Close for orders"), permissions=["slot_change"])
    def close_selected(self, request: HttpRequest, queryset: QuerySet[DeliverySlot]) -> None:
        """Close each slot on its own."""
        run_one_by_one(self, request, queryset, lambda slot: services.close_slot(slot_id=slot.pk))

    @admin.action(description=gettext_lazy("Open for orders"), permissions=["slot_change"])
    def reopen_selected(self, request: HttpRequest, queryset: QuerySet[DeliverySlot]) -> None:
        """Open each slot on its own."""
        run_one_by_one(self, request, queryset, lambda slot: services.reopen_slot(slot_id=slot.pk))

    @display(description=gettext_lazy("window"), ordering="starts_at")
    def window(self, slot: DeliverySlot) -> str:
        """The day and the hours, in the shop's time."""
        starts, ends = (moment.astimezone(shop_zone()) for moment in (slot.starts_at, slot.ends_at))
        hours = f"{time_format(starts.time())}–{time_format(ends.time())}"
        return f"{date_format(starts.date(), 'D, j b')}, {hours}"

    @display(description=gettext_lazy("orders booked"), ordering="booked_orders")
    def places(self, slot: DeliverySlot) -> str:
        """Places taken, of how many."""
        return f"{slot.booked_orders} / {slot.capacity_orders}"

    @display(description=gettext_lazy("litres booked"), ordering="booked_ml")
    def room(self, slot: DeliverySlot) -> str:
        """Litres taken, of how many."""
        return f"{slot.booked_ml // 1000} / {slot.capacity_ml // 1000}"

    @display(description=gettext_lazy("closes"), ordering="cutoff_at")
    def closes(self, slot: DeliverySlot) -> str:
        """Until when it takes orders."""
        return short_moment(slot.cutoff_at)

    @display(description=gettext_lazy("state"))
    def state(self, slot: DeliverySlot) -> str:
        """Whether it takes orders, and why not."""
        if slot.closed_reason:
            return label(slot.get_closed_reason_display(), "danger")
        if slot.cutoff_at <= now():
            return label(ClosedReason.PAST.label)
        if slot.booked_orders >= slot.capacity_orders:
            return label(ClosedReason.FULL.label, "warning")
        return label(_("takes orders"), "success")
