"""Pickup points."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import BooleanRadioFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from apps.core.admin import HistoryAdmin, external_link, map_url
from apps.core.models import in_language
from apps.delivery import services, texts
from apps.delivery.models import PickupHours, PickupPoint


class HoursForm(forms.ModelForm[PickupHours]):
    """The hours of one day, its name written out."""

    weekday = forms.TypedChoiceField(
        label=gettext_lazy("weekday"),
        coerce=int,
        choices=tuple(WEEKDAYS.items()),
        widget=UnfoldAdminSelectWidget(),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a day that ends before it begins."""
        values: dict[str, Any] = super().clean() or {}
        opens, closes = values.get("opens"), values.get("closes")
        if opens is not None and closes is not None and closes <= opens:
            self.add_error("closes", _("It must be later than the opening."))
        return values


class HoursInline(TabularInline):
    """The hours of the week; a day without hours is closed."""

    model = PickupHours
    form = HoursForm
    extra = 0
    max_num = 7
    fields = ("weekday", "opens", "closes")
    ordering = ("weekday",)


@admin.register(PickupPoint)
class PickupPointAdmin(HistoryAdmin):
    """Where customers fetch their orders themselves."""

    list_display = ("point", "where", "hours", "on_the_map", "is_active")
    list_filter = (("is_active", BooleanRadioFilter),)
    search_fields = ("name_ru", "name_en", "address_ru", "address_en")
    ordering = ("id",)
    inlines = (HoursInline,)
    fields = (
        ("name_ru", "name_en"), ("address_ru", "address_en"), ("hours_ru", "hours_en"),
        ("latitude", "longitude"), "is_active",
    )  # fmt: skip

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Put the hours in place of those there were."""
        formset.save(commit=False)
        kept = [
            row.cleaned_data
            for row in formset.forms
            if row.cleaned_data and not row.cleaned_data.get("DELETE")
        ]
        services.set_pickup_hours(
            point_id=form.instance.pk,
            hours=[(row["weekday"], row["opens"], row["closes"]) for row in kept],
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[PickupPoint]:
        """Read the hours of all points at once."""
        return super().get_queryset(request).prefetch_related("weekly")

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
        weekly = [(row.weekday, row.opens, row.closes) for row in point.weekly.all()]
        return texts.weekly_hours(weekly) or in_language(point, "hours")

    @display(description=gettext_lazy("map"))
    def on_the_map(self, point: PickupPoint) -> str:
        """A link to the map."""
        return external_link(map_url(point.latitude, point.longitude), _("map"))
