"""What every API door of the shop shares: its errors, who calls, who may, and which values."""

from http import HTTPStatus
from typing import Any

from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import set_rollback

from apps.core.problems import describe


def caller_id(request: Request) -> int:
    """Return the id of whoever calls.

    Raises:
        NotAuthenticated: Nobody is signed in.
    """
    if request.user.pk is None:
        raise NotAuthenticated
    return int(request.user.pk)


def handle_api_exception(error: Exception, context: dict[str, Any]) -> Response:
    """Render an error for the API and undo what the request had begun (a DRF exception handler)."""
    problem = describe(error)
    set_rollback()
    response = Response(problem.as_json(), status=problem.status)
    response.content_type = "application/problem+json"
    if problem.retry_after is not None:
        response["Retry-After"] = str(problem.retry_after)
    if problem.status == HTTPStatus.UNAUTHORIZED:
        asks = context["view"].get_authenticate_header(context["request"])
        response["WWW-Authenticate"] = asks or 'Bearer realm="api"'
    return response


class HoldsPermission(BasePermission):
    """Let staff in who hold the permission that the view names for the method."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Look the method up in the view's `needs`; one that is not listed is refused."""
        needed = view.needs.get(request.method)
        return bool(request.user.is_authenticated and needed and request.user.has_perm(needed))


def asked(kind: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """Return the query's checked values.

    Raises:
        ValidationError: A value can't be used.
    """
    query = kind(data=request.query_params)
    query.is_valid(raise_exception=True)
    return dict(query.validated_data)


def valid(
    kind: type[Serializer[Any]], request: Request, *, partial: bool = False
) -> dict[str, Any]:
    """Return the body's checked values.

    Raises:
        ValidationError: A value can't be used.
    """
    body = kind(data=request.data, partial=partial)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)
