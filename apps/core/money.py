"""Money: decimals with two places in the shop's one currency. Only this file rounds or splits."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import format_decimal, get_currency_symbol
from django.conf import settings
from django.utils import translation

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
# Currencies whose smallest unit is the whole one (docs.stripe.com/currencies#zero-decimal).
_WITHOUT_MINOR = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA",
     "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"}
)  # fmt: skip


def rounded(amount: Decimal) -> Decimal:
    """Return the amount with two places, half up, as a till rounds."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def per_kilogram(price: Decimal, grams: int) -> Decimal:
    """Return what a kilogram costs where so many grams cost a price."""
    return rounded(price * 1000 / grams)


def split(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Split a total over weights so that the parts sum to it exactly (largest remainder).

    Parts are in the order of the weights. Equal remainders favour the earlier part.

    Raises:
        ValueError: The weights are all zero, or one is negative, though the total is not zero.
    """
    if total == 0:
        return [ZERO for _ in weights]
    whole = sum(weights, Decimal(0))
    if whole <= 0 or min(weights) < 0:
        raise ValueError("A total needs a positive weight to be split over")
    cents = int(rounded(total) / CENT)
    sign = -1 if cents < 0 else 1
    exact = [abs(cents) * weight / whole for weight in weights]
    parts = [int(share) for share in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for index in by_remainder[: abs(cents) - sum(parts)]:
        parts[index] += 1
    return [sign * part * CENT for part in parts]


def to_minor(amount: Decimal, currency: str) -> int:
    """Return a sum as a whole number of the currency's smallest unit, as providers count."""
    return int(amount) if currency in _WITHOUT_MINOR else int(amount * 100)


def from_minor(amount: int, currency: str) -> Decimal:
    """Return a sum that a provider counts in the currency's smallest unit."""
    whole = Decimal(amount) if currency in _WITHOUT_MINOR else Decimal(amount) / 100
    return rounded(whole)


def format_money(amount: Decimal) -> str:
    """Return the amount as a person in the current language writes it; whole sums are short."""
    language = (translation.get_language() or settings.LANGUAGE_CODE)[:2]
    number = format_decimal(amount, "#,##0" if amount == int(amount) else "#,##0.00", language)
    # Some languages know a currency by its code alone; the shop's own language knows its sign.
    known = (get_currency_symbol(settings.SHOP_CURRENCY, lang) for lang in (language, "ru"))
    sign = next((text for text in known if text != settings.SHOP_CURRENCY), settings.SHOP_CURRENCY)
    return f"{number}\u00a0{sign}".replace("-", "\u2212")
