"""What every API door of the shop shares."""

from http import HTTPStatus
from typing import Any

from rest_framework.response import Response
from rest_framework.views import set_rollback

from apps.core.problems import describe


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
