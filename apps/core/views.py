"""Answers beside the shop's own: health, metrics, the API's description, uncaught errors."""

import ipaddress
import sys
import threading
from functools import cache
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from redis import Redis
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.answers import problem_answer
from apps.core.problems import Problem, describe
from apps.core.redis import CONNECTION_OPTIONS

_describing = threading.Lock()


class SchemaView(SpectacularAPIView):
    """The API's description, made once for each language.

    drf-spectacular takes its time over it, and the first ones to ask at once would trip over each
    other while it loads its extensions.
    """

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show the description; what else the address asks for is not heard."""
        with _describing:
            return Response(_description(get_language()))


@cache
def _description(language: str) -> dict[str, Any]:
    generator: Any = SchemaGenerator()  # type: ignore[no-untyped-call]
    described: dict[str, Any] = generator.get_schema(request=None, public=True)
    return described


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Tell that the process serves requests; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Tell whether the shop can sell: it needs its database, and is only slower without Redis."""
    has_database, has_redis = _database_answers(), _redis_answers()
    if not has_database:
        status, code = "down", HTTPStatus.SERVICE_UNAVAILABLE
    else:
        status, code = ("ok" if has_redis else "degraded"), HTTPStatus.OK
    parts = {"database": has_database, "redis": has_redis}
    body = {"status": status, **{name: "ok" if up else "down" for name, up in parts.items()}}
    return JsonResponse(body, status=code, headers={"Cache-Control": "no-store"})


def _database_answers() -> bool:
    # Its module brings a whole resolver of host names, which no other process needs.
    from health_check.checks import Database
    from health_check.exceptions import HealthCheckException

    try:
        Database().run()
    except HealthCheckException:
        return False
    return True


def _redis_answers() -> bool:
    try:
        with Redis.from_url(settings.REDIS_URL, **CONNECTION_OPTIONS) as client:
            return bool(client.ping())
    except (RedisError, OSError):
        return False


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Show Prometheus this process's figures: to neighbours only, as if absent to all others.

    A neighbour connects directly from a loopback or private address. Whatever came through the
    proxy carries X-Forwarded-For and is from outside, so no token needs to be kept or leaked.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    try:
        is_near = ipaddress.ip_address(peer).is_private
    except ValueError:
        is_near = False
    if not is_near or "X-Forwarded-For" in request.headers:
        raise Http404
    answer: HttpResponse = ExportToDjangoView(request)
    return answer


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for an address that leads nowhere (handler404)."""
    return problem_answer(request, describe(Http404()))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for a page that is not for this person (handler403)."""
    return problem_answer(request, describe(PermissionDenied()))


def form_outdated(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer for a form whose token is wrong: mostly one that lay open too long."""
    text = _("This page was open for too long. Please open it again and repeat what you did.")
    return problem_answer(request, Problem(403, "form_outdated", text))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for a request that Django refuses to read (handler400)."""
    suspicious = isinstance(exception, SuspiciousOperation)
    return problem_answer(request, describe(exception if suspicious else SuspiciousOperation()))


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer for an error that no view caught, middleware's among them (handler500)."""
    error = sys.exc_info()[1]
    return problem_answer(request, describe(error or RuntimeError("An error without a name")))
