"""Which pages may stand in a frame: the Mini App in Telegram's web client, and nothing else."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.clickjacking import xframe_options_exempt

View = Callable[..., HttpResponseBase]


def framed_by_chat(view: View) -> View:
    """Let the chat's page show a view in a frame (`settings.CHAT_PAGE_ORIGINS`)."""
    framed = xframe_options_exempt(view)

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Read at each call, so that settings may differ from one test to the next.
        if not settings.CHAT_PAGE_ORIGINS:
            return view(request, *args, **kwargs)
        policy = {"frame-ancestors": [*settings.CHAT_PAGE_ORIGINS]}
        answer: HttpResponseBase = csp_replace(policy)(framed)(request, *args, **kwargs)
        return answer

    return wrapper
