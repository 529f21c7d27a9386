"""The API's share of the funnel: which answers to a signed-in customer are which stage.

One table instead of a line in every view: the apps that own the views stand below analytics.
"""

from functools import partial

from django.http import HttpRequest, HttpResponseBase

from apps.analytics import services
from apps.analytics.dto import Door, Stage
from apps.core.middleware import Handler
from apps.core.time import now

STAGES = {
    ("GET", "cart"): Stage.STARTED,
    ("GET", "me"): Stage.STARTED,
    ("GET", "product-detail"): Stage.PRODUCT,
    ("POST", "cart-items"): Stage.CART,
    ("POST", "order-repeat"): Stage.CART,
    ("POST", "delivery-quote"): Stage.CHECKOUT,
    ("POST", "orders"): Stage.ORDERED,
}


class FunnelMiddleware:
    """Note how far a customer came, after the answer has left."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Serve the request; if it was a stage, and succeeded, note it when the answer closes."""
        response = self.get_response(request)
        match = request.resolver_match
        stage = STAGES.get((request.method or "", match.view_name)) if match else None
        # Where a view asks who calls, the API leaves its answer on the request.
        user = getattr(request, "user", None)
        if stage and response.status_code < 400 and user is not None and user.pk:
            note = partial(
                services.note_stage,
                customer_id=user.pk, stage=stage, door=door_of(request), now=now(),
            )  # fmt: skip
            # The server closes an answer once it is sent: nobody waits for this.
            response._resource_closers.append(note)  # type: ignore[attr-defined]
        return response


def door_of(request: HttpRequest) -> Door:
    """Tell the Mini App from other programs: a browser says which page it asks from."""
    _scheme, _slashes, page = request.headers.get("Referer", "").partition("//")
    return Door.WEBAPP if page.partition("/")[2].startswith("app/") else Door.API
