"""Weights, temperatures and days as people of a language write them."""

from datetime import date
from decimal import Decimal

from babel.dates import format_date
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _


def format_weight(grams: int) -> str:
    """Return a pack's weight as it stands on a label: 450 g, 1.5 kg."""
    if grams < 1000:
        return _("%(grams)s g") % {"grams": grams}
    kilograms = f"{Decimal(grams) / 1000:.3f}".rstrip("0").rstrip(".")
    return _("%(kilograms)s kg") % {"kilograms": decimal_text(kilograms)}


def format_day(day: date) -> str:
    """Return a day without its year: 5 December."""
    return str(format_date(day, "d MMMM", locale=_language()))


def format_celsius(degrees: Decimal) -> str:
    """Return a temperature as a thermometer shows it: −18.5 °C, +4 °C."""
    shown = f"{degrees:+.1f}".removesuffix(".0").replace("-", "−")
    return f"{decimal_text(shown)} °C"


def decimal_text(text: str) -> str:
    """Return a number with the language's own decimal point."""
    return text.replace(".", ",") if _language() == "ru" else text


def _language() -> str:
    return (translation.get_language() or settings.LANGUAGE_CODE)[:2]
