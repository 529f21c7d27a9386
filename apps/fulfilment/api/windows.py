"""Delivery windows over HTTP: seen, sized, closed, opened, and their orders moved."""

from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api import HoldsPermission, asked, valid
from apps.core.time import now, shop_date
from apps.delivery import selectors as delivery
from apps.delivery import services
from apps.delivery.dto import ClosedReason
from apps.fulfilment import window_serializers as serializers
from apps.orders import services as orders

_CHANGE = "delivery.change_deliveryslot"


class StaffSlotsApi(APIView):
    """The windows of a day."""

    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = {"GET": "delivery.view_deliveryslot"}

    @extend_schema(
        operation_id="staff_slots_list",
        parameters=[serializers.DayQuerySerializer],
        responses=serializers.StaffSlotSerializer(many=True),
        tags=["staff: delivery"],
    )
    def get(self, request: Request) -> Response:
        """Show the windows of a day in all zones, and how full they are."""
        moment = now()
        day = asked(serializers.DayQuerySerializer, request).get("date") or shop_date(moment)
        found = delivery.staff_slots(day=day, now=moment)
        return Response(serializers.StaffSlotSerializer(found, many=True).data)


class StaffSlotApi(APIView):
    """One window."""

    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = {"GET": "delivery.view_deliveryslot", "PATCH": _CHANGE}

    @extend_schema(responses=serializers.StaffSlotSerializer, tags=["staff: delivery"])
    def get(self, request: Request, public_id: UUID) -> Response:
        """Show a window."""
        return _shown(public_id)

    @extend_schema(
        request=serializers.CapacitySerializer,
        responses=serializers.StaffSlotSerializer,
        tags=["staff: delivery"],
    )
    def patch(self, request: Request, public_id: UUID) -> Response:
        """Let it take more or fewer orders and boxes, never fewer than are booked."""
        body = valid(serializers.CapacitySerializer, request)
        services.resize_slot(slot_id=_id(public_id), **body)
        return _shown(public_id)


class CloseSlotApi(APIView):
    """A window that takes no more orders."""

    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = {"POST": _CHANGE}

    @extend_schema(
        request=serializers.ClosingSerializer,
        responses=serializers.StaffSlotSerializer,
        tags=["staff: delivery"],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Close it, and write to those who are booked in it if there is a message."""
        body = valid(serializers.ClosingSerializer, request)
        orders.close_window(
            slot_id=_id(public_id),
            reason=ClosedReason(body["reason"]),
            message=body["message"],
            now=now(),
        )
        return _shown(public_id)


class ReopenSlotApi(APIView):
    """A window that takes orders again."""

    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = {"POST": _CHANGE}

    @extend_schema(
        request=None, responses=serializers.StaffSlotSerializer, tags=["staff: delivery"]
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Open it again, until its cut-off."""
        services.reopen_slot(slot_id=_id(public_id))
        return _shown(public_id)


class MoveSlotApi(APIView):
    """The orders of a window, brought in another one."""

    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = {"POST": _CHANGE}

    @extend_schema(
        request=serializers.MovingSerializer,
        responses=serializers.MovedSerializer,
        tags=["staff: delivery"],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Move all orders that still wait, or none, and tell each customer once."""
        body = valid(serializers.MovingSerializer, request)
        moved = orders.move_window(
            slot_id=_id(public_id),
            target_id=_id(body["target"]),
            reason=body["reason"],
            now=now(),
        )
        slot = delivery.staff_slot(public_id=body["target"], now=now())
        return Response(serializers.MovedSerializer({"moved": moved, "slot": slot}).data)


def _id(public_id: UUID) -> int:
    return delivery.slot_card(public_id=public_id).id


def _shown(public_id: UUID) -> Response:
    found = delivery.staff_slot(public_id=public_id, now=now())
    return Response(serializers.StaffSlotSerializer(found).data)
