"""What staff change in an order beside its status, over HTTP."""

from collections.abc import Mapping
from typing import ClassVar
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api import HoldsPermission, caller_id, valid
from apps.core.client_address import client_address
from apps.core.idempotency import checked_key
from apps.core.time import now
from apps.fulfilment import serializers
from apps.orders import selectors
from apps.orders import services as orders
from apps.payments.services import StepUp

_KEY_HEADER = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description=(
        "8 to 100 letters, digits, - and _. The same key with the same lines gives money back "
        "once; with other lines 422."
    ),
)


class LinesBackApi(APIView):
    """Money for goods of an order."""

    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = {"POST": "payments.add_refund"}

    @extend_schema(
        parameters=[_KEY_HEADER],
        request=serializers.LinesBackSerializer,
        responses={status.HTTP_201_CREATED: serializers.OrderChangeSerializer},
        tags=["staff: orders"],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Give back what was really paid for units, the way it came; owner and manager only."""
        key = checked_key(request.headers.get("Idempotency-Key"))
        values = valid(serializers.LinesBackSerializer, request)
        order_id = selectors.staff_card(public_id=public_id).id
        change = orders.refund_lines(
            order_id=order_id,
            units=_by_line(order_id, values["lines"]),
            reason=values["reason"],
            key=key,
            staff=StepUp(
                actor_id=caller_id(request),
                username=request.user.get_username(),
                password=values["password"],
                address=client_address(request),
            ),
            now=now(),
        )
        body = serializers.OrderChangeSerializer(change).data
        return Response(body, status=status.HTTP_201_CREATED)


def _by_line(order_id: int, units: Mapping[str, int]) -> dict[int, int]:
    """Return the units by order line; one that the order does not have is left to the service."""
    lines = selectors.line_ids(order_id=order_id)
    return {lines.get(sku, 0): count for sku, count in units.items()}
