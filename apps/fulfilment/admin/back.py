"""What becomes of goods that come back: all alike, or unit by unit."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
)

from apps.core.admin import ReasonForm
from apps.fulfilment import selectors
from apps.fulfilment.dto import BoxUnits, UnitsBack
from apps.inventory.dto import WasteReason

BACK_PAGE = "admin/fulfilment/back.html"
_SHELF, _WASTE, _PARTS = "shelf", "waste", "parts"
_COUNT = {"inputmode": "numeric", "placeholder": "0"}


@dataclass(frozen=True)
class BackRow:
    """Units of one lot in the box with the fields that say what became of them."""

    units: BoxUnits
    back: Any
    waste: Any
    cause: Any
    codes: str


class BackForm(ReasonForm):
    """Why goods come back, and what becomes of them."""

    put_back = forms.ChoiceField(
        label=gettext_lazy("The goods"),
        choices=(
            (_SHELF, gettext_lazy("stayed frozen: back to the shelf")),
            (_WASTE, gettext_lazy("thawed or damaged: write them off")),
            (_PARTS, gettext_lazy("some of each: count them below")),
        ),
        widget=UnfoldAdminRadioSelectWidget(),
    )
    field_order = ("put_back", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._box = selectors.box_units(order_id=self.record.pk)
        for units in self._box:
            self.fields[f"back-{units.pick_id}"] = _count(units, _("Back to the shelf"))
            self.fields[f"waste-{units.pick_id}"] = _count(units, _("Written off"))
            self.fields[f"cause-{units.pick_id}"] = forms.ChoiceField(
                label=_("Because"), required=False, widget=UnfoldAdminSelectWidget(),
                choices=(("", "—"), *WasteReason.choices),
            )  # fmt: skip

    def plain_fields(self) -> list[Any]:
        """Return the fields that are asked once for the whole box."""
        return [self[name] for name in self.field_order]

    def rows(self) -> list[BackRow]:
        """Return what lies in the box, with its fields."""
        codes = selectors.scan_codes(order_id=self.record.pk)
        return [
            BackRow(
                units,
                back=self[f"back-{units.pick_id}"],
                waste=self[f"waste-{units.pick_id}"],
                cause=self[f"cause-{units.pick_id}"],
                codes="\n".join(codes.get(units.pick_id, ())),
            )
            for units in self._box
        ]

    def clean(self) -> dict[str, Any]:
        """Return what the step's details take."""
        values: dict[str, Any] = super().clean() or {}
        choice = values.get("put_back")
        details = {"reason": values.get("reason", ""), "put_back": choice == _SHELF}
        if choice == _PARTS and not self.errors:
            details["returns"] = tuple(_returned(units, values) for units in self._box)
        return details


def _count(units: BoxUnits, label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, required=False, min_value=0, max_value=units.quantity,
        widget=UnfoldAdminIntegerFieldWidget(attrs=_COUNT),
    )  # fmt: skip


def _returned(units: BoxUnits, values: dict[str, Any]) -> UnitsBack:
    back, waste, cause = (values[f"{name}-{units.pick_id}"] for name in ("back", "waste", "cause"))
    return UnitsBack(units.order_line_id, units.lot_id, back or 0, waste or 0, cause)
