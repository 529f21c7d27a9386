"""Text that came from outside, made fit to be kept and shown on one line."""

import unicodedata

_UNWANTED = {"Cc", "Cs", "Co", "Cn"}


def is_clean(text: str) -> bool:
    """Tell whether PostgreSQL and JSON can keep the text: no NUL, no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def one_line(text: str, *, limit: int) -> str:
    """Return the text without control characters and lone surrogates, at most `limit` long."""
    kept = ("" if unicodedata.category(c) in _UNWANTED and not c.isspace() else c for c in text)
    return " ".join("".join(kept).split())[:limit].strip()
