"""Whether the parts of an offer fit each other: asked by the services, and by forms beforehand."""

from collections.abc import Collection, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.core.money import rounded
from apps.promotions.dto import REWARDS_OF, Reward, Scope
from apps.promotions.errors import InvalidOffer
from apps.promotions.models import OfferRow, PromoCode

_WITH_VALUE = frozenset({Reward.PERCENT, Reward.AMOUNT, Reward.FIXED_PRICE})
Fault = tuple[str, str]


def normalise(row: OfferRow) -> None:
    """Empty what the chosen reward does not use: leftovers of a form say nothing. Round sums."""
    if row.reward not in _WITH_VALUE:
        row.value = None
    if row.reward != Reward.N_FOR_M:
        row.buy = row.pay = None
    if row.reward != Reward.GIFT:
        row.gift_variant, row.gift_quantity = None, 1
    for name in ("value", "minimum_total", "budget"):
        if getattr(row, name) is not None:
            setattr(row, name, rounded(getattr(row, name)))
    if isinstance(row, PromoCode):
        row.code = "".join(row.code.split()).upper()


def faults_of(
    row: OfferRow, *, product_ids: Collection[int], category_ids: Collection[int]
) -> dict[str, str]:
    """Return what does not fit in a normalised offer, as a sentence for each field."""
    faults: dict[str, str] = {}
    for field, sentence in _faults(row, product_ids, category_ids):
        faults.setdefault(field, sentence)
    return faults


def check(row: OfferRow, *, product_ids: Collection[int], category_ids: Collection[int]) -> None:
    """Refuse an offer whose parts don't fit.

    Raises:
        InvalidOffer: The first thing that is wrong.
    """
    try:
        row.clean_fields()
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise InvalidOffer(field=field, reason=sentences[0]) from error
    faults = faults_of(row, product_ids=product_ids, category_ids=category_ids)
    for field, sentence in faults.items():
        raise InvalidOffer(field=field, reason=sentence)


def _faults(
    row: OfferRow, product_ids: Collection[int], category_ids: Collection[int]
) -> Iterator[Fault]:
    if row.reward not in REWARDS_OF.get(row.scope, ()):
        yield "reward", _("This reward can't be given for that.")
    yield from _reward_faults(row)
    if row.scope == Scope.PRODUCT and not product_ids:
        yield "products", _("Choose the products that it is for.")
    if row.scope == Scope.CATEGORY and not category_ids:
        yield "categories", _("Choose the categories that it is for.")
    if row.starts_at and row.ends_at and row.ends_at <= row.starts_at:
        yield "ends_at", _("The end must come after the beginning.")
    if row.budget is not None and row.budget < row.spent:
        yield "budget", _("More than that was given away already.")
    if isinstance(row, PromoCode) and row.uses_limit is not None and row.uses_limit < row.used:
        yield "uses_limit", _("It was used more often than that already.")


def _reward_faults(row: OfferRow) -> Iterator[Fault]:
    if row.reward in _WITH_VALUE and row.value is None:
        yield "value", _("Say how much.")
    elif row.reward == Reward.PERCENT and row.value is not None and row.value > 100:
        yield "value", _("More than 100 percent can't be taken off.")
    if row.reward == Reward.N_FOR_M:
        if row.buy is None:
            yield "buy", _("Say how many units one takes.")
        elif row.pay is None:
            yield "pay", _("Say how many of them are paid.")
        elif row.buy <= row.pay:
            yield "pay", _("Fewer units must be paid than are taken.")
    if row.reward == Reward.GIFT and row.gift_variant_id is None:
        yield "gift_variant", _("Choose the gift.")


def goods_of(row: Any) -> tuple[list[int], list[int]]:
    """Return the ids of the products and the categories that a saved offer is about."""
    return (
        list(row.products.values_list("pk", flat=True)),
        list(row.categories.values_list("pk", flat=True)),
    )
