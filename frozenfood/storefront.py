"""The Mini App's page: one shell without data; its modules talk to the REST API."""

from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from apps.core.framing import framed_by_chat

TELEGRAM_ORIGIN = "https://telegram.org"
SHEETS = ("base", "shop", "checkout")
# Named so that the browser asks for all at once, not for each when another has come.
MODULES = (
    "api", "awaited", "cart", "hooks", "i18n", "liked", "main", "notices", "paying", "placing",
    "questions", "router", "stand-in", "state", "tg", "theme", "vendor/preact-htm",
    "parts/bell", "parts/cart-lines", "parts/checkout-fields", "parts/dialog", "parts/frame",
    "parts/gate", "parts/goods", "parts/heart", "parts/icons", "parts/instead", "parts/offers",
    "parts/pieces", "parts/shelves", "parts/side-cart", "parts/slots", "parts/status",
    "screens/cart", "screens/catalogue", "screens/checkout", "screens/favourites", "screens/order",
    "screens/orders", "screens/product",
)  # fmt: skip


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
        return _shell(request)
    policy = {"script-src": ["'self'", TELEGRAM_ORIGIN]}
    answer: HttpResponseBase = csp_update(policy)(_shell)(request)
    return answer


def _shell(request: HttpRequest) -> HttpResponse:
    facts = {
        "shop_name": settings.SHOP_NAME,
        "shop_phone": settings.SHOP_PHONE,
        "currency": settings.SHOP_CURRENCY,
        "time_zone": settings.SHOP_TIME_ZONE,
        "chat_url": settings.TELEGRAM_CHAT_URL,
        "telegram_script": settings.TELEGRAM_SCRIPT,
        "sheets": [static(f"webapp/styles/{name}.css") for name in SHEETS],
        "modules": [static(f"webapp/{name}.js") for name in MODULES],
    }
    response = render(request, "webapp/shell.html", facts)
    # A new release must reach people at their next visit; what it names is kept for ever.
    response["Cache-Control"] = "no-cache"
    return response
