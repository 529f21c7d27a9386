"""Pickup points."""

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import BooleanRadioFilter
from unfold.decorators import display

from apps.core.admin import HistoryAdmin, external_link, map_url
from apps.core.models import in_language
from apps.delivery.models import PickupPoint


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
