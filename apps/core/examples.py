"""Examples in the API's description: each body gets one that its own schema allows.

Those that a view gives are kept; the rest is put together from the schema, so that no example can
tell of a field that is gone.
"""

import re
from collections.abc import Iterator
from typing import Any

from apps.core.example_values import BY_FORMAT, BY_NAME, BY_SCHEMA

Json = dict[str, Any]
_DEEPEST = 6
_METHODS = frozenset({"get", "post", "put", "patch", "delete"})
_JSON = "application/json"


def add_examples(result: Json, **_told: Any) -> Json:
    """Give every body an example that has none yet (a post-processing hook of drf-spectacular)."""
    maker = _Maker(result.get("components", {}).get("schemas", {}))
    for media, is_request in _bodies(result):
        if "example" not in media and "examples" not in media:
            media["example"] = maker.example(media.get("schema", {}), is_request=is_request)
    return result


def _bodies(result: Json) -> Iterator[tuple[Json, bool]]:
    for operations in result["paths"].values():
        for method, operation in operations.items():
            if method not in _METHODS:
                continue
            for media in operation.get("requestBody", {}).get("content", {}).values():
                yield media, True
            for status, answer in operation["responses"].items():
                for kind, media in answer.get("content", {}).items():
                    if status.startswith("2") and kind == _JSON:
                        yield media, False
                    elif status.startswith("2"):
                        media.setdefault("example", "(a file)")


class _Maker:
    """Makes values for the schemas of one description."""

    def __init__(self, components: Json) -> None:
        self.components = components

    def example(self, schema: Json, *, is_request: bool) -> Any:
        """Return a value that the schema allows; a request says no more than it must."""
        return self._value(schema, "", "", is_request, 0)

    def _value(self, schema: Json, owner: str, name: str, is_request: bool, depth: int) -> Any:
        for key in ("example", "default"):
            if key in schema:
                return schema[key]
        if "$ref" in schema:
            owner = schema["$ref"].rpartition("/")[2]
            return self._value(self.components[owner], owner, name, is_request, depth)
        if _may_be_null(schema) and "oneOf" in schema:
            return None
        for key in ("allOf", "oneOf", "anyOf"):
            if key in schema:
                return self._value(schema[key][0], owner, name, is_request, depth)
        if _kind(schema) == "object":
            return self._object(schema, owner, is_request, depth)
        known = _known(owner, name)
        if known is not None and _fits(known, schema):
            return known[0]
        if _kind(schema) == "array":
            return self._array(schema, owner, name, is_request, depth)
        return None if _may_be_null(schema) else _plain(schema)

    def _object(self, schema: Json, owner: str, is_request: bool, depth: int) -> Json:
        fields = schema.get("properties", {})
        if depth >= _DEEPEST or not fields:
            return {}
        told = schema.get("required", []) if is_request else list(fields)
        if is_request and not told:
            # A change says what changes: the first that may.
            told = [name for name in fields if not fields[name].get("readOnly")][:1]
        return {
            name: self._value(fields[name], owner, name, is_request, depth + 1)
            for name in told
            if not fields[name].get("readOnly" if is_request else "writeOnly")
        }

    def _array(self, schema: Json, owner: str, name: str, is_request: bool, depth: int) -> Any:
        items = schema["items"]
        if depth >= _DEEPEST or items.get("$ref", "").rpartition("/")[2] == owner != "":
            # A tree's leaves have nothing below them.
            return []
        return [self._value(items, owner, name, is_request, depth + 1)]


def _known(owner: str, name: str) -> tuple[Any] | None:
    """Return what the tables show for a field, in a tuple: it may be null."""
    for table in (
        BY_SCHEMA.get(owner.removeprefix("Patched").removesuffix("Request"), {}),
        BY_NAME,
    ):
        if name in table:
            return (table[name],)
    return None


def _kind(schema: Json) -> str:
    """Return the type of what is not null (a list of both in OpenAPI 3.1)."""
    kind = schema.get("type", "")
    return kind if isinstance(kind, str) else next(one for one in kind if one != "null")


def _may_be_null(schema: Json) -> bool:
    return "null" in schema.get("type", ()) or {"type": "null"} in schema.get("oneOf", ())


def _fits(known: tuple[Any], schema: Json) -> bool:
    """Tell whether the tables' value is one of the schema's."""
    (value,) = known
    if value is None:
        return _may_be_null(schema)
    if "enum" in schema:
        return value in schema["enum"]
    kind = {"string": str, "integer": int, "array": list, "boolean": bool, "number": float}
    fits = isinstance(value, kind.get(_kind(schema), object))
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        return False
    is_other = schema.get("format") in {"uuid", "date-time", "date", "time"}
    return fits and not is_other and len(str(value)) <= schema.get("maxLength", 10_000)


def _plain(schema: Json) -> Any:
    """Return a value by type and format alone."""
    if schema.get("enum"):
        return schema["enum"][0]
    match _kind(schema):
        case "integer":
            return max(1, schema.get("minimum", 1))
        case "number":
            return float(max(1, schema.get("minimum", 1)))
        case "boolean":
            return False
        case "string":
            told = BY_FORMAT.get(schema.get("format", ""), "text")[: schema.get("maxLength")]
            return told if re.search(schema.get("pattern", ""), told) else told[:1]
    return {}
