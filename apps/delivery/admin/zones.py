"""Zones: where the food is brought, and for how much."""

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import BooleanRadioFilter
from unfold.decorators import display

from apps.core.admin import money
from apps.delivery import services, tariffs
from apps.delivery.admin.forms import (
    AREA_CONDITIONS,
    FeeStepForm,
    FeeStepsFormSet,
    ZoneForm,
    area_in_words,
)
from apps.delivery.admin.turns import InTurnAdmin
from apps.delivery.dto import FeeRule, Tariff
from apps.delivery.models import FeeStep, Zone


class FeeStepInline(TabularInline):
    """Other fees than the zone's own, by the order's worth and by the distance."""

    model = FeeStep
    form = FeeStepForm
    formset = FeeStepsFormSet
    extra = 0
    max_num = 30
    fields = ("from_total", "from_km", "fee")
    ordering = ("from_km", "from_total")


@admin.register(Zone)
class ZoneAdmin(InTurnAdmin):
    """Where the food is brought, and for how much."""

    turn = services.take_turn
    form = ZoneForm
    inlines = (FeeStepInline,)
    conditional_fields = AREA_CONDITIONS
    history_words = {"area": area_in_words}
    list_display = (
        "zone_name",
        "form_of",
        "size",
        "cost",
        "free",
        "least",
        "is_default",
        "is_active",
    )
    list_filter = (("is_active", BooleanRadioFilter),)
    search_fields = ("name_ru", "name_en", "slug")
    ordering = ("area_km2", "id")
    prepopulated_fields = {"slug": ("name_en",)}
    readonly_fields = ("price_list",)
    fieldsets = (
        (None, {"fields": (("name_ru", "name_en"), "slug", ("is_active", "is_default"))}),
        (gettext_lazy("Area"), {"fields": (("latitude", "longitude"), "shape", "radius_km", "area"),
            "description": gettext_lazy(
                "Of the zones around an address the smallest counts. Distances are measured from"
                " the centre.")}),
        (gettext_lazy("Price"), {"fields": (("fee", "free_from"), "minimum_total", "price_list")}),
    )  # fmt: skip

    def get_fieldsets(self, request: HttpRequest, obj: Zone | None = None) -> Any:
        """Leave out the price list of a zone that has no prices yet."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None:
            return fieldsets
        name, price = fieldsets[-1]
        return (*fieldsets[:-1], (name, {**price, "fields": price["fields"][:-1]}))

    def save_model(self, request: HttpRequest, obj: Zone, form: Any, change: bool) -> None:
        """Write the zone; while its steps are in the form, they are held to its prices there."""
        services.write_zone(zone=obj, checks_steps=False)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Put the steps in place of those there were."""
        formset.save(commit=False)
        services.set_fee_steps(zone_id=form.instance.pk, steps=formset.rules())

    @display(description=gettext_lazy("name"), ordering="name_ru")
    def zone_name(self, zone: Zone) -> str:
        """The name in the reader's language."""
        return zone.name

    @display(description=gettext_lazy("delivery fee"), ordering="fee")
    def cost(self, zone: Zone) -> str:
        """What a delivery costs."""
        return money(zone.fee)

    @display(description=gettext_lazy("free from"), ordering="free_from")
    def free(self, zone: Zone) -> str:
        """From which sum on it costs nothing."""
        return money(zone.free_from)

    @display(description=gettext_lazy("least order"), ordering="minimum_total")
    def least(self, zone: Zone) -> str:
        """The least sum of goods."""
        return money(zone.minimum_total)

    @display(description=gettext_lazy("Shape"), ordering="area")
    def form_of(self, zone: Zone) -> str:
        """Of which shape it is."""
        if zone.radius_km is not None:
            return _("a circle of %(km)s km") % {"km": f"{zone.radius_km.normalize():f}"}
        return area_in_words(zone.area)

    @display(description=gettext_lazy("size, km²"), ordering="area_km2")
    def size(self, zone: Zone) -> str:
        """How big it is."""
        km2 = zone.area_km2
        return f"{km2.quantize(Decimal(1)) if km2 >= 10 else km2:f}"

    @display(description=gettext_lazy("price list"))
    def price_list(self, zone: Zone) -> SafeString:
        """What bringing costs, as a table: distances down, worths of the order across."""
        steps = zone.fee_steps.values_list("from_total", "from_km", "fee")
        tariff = Tariff(zone.fee, zone.free_from, tuple(FeeRule(*step) for step in steps))
        totals = tariffs.totals(tariff)
        rows = [
            (f"{km.normalize():f}",
             [_fee(tariffs.fee_at(tariff, total=total, km=km)) for total in totals])
            for km in tariffs.distances(tariff)
        ]  # fmt: skip
        shown = {"totals": [money(total) for total in totals], "rows": rows}
        return render_to_string("admin/delivery/price_list.html", shown)


def _fee(fee: Decimal) -> str:
    return money(fee) if fee else _("free")
