"""Zones and pickup points."""

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import BooleanRadioFilter
from unfold.decorators import display

from apps.core.admin import HistoryAdmin, external_link, map_url, money
from apps.core.models import in_language
from apps.delivery.models import PickupPoint, Zone


@admin.register(Zone)
class ZoneAdmin(HistoryAdmin):
    """Where the food is brought, and for how much."""

    list_display = ("zone_name", "radius_km", "cost", "free", "least", "is_default", "is_active")
    list_filter = (("is_active", BooleanRadioFilter),)
    search_fields = ("name_ru", "name_en", "slug")
    ordering = ("radius_km", "id")
    prepopulated_fields = {"slug": ("name_en",)}
    fieldsets = (
        (None, {"fields": (("name_ru", "name_en"), "slug", ("is_active", "is_default"))}),
        (gettext_lazy("Area"), {"fields": (("latitude", "longitude"), "radius_km")}),
        (gettext_lazy("Price"), {"fields": (("fee", "free_from"), "minimum_total")}),
    )

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


@admin.register(PickupPoint)
class PickupPointAdmin(HistoryAdmin):
    """Where customers fetch their orders themselves."""

    list_display = ("point", "where", "hours", "on_the_map", "is_active")
    list_filter = (("is_active", BooleanRadioFilter),)
    search_fields = ("name_ru", "name_en", "address_ru", "address_en")
    ordering = ("id",)
    fields = (
        ("name_ru", "name_en"), ("address_ru", "address_en"), ("hours_ru", "hours_en"),
        ("latitude", "longitude"), "is_active",
    )  # fmt: skip

    @display(description=gettext_lazy("name"), ordering="name_ru")
    def point(self, point: PickupPoint) -> str:
        """The name in the reader's language."""
        return str(point)

    @display(description=gettext_lazy("address"))
    def where(self, point: PickupPoint) -> str:
        """The address in the reader's language."""
        return in_language(point, "address")

    @display(description=gettext_lazy("hours"))
    def hours(self, point: PickupPoint) -> str:
        """When it is open, in the reader's language."""
        return in_language(point, "hours")

    @display(description=gettext_lazy("map"))
    def on_the_map(self, point: PickupPoint) -> str:
        """A link to the map."""
        return external_link(map_url(point.latitude, point.longitude), _("map"))
