"""What the buttons of a lot ask: how many units, where, and why."""

from typing import Any

from django import forms
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from apps.core.admin import DeedForm, ReasonForm
from apps.inventory import selectors
from apps.inventory.admin.delivery_forms import Suggesting
from apps.inventory.dto import WasteReason
from apps.inventory.models import Lot


class ReceiveForm(forms.ModelForm[Lot]):
    """What stands on the delivery note and on the boxes."""

    reason = forms.CharField(
        label=gettext_lazy("Note"), max_length=200, required=False,
        widget=UnfoldAdminTextInputWidget(), help_text=gettext_lazy("Number of the delivery note"),
    )  # fmt: skip


class CountForm(ReasonForm):
    """How many units stand on the shelf."""

    counted = forms.IntegerField(
        label=gettext_lazy("Counted on the shelf"), min_value=0,
        widget=UnfoldAdminIntegerFieldWidget(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    field_order = ("counted", "reason")


class WasteForm(DeedForm):
    """How many units are thrown away, and why."""

    quantity = forms.IntegerField(
        label=gettext_lazy("Units to write off"), validators=[MinValueValidator(1)],
        widget=UnfoldAdminIntegerFieldWidget(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    reason_code = forms.TypedChoiceField(
        label=gettext_lazy("Cause"), coerce=WasteReason, widget=UnfoldAdminSelectWidget(),
        # What comes back from orders is written off there.
        choices=[
            ("", "—"), *(pair for pair in WasteReason.choices if pair[0] != WasteReason.RETURNED)
        ],
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Note"), max_length=200, required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy("Needed where the cause is another one."),
    )  # fmt: skip


class MoveForm(DeedForm):
    """Where the lot stands from now on."""

    shelf = forms.CharField(
        label=gettext_lazy("Shelf"), max_length=40, required=False,
        widget=Suggesting(selectors.shelves, attrs={"autofocus": True}),
        help_text=gettext_lazy("As its label says: A-03-2."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("shelf", self.record.shelf)  # type: ignore[attr-defined]
