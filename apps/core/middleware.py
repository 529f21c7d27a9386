"""The shop's middleware: an id for each request, and Django's sessions for the admin alone."""

import re
import uuid
from collections.abc import Callable
from typing import cast

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _
from simple_history.middleware import HistoryRequestMiddleware

from apps.core.context import set_request_id
from apps.core.problems import Problem
from apps.core.text import is_clean

_SAFE_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
Handler = Callable[[HttpRequest], HttpResponseBase]


class RequestContextMiddleware:
    """Give each request an id, in the logs and in the answer."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Serve the request; a well-formed X-Request-ID of the proxy's is kept."""
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _SAFE_ID.fullmatch(given) else uuid.uuid4().hex[:16]
        set_request_id(request_id)
        response = self.get_response(request)
        response["X-Request-ID"] = request_id
        # What the throttle learnt, on every answer of a limited door.
        window = getattr(request, "rate_window", None)
        for name, value in window.headers().items() if window else ():
            response[name] = value
        if settings.INSTANCE:
            response["X-Instance"] = settings.INSTANCE
        return response


class UntrustedInputMiddleware:
    """Refuse at the door what PostgreSQL would refuse later: NUL and broken Unicode."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer 400 for a path or query that can't be text."""
        query = request.META.get("QUERY_STRING", "")
        if "%00" in query or not is_clean(request.path):
            problem = Problem(400, "invalid", _("The address contains characters we can't read."))
            return problem_response(problem)
        return self.get_response(request)


class UploadLimitMiddleware:
    """Refuse a body that is too large by what it says of itself, before a byte of it is read.

    `settings.UPLOAD_LIMITS` allows more to the pages that take files; the admin's to staff alone.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.limits = [(re.compile(path), most) for path, most in settings.UPLOAD_LIMITS]

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer 413 for too much, and 411 for a body that does not tell its length."""
        if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
            sentence = _("Send the request with its length (Content-Length).")
            return self._refusal(request, 411, "length_required", sentence)
        length = request.META.get("CONTENT_LENGTH") or "0"
        size = int(length) if length.isdecimal() else 0
        if size > settings.DATA_UPLOAD_MAX_MEMORY_SIZE and size > (most := self._most(request)):
            sentence = _("The file is too large: at most {megabytes} MB are taken here.")
            sentence = sentence.format(megabytes=most // 1024 // 1024)
            return self._refusal(request, 413, "body_too_large", sentence)
        return self.get_response(request)

    def _most(self, request: HttpRequest) -> int:
        if _is_admin(request) and not request.user.is_staff:
            return settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        for path, most in self.limits:
            if path.match(request.path):
                return most
        return settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    def _refusal(self, request: HttpRequest, status: int, code: str, sentence: str) -> HttpResponse:
        if _is_admin(request):
            return render(request, "core/refused.html", {"sentence": sentence}, status=status)
        return problem_response(Problem(status, code, sentence))


def _is_admin(request: HttpRequest) -> bool:
    return request.path.startswith("/admin/")


def problem_response(problem: Problem) -> HttpResponse:
    """Return a problem as an answer, for doors outside DRF."""
    response = JsonResponse(
        problem.as_json(), status=problem.status, content_type="application/problem+json"
    )
    if problem.retry_after is not None:
        response["Retry-After"] = str(problem.retry_after)
    return response


class ShopCSPMiddleware(CSPMiddleware):
    """A strict policy everywhere but in the admin."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """Give the admin's pages their own policy: Unfold's Alpine evaluates expressions."""
        parts = super().get_policy_parts(request, response, report_only)
        if _is_admin(request) and parts.config is None:
            parts.config = settings.ADMIN_CONTENT_SECURITY_POLICY
        return parts


class AdminOnly(MiddlewareMixin):
    """Run a middleware of Django's for the admin's pages and skip it elsewhere."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass by for every path but the admin's."""
        if _is_admin(request):
            return cast(HttpResponseBase, super().__call__(request))
        return cast(HttpResponseBase, self.get_response(request))


class AdminSessionMiddleware(AdminOnly, SessionMiddleware):
    """Sessions, for the admin."""


class AdminCsrfMiddleware(AdminOnly, CsrfViewMiddleware):
    """CSRF protection, for the admin: other doors take no cookie."""

    def process_view(self, request, callback, args, kwargs):  # type: ignore[no-untyped-def]
        """Check the token on the admin's pages."""
        if not _is_admin(request):
            return None
        return super().process_view(request, callback, args, kwargs)


class AdminAuthenticationMiddleware(AdminOnly, AuthenticationMiddleware):
    """Who is signed in, for the admin."""

    def process_view(self, request, view, args, kwargs):  # type: ignore[no-untyped-def]
        """Leave it to each admin page whether it wants a sign-in."""


class AdminMessageMiddleware(AdminOnly, MessageMiddleware):
    """One-time messages, for the admin."""


class AdminHistoryMiddleware:
    """Tell the history who makes a change in the admin."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.with_history = HistoryRequestMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass by for every path but the admin's."""
        handler = self.with_history if _is_admin(request) else self.get_response
        return handler(request)
