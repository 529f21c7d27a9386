"""What every API door of the shop shares: its errors, who calls."""

from http import HTTPStatus
from typing import Any

from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
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
        response["WWW-Authenticate"] = 'Bearer realm="api"'
    return response
