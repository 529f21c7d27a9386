"""Checkout and the caller's orders over HTTP."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api import caller_id, valid
from apps.core.idempotency import Answer, checked_key, run_once
from apps.core.pagination import GrowingPages
from apps.core.time import now
from apps.orders import selectors, serializers, services
from apps.orders.dto import CheckoutRequest, NewAddress
from apps.orders.models import Order, OrderQuerySet
from apps.payments import selectors as payments

_KEY_HEADER = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description=(
        "8 to 100 letters, digits, - and _. The same key with the same body gives the same "
        "answer; with another body 422; while the first request runs 409 with Retry-After."
    ),
)


_DELIVERY = OpenApiExample(
    "Brought to a new address, paid at the door",
    request_only=True,
    value={
        "method": "delivery",
        "street": "Lesnaya 7",
        "flat": "12",
        "slot": "6f1c8e9a-3b0d-4c57-9a41-2e7d5b8c0f13",
        "payment": "cash",
        "expected_total": "1497.00",
        "contact_phone": "+79161234567",
    },
)
_PICKUP = OpenApiExample(
    "Fetched, paid online",
    request_only=True,
    value={
        "method": "pickup",
        "pickup_point": "0d9b7a52-64b5-4e0c-8c1f-5f0e3d2a9b77",
        "payment": "yookassa",
        "expected_total": "1298.00",
        "contact_phone": "+79161234567",
    },
)


class OrdersApi(GenericAPIView[Any]):
    """The caller's orders."""

    serializer_class = serializers.OrderSerializer
    pagination_class = GrowingPages
    queryset = Order.objects.none()

    @property
    def throttle_scope(self) -> str | None:
        """Name the limit: placing orders has one of its own."""
        return "checkout" if self.request.method == "POST" else None

    def get_queryset(self) -> OrderQuerySet:
        """Show each customer only their own orders."""
        return selectors.customer_orders(customer_id=caller_id(self.request))

    @extend_schema(responses=serializers.OrderSerializer(many=True), tags=["orders"])
    def get(self, request: Request) -> Response:
        """List the caller's orders, newest first."""
        page = self.paginate_queryset(self.get_queryset()) or []
        moment = now()
        shape = serializers.OrderSerializer()
        return self.get_paginated_response(
            [shape.to_representation(selectors.card_of(order, now=moment)) for order in page]
        )

    @extend_schema(
        parameters=[_KEY_HEADER],
        request=serializers.CheckoutSerializer,
        responses={201: serializers.OrderDetailSerializer},
        examples=[_DELIVERY, _PICKUP],
        tags=["orders"],
    )
    def post(self, request: Request) -> Response:
        """Order what is in the cart."""
        key = checked_key(request.headers.get("Idempotency-Key"))
        body = valid(serializers.CheckoutSerializer, request)
        customer_id = caller_id(request)

        def work() -> Answer:
            moment = now()
            order = services.place_order(
                customer_id=customer_id, request=_checkout_request(body, key), now=moment
            )
            card = selectors.order_card(customer_id=customer_id, order_id=order.pk, now=moment)
            return Answer(status.HTTP_201_CREATED, serializers.OrderDetailSerializer(card).data)

        answer = run_once(
            owner_id=customer_id, endpoint="orders", key=key, body=request.data, work=work
        )
        headers = answer.headers() | {"Location": reverse("order", args=[answer.body["id"]])}
        return Response(answer.body, status=answer.status, headers=headers)


class OrderApi(APIView):
    """One order of the caller's."""

    @extend_schema(responses=serializers.OrderDetailSerializer, tags=["orders"])
    def get(self, request: Request, public_id: UUID) -> Response:
        """Show an order with its timeline."""
        return _order_answer(request, public_id)


class CancelOrderApi(APIView):
    """Give an order up."""

    @extend_schema(
        request=serializers.CancelSerializer,
        responses=serializers.OrderDetailSerializer,
        tags=["orders"],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Cancel an order before it is picked and before its slot's cut-off."""
        body = valid(serializers.CancelSerializer, request)
        services.cancel_own_order(
            customer_id=caller_id(request), order_id=public_id, now=now(), **body
        )
        return _order_answer(request, public_id)


class OrderPaymentsApi(APIView):
    """The payment of an order."""

    throttle_scope = "checkout"

    @extend_schema(
        request=serializers.StartPaymentSerializer,
        responses={201: serializers.PayWaySerializer},
        tags=["orders"],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Go and pay: the same order and provider again are the same payment."""
        body = valid(serializers.StartPaymentSerializer, request)
        way = services.start_payment(
            customer_id=caller_id(request), order_id=public_id, now=now(), **body
        )
        return Response(serializers.PayWaySerializer(way).data, status=status.HTTP_201_CREATED)


class CheckPaymentApi(APIView):
    """The truth about a payment."""

    throttle_scope = "checkout"

    @extend_schema(request=None, responses=serializers.OrderDetailSerializer, tags=["orders"])
    def post(self, request: Request, public_id: UUID) -> Response:
        """Ask the provider how the payment stands, and show the order as it is."""
        services.check_payment(customer_id=caller_id(request), order_id=public_id, now=now())
        return _order_answer(request, public_id)


class PaymentMethodsApi(APIView):
    """The ways to pay."""

    @extend_schema(responses=serializers.PaymentMethodSerializer(many=True), tags=["orders"])
    def get(self, request: Request) -> Response:
        """List how orders can be paid now."""
        offered = payments.offered_providers()
        return Response([serializers.PaymentMethodSerializer(way).data for way in offered])


class RepeatOrderApi(APIView):
    """Order the same again."""

    @extend_schema(request=None, responses=serializers.RefillSerializer, tags=["orders"])
    def post(self, request: Request, public_id: UUID) -> Response:
        """Put an order's goods into the cart, and say what can't be had as before."""
        refill = services.repeat_order(
            customer_id=caller_id(request), order_id=public_id, now=now()
        )
        return Response(serializers.RefillSerializer(refill).data)


def _checkout_request(body: dict[str, Any], key: str) -> CheckoutRequest:
    """Return the checkout that a valid body describes."""
    told = ("method", "payment", "expected_total", "source",
            "contact_name", "contact_phone", "comment", "if_short")  # fmt: skip
    return CheckoutRequest(
        key=key,
        address_id=body.get("address"),
        new_address=_new_address(body),
        slot_id=body.get("slot"),
        pickup_point_id=body.get("pickup_point"),
        **{name: body[name] for name in told if name in body},
    )


def _new_address(body: dict[str, Any]) -> NewAddress | None:
    if "street" not in body:
        return None
    told = ("street", "city", "flat", "entrance", "floor", "latitude", "longitude")
    fields = {name: body[name] for name in told if name in body}
    return NewAddress(comment=body.get("address_comment", ""), **fields)


def _order_answer(request: Request, public_id: UUID) -> Response:
    card = selectors.order_card(customer_id=caller_id(request), public_id=public_id, now=now())
    return Response(serializers.OrderDetailSerializer(card).data)
