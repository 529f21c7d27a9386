"""One error, described once: the API and the bot both render what `describe` returns."""

import logging
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404
from django.utils.translation import gettext as _
from psycopg_pool import PoolTimeout
from rest_framework import exceptions

from apps.core.context import current_request_id
from apps.core.errors import Kind, ShopError

logger = logging.getLogger(__name__)

# What Django and the pool raise when PostgreSQL can't be reached or takes too long.
DATABASE_AWAY = (OperationalError, InterfaceError, PoolTimeout)

STATUS = {
    Kind.INVALID: 400,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.MISMATCH: 422,
    Kind.TOO_MANY: 429,
    Kind.UNAVAILABLE: 503,
}
_CODE_OF_DRF = {
    exceptions.ValidationError: "validation_error",
    exceptions.ParseError: "parse_error",
    exceptions.NotAuthenticated: "not_authenticated",
    exceptions.AuthenticationFailed: "authentication_failed",
    exceptions.PermissionDenied: "permission_denied",
    exceptions.NotFound: "not_found",
    exceptions.MethodNotAllowed: "method_not_allowed",
    exceptions.NotAcceptable: "not_acceptable",
    exceptions.UnsupportedMediaType: "unsupported_media_type",
    exceptions.Throttled: "throttled",
}


@dataclass(frozen=True)
class FieldProblem:
    """What is wrong with one field; `field` is a dotted path, empty for the whole body."""

    field: str
    code: str
    detail: str


@dataclass(frozen=True)
class Problem:
    """An error as a person and a program may see it (RFC 9457 and our stable `code`)."""

    status: int
    code: str
    detail: str
    retry_after: int | None = None
    errors: tuple[FieldProblem, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the body of an `application/problem+json` answer."""
        body: dict[str, Any] = {
            "type": f"urn:frozenfood:problem:{self.code}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "request_id": current_request_id(),
        }
        if self.errors:
            body["errors"] = [vars(problem) for problem in self.errors]
        if self.facts:
            body["facts"] = self.facts
        return body


def describe(error: BaseException) -> Problem:
    """Return the problem an error stands for, logging the unanticipated ones."""
    if isinstance(error, ShopError):
        facts = {name: _plain(value) for name, value in error.facts.items()}
        return Problem(
            STATUS[error.kind], error.code, str(error), retry_after=error.retry_after, facts=facts
        )
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, RequestDataTooBig):
        return Problem(413, "body_too_large", _("The request is larger than we accept."))
    if isinstance(error, SuspiciousOperation):
        return Problem(400, "invalid", _("The request can't be understood."))
    if isinstance(error, exceptions.APIException):
        return _describe_drf(error)
    if isinstance(error, DATABASE_AWAY):
        logger.warning("The database did not answer: %s", error)
        return Problem(503, "unavailable", _("The shop is resting for a moment. Please try again."),
                       retry_after=2)  # fmt: skip
    if isinstance(error, DataError):
        logger.warning("The database refused a value: %s", error)
        return Problem(400, "invalid", _("A value is outside the range we can keep."))
    logger.error("Unanticipated error", exc_info=error)
    return Problem(500, "internal_error", _("Something went wrong. Please try again."))


def _describe_drf(error: exceptions.APIException) -> Problem:
    code = next((c for kind, c in _CODE_OF_DRF.items() if isinstance(error, kind)), "error")
    if isinstance(error, exceptions.ValidationError):
        errors = tuple(_flatten(error.detail))
        detail = errors[0].detail if len(errors) == 1 else _("Some values can't be used.")
        return Problem(400, code, detail, errors=errors)
    wait = getattr(error, "wait", None)
    retry_after = int(wait) + 1 if wait is not None else None
    return Problem(error.status_code, code, str(error.detail), retry_after=retry_after)


def _flatten(detail: Any, path: str = "") -> list[FieldProblem]:
    """Turn DRF's nested details into a flat list with dotted paths."""
    if isinstance(detail, dict):
        parts = [(f"{path}.{name}".strip("."), value) for name, value in detail.items()]
    elif isinstance(detail, list):
        nested = any(isinstance(value, dict | list) for value in detail)
        parts = [(f"{path}.{i}".strip(".") if nested else path, v) for i, v in enumerate(detail)]
    else:
        field_name = "" if path == "non_field_errors" else path
        return [FieldProblem(field_name, getattr(detail, "code", "invalid"), str(detail))]
    return [problem for name, value in parts for problem in _flatten(value, name)]


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | str | bool | list | dict | None) else str(value)
