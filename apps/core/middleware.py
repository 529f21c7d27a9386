"""The shop's middleware: an id for each request, and Django's sessions for the admin alone."""

import re
import uuid
from collections.abc import Callable
from typing import cast
from urllib.parse import unquote_to_bytes

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _
from simple_history.middleware import HistoryRequestMiddleware

from apps.core.answers import problem_answer
from apps.core.context import set_request_id
from apps.core.problems import DATABASE_AWAY, Problem, describe
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
        if settings.INSTANCE:
            response["X-Instance"] = settings.INSTANCE
        return response

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """Say that the shop rests while its database is away; other errors are not ours."""
        if not isinstance(exception, DATABASE_AWAY):
            return None
        return problem_answer(request, describe(exception))


class UntrustedInputMiddleware:
    """Refuse at the door what nothing behind it could use: no view, no stream is touched yet."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with a problem, or pass the request on."""
        problem = _unreadable_address(request) or _unreadable_body(request)
        return problem_answer(request, problem) if problem else self.get_response(request)


def _unreadable_address(request: HttpRequest) -> Problem | None:
    """Refuse what PostgreSQL would refuse later: NUL and broken Unicode."""
    query = unquote_to_bytes(request.META.get("QUERY_STRING", ""))
    try:
        if is_clean(query.decode()) and is_clean(request.path):
            return None
    except UnicodeDecodeError:
        pass
    return Problem(400, "invalid", _("The address contains characters we can't read."))


def _unreadable_body(request: HttpRequest) -> Problem | None:
    """Refuse a body of unknown length, which Django would take for none."""
    length = request.META.get("CONTENT_LENGTH", "")
    if not length and request.META.get("HTTP_TRANSFER_ENCODING"):
        return Problem(411, "length_required", _("Send the body with a Content-Length."))
    return None


def _is_admin(request: HttpRequest) -> bool:
    return request.path.startswith("/admin/")


class UploadLimitMiddleware:
    """Refuse a body that is too large for its page by what it says of itself, before it is read.

    Django's own limit leaves uploaded files out: anybody could fill the disk with them.
    `settings.UPLOAD_LIMITS` allows more to the pages that take files; the admin's to staff alone.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.limits = [(re.compile(path), most) for path, most in settings.UPLOAD_LIMITS]

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer 413 for too much."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        size = int(length[:15]) if length.isascii() and length.isdigit() else 0
        if size <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE or size <= (most := self._most(request)):
            return self.get_response(request)
        if most == settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return problem_answer(request, describe(RequestDataTooBig()))
        sentence = _("The file is too large: at most {megabytes} MB are taken here.")
        sentence = sentence.format(megabytes=most // 1024 // 1024)
        return problem_answer(request, Problem(413, "body_too_large", sentence))

    def _most(self, request: HttpRequest) -> int:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if _is_admin(request) and not request.user.is_staff:
            return most
        return next((limit for path, limit in self.limits if path.match(request.path)), most)


class ShopCSPMiddleware(CSPMiddleware):
    """A strict policy everywhere but in the admin."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """Give the admin's pages their own policy: Unfold's Alpine evaluates expressions."""
        parts = super().get_policy_parts(request, response, report_only)
        if report_only:
            return parts
        if _is_admin(request) and parts.config is None:
            parts.config = settings.ADMIN_CONTENT_SECURITY_POLICY
        return parts


class PermissionsPolicyMiddleware:
    """Switch off what a browser offers to pages and the shop's pages never ask for.

    https://www.w3.org/TR/permissions-policy/
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.policy = ", ".join(
            f"{feature}=({' '.join(allowed)})"
            for feature, allowed in settings.PERMISSIONS_POLICY.items()
        )

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Serve the request and add the policy."""
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", self.policy)
        return response


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
