"""Forms of zones: an area is drawn or pasted, fees are held to sense before they are saved."""

import json
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import UnfoldAdminRadioSelectWidget

from apps.core.errors import ShopError
from apps.delivery import areas, tariffs
from apps.delivery.admin.drawing import AreaWidget
from apps.delivery.dto import FeeRule, Tariff
from apps.delivery.errors import FeesContradict
from apps.delivery.models import FeeStep, Zone

CIRCLE, AREA = "circle", "area"
# Unfold shows a field while its condition holds.
AREA_CONDITIONS = {"radius_km": f"shape == '{CIRCLE}'", "area": f"shape == '{AREA}'"}


class AreaField(forms.CharField):
    """Polygons, written as GeoJSON."""

    widget = AreaWidget

    def prepare_value(self, value: Any) -> Any:
        """Show a stored area as text."""
        return json.dumps(value, separators=(",", ":")) if isinstance(value, dict) else value

    def clean(self, value: Any) -> Any:
        """Return the area that a text means, None for no text."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return areas.read_area(text)
        except ShopError as refusal:
            raise ValidationError(str(refusal)) from refusal

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether another area is meant: not whether it is written otherwise."""
        try:
            return bool(self.clean(data) != initial)
        except ValidationError:
            return True


class ZoneForm(forms.ModelForm[Zone]):
    """A zone, a circle or an area that was drawn."""

    shape = forms.ChoiceField(
        label=gettext_lazy("Shape"),
        choices=((CIRCLE, gettext_lazy("a circle")), (AREA, gettext_lazy("a drawn area"))),
        widget=UnfoldAdminRadioSelectWidget(),
        required=False,
    )
    area = AreaField(
        label=gettext_lazy("Area"),
        required=False,
        max_length=areas.MAX_LENGTH,
        help_text=gettext_lazy(
            "Tap to set the corners one after another, drag them to move them. Or paste GeoJSON: a"
            " Polygon or a MultiPolygon, each point as longitude, latitude."
        ),
    )

    class Meta:
        error_messages: ClassVar[dict[str, Any]] = {
            "slug": {"unique": gettext_lazy("Another zone has this address already.")}
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("shape", CIRCLE if self.instance.area is None else AREA)
        if "area" in self.fields:
            self.fields["area"].widget.zone = self.instance

    def clean(self) -> dict[str, Any]:
        """Forget the shape that was not chosen, and hold the chosen one to the globe."""
        values: dict[str, Any] = super().clean() or {}
        chosen = AREA if values.get("shape") == AREA else CIRCLE
        needed, other = ("area", "radius_km") if chosen == AREA else ("radius_km", "area")
        values[other] = None
        self.errors.pop(other, None)
        if not values.get(needed) and needed not in self.errors:
            self.add_error(needed, _("This field is required."))
        if values.get("area") and not {"latitude", "longitude"} & set(self.errors):
            self._measure(values)
        others = Zone.objects.exclude(pk=self.instance.pk)
        if values.get("is_default") and others.filter(is_default=True).exists():
            self.add_error(
                "is_default",
                _("Another zone is for such addresses already: untick it there first."),
            )
        return values

    def _measure(self, values: dict[str, Any]) -> None:
        try:
            areas.measured(
                values["area"], latitude=values["latitude"], longitude=values["longitude"]
            )
        except ShopError as refusal:
            self.add_error("area", str(refusal))


class FeeStepsFormSet(BaseInlineFormSet[FeeStep, Zone, forms.ModelForm[FeeStep]]):
    """All the steps of a zone at once: each may be right alone and wrong beside another."""

    def rules(self) -> list[FeeRule]:
        """Return the steps that stay."""
        kept = [form.cleaned_data for form in self.forms if not self._is_gone(form)]
        return [FeeRule(row["from_total"], row["from_km"], row["fee"]) for row in kept]

    def clean(self) -> None:
        """Refuse steps by which a bigger or a nearer order would cost more."""
        super().clean()
        if any(self.errors) or self.instance.fee is None:
            return
        tariff = Tariff(self.instance.fee, self.instance.free_from, tuple(self.rules()))
        try:
            tariffs.refuse_contradictions(tariff)
        except FeesContradict as refusal:
            raise ValidationError(str(refusal)) from refusal

    def _is_gone(self, form: Any) -> bool:
        return not form.cleaned_data or form.cleaned_data.get("DELETE", False)


class FeeStepForm(forms.ModelForm[FeeStep]):
    """One step; a worth or a distance that is not written is nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("from_total", "from_km"):
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        """Refuse a step from nothing on: that is the zone's own fee."""
        values: dict[str, Any] = super().clean() or {}
        for name in ("from_total", "from_km"):
            if name not in self.errors:
                values[name] = values.get(name) or Decimal("0.00")
        if not self.errors and not (values["from_total"] or values["from_km"]):
            raise ValidationError(_("Say from which sum or distance on it holds."))
        return values


def area_in_words(area: Any) -> str:
    """Return an area as it stands in the history."""
    if not isinstance(area, dict):
        return ""
    polygons = area["coordinates"] if area["type"] == "MultiPolygon" else [area["coordinates"]]
    count = sum(len(ring) - 1 for rings in polygons for ring in rings)
    return ngettext("an area of %(count)s corner", "an area of %(count)s corners", count) % {
        "count": count
    }
