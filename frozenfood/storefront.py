"""The Mini App's page: one shell with its first screen's data; its modules talk to the REST API."""

from functools import cache, partial
from pathlib import Path
from typing import Any

import orjson
from csp.decorators import csp_update
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.cache import patch_vary_headers
from django.utils.html import json_script
from django.utils.translation import get_language
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe

from apps.catalog.api import reading
from apps.catalog.api.queries import read_query
from apps.core.framing import framed_by_chat
from apps.core.time import now

TELEGRAM_ORIGIN = "https://telegram.org"
SHEETS = ("base", "shop", "checkout")
# What the first screen needs, named so that the browser asks for all at once, not for each when
# another has come.
FIRST = (
    "api", "cart", "filtering", "first", "hooks", "i18n", "known", "later", "links", "live", "main",
    "notices", "online", "questions", "router", "stand-in", "state", "tg", "theme",
    "vendor/preact-htm", "parts/dialog", "parts/frame", "parts/goods", "parts/icons",
    "parts/pieces", "parts/shelves", "parts/waiting", "screens/catalogue",
)  # fmt: skip
# The other screens: fetched when the first one stands, or at once where they are the first.
LATER = (
    "awaited", "liked", "paying", "placing", "parts/bell", "parts/cart-lines",
    "parts/checkout-fields", "parts/filters", "parts/gate", "parts/heart", "parts/instead",
    "parts/offers", "parts/review", "parts/sheet", "parts/side-cart", "parts/slots", "parts/status",
    "screens/cart", "screens/checkout", "screens/favourites", "screens/order", "screens/orders",
    "screens/product", "screens/profile",
)  # fmt: skip
FIRST_PAGE = "page_size=24"


@require_safe
@framed_by_chat
def storefront(request: HttpRequest, path: str = "") -> HttpResponseBase:
    """Serve the shell for every address of the Mini App: its own router reads the path.

    Raises:
        Http404: The path is no text. Django leaves percent signs where it could not decode it, and
            no page has one in its name.
    """
    if "%" in path:
        raise Http404
    if not settings.TELEGRAM_SCRIPT:
        return _shell(request, path)
    policy = {"script-src": ["'self'", TELEGRAM_ORIGIN]}
    answer: HttpResponseBase = csp_update(policy)(partial(_shell, path=path))(request)
    return answer


# The page holds nothing secret and nothing of the reader's own: compressing it gives nothing away.
@gzip_page
@conditional_page
def _shell(request: HttpRequest, path: str) -> HttpResponse:
    facts = {
        "shop_name": settings.SHOP_NAME,
        "shop_phone": settings.SHOP_PHONE,
        "currency": settings.SHOP_CURRENCY,
        "time_zone": settings.SHOP_TIME_ZONE,
        "chat_url": settings.TELEGRAM_CHAT_URL,
        "telegram_script": settings.TELEGRAM_SCRIPT,
        "sheets": [static(f"webapp/styles/{name}.css") for name in SHEETS],
        "first": json_script(_first_data(path), "first", encoder=_Readable),
        "modules": [static(f"webapp/{name}.js") for name in (FIRST + LATER if path else FIRST)],
    }
    response = render(request, "webapp/shell.html", facts)
    # A new release must reach people at their next visit; what it names is kept for ever.
    response["Cache-Control"] = "no-cache"
    patch_vary_headers(response, ["Accept-Language"])
    return response


class _Readable(DjangoJSONEncoder):
    """Leave Cyrillic as it is: half as long, and the page is UTF-8."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "ensure_ascii": False, "separators": (",", ":")})


def _first_data(path: str) -> dict[str, Any]:
    """Return what the first screen would have to ask for: on a slow network a request is dear."""
    language = (get_language() or settings.LANGUAGE_CODE)[:2]
    data: dict[str, Any] = {"language": language, "texts": _texts(language)}
    if path:
        return data
    moment = now()
    try:
        shelves = reading.categories(now=moment)
        goods = reading.products(asked=read_query(QueryDict(FIRST_PAGE)), now=moment)
    except DatabaseError:
        # The page opens all the same, and asks for itself.
        return data
    return data | {"categories": orjson.loads(shelves.body), "products": orjson.loads(goods.body)}


@cache
def _texts(language: str) -> Any:
    path = finders.find(f"webapp/texts/{language}.json")
    return orjson.loads(Path(str(path)).read_bytes())
