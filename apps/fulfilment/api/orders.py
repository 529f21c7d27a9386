"""The floor and the road over HTTP. Which step a role may take is the lifecycle's matter."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api import caller_id
from apps.core.pagination import GrowingPages
from apps.core.time import now
from apps.delivery import selectors as delivery
from apps.fulfilment import serializers, services
from apps.fulfilment.dto import StepDetails, UnitsBack
from apps.inventory.dto import LotPick
from apps.orders import selectors as orders
from apps.orders.dto import OrderStatus


class WorksOnOrders(BasePermission):
    """Let staff in whose role has a part in an order's way."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Ask for the roles held now, not for those of the sign-in."""
        user = request.user
        return bool(user.is_authenticated and orders.staff_parts(user_id=caller_id(request)))


class StaffOrdersApi(GenericAPIView[Any]):
    """All orders."""

    serializer_class = serializers.StaffOrderSerializer
    pagination_class = GrowingPages
    permission_classes = (WorksOnOrders,)
    filter_backends = ()

    @extend_schema(
        operation_id="staff_orders_list",
        parameters=[serializers.StaffOrderQuerySerializer],
        responses=serializers.StaffOrderSerializer(many=True),
        tags=["staff: orders"],
    )
    def get(self, request: Request) -> Response:
        """List orders, newest first."""
        query = serializers.StaffOrderQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        found = orders.staff_orders()
        if "status" in query.validated_data:
            found = found.filter(status=query.validated_data["status"])
        if query.validated_data["attention"]:
            found = found.exclude(attention="")
        page = self.paginate_queryset(found)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class TransitionsApi(APIView):
    """An order's way."""

    permission_classes = (WorksOnOrders,)

    @extend_schema(
        request=serializers.TransitionSerializer,
        responses=serializers.MovedOrderSerializer,
        tags=["staff: orders"],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Take the step to a status, with all that belongs to it: goods, money, window."""
        body = serializers.TransitionSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        values, staff_id = body.validated_data, caller_id(request)
        order_id = orders.staff_card(public_id=public_id).id
        services.take_step(
            order_id=order_id,
            target=OrderStatus(values["target"]),
            actor_id=staff_id,
            now=now(),
            details=_details(values),
        )
        return _moved(order_id, staff_id)


def _details(values: dict[str, Any]) -> StepDetails:
    """Return what the body says beside the target.

    Raises:
        SlotNotFound: It names a window that does not exist.
    """
    slot, picks, returns = (values.get(name) for name in ("slot", "picks", "returns"))
    return StepDetails(
        reason=values.get("reason", ""),
        slot_id=None if slot is None else delivery.slot_card(public_id=slot).id,
        code=values.get("code", ""),
        put_back=values["put_back"],
        picks=None if picks is None else tuple(LotPick(**pick) for pick in picks),
        returns=None if returns is None else tuple(UnitsBack(**one) for one in returns),
    )


def _moved(order_id: int, staff_id: int) -> Response:
    order = orders.staff_order(order_id=order_id)
    moves = orders.allowed_moves(order=order, user_id=staff_id)
    moved = {
        "public_id": order.public_id,
        "number": order.number,
        "status": order.status,
        "total": order.total,
        "next": [move.target for move in moves],
        "lines": order.lines.all(),
    }
    return Response(serializers.MovedOrderSerializer(moved).data)
