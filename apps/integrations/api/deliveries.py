"""What was sent to a program's endpoints."""

from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import asked
from apps.core.time import now
from apps.integrations import selectors, services
from apps.integrations.api import serializers
from apps.integrations.api.base import ForPrograms, KeysetPages, ListForPrograms
from apps.integrations.authentication import key_of
from apps.integrations.dto import Scope

_TAGS = ["integrations"]
_MANAGE = Scope.MANAGE_WEBHOOKS


class DeliveriesApi(ListForPrograms):
    """The log of deliveries."""

    scopes: ClassVar[dict[str, Scope]] = {"GET": _MANAGE}
    serializer_class = serializers.WebhookDeliverySerializer
    pagination_class = KeysetPages

    @extend_schema(
        operation_id="integrations_deliveries_list",
        parameters=[serializers.DeliveriesQuerySerializer],
        responses=serializers.WebhookDeliverySerializer(many=True),
        tags=_TAGS,
    )
    def get(self, request: Request) -> Response:
        """List deliveries to the caller's endpoints, the newest first; kept for 30 days."""
        query = asked(serializers.DeliveriesQuerySerializer, request)
        found = selectors.deliveries(key_id=key_of(request))
        if "endpoint" in query:
            found = found.filter(endpoint__public_id=query["endpoint"])
        if "state" in query:
            found = found.filter(state=query["state"])
        page = self.paginate_queryset(found)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class DeliveryApi(ForPrograms):
    """One delivery."""

    scopes: ClassVar[dict[str, Scope]] = {"GET": _MANAGE}

    @extend_schema(
        operation_id="integrations_deliveries_retrieve",
        responses=serializers.WebhookDeliverySerializer,
        tags=_TAGS,
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """Show a delivery and what the last attempt brought."""
        row = selectors.delivery(key_id=key_of(request), public_id=public_id)
        return Response(serializers.WebhookDeliverySerializer(row).data)


class SendAgainApi(ForPrograms):
    """Once more."""

    scopes: ClassVar[dict[str, Scope]] = {"POST": _MANAGE}

    @extend_schema(
        operation_id="integrations_deliveries_send_again",
        request=None,
        responses={202: serializers.WebhookDeliverySerializer},
        tags=_TAGS,
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Send the event again, with the same id and all its attempts before it."""
        key_id = key_of(request)
        services.send_again(key_id=key_id, public_id=public_id, now=now())
        row = selectors.delivery(key_id=key_id, public_id=public_id)
        return Response(
            serializers.WebhookDeliverySerializer(row).data, status=status.HTTP_202_ACCEPTED
        )
