"""What staff change in an order beside its status, over HTTP."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api import HoldsPermission, caller_id, valid
from apps.core.client_address import client_address
from apps.core.idempotency import checked_key
from apps.core.time import now
from apps.delivery import selectors as delivery
from apps.fulfilment import change_serializers as serializers
from apps.fulfilment import services
from apps.orders import selectors
from apps.orders import services as orders
from apps.orders.dto import NewPlace, OrderEdit
from apps.orders.lifecycle import DESK
from apps.payments.services import StepUp

_KEY_HEADER = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description=(
        "8 to 100 letters, digits, - and _. The same key changes the order once; with another "
        "change 422."
    ),
)


class WorksAtTheDesk(BasePermission):
    """Let in whose role talks with customers."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Ask for the roles held now, not for those of the sign-in."""
        if not request.user.is_authenticated:
            return False
        return bool(DESK & selectors.staff_parts(user_id=caller_id(request)))


class ContentsApi(APIView):
    """What an order holds, and where and when it goes."""

    permission_classes = (WorksAtTheDesk,)

    @extend_schema(
        parameters=[_KEY_HEADER],
        request=serializers.OrderEditSerializer,
        responses=serializers.OrderChangeSerializer,
        tags=["staff: orders"],
    )
    def patch(self, request: Request, public_id: UUID) -> Response:
        """Take units out, or send the order elsewhere; the difference is settled.

        Where money that was paid online goes back, the caller's password is needed: 403
        `password_needed` without it.
        """
        key = checked_key(request.headers.get("Idempotency-Key"))
        values = valid(serializers.OrderEditSerializer, request)
        order_id = selectors.staff_card(public_id=public_id).id
        place, slot = values.get("place"), values.get("slot")
        edit = OrderEdit(
            quantities=_by_line(order_id, values["lines"]),
            place=NewPlace(**place) if place else None,
            slot_id=None if slot is None else delivery.slot_card(public_id=slot).id,
        )
        change = services.edit_order(
            order_id=order_id, edit=edit, reason=values["reason"], key=key,
            proof=_proof(request, values["password"]) if values.get("password") else None,
            actor_id=caller_id(request), now=now(),
        )  # fmt: skip
        return Response(serializers.OrderChangeSerializer(change).data)


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
            staff=_proof(request, values["password"]),
            now=now(),
        )
        body = serializers.OrderChangeSerializer(change).data
        return Response(body, status=status.HTTP_201_CREATED)


def _proof(request: Request, password: str) -> StepUp:
    return StepUp(
        actor_id=caller_id(request),
        username=request.user.get_username(),
        password=password,
        address=client_address(request),
    )


def _by_line(order_id: int, units: Mapping[str, int]) -> dict[int, int]:
    """Return the units by order line; one that the order does not have is left to the service."""
    lines = selectors.line_ids(order_id=order_id)
    return {lines.get(sku, 0): count for sku, count in units.items()}
