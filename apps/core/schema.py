"""How our API is described in OpenAPI: every operation with the problems it may answer."""

import re
from collections import defaultdict
from http import HTTPStatus
from string import Formatter
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from rest_framework.permissions import AllowAny, IsAuthenticated

from apps.core.errors import ShopError
from apps.core.example_values import BY_NAME
from apps.core.problems import STATUS
from apps.core.refusals import refusals_of

_FIELD_PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["field", "code", "detail"],
    "properties": {
        "field": {"type": "string", "description": "A dotted path; empty for the whole body."},
        "code": {"type": "string"},
        "detail": {"type": "string"},
    },
}
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "What went wrong (RFC 9457); `code` is stable, `detail` is for a person.",
    "required": ["type", "title", "status", "code", "detail", "request_id"],
    "properties": {
        "type": {"type": "string", "example": "urn:frozenfood:problem:out_of_stock"},
        "title": {"type": "string", "example": "Conflict"},
        "status": {"type": "integer", "example": 409},
        "code": {"type": "string", "example": "out_of_stock"},
        "detail": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {"type": "array", "items": _FIELD_PROBLEM},
        "facts": {"type": "object", "additionalProperties": True},
    },
}
_MEANING = {
    "400": "The request can't be understood or a value can't be used.",
    "401": "Nobody is signed in, or the session has ended.",
    "403": "The caller's role does not include this.",
    "404": "There is no such thing, or it is somebody else's.",
    "406": "The caller takes nothing that the shop can write.",
    "409": "It can't be done as things stand; `code` says why.",
    "411": "The body came without its length.",
    "413": "The body is too large.",
    "415": "The body must be of the kind that is asked for here.",
    "422": "The Idempotency-Key came with another body before.",
    "429": "Too many requests; Retry-After says when to come back.",
    "503": "The shop is busy for a moment; Retry-After says when to come back.",
}
# What the doors themselves say; the services' sentences stand in their errors.
_DETAIL = {
    "body_too_large": "The request is larger than we accept.",
    "busy": "The shop is very busy right now. Please try again in a moment.",
    "invalid": "The address contains characters we can't read.",
    "length_required": "Send the body with a Content-Length.",
    "not_acceptable": "Could not satisfy the request Accept header.",
    "not_authenticated": "Authentication credentials were not provided.",
    "not_found": "Not found.",
    "parse_error": "JSON parse error.",
    "permission_denied": "You do not have permission to perform this action.",
    "throttled": "Too many requests. Please wait a little.",
    "unavailable": "The shop is resting for a moment. Please try again.",
    "unsupported_media_type": "Unsupported media type in request.",
    "validation_error": "This field is required.",
}
CODES_OF_DOORS = frozenset(_DETAIL)
# Where drf-spectacular pretends that webhooks are taken: what is answered there is not ours.
_WEBHOOK = "/"
_CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_SENTENCE = re.compile(r"^(.+?)[.;:](?:\s|$)", re.S)
Codes = dict[str, dict[str, str]]


class ClockTime(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """A time by the shop's clocks: OpenAPI's `time` would carry an offset (RFC 3339, 5.6)."""

    target_class = "rest_framework.serializers.TimeField"

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return hours and minutes, with seconds where there are any."""
        pattern = r"^\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?$"
        return {"type": "string", "pattern": pattern, "example": "10:00:00"}


class ShopSchema(AutoSchema):
    """The schema of one operation."""

    def get_summary(self) -> str:
        """Return what the operation does: the first sentence of its description."""
        told = super().get_summary()
        text = str(told or self.get_description())
        first = _SENTENCE.match(text)
        return " ".join((first[1] if first else text).split())

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """Return the operation, which says also that nobody needs to sign in for it."""
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is not None and operation.get("security", [{}]) == [{}]:
            operation["security"] = []
        return operation

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        """Return the declared answers and the problems that fit the operation."""
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        if self.path == _WEBHOOK:
            return bodies
        for status, codes in sorted(problems_of(self).items()):
            bodies.setdefault(status, self._problem(status, codes))
        return bodies

    def _problem(self, status: str, codes: dict[str, str]) -> dict[str, Any]:
        component = self._register(ResolvedComponent.SCHEMA, "Problem", _PROBLEM)
        examples = {}
        for code, detail in sorted(codes.items()):
            body = {"summary": code, "value": _example(int(status), code, detail)}
            name = f"Problem_{status}_{code}"
            examples[code] = self._register(ResolvedComponent.EXAMPLE, name, body).ref
        listed = ", ".join(f"`{code}`" for code in examples)
        return {
            "description": f"{_MEANING[status]} Codes: {listed}.",
            "content": {
                "application/problem+json": {"schema": component.ref, "examples": examples}
            },
        }

    def _register(self, kind: str, name: str, body: dict[str, Any]) -> ResolvedComponent:
        component = ResolvedComponent(  # type: ignore[no-untyped-call]
            name=name, type=kind, object=name, schema=body
        )
        self.registry.register_on_missing(component)
        return component


def problems_of(schema: ShopSchema) -> Codes:
    """Return what an operation can refuse, with a sentence for each code, by status."""
    codes: Codes = defaultdict(dict)
    for status, of_door in _of_the_door(schema).items():
        codes[status] |= {code: _DETAIL[code] for code in of_door}
    handler = getattr(schema.view, getattr(schema.view, "action", None) or schema.method.lower())
    asked = [handler, *(one.authenticate for one in schema.view.get_authenticators())]
    for one in asked:
        owner: type = type(one.__self__)
        for refusal in refusals_of(one.__func__, owner):
            codes[str(STATUS[refusal.kind])][refusal.code] = _sentence(refusal)
    return codes


def _of_the_door(schema: ShopSchema) -> dict[str, set[str]]:
    """Return what is refused before a service is asked."""
    view = schema.view
    codes = {
        "400": {"invalid"},
        "406": {"not_acceptable"},
        "429": {"throttled"},
        "503": {"busy", "unavailable"},
    }
    if view.get_authenticators():
        codes["401"] = {"not_authenticated"}
    if any(type(one) not in {AllowAny, IsAuthenticated} for one in view.get_permissions()):
        codes["403"] = {"permission_denied"}
    if "{" in schema.path or schema._get_pagination_parameters():  # type: ignore[no-untyped-call]
        codes["404"] = {"not_found"}
    if any(one["in"] == "query" for one in schema._get_parameters()):
        codes["400"] |= {"validation_error"}
    if schema.method in _CHANGES:
        codes |= {"411": {"length_required"}, "413": {"body_too_large"}}
    if schema.method in _CHANGES and schema._get_request_body():  # type: ignore[no-untyped-call]
        codes["400"] |= {"validation_error", "parse_error"}
        codes["415"] = {"unsupported_media_type"}
    return codes


def _sentence(refusal: type[ShopError]) -> str:
    """Return a refusal's message with its gaps filled."""
    message = str(refusal.message)
    gaps = {name for _text, name, _spec, _kind in Formatter().parse(message) if name}
    return message.format(**{name: BY_NAME.get(name, 3) for name in gaps})


def _example(status: int, code: str, detail: str) -> dict[str, Any]:
    body = {
        "type": f"urn:frozenfood:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "request_id": BY_NAME["request_id"],
    }
    if code == "validation_error":
        body["errors"] = [{"field": "quantity", "code": "required", "detail": detail}]
    return body
