"""What a dispatcher says of a run, and what is counted at its end."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from apps.core.admin import DeedForm, money
from apps.core.time import now, shop_date
from apps.fulfilment import selectors
from apps.fulfilment.models import CashShift, Run


def courier_choices() -> list[tuple[int | str, str]]:
    """Return those who drive, behind the question who."""
    return [("", _("Choose who drives")), *selectors.couriers().items()]


class CourierField(forms.TypedChoiceField):
    """One of those who drive."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Courier"), coerce=int, choices=courier_choices,
            widget=UnfoldAdminSelectWidget(),
        )  # fmt: skip


class VehicleField(forms.CharField):
    """What is driven."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Vehicle"), max_length=40, required=False,
            widget=UnfoldAdminTextInputWidget(),
        )  # fmt: skip


class PlanForm(forms.Form):
    """Who drives, and when; what is driven is chosen beside it."""

    courier_id = CourierField()
    day = forms.DateField(
        label=gettext_lazy("Day"), initial=lambda: shop_date(now()), widget=UnfoldAdminDateWidget()
    )
    vehicle = VehicleField()


class AssignForm(DeedForm):
    """Who drives instead, and with what."""

    courier_id = CourierField()
    vehicle = VehicleField()

    def __init__(self, *args: Any, record: Run, **kwargs: Any) -> None:
        super().__init__(*args, record=record, **kwargs)
        self.initial = {"courier_id": record.courier_id, "vehicle": record.vehicle}


class CountForm(DeedForm):
    """What was counted; `expected` is what the counting person saw beside it."""

    counted = forms.DecimalField(
        label=gettext_lazy("Counted, in cash"), max_digits=12, decimal_places=2, min_value=0,
        widget=UnfoldAdminDecimalFieldWidget(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Why it differs"), max_length=200, required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy("Only when the sums differ."),
    )  # fmt: skip
    expected = forms.DecimalField(max_digits=12, decimal_places=2, widget=forms.HiddenInput())

    def __init__(self, *args: Any, record: CashShift, **kwargs: Any) -> None:
        super().__init__(*args, record=record, **kwargs)
        self.initial = {"expected": record.cash}
        self.cash, self.card = money(record.cash), money(record.card)
