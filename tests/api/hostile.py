"""Values that break programs, put into every place of a request: arguments, queries, bodies."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from tests.api.calls import Ask, schema

# Bytes of an address that no text decodes from, or that no table can keep.
_UNREADABLE = ("%00", "a%00b", "%ff", "%ed%a0%80", "%F0%9F")
_STRANGE = (
    "9" * 30, str(2**63), str(2**63 - 1), str(-(2**63) - 1), "-1", "0", "1e400", "NaN", "Infinity",
    "1_0", "٣", "²", "'; DROP TABLE x; --", "%s%n{0}", "../../etc/passwd", "A" * 5000, "\u202e",
    "🥟", " ", "null", "[]", "0001-01-01", "9999-12-31", "2024-02-30",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
)  # fmt: skip
# JSON as it is written, since Python would not write all of it.
_UNREADABLE_JSON = (
    rb'"\u0000"', rb'"a\ud800"', rb'"\udfff"', b"NaN", b"-Infinity", b"1e999", b'"\xff"',
    b'"\xed\xa0\x80"',
)  # fmt: skip
_STRANGE_JSON = (
    *(json.dumps(text).encode() for text in _STRANGE),
    b"null", b"true", b"[]", b"{}", b'[[[[[[{"a":[null]}]]]]]]', b"-1", b"0", b"0.1", b"1e300",
    b"9" * 30, str(2**63).encode(), str(-(2**63) - 1).encode(), b"1" + b"0" * 4000,
    b"[" + b"1," * 20_000 + b"1]",
)  # fmt: skip


@dataclass(frozen=True)
class Attack:
    """A request with one bad value; what can't be read must be refused, whatever it is for."""

    ask: Ask
    path: str
    body: bytes
    is_unreadable: bool

    def __str__(self) -> str:
        return f"{self.ask.operation} {self.path[:120]} {self.body[:200]!r}"


def attacks(ask: Ask) -> Iterator[Attack]:
    """Yield an operation's request with every bad value in every place."""
    body = json.dumps(ask.body).encode() if _is_json(ask) else b""
    for values, is_unreadable in ((_UNREADABLE, True), (_STRANGE, False)):
        for value in values:
            written = value if is_unreadable else quote(value, safe="")
            for name in ask.operation.arguments:
                ids = {**ask.ids, name: written}
                yield Attack(ask, _address(ask, ids), body, is_unreadable)
            for name in _queries(ask):
                query = urlencode({k: v for k, v in ask.query.items() if k != name})
                path = f"{_address(ask, ask.ids)}?{name}={written}&{query}"
                yield Attack(ask, path, body, is_unreadable)
    if _is_json(ask):
        yield from _bodies(ask)


def _bodies(ask: Ask) -> Iterator[Attack]:
    for values, is_unreadable in ((_UNREADABLE_JSON, True), (_STRANGE_JSON, False)):
        for value in values:
            yield Attack(ask, ask.path, value, is_unreadable)
            for name in _fields(ask):
                others = {k: v for k, v in (ask.body or {}).items() if k != name}
                rest = json.dumps(others).encode()[1:]
                comma = b"" if rest == b"}" else b","
                body = b"{" + json.dumps(name).encode() + b":" + value + comma + rest
                yield Attack(ask, ask.path, body, is_unreadable)


def _address(ask: Ask, ids: Any) -> str:
    return "/api/v1" + ask.operation.path.format(**ids)


def _is_json(ask: Ask) -> bool:
    return ask.operation.media_type == "application/json"


def _queries(ask: Ask) -> list[str]:
    parameters = ask.operation.described.get("parameters", [])
    return [one["name"] for one in parameters if one["in"] == "query"]


def _fields(ask: Ask) -> list[str]:
    content = ask.operation.described["requestBody"]["content"]["application/json"]["schema"]
    return sorted(properties(content))


def properties(described: dict[str, Any]) -> dict[str, Any]:
    """Return the properties of a body's schema by name."""
    if "$ref" in described:
        described = schema()["components"]["schemas"][described["$ref"].rpartition("/")[2]]
    found: dict[str, Any] = dict(described.get("properties", {}))
    for part in described.get("allOf", []):
        found |= properties(part)
    return found
