"""The caller's cart over HTTP."""

import hashlib
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.http import parse_etags
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers as drf
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.cart import selectors, serializers, services
from apps.cart.dto import CartView
from apps.cart.errors import CartChanged
from apps.catalog import selectors as catalog
from apps.catalog.errors import VariantNotFound
from apps.core.api import caller_id
from apps.core.time import now

# No cart has counted to it: what can't be read matches nothing.
_NO_VERSION = -1
_IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description=(
        "The ETag of the cart that the caller saw. When it was changed since, nothing happens: "
        "409 cart_changed, with the cart as it is now in `facts.cart`. The same as `version` in "
        "the body, and heeded before it."
    ),
)


class CartDoor(APIView):
    """What the doors of the cart share: whoever saw another cart is shown the present one."""

    def handle_exception(self, exc: Exception) -> Response:
        """Answer an error; with a cart that was changed comes the cart."""
        if isinstance(exc, CartChanged):
            view = selectors.cart_view(customer_id=caller_id(self.request), now=now())
            exc = CartChanged(cart=serializers.CartSerializer(view).data)
        return super().handle_exception(exc)


class CartApi(CartDoor):
    """The whole cart."""

    @extend_schema(responses=serializers.CartSerializer, tags=["cart"])
    def get(self, request: Request) -> Response:
        """Show the cart, and what changed since it was filled."""
        return _answer(selectors.cart_view(customer_id=caller_id(request), now=now()))

    @extend_schema(parameters=[_IF_MATCH], responses={204: None}, tags=["cart"])
    def delete(self, request: Request) -> Response:
        """Empty the cart."""
        services.clear(customer_id=caller_id(request), version=_seen(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class CartItemsApi(CartDoor):
    """What is in the cart."""

    @extend_schema(
        parameters=[_IF_MATCH],
        request=serializers.NewItemSerializer,
        responses={201: serializers.CartSerializer},
        tags=["cart"],
    )
    def post(self, request: Request) -> Response:
        """Put so many more of a pack into the cart."""
        body = _change(serializers.NewItemSerializer, request)
        variant_id = catalog.variant_id_by_sku(sku=body.pop("sku"))
        view = services.add(
            customer_id=caller_id(request), variant_id=variant_id, now=now(), **body
        )
        return _answer(view, status=status.HTTP_201_CREATED)


class CartItemApi(CartDoor):
    """One item of the cart."""

    @extend_schema(
        parameters=[_IF_MATCH],
        request=serializers.ItemQuantitySerializer,
        responses=serializers.CartSerializer,
        tags=["cart"],
    )
    def patch(self, request: Request, public_id: UUID) -> Response:
        """Change how many there are; 0 takes the item out."""
        body = _change(serializers.ItemQuantitySerializer, request)
        view = services.set_item_quantity(
            customer_id=caller_id(request), public_id=public_id, now=now(), **body
        )
        return _answer(view)

    @extend_schema(
        parameters=[_IF_MATCH], responses={200: serializers.CartSerializer}, tags=["cart"]
    )
    def delete(self, request: Request, public_id: UUID) -> Response:
        """Take the item out."""
        view = services.set_item_quantity(
            customer_id=caller_id(request),
            public_id=public_id,
            quantity=0,
            now=now(),
            version=_seen(request),
        )
        return _answer(view)


class AcceptChangesApi(CartDoor):
    """Agree to what changed."""

    @extend_schema(
        parameters=[_IF_MATCH],
        request=serializers.VersionSerializer,
        responses=serializers.CartSerializer,
        tags=["cart"],
    )
    def post(self, request: Request) -> Response:
        """Take the new prices, no more than there is, and nothing that is gone."""
        body = _change(serializers.VersionSerializer, request)
        return _answer(services.accept_changes(customer_id=caller_id(request), now=now(), **body))


class PromoCodeApi(CartDoor):
    """The promo code of the cart."""

    @extend_schema(
        parameters=[_IF_MATCH],
        request=serializers.TypedCodeSerializer,
        responses=serializers.CartSerializer,
        tags=["cart"],
    )
    def put(self, request: Request) -> Response:
        """Use a promo code, instead of the one that was there; it must give something."""
        body = _change(serializers.TypedCodeSerializer, request)
        view = services.set_promo_code(customer_id=caller_id(request), now=now(), **body)
        return _answer(view)

    @extend_schema(
        parameters=[_IF_MATCH], responses={200: serializers.CartSerializer}, tags=["cart"]
    )
    def delete(self, request: Request) -> Response:
        """Use no promo code."""
        view = services.remove_promo_code(
            customer_id=caller_id(request), now=now(), version=_seen(request)
        )
        return _answer(view)


class QuoteApi(APIView):
    """What the cart costs somewhere."""

    @extend_schema(
        request=serializers.QuoteRequestSerializer,
        responses=serializers.QuoteSerializer,
        tags=["delivery"],
    )
    def post(self, request: Request) -> Response:
        """Quote the fee, the least order and the total for the caller's cart, or for any goods.

        Staff who see addresses quote for whoever is on the telephone: offers for first orders are
        left out then.
        """
        body = _valid(serializers.QuoteRequestSerializer, request)
        if "lines" in body:
            body["lines"] = _by_variant(body["lines"])
        quote = selectors.quote_at(
            customer_id=caller_id(request),
            # Customers hold no permissions: nobody needs to look.
            is_for_anybody=request.user.is_staff and request.user.has_perm("users.view_address"),
            now=now(),
            **body,
        )
        return Response(serializers.QuoteSerializer(quote).data)


def _by_variant(units: dict[str, int]) -> dict[int, int]:
    """Return units that are named by SKU by variant.

    Raises:
        VariantNotFound: No pack carries one of the SKUs.
    """
    ids = catalog.variant_ids_by_sku(skus=list(units))
    for sku in units.keys() - ids:
        raise VariantNotFound(sku=sku)
    return {ids[sku]: count for sku, count in units.items()}


def _valid(kind: type[drf.Serializer[Any]], request: Request) -> dict[str, Any]:
    """Return the body's checked values.

    Raises:
        ValidationError: A value can't be used.
    """
    serializer = kind(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _change(kind: type[drf.Serializer[Any]], request: Request) -> dict[str, Any]:
    """Return the body's checked values, with the version of the cart that the caller saw."""
    body = _valid(kind, request)
    seen = _seen(request)
    return body if seen is None else body | {"version": seen}


def _seen(request: Request) -> int | None:
    """Return the version that `If-Match` names; nothing where it is not sent, or is `*`.

    Of several, the newest: versions only rise, so that no other can be the present one. A tag that
    a proxy has weakened still carries its version.
    """
    header = request.headers.get("If-Match", "").strip()
    if header in {"", "*"}:
        return None
    marks = (tag.removeprefix("W/").strip('"').partition("-")[0] for tag in parse_etags(header))
    return max(
        (int(mark) for mark in marks if mark.isascii() and mark.isdigit() and len(mark) < 10),
        default=_NO_VERSION,
    )


def _answer(view: CartView, status: int = status.HTTP_200_OK) -> Response:
    """Show a cart; its ETag carries its version, and changes with prices and stock too."""
    response = Response(serializers.CartSerializer(view).data, status=status)
    response.add_post_render_callback(partial(_mark, view.version))
    return response


def _mark(version: int, response: Response) -> None:
    digest = hashlib.blake2b(response.content, digest_size=12).hexdigest()
    response["ETag"] = f'"{version}-{digest}"'
