"""Forms that show what the chosen reward needs, and say what does not fit beside the field."""

from typing import Any

from django import forms

from apps.promotions import services
from apps.promotions.dto import Reward, Scope
from apps.promotions.models import OfferRow

_VALUED = "['percent', 'amount', 'fixed_price'].includes(reward)"
# Unfold shows a field while its condition holds; Alpine evaluates it over the form's values.
CONDITIONS = {
    "value": _VALUED,
    "buy": "reward == 'n_for_m'",
    "pay": "reward == 'n_for_m'",
    "gift_variant": "reward == 'gift'",
    "gift_quantity": "reward == 'gift'",
    "products": "scope == 'product'",
    "categories": "scope == 'category'",
}
_NEEDED_BY: dict[str, frozenset[str]] = {
    "value": frozenset({Reward.PERCENT, Reward.AMOUNT, Reward.FIXED_PRICE}),
    "buy": frozenset({Reward.N_FOR_M}),
    "pay": frozenset({Reward.N_FOR_M}),
    "gift_variant": frozenset({Reward.GIFT}),
}


class OfferForm(forms.ModelForm[Any]):
    """A promotion or a promo code, held to the same rules as the services hold it."""

    def clean(self) -> dict[str, Any]:
        """Forget what stands in fields that the chosen reward does not show."""
        values: dict[str, Any] = super().clean() or {}
        for name, rewards in _NEEDED_BY.items():
            if values.get("reward") not in rewards:
                values[name] = None
                self.errors.pop(name, None)
        if values.get("reward") != Reward.GIFT:
            values["gift_quantity"] = 1
            self.errors.pop("gift_quantity", None)
        for name, scope in (("products", Scope.PRODUCT), ("categories", Scope.CATEGORY)):
            if name in values and values.get("scope") != scope:
                values[name] = values[name].none()
        return values

    def ids_of(self, field: str) -> list[int]:
        """Return the ids of the goods chosen in a field."""
        chosen = self.cleaned_data.get(field)
        return [] if chosen is None else [row.pk for row in chosen]

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        row: OfferRow = self.instance
        if {"scope", "reward"} & set(self.errors):
            return
        services.normalise(row)
        faults = services.faults_of(
            row, product_ids=self.ids_of("products"), category_ids=self.ids_of("categories")
        )
        for field, sentence in faults.items():
            if field not in self.errors:
                self.add_error(field if field in self.fields else None, sentence)


class PromoCodeForm(OfferForm):
    """A promo code."""

    def clean_code(self) -> str:
        """Write the code as it is kept: in capitals, without blanks."""
        return "".join(self.cleaned_data["code"].split()).upper()
