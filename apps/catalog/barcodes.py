"""The barcode on a pack: an EAN-13, whose last digit follows from the others.

Source: GS1 General Specifications, section 7.9.
"""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def check_digit(digits: str) -> str:
    """Return the last digit of a GTIN or SSCC that begins so."""
    weighted = sum(
        int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits))
    )
    return str(-weighted % 10)


def has_right_check_digit(code: str) -> bool:
    """Tell whether the last digit of a GTIN or SSCC follows from the others."""
    return code.isascii() and code.isdigit() and code[-1] == check_digit(code[:-1])


def refuse_misread(code: str) -> None:
    """Refuse a barcode that no scanner would read off a pack.

    Raises:
        ValidationError: Its last digit is another one.
    """
    if code.isdigit() and not has_right_check_digit(code):
        raise ValidationError(
            _("The last digit does not fit the others. Please compare it with the pack.")
        )
