"""The caller's cart over HTTP."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers as drf
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.cart import selectors, serializers, services
from apps.cart.dto import CartView
from apps.catalog import selectors as catalog
from apps.catalog.errors import VariantNotFound
from apps.core.api import caller_id
from apps.core.time import now


class CartApi(APIView):
    """The whole cart."""

    @extend_schema(responses=serializers.CartSerializer, tags=["cart"])
    def get(self, request: Request) -> Response:
        """Show the cart, and what changed since it was filled."""
        return _answer(selectors.cart_view(customer_id=caller_id(request), now=now()))

    @extend_schema(responses={204: None}, tags=["cart"])
    def delete(self, request: Request) -> Response:
        """Empty the cart."""
        services.clear(customer_id=caller_id(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class CartItemsApi(APIView):
    """What is in the cart."""

    @extend_schema(
        request=serializers.NewItemSerializer,
        responses={201: serializers.CartSerializer},
        tags=["cart"],
    )
    def post(self, request: Request) -> Response:
        """Put so many more of a pack into the cart."""
        body = _valid(serializers.NewItemSerializer, request)
        variant_id = catalog.variant_id_by_sku(sku=body.pop("sku"))
        view = services.add(
            customer_id=caller_id(request), variant_id=variant_id, now=now(), **body
        )
        return _answer(view, status=status.HTTP_201_CREATED)


class CartItemApi(APIView):
    """One item of the cart."""

    @extend_schema(
        request=serializers.ItemQuantitySerializer,
        responses=serializers.CartSerializer,
        tags=["cart"],
    )
    def patch(self, request: Request, public_id: UUID) -> Response:
        """Change how many there are; 0 takes the item out."""
        body = _valid(serializers.ItemQuantitySerializer, request)
        view = services.set_item_quantity(
            customer_id=caller_id(request), public_id=public_id, now=now(), **body
        )
        return _answer(view)

    @extend_schema(responses={200: serializers.CartSerializer}, tags=["cart"])
    def delete(self, request: Request, public_id: UUID) -> Response:
        """Take the item out."""
        view = services.set_item_quantity(
            customer_id=caller_id(request), public_id=public_id, quantity=0, now=now()
        )
        return _answer(view)


class AcceptChangesApi(APIView):
    """Agree to what changed."""

    @extend_schema(
        request=serializers.VersionSerializer, responses=serializers.CartSerializer, tags=["cart"]
    )
    def post(self, request: Request) -> Response:
        """Take the new prices, no more than there is, and nothing that is gone."""
        body = _valid(serializers.VersionSerializer, request)
        return _answer(services.accept_changes(customer_id=caller_id(request), now=now(), **body))


class PromoCodeApi(APIView):
    """The promo code of the cart."""

    @extend_schema(
        request=serializers.TypedCodeSerializer,
        responses=serializers.CartSerializer,
        tags=["cart"],
    )
    def put(self, request: Request) -> Response:
        """Use a promo code, instead of the one that was there; it must give something."""
        body = _valid(serializers.TypedCodeSerializer, request)
        view = services.set_promo_code(customer_id=caller_id(request), now=now(), **body)
        return _answer(view)

    @extend_schema(responses={200: serializers.CartSerializer}, tags=["cart"])
    def delete(self, request: Request) -> Response:
        """Use no promo code."""
        return _answer(services.remove_promo_code(customer_id=caller_id(request), now=now()))


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


def _answer(view: CartView, status: int = status.HTTP_200_OK) -> Response:
    return Response(serializers.CartSerializer(view).data, status=status)
