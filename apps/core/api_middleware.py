"""What every answer of the API carries, whichever door gave it: the limit, and how fresh it is."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponseBase
from django.middleware.http import ConditionalGetMiddleware
from django.utils.cache import patch_vary_headers

from apps.core.answers import problem_answer
from apps.core.client_address import client_address
from apps.core.errors import TooManyRequests
from apps.core.middleware import Handler
from apps.core.problems import describe
from apps.core.throttling import limiter

_API = "/api/"


class LimitMiddleware:
    """Tell each caller of the API how they stand, also where no view came to count them.

    Who is turned away before a view asks its throttle (a bad token, a forbidden door, an address
    that leads nowhere) counts by address, in a scope of its own: guessing is limited too.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Serve the request; too many refusals answer 429 instead."""
        response = self.get_response(request)
        if not request.path.startswith(_API):
            return response
        window = getattr(request, "rate_window", None)
        if window is None:
            is_allowed, window = limiter().hit(scope="refused", who=client_address(request))
            if not is_allowed:
                refusal = TooManyRequests(retry_after=window.reset_seconds + 1)
                response = problem_answer(request, describe(refusal))
        for name, value in window.headers().items():
            response[name] = value
        return response


class FreshnessMiddleware(ConditionalGetMiddleware):
    """Let callers of the API keep what they read and ask whether it is still so (RFC 9110, 13).

    An answer that says nothing else of itself is its caller's alone: kept, but asked for again
    each time by its ETag, which 304 answers when nothing changed. What changes something, and what
    failed, is kept nowhere: tokens are among them (RFC 6749, 5.1).
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Mark the answer, and shorten it to 304 where the caller has it already."""
        if not request.path.startswith(_API):
            return response
        if not response.has_header("Cache-Control"):
            is_read = request.method in {"GET", "HEAD"} and response.status_code == HTTPStatus.OK
            response["Cache-Control"] = "private, no-cache" if is_read else "no-store"
            patch_vary_headers(response, ["Authorization"])
        marked: HttpResponseBase = super().process_response(request, response)
        return marked
