"""Text that came from outside, made fit to be kept and shown on one line."""

import unicodedata

_UNWANTED = {"Cc", "Cs", "Co", "Cn"}
# What can't be seen but changes what can: overrides that mirror the rest of the line
# (unicode.org/reports/tr9), and letters without ink that would make a name of nothing.
_DECEIVING = frozenset(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    "\u00ad\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060\u2061\u2062\u2063\u2064\u2800\u3164\ufeff\uffa0"
)
_INVISIBLE = {"Cf", "Mn", "Me", "Zs", "Zl", "Zp"}


def is_clean(text: str) -> bool:
    """Tell whether PostgreSQL and JSON can keep the text: no NUL, no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def one_line(text: str, *, limit: int) -> str:
    """Return the text on one line, at most `limit` long, as it will look to whoever reads it.

    Control characters, lone surrogates and what mirrors or hides text are left out; where nothing
    is left to see, nothing is left.
    """
    kept = " ".join("".join(c for c in text if not _is_unwanted(c)).split())[:limit].strip()
    return kept if any(unicodedata.category(c) not in _INVISIBLE for c in kept) else ""


def _is_unwanted(letter: str) -> bool:
    if letter in _DECEIVING:
        return True
    return unicodedata.category(letter) in _UNWANTED and not letter.isspace()


def is_misread_number(text: object) -> bool:
    """Tell whether Python would read a number that nobody has written: to it `1_0` is ten."""
    return isinstance(text, str) and "_" in text
