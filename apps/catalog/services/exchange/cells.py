"""One cell of a table: from text to a value and back, with a sentence for what can't be read."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from apps.core.money import rounded
from apps.core.sheets import Cell
from apps.core.text import is_misread_number

# The cell leaves what there is, or what a new row begins with.
KEEP: Any = object()

_LISTED = re.compile(r"[,;\n]")
_MARKUP = re.compile(r"<\s*[a-zA-Z/!]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_YES, _NO = gettext_lazy("yes"), gettext_lazy("no")


class BadCell(Exception):
    """What a cell says can't be used; its text is a sentence for the person who typed it."""


@dataclass(frozen=True)
class Column:
    """One column: `title` heads it in the reader's language, `name` works in every language."""

    name: str
    title: Promise
    hint: Promise | str
    read: Callable[[str], Any]
    show: Callable[[Any], Cell]

    def same(self, one: Any, other: Any) -> bool:
        """Tell whether two values would look the same in a table."""
        return self.show(one) == self.show(other)


def in_every_language(text: object) -> list[str]:
    """Return a text as each of the shop's languages has it."""
    said = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            said.append(str(text))
    return said


def read_text(text: str) -> str:
    """Return the text as it is kept.

    Raises:
        BadCell: It holds markup.
    """
    if _MARKUP.search(text):
        raise BadCell(_("Write plain text, without HTML."))
    return show_text(text)


def show_text(value: str) -> str:
    """Return a text as every office program keeps it: no control characters, no space around."""
    return _CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip(" \u00a0\n")


def read_whole(text: str) -> Any:
    """Return a whole number, or KEEP.

    Raises:
        BadCell: It is none.
    """
    number = read_decimal(text)
    if number is KEEP:
        return KEEP
    if number != number.to_integral_value() or abs(number) > 10**9:
        raise BadCell(_("Write a whole number."))
    return int(number)


def read_decimal(text: str) -> Any:
    """Return a number, its decimals after a point or a comma, or KEEP.

    Raises:
        BadCell: It is none.
    """
    if not text:
        return KEEP
    plain = text.replace("\u00a0", "").replace("\u202f", "").replace(" ", "").replace(",", ".")
    try:
        number = Decimal("NaN" if is_misread_number(plain) else plain)
    except InvalidOperation as error:
        raise BadCell(_("Write a number, such as 249.90.")) from error
    if not number.is_finite():
        raise BadCell(_("Write a number, such as 249.90."))
    return number


def or_none(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """Let an empty cell empty the value."""

    def reader(text: str) -> Any:
        return read(text) if text else None

    return reader


def show_number(value: int | Decimal | None) -> Cell:
    """Return a number as a number, with no more decimals than it has."""
    if isinstance(value, Decimal):
        return value.normalize() if value != value.to_integral_value() else int(value)
    return value


def read_price(text: str) -> Any:
    """Return a sum of money, or KEEP.

    Raises:
        BadCell: It is none, or finer than the coins that there are.
    """
    number = read_decimal(text)
    if number is KEEP:
        return KEEP
    if number.adjusted() > 9 or number != rounded(number):
        raise BadCell(_("Write a price with at most two decimals, such as 249.90."))
    return rounded(number)


def show_price(value: Decimal | None) -> Cell:
    """Return a sum with both its decimals."""
    return None if value is None else rounded(value)


def read_flag(text: str) -> Any:
    """Return yes or no in any of the shop's languages, or KEEP.

    Raises:
        BadCell: It is neither.
    """
    if not text:
        return KEEP
    word = text.casefold()
    for answer, spellings in ((True, _YES), (False, _NO)):
        known = {"1", "true"} if answer else {"0", "false"}
        if word in known or word in (said.casefold() for said in in_every_language(spellings)):
            return answer
    raise BadCell(_("Write yes or no."))


def show_flag(value: bool) -> str:
    """Return yes or no in the reader's language."""
    return str(_YES if value else _NO)


def one_of(choices: type[TextChoices]) -> tuple[Callable[[str], Any], Callable[[Any], str]]:
    """Return how a choice is read, by its code or its name in any language, and how it is shown."""

    def read(text: str) -> Any:
        if not text:
            return KEEP
        code = spellings_of(choices).get(text.casefold())
        if code is None:
            allowed = ", ".join(str(choice.label) for choice in choices)
            raise BadCell(_("Write one of: %(choices)s.") % {"choices": allowed})
        return code

    return read, lambda value: str(choices(value).label)


def several_of(
    choices: type[TextChoices],
) -> tuple[Callable[[str], list[str]], Callable[[Sequence[str]], str]]:
    """Return how a list of choices is read, and how it is shown."""

    def read(text: str) -> list[str]:
        codes = []
        for word in split(text):
            code = spellings_of(choices).get(word.casefold())
            if code is None:
                raise BadCell(_("“%(word)s” is not known here.") % {"word": word[:60]})
            codes.append(code)
        return list(dict.fromkeys(codes))

    def show(value: Sequence[str]) -> str:
        return ", ".join(str(choice.label) for choice in choices if choice.value in value)

    return read, show


@cache
def spellings_of(choices: type[TextChoices]) -> dict[str, str]:
    """Return every way to write each choice, without case."""
    known = {
        said.casefold(): choice.value
        for choice in choices
        for said in in_every_language(choice.label)
    }
    return known | {choice.value.casefold(): choice.value for choice in choices}


def split(text: str) -> list[str]:
    """Return the entries of a list in one cell: parted by commas, semicolons or lines."""
    return [part.strip() for part in _LISTED.split(text) if part.strip()]
