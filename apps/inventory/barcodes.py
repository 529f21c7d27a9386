"""What a scanner types: a pack's barcode, or a GS1 label that also knows the lot and its dates.

Sources: GS1 General Specifications, sections 3 (application identifiers), 7.8 (element strings),
7.9 (check digits) and 7.12 (dates). Pure: no database, no clock.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from apps.catalog.barcodes import check_digit, has_right_check_digit
from apps.inventory.errors import BarcodeMistyped, LabelUnreadable

# FNC1 arrives as the control character GS; scanners that can't type it are set to one of the
# others, none of which GS1 allows inside a value.
SEPARATORS = "\x1d|^~"
_SYMBOLOGY = re.compile(r"^\](?:C1|d2|Q3|e0|J1)")
_READABLE = re.compile(r"\((\d{2,4})\)([^(]*)")
# Lengths of the values that need no separator; of others, the longest that GS1 allows.
_FIXED = {"00": 18, "01": 14, "02": 14, "11": 6, "12": 6, "13": 6, "15": 6, "16": 6, "17": 6,
          "20": 2}  # fmt: skip
_LONGEST = {"10": 20, "21": 20, "22": 20, "30": 8, "37": 8}
# Measures: four digits name them, six are the value.
_MEASURE = re.compile(r"3[1-6]\d\d")
_NET_WEIGHT, _SIX_DIGITS = re.compile(r"310[0-5]"), re.compile(r"[0-9]{6}")
_LONGEST_LABEL = 200
_UNIT_DIGITS, _CASE_DIGITS, _UPC_DIGITS = 13, 14, 12

# A keyboard in the Russian layout turns a label's letters into these.
_CYRILLIC = "йцукенгшщзхъфывапролджэячсмитьбю"
_LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,."
TO_LATIN = str.maketrans(_CYRILLIC + _CYRILLIC.upper(), _LATIN + _LATIN.upper())


@dataclass(frozen=True)
class Scan:
    """What was read. Without a barcode, `text` is all there is: a lot's code, a SKU, a name."""

    text: str
    barcode: str = ""
    is_case: bool = False
    lot: str = ""
    made_on: date | None = None
    expires_on: date | None = None
    quantity: int | None = None
    # The net weight on a scale's label, in grams.
    weight_g: int | None = None


def read_scan(typed: str, *, today: date) -> Scan:
    """Return what a scanner, or a person, typed into the one field.

    `today` tells which century a label's two digits mean.

    Raises:
        BarcodeMistyped: It has the length of a barcode, but its check digit is another one.
        LabelUnreadable: It is a GS1 label with a value that can't be.
    """
    text = typed.strip(" \t\r\n")[:_LONGEST_LABEL]
    if _is_barcode(text):
        return Scan(text=text, barcode=_unit_barcode(text), is_case=_is_case(text))
    readable = _READABLE.findall(text) if text.startswith("(") else []
    if readable:
        return _scan_of(text, {ai: value.strip() for ai, value in reversed(readable)}, today)
    label = text.translate(TO_LATIN)
    bare = _SYMBOLOGY.sub("", label)
    if bare != label or any(mark in bare for mark in SEPARATORS) or _begins_with_gtin(bare):
        return _scan_of(text, _element_strings(bare.lstrip(SEPARATORS), label=text), today)
    return Scan(text=text)


def _is_barcode(text: str) -> bool:
    return (
        text.isascii() and text.isdigit() and len(text) in (_UPC_DIGITS, _UNIT_DIGITS, _CASE_DIGITS)
    )


def _is_case(code: str) -> bool:
    """Tell whether a code names a case of packs: a GTIN-14 with a packaging level."""
    return len(code) == _CASE_DIGITS and code[0] != "0"


def _unit_barcode(code: str) -> str:
    """Return the EAN-13 of the pack that a GTIN names, or that is in the case it names.

    Raises:
        BarcodeMistyped: The check digit is wrong.
    """
    if not has_right_check_digit(code):
        raise BarcodeMistyped(barcode=code)
    if len(code) == _CASE_DIGITS:
        inner = code[1:-1]
        return inner + check_digit(inner)
    return code.zfill(_UNIT_DIGITS)


def _begins_with_gtin(text: str) -> bool:
    """Tell whether a text that no separator betrays begins with a GTIN all the same."""
    return text[:2] in ("01", "02") and len(text) > 16 and has_right_check_digit(text[2:16])


def _element_strings(text: str, *, label: str) -> dict[str, str]:
    """Split a label into its application identifiers and their values; of two, the first counts.

    Identifiers that we do not know are passed over up to the next separator.

    Raises:
        LabelUnreadable: A value is shorter or longer than its identifier allows.
    """
    values: dict[str, str] = {}
    while text:
        ai = text[:4] if _MEASURE.match(text) else text[:2]
        length = _FIXED.get(ai, 6 if _MEASURE.match(ai) else 0)
        if length:
            value, text = text[len(ai) : len(ai) + length], text[len(ai) + length :]
            wrong = len(value) != length or not value.isdigit()
        else:
            value = re.split(f"[{re.escape(SEPARATORS)}]", text[len(ai) :], maxsplit=1)[0]
            text = text[len(ai) + len(value) :]
            wrong = len(value) > _LONGEST.get(ai, _LONGEST_LABEL)
        if wrong:
            raise LabelUnreadable(label=label)
        values.setdefault(ai, value)
        text = text.lstrip(SEPARATORS)
    return values


def _scan_of(text: str, values: dict[str, str], today: date) -> Scan:
    """Return what matters of a label.

    Raises:
        BarcodeMistyped: The check digit of its GTIN is wrong.
        LabelUnreadable: A date or a number on it can't be.
    """
    gtin = values.get("01") or values.get("02") or ""
    quantity = values.get("37") or values.get("30") or ""
    if (gtin and len(gtin) != _CASE_DIGITS) or (quantity and not quantity.isdigit()):
        raise LabelUnreadable(label=text)
    return Scan(
        text=text,
        barcode=_unit_barcode(gtin) if gtin else "",
        is_case=_is_case(gtin),
        lot=values.get("10", ""),
        made_on=_day(values.get("11") or values.get("13"), text, today),
        expires_on=_day(values.get("17") or values.get("15"), text, today),
        quantity=int(quantity) if quantity else None,
        weight_g=_grams(values, text),
    )


def _grams(values: dict[str, str], label: str) -> int | None:
    """Return the net weight: kilograms, as many of the digits after the point as 310n says.

    Raises:
        LabelUnreadable: It is no number.
    """
    ai = next((ai for ai in values if _NET_WEIGHT.fullmatch(ai)), None)
    if ai is None:
        return None
    if not _SIX_DIGITS.fullmatch(values[ai]):
        raise LabelUnreadable(label=label)
    return int(Decimal(values[ai]).scaleb(3 - int(ai[-1])))


def _day(digits: str | None, label: str, today: date) -> date | None:
    """Return a date of six digits; day 00 means the month's last, years lie within 50 of today.

    Raises:
        LabelUnreadable: There is no such day.
    """
    if not digits:
        return None
    try:
        year, month, day = (int(digits[at : at + 2]) for at in (0, 2, 4))
        year += today.year - today.year % 100
        if year > today.year + 50:
            year -= 100
        elif year < today.year - 49:
            year += 100
        return date(year, month, day or monthrange(year, month)[1])
    except ValueError as error:
        raise LabelUnreadable(label=label) from error
