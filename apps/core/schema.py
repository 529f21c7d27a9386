"""How our API is described in OpenAPI: every operation with the problems it may answer."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from rest_framework.permissions import AllowAny, IsAuthenticated

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
    "409": "It can't be done as things stand; `code` says why.",
    "413": "The body is too large.",
    "415": "The body must be JSON.",
    "422": "The Idempotency-Key came with another body before.",
    "429": "Too many requests; Retry-After says when to come back.",
    "503": "The shop is busy for a moment; Retry-After says when to come back.",
}
_CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class ClockTime(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """A time by the shop's clocks: OpenAPI's `time` would carry an offset (RFC 3339, 5.6)."""

    target_class = "rest_framework.serializers.TimeField"

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return hours and minutes, with seconds where there are any."""
        return {"type": "string", "pattern": r"^\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?$"}


class ShopSchema(AutoSchema):
    """The schema of one operation."""

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        """Return the declared answers and the problems that fit the operation."""
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for code in sorted(self._problem_codes()):
            bodies.setdefault(code, self._problem(code))
        return bodies

    def _problem_codes(self) -> set[str]:
        codes = {"400", "429", "503"}
        permissions = self.view.get_permissions()
        if self.view.get_authenticators() or self.method in _CHANGES:
            codes.add("401")
        if any(type(one) not in {AllowAny, IsAuthenticated} for one in permissions):
            codes.add("403")
        if "{" in self.path or self._get_parameters():
            codes.add("404")
        if self.method in _CHANGES:
            # A body names things, too.
            codes |= {"404", "409", "413", "415"}
        if any(one.get("name") == "Idempotency-Key" for one in self._get_parameters()):
            codes.add("422")
        return codes

    def _problem(self, code: str) -> dict[str, Any]:
        component = ResolvedComponent(  # type: ignore[no-untyped-call]
            name="Problem", type=ResolvedComponent.SCHEMA, object="Problem", schema=_PROBLEM
        )
        self.registry.register_on_missing(component)
        return {
            "description": _MEANING[code],
            "content": {"application/problem+json": {"schema": component.ref}},
        }
