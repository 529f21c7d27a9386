"""The codes of places in the freezer, as their labels say: A-03-2."""

import re

from apps.inventory.errors import InvalidShelf

_LONGEST = 20
_CODE = re.compile(r"[A-ZА-ЯЁ0-9]+(?:-[A-ZА-ЯЁ0-9]+)*")
# The same letter to the eye, another one to a database: a phone types whichever it likes.
_LOOKALIKES = str.maketrans("АВЕКМНОРСТХУ", "ABEKMHOPCTXY")
_DASHES = re.compile(r"[\s\-‐‑‒–—_./]+")


def shelf_code(typed: str) -> str:
    """Return a shelf's code as it is kept: capitals, dashes; empty stays empty.

    Raises:
        InvalidShelf: No label looks like that.
    """
    code = _DASHES.sub("-", typed.strip()).strip("-").upper().translate(_LOOKALIKES)
    if code and (len(code) > _LONGEST or not _CODE.fullmatch(code)):
        raise InvalidShelf(shelf=typed.strip()[:40])
    return code
