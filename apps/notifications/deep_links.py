"""The codec of links into the chat: what follows `?start=`, short, checked, and never trusted.

Telegram allows up to 64 of A-Z, a-z, 0-9, _ and - (core.telegram.org/bots/features#deep-linking).
A link says what somebody wants to see: it proves nothing and grants nothing by itself.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NoBase64
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

_ALLOWED = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_CODE = re.compile(r"[A-Z0-9]{3,30}", re.ASCII)
# A letter of a Russian code is one byte there: thirty of them fit into a link.
_RUSSIAN = "cp1251"


class Target(StrEnum):
    """What a link leads to; the word is its beginning."""

    PRODUCT = "p"
    CATEGORY = "c"
    ORDER = "order"
    CODE = "promo"
    RUSSIAN_CODE = "promo64"
    CAMPAIGN = "go"


_NUMBERED = frozenset({Target.PRODUCT, Target.CATEGORY, Target.ORDER})


@dataclass(frozen=True)
class Link:
    """Where a link leads: `number` for what has an id, `word` for codes and campaigns."""

    target: Target
    number: int = 0
    word: str = ""


def payload_of(link: Link) -> str:
    """Return what stands behind `?start=`.

    Raises:
        ValueError: Telegram would not take it.
    """
    target, rest = link.target, str(link.number) if link.target in _NUMBERED else link.word
    if target == Target.CODE and not _CODE.fullmatch(rest):
        target = Target.RUSSIAN_CODE
        rest = urlsafe_b64encode(rest.encode(_RUSSIAN)).decode().rstrip("=")
    payload = f"{target}-{rest}"
    if not _ALLOWED.fullmatch(payload):
        raise ValueError(f"A link can't hold {payload!r}")
    return payload


def read_payload(payload: str) -> Link | None:
    """Return where a payload leads; None where it is none of ours."""
    if not _ALLOWED.fullmatch(payload):
        return None
    kind, _dash, rest = payload.partition("-")
    if kind not in set(Target) or not rest:
        return None
    target = Target(kind)
    if target in _NUMBERED:
        is_number = rest.isdigit() and len(rest) <= 18
        return Link(target, number=int(rest)) if is_number else None
    if target == Target.RUSSIAN_CODE:
        return _russian_code(rest)
    return Link(target, word=rest)


def chat_link(username: str, payload: str) -> str:
    """Return the address that opens the chat and says START with a payload."""
    return f"https://t.me/{username}?start={payload}"


def share_link(url: str, text: str) -> str:
    """Return the address at which Telegram asks whom to send a link to."""
    return f"https://t.me/share/url?url={quote(url, safe='')}&text={quote(text, safe='')}"


def _russian_code(text: str) -> Link | None:
    try:
        word = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode(_RUSSIAN)
    except (NoBase64, UnicodeDecodeError):
        return None
    return Link(Target.CODE, word=word) if word.isprintable() else None
