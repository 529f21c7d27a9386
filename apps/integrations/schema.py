"""How keys and webhooks are described in OpenAPI (3.1, `webhooks`)."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiResponse,
    OpenApiWebhook,
    extend_schema,
    inline_serializer,
)
from rest_framework import serializers

from apps.catalog.dto import Availability
from apps.integrations.dto import EventType
from apps.orders.dto import Method, OrderStatus

_HOW = (
    "Signed after the Standard Webhooks specification: `Webhook-Id`, `Webhook-Timestamp` (seconds)"
    " and `Webhook-Signature` (`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`, keyed"
    " with the base64 behind `whsec_`; two of them, with a space between, while a secret is"
    " rotated). Verify before you believe, and refuse what is older than five minutes. Any 2xx"
    " within ten seconds is an acknowledgement; redirects are not followed. Otherwise it is sent"
    " again with growing pauses for about three days. It arrives at least once, with the same id,"
    " and in no promised order."
)
_ID = "6f1d3f0e-6a1b-4a55-9a0e-0f3b8b1f2c11"
_ORDER_ID = "0b9d6a52-6f0f-4f0c-9d0e-2f4a5b8c7d10"


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The key of a program."""

    target_class = "apps.integrations.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """Return the scheme's OpenAPI object."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Api-Key ffb_…`; made by the shop's staff, with scopes.",
        }


def _body(name: str, types: list[EventType], data: dict[str, Any]) -> serializers.Serializer[Any]:
    """Return the shape of an event's body."""
    return inline_serializer(
        f"{name}Event",
        {
            "id": serializers.UUIDField(),
            "type": serializers.ChoiceField(choices=[one.value for one in types]),
            "created_at": serializers.DateTimeField(),
            "data": inline_serializer(f"{name}EventData", data),
        },
    )


def _webhook(
    name: str, summary: str, body: serializers.Serializer[Any], kind: EventType,
    data: dict[str, str],
) -> OpenApiWebhook:  # fmt: skip
    example = {
        "id": _ID, "type": kind.value, "created_at": "2026-11-27T09:30:00.123456+00:00",
        "data": data,
    }  # fmt: skip
    return OpenApiWebhook(
        name=name,
        decorator=extend_schema(
            summary=summary,
            description=_HOW,
            request=body,
            responses={204: OpenApiResponse(description="Taken.")},
            examples=[OpenApiExample(kind.value, value=example)],
            tags=["webhooks"],
        ),
    )


_ORDER = {
    "order_id": serializers.UUIDField(),
    "number": serializers.CharField(),
    "method": serializers.ChoiceField(choices=Method.choices),
    "total": serializers.DecimalField(max_digits=12, decimal_places=2),
    "currency": serializers.CharField(),
}
_ORDER_EXAMPLE = {
    "order_id": _ORDER_ID, "number": "FF-000123", "method": "delivery", "total": "1299.00",
    "currency": "RUB",
}  # fmt: skip

ORDER_WEBHOOK = _webhook(
    "order", "An order was placed, took a step, or was cancelled",
    _body(
        "WebhookOrder",
        [EventType.ORDER_PLACED, EventType.ORDER_STATUS_CHANGED, EventType.ORDER_CANCELLED],
        {
            **_ORDER,
            "status": serializers.ChoiceField(choices=OrderStatus.choices),
            "previous_status": serializers.ChoiceField(
                choices=OrderStatus.choices, allow_blank=True
            ),
        },
    ),
    EventType.ORDER_PLACED,
    {**_ORDER_EXAMPLE, "status": "placed", "previous_status": "awaiting_payment"},
)  # fmt: skip
REFUND_WEBHOOK = _webhook(
    "refund", "Money for an order went back",
    _body(
        "WebhookRefund", [EventType.ORDER_REFUNDED],
        {**_ORDER, "amount": serializers.DecimalField(max_digits=12, decimal_places=2)},
    ),
    EventType.ORDER_REFUNDED,
    {**_ORDER_EXAMPLE, "amount": "199.00"},
)  # fmt: skip
STOCK_WEBHOOK = _webhook(
    "stock", "A pack's availability changed, or it fell to its threshold",
    _body(
        "WebhookStock", [EventType.STOCK_CHANGED, EventType.STOCK_LOW],
        {
            "sku": serializers.CharField(),
            "availability": serializers.ChoiceField(choices=Availability.choices),
            "previous_availability": serializers.ChoiceField(choices=Availability.choices),
        },
    ),
    EventType.STOCK_LOW,
    {"sku": "PELMENI-800", "availability": "few", "previous_availability": "in_stock"},
)  # fmt: skip
PING_WEBHOOK = _webhook(
    "ping", "A test that somebody asked for",
    _body("WebhookPing", [EventType.PING], {}), EventType.PING, {},
)  # fmt: skip
