"""Weekly windows, from which the slots of the coming days are made."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.dates import WEEKDAYS
from django.utils.formats import time_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import BooleanRadioFilter, RelatedDropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from apps.delivery import services
from apps.delivery.admin.turns import InTurnAdmin
from apps.delivery.models import SlotTemplate


class WindowForm(forms.ModelForm[SlotTemplate]):
    """A weekly window, its day by name."""

    weekday = forms.TypedChoiceField(
        label=gettext_lazy("weekday"),
        coerce=int,
        choices=tuple(WEEKDAYS.items()),
        widget=UnfoldAdminSelectWidget(),
    )

    class Meta:
        error_messages: ClassVar[dict[str, Any]] = {
            NON_FIELD_ERRORS: {
                "unique_together": gettext_lazy(
                    "The zone has a window that begins at that hour of that day already."
                )
            }
        }


@admin.register(SlotTemplate)
class SlotTemplateAdmin(InTurnAdmin):
    """What opens every week; slots of the coming days are made from it every hour."""

    turn = services.take_turn
    form = WindowForm
    history_words = {"weekday": WEEKDAYS.__getitem__}
    list_display = ("window", "zone", "capacity_orders", "litres", "cutoff_minutes", "is_active")
    list_select_related = ("zone",)
    list_filter = (("zone", RelatedDropdownFilter), ("is_active", BooleanRadioFilter))
    ordering = ("zone", "weekday", "starts")
    fields = (
        ("zone", "weekday"), ("starts", "ends"), ("capacity_orders", "capacity_ml"),
        ("cutoff_minutes", "is_active"),
    )  # fmt: skip

    @display(description=gettext_lazy("window"), ordering="weekday")
    def window(self, template: SlotTemplate) -> str:
        """The day and the hours."""
        day = capfirst(str(WEEKDAYS[template.weekday]))
        return f"{day}, {time_format(template.starts)}–{time_format(template.ends)}"

    @display(description=gettext_lazy("litres at most"), ordering="capacity_ml")
    def litres(self, template: SlotTemplate) -> str:
        """Room for boxes, in litres."""
        return f"{template.capacity_ml // 1000}"
