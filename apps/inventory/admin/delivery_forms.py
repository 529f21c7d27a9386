"""The forms of a delivery note: its head, one of its lines, a table of lines."""

import json
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextInputWidget,
)

from apps.core.admin import DeedForm
from apps.core.errors import InvalidInput
from apps.core.time import now
from apps.inventory import selectors
from apps.inventory.models import DeliveryNote
from apps.inventory.services.delivery_import import COLUMNS, MOST_LINES

_LONGEST_CELL = 80


class Suggesting(UnfoldAdminTextInputWidget):
    """A text field that offers what was written in it before."""

    def __init__(self, known: Any, attrs: dict[str, Any] | None = None) -> None:
        self.known = known
        super().__init__(attrs=attrs)

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """Return the field with its list of suggestions."""
        listed = f"known-{name}"
        field = super().render(name, value, {**(attrs or {}), "list": listed}, renderer)
        options = format_html_join("", '<option value="{}">', ((text,) for text in self.known()))
        return format_html('{}<datalist id="{}">{}</datalist>', field, listed, options)


class HeadFields(forms.Form):
    """What stands on top of a delivery note."""

    number = forms.CharField(
        label=gettext_lazy("Number of the note"), max_length=40,
        widget=UnfoldAdminTextInputWidget(attrs={"autofocus": True}),
    )  # fmt: skip
    supplier = forms.CharField(
        label=gettext_lazy("Supplier"), max_length=100, widget=Suggesting(selectors.suppliers)
    )
    arrived_at = forms.SplitDateTimeField(
        label=gettext_lazy("Arrived"), widget=UnfoldAdminSplitDateTimeWidget(), initial=now
    )
    temperature = forms.DecimalField(
        label=gettext_lazy("Temperature at arrival, °C"), required=False,
        localize=False, widget=UnfoldAdminDecimalFieldWidget(attrs={"step": "0.1"}),
        help_text=gettext_lazy("Measured in the lorry: −18.5, for instance."),
    )  # fmt: skip
    vehicle = forms.CharField(
        label=gettext_lazy("Vehicle"), max_length=60, required=False,
        widget=UnfoldAdminTextInputWidget(),
    )  # fmt: skip
    comment = forms.CharField(
        label=gettext_lazy("Comment"), max_length=200, required=False,
        widget=UnfoldAdminTextInputWidget(),
    )  # fmt: skip


class OpenForm(HeadFields, forms.ModelForm[DeliveryNote]):
    """A new delivery note."""

    class Meta:
        model = DeliveryNote
        fields = ("number", "supplier", "arrived_at", "temperature", "vehicle", "comment")

    def _post_clean(self) -> None:
        """Leave it to the service what makes a good note: it says so in one sentence."""
        for name, value in self.cleaned_data.items():
            setattr(self.instance, name, value)


class HeadForm(HeadFields, DeedForm):
    """The head of a draft, to correct."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in HeadFields.base_fields:
            self.initial.setdefault(name, getattr(self.record, name))


class TableForm(forms.Form):
    """A supplier's table."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,.xlsx"}),
    )


class LineForm(forms.Form):
    """One line as a phone sends it; what is not known yet is empty."""

    quantity = forms.IntegerField(required=False, min_value=0, max_value=1_000_000)
    code = forms.CharField(required=False, max_length=40)
    made_on = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    expires_on = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    temperature = forms.DecimalField(required=False)
    cost = forms.DecimalField(required=False)
    shelf = forms.CharField(required=False, max_length=40)


LABELS = {
    "quantity": gettext_lazy("units"),
    "code": gettext_lazy("lot code"),
    "made_on": gettext_lazy("made on"),
    "expires_on": gettext_lazy("expires on"),
    "temperature": gettext_lazy("temperature"),
    "cost": gettext_lazy("cost of a unit"),
    "shelf": gettext_lazy("shelf"),
}


def line_values(request: HttpRequest) -> dict[str, Any]:
    """Return the values of a posted line.

    Raises:
        InvalidInput: A field does not hold what it should; it says which and why.
    """
    posted = request.POST.dict()
    for name in ("temperature", "cost"):
        # Commas and true minuses are what a Russian keyboard has.
        posted[name] = str(posted.get(name, "")).replace(",", ".").replace("−", "-")
    form = LineForm(posted)
    if not form.is_valid():
        name, problems = next(iter(form.errors.items()))
        raise InvalidInput(field=f"{LABELS[name]} ({problems[0]})")
    return {**form.cleaned_data, "quantity": form.cleaned_data["quantity"] or 0}


def packed_rows(rows: list[tuple[int, dict[str, str]]]) -> str:
    """Return the rows of a table for a hidden field, between looking at them and importing them."""
    short = [
        [number, {name: text[:_LONGEST_CELL] for name, text in row.items() if text}]
        for number, row in rows
    ]
    return json.dumps(short, ensure_ascii=False, separators=(",", ":"))


def unpacked_rows(text: str) -> list[tuple[int, dict[str, str]]]:
    """Return the rows out of the hidden field; a person may have written anything there.

    Raises:
        InvalidInput: It is not what `packed_rows` has written.
    """
    try:
        rows = [
            (int(number), {name: str(row[name]) for name in COLUMNS if name in row})
            for number, row in json.loads(text)[: MOST_LINES + 1]
        ]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise InvalidInput(field=_("table")) from error
    return rows
