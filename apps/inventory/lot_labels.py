"""What the barcode on our own label of a lot says, and what a scanner makes of it."""

import re

from apps.inventory.barcodes import TO_LATIN

# Digits only: a scanner that types like a keyboard writes letters in the phone's own layout.
# Sixteen of them are no length of a product's barcode.
_NUMBER = re.compile(r"99(\d{14})")
_BARCODES = (12, 13, 14)
_PRINTABLE = re.compile(r"[!-~]{3,14}")
_UPC_LENGTH = 12


def label_of(lot_id: int, code: str, *, is_unique: bool) -> str:
    """Return what a lot's label carries: its code, or a number where the code would mislead.

    A code that other lots share, that looks like a product's barcode, or that Code 128 can't hold
    in a label's width, is no name.
    """
    is_plain = _PRINTABLE.fullmatch(code) and not (code.isdigit() and len(code) in _BARCODES)
    return code if is_unique and is_plain else f"99{lot_id:014d}"


def lot_of_label(text: str) -> int | None:
    """Return the lot that a label's number names, if it is such a number."""
    found = _NUMBER.fullmatch(text)
    return int(found[1]) if found else None


def readings(text: str) -> tuple[str, ...]:
    """Return what may have been scanned, the likeliest first: as typed, or by another layout."""
    typed = "".join(text.split())
    read = [" ".join(text.split()), typed, typed.translate(TO_LATIN)]
    if len(typed) == _UPC_LENGTH and typed.isascii() and typed.isdigit():
        read.append(f"0{typed}")  # a UPC-A is an EAN-13 without its zero
    return tuple(dict.fromkeys(reading for reading in read if reading))
