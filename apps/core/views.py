"""Answers outside the API's views: health, metrics, and errors that nobody else caught."""

import ipaddress
import sys
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views import defaults
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView
from health_check.checks import Database
from health_check.exceptions import HealthCheckException
from redis import Redis
from redis.exceptions import RedisError

from apps.core.middleware import problem_response
from apps.core.problems import describe
from apps.core.redis import CONNECTION_OPTIONS

_JSON_PATHS = ("/api/", "/webhooks/")


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


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer for an address that leads nowhere (handler404)."""
    if request.path.startswith(_JSON_PATHS):
        return problem_response(describe(Http404()))
    return defaults.page_not_found(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer for a request that Django refuses to read (handler400)."""
    if request.path.startswith(_JSON_PATHS):
        suspicious = isinstance(exception, SuspiciousOperation)
        return problem_response(describe(exception if suspicious else SuspiciousOperation()))
    return defaults.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Answer for an error that no view caught, middleware's among them (handler500)."""
    if request.path.startswith(_JSON_PATHS):
        error = sys.exc_info()[1]
        return problem_response(describe(error or RuntimeError("An error without a name")))
    return defaults.server_error(request)
