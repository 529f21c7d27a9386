"""Holidays: days on which nothing is brought or handed over, or only for some hours."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import display

from apps.core.admin import label
from apps.delivery import services, texts
from apps.delivery.admin.turns import InTurnAdmin
from apps.delivery.models import Holiday


class HolidayForm(forms.ModelForm[Holiday]):
    """A holiday, its hours both or none."""

    def clean(self) -> dict[str, Any]:
        """Say beside the field what the table would refuse."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("zone") and values.get("pickup_point"):
            self.add_error("pickup_point", _("Choose a zone or a pickup point, not both."))
        opens, closes = values.get("opens"), values.get("closes")
        if (opens is None) != (closes is None):
            self.add_error("closes" if closes is None else "opens", _("Give both hours, or none."))
        elif opens is not None and closes is not None and closes <= opens:
            self.add_error("closes", _("It must be later than the opening."))
        if "date" not in self.errors and self._is_known(values):
            self.add_error("date", _("There is a holiday of that day for the same place already."))
        return values

    def _is_known(self, values: dict[str, Any]) -> bool:
        same = Holiday.objects.filter(
            date=values["date"], zone=values.get("zone"), pickup_point=values.get("pickup_point")
        )
        return same.exclude(pk=self.instance.pk).exists()


@admin.register(Holiday)
class HolidayAdmin(InTurnAdmin):
    """Days on which less is open: saved, they close the windows of that day at once."""

    turn = services.take_calendar_turn
    form = HolidayForm
    list_display = ("day", "title", "place", "hours")
    list_select_related = ("zone", "pickup_point")
    search_fields = ("name_ru", "name_en")
    date_hierarchy = "date"
    ordering = ("-date", "id")
    fieldsets = (
        (None, {"fields": ("date", ("name_ru", "name_en"))}),
        (gettext_lazy("Where"), {"fields": (("zone", "pickup_point"),), "description": gettext_lazy(
            "Without a place it holds everywhere; where a place has a holiday of its own on the"
            " same day, only that one counts.")}),
        (gettext_lazy("Shorter day"), {"fields": (("opens", "closes"),),
            "description": gettext_lazy(
                "Without hours everything is closed. With hours, windows that lie within them stay"
                " open.")}),
    )  # fmt: skip

    def save_model(self, request: HttpRequest, obj: Holiday, form: Any, change: bool) -> None:
        """Write it, close and open windows, and say if orders are booked in closed ones."""
        booked = services.write_holiday(holiday=obj)
        if booked:
            said = ngettext(
                "%(count)s order is booked in windows closed that day: move it or write to the"
                " customer on the slot's page.",
                "%(count)s orders are booked in windows closed that day: move them or write to the"
                " customers on the slots' pages.",
                booked,
            )
            self.message_user(request, said % {"count": booked}, messages.WARNING)

    def remove_record(self, request: HttpRequest, obj: Any) -> None:
        """Take it off the calendar and open its windows."""
        services.remove_holiday(holiday=obj)

    @display(description=gettext_lazy("day"), ordering="date")
    def day(self, holiday: Holiday) -> str:
        """The day."""
        return date_format(holiday.date, "D, j b Y")

    @display(description=gettext_lazy("name"), ordering="name_ru")
    def title(self, holiday: Holiday) -> str:
        """The name in the reader's language."""
        return holiday.name

    @display(description=gettext_lazy("where"))
    def place(self, holiday: Holiday) -> str:
        """Which place it is about."""
        return str(holiday.zone or holiday.pickup_point or _("everywhere"))

    @display(description=gettext_lazy("hours"))
    def hours(self, holiday: Holiday) -> str:
        """The hours that it leaves."""
        if holiday.opens is None or holiday.closes is None:
            return label(_("closed"), "danger")
        return texts.clock(holiday.opens, holiday.closes)
