"""The parameters of one Bot API call, whichever of Telegram's encodings brought them."""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.simulator.errors import BotApiError, bad_request

_SECRET = {"provider_token", "secret_token"}


@dataclass(frozen=True)
class Upload:
    """A file that came inside a multipart request."""

    name: str
    data: bytes
    mime: str


@dataclass(frozen=True)
class Params:
    """Named values, which a form carries as strings and JSON carries typed."""

    values: dict[str, Any] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    def raw(self, name: str) -> Any:
        """Return the value as it came, or None."""
        return self.values.get(name)

    def text(self, name: str) -> str:
        """Return a string, empty when the parameter is missing.

        Raises:
            BotApiError: It holds code points that UTF-8 cannot carry.
        """
        value = self.values.get(name)
        if value is None:
            return ""
        result = value if isinstance(value, str) else str(value)
        try:
            result.encode()
        except UnicodeEncodeError as error:
            raise bad_request("strings must be encoded in UTF-8") from error
        return result.replace("\x00", "").replace("\r\n", "\n")

    def integer(self, name: str, default: int = 0) -> int:
        """Return a whole number; like Telegram, read nonsense as the default."""
        value = self.values.get(name)
        if isinstance(value, bool) or value is None:
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            return default

    def number(self, name: str) -> float:
        """Return a decimal number.

        Raises:
            BotApiError: It is missing or no number.
        """
        try:
            return float(self.values[name])
        except (KeyError, TypeError, ValueError) as error:
            raise bad_request(f"{name} must be a number") from error

    def boolean(self, name: str) -> bool:
        """Return whether a flag is set."""
        value = self.values.get(name)
        return value is True or str(value).strip().lower() in {"true", "yes", "1"}

    def json(self, name: str) -> Any:
        """Return a JSON value that may have come as a string, or None.

        Raises:
            BotApiError: The string is not JSON.
        """
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError as error:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from error

    def objects(self, name: str) -> list[dict[str, Any]]:
        """Return a list of JSON objects, empty when the parameter is missing.

        Raises:
            BotApiError: It is anything else.
        """
        value = self.json(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object")
        return value

    def for_log(self) -> dict[str, Any]:
        """Return the parameters without secrets and without the bytes of files."""
        shown: dict[str, Any] = {}
        for name, value in self.values.items():
            if name in _SECRET:
                shown[name] = "…"
                continue
            try:
                shown[name] = self.json(name) if str(value)[:1] in "[{" else value
            except BotApiError:
                shown[name] = value
        for name, upload in self.uploads.items():
            shown[name] = {"file": upload.name, "size": len(upload.data)}
        return shown


async def read_params(request: web.Request) -> Params:
    """Read the query string and a JSON, form or multipart body.

    Raises:
        BotApiError: The body is not what its content type says.
    """
    values: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        return Params(values | await _json_body(request))
    if request.content_type == "multipart/form-data":
        return await _multipart_body(request, values)
    if request.content_type == "application/x-www-form-urlencoded":
        values.update(await request.post())
    return Params(values)


async def _json_body(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.text() or "{}")
    except ValueError as error:
        raise bad_request("can't parse request body as JSON") from error
    if not isinstance(body, dict):
        raise bad_request("object expected")
    return body


async def _multipart_body(request: web.Request, values: dict[str, Any]) -> Params:
    uploads: dict[str, Upload] = {}
    for name, part in (await request.post()).items():
        if isinstance(part, web.FileField):
            uploads[name] = Upload(part.filename, part.file.read(), part.content_type)
        elif isinstance(part, bytes | bytearray):
            uploads[name] = Upload(name, bytes(part), "application/octet-stream")
        else:
            values[name] = part
    return Params(values, uploads)
