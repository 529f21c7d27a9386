"""A program's own webhook endpoints."""

from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import valid
from apps.core.time import now
from apps.integrations import selectors, services
from apps.integrations.api import serializers
from apps.integrations.api.base import ForPrograms, KeysetPages, ListForPrograms
from apps.integrations.authentication import key_of
from apps.integrations.dto import Made, Scope
from apps.integrations.models import Endpoint

_TAGS = ["integrations"]
_MANAGE = Scope.MANAGE_WEBHOOKS


class EndpointsApi(ListForPrograms):
    """The caller's endpoints."""

    scopes: ClassVar[dict[str, Scope]] = {"GET": _MANAGE, "POST": _MANAGE}
    serializer_class = serializers.EndpointSerializer
    pagination_class = KeysetPages

    @extend_schema(
        operation_id="integrations_webhooks_list",
        responses=serializers.EndpointSerializer(many=True),
        tags=_TAGS,
    )
    def get(self, request: Request) -> Response:
        """List the caller's endpoints, the newest first."""
        page = self.paginate_queryset(selectors.endpoints(key_id=key_of(request)))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        operation_id="integrations_webhooks_create",
        request=serializers.EndpointSerializer,
        responses={201: serializers.NewEndpointSerializer},
        tags=_TAGS,
    )
    def post(self, request: Request) -> Response:
        """Have events sent to an address; the answer shows its secret, this once."""
        body = valid(serializers.EndpointSerializer, request)
        key_id = key_of(request)
        made = services.make_endpoint(key_id=key_id, now=now(), **body)
        return _with_secret(made, key_id, status.HTTP_201_CREATED)


class EndpointApi(ForPrograms):
    """One endpoint of the caller's."""

    scopes: ClassVar[dict[str, Scope]] = {"GET": _MANAGE, "PATCH": _MANAGE, "DELETE": _MANAGE}

    @extend_schema(
        operation_id="integrations_webhooks_retrieve",
        responses=serializers.EndpointSerializer,
        tags=_TAGS,
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """Show an endpoint."""
        return _answer(selectors.endpoint(key_id=key_of(request), public_id=public_id))

    @extend_schema(
        operation_id="integrations_webhooks_change",
        request=serializers.EndpointChangeSerializer,
        responses=serializers.EndpointSerializer,
        tags=_TAGS,
    )
    def patch(self, request: Request, public_id: UUID) -> Response:
        """Change where events go, which, or whether at all."""
        body = valid(serializers.EndpointChangeSerializer, request)
        row = services.save_endpoint(
            key_id=key_of(request), public_id=public_id, url=body.get("url"),
            types=body.get("events"), is_on=body.get("is_active"), now=now(),
        )  # fmt: skip
        return _answer(row)

    @extend_schema(operation_id="integrations_webhooks_remove", responses={204: None}, tags=_TAGS)
    def delete(self, request: Request, public_id: UUID) -> Response:
        """Forget an endpoint and what was sent to it."""
        services.remove_endpoint(key_id=key_of(request), public_id=public_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class RotateSecretApi(ForPrograms):
    """The secret of an endpoint."""

    scopes: ClassVar[dict[str, Scope]] = {"POST": _MANAGE}

    @extend_schema(
        operation_id="integrations_webhooks_rotate_secret",
        request=None,
        responses=serializers.NewEndpointSerializer,
        tags=_TAGS,
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Make a new secret; for a day events are signed with the old one, too."""
        key_id = key_of(request)
        made = services.rotate_secret(key_id=key_id, public_id=public_id, now=now())
        return _with_secret(made, key_id, status.HTTP_200_OK)


class SendTestApi(ForPrograms):
    """A test of an endpoint."""

    scopes: ClassVar[dict[str, Scope]] = {"POST": _MANAGE}

    @extend_schema(
        operation_id="integrations_webhooks_test",
        request=None,
        responses={202: serializers.WebhookDeliverySerializer},
        tags=_TAGS,
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Send a `ping` event; the delivery says what becomes of it."""
        row = services.send_test(key_id=key_of(request), public_id=public_id, now=now())
        return Response(
            serializers.WebhookDeliverySerializer(row).data, status=status.HTTP_202_ACCEPTED
        )


def _answer(row: Endpoint) -> Response:
    return Response(serializers.EndpointSerializer(row).data)


def _with_secret(made: Made, key_id: int, code: int) -> Response:
    row = selectors.endpoints(key_id=key_id).get(pk=made.id)
    data = serializers.NewEndpointSerializer(row, context={"secret": made.secret}).data
    return Response(data, status=code, headers={"Cache-Control": "no-store"})
