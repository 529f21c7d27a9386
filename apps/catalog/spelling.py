"""How words are compared: one spelling for ё and е, and what a wrong keyboard layout meant."""

import re

LONGEST_SEARCH = 100
_WORD = re.compile(r"\w+")
_LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_CYRILLIC = "йцукенгшщзхъфывапролджэячсмитьбюё"
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)
_TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)


def normalised(text: str) -> str:
    """Return a search as it is compared: lower case, е for ё, single spaces, clipped."""
    return " ".join(text[:LONGEST_SEARCH].lower().replace("ё", "е").split())


def words_of(text: str) -> list[str]:
    """Return the words, the longest first: it narrows a search by likeness most."""
    return sorted(dict.fromkeys(_WORD.findall(text)), key=len, reverse=True)[:6]


def other_layout(text: str) -> str:
    """Return what the same keys give in the other layout: `gtkmvtyb` is «пельмени»."""
    table = _TO_CYRILLIC if text[:1] in _LATIN else _TO_LATIN
    return text.translate(table).replace("ё", "е")


def head_and_prefix(text: str) -> tuple[str, str]:
    """Split off the last word, as a prefix for `to_tsquery`: it may still be being typed.

    The prefix is empty when the search does not end in a word.
    """
    match = re.search(r"(?:^|(?<=\s))\w+$", text)
    if match is None:
        return text, ""
    return text[: match.start()].strip(), f"{match.group()}:*"
