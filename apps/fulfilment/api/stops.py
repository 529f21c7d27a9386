"""A courier at a door, and at the desk where the money is counted, over HTTP."""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api import HoldsPermission, caller_id, valid
from apps.core.pagination import GrowingPages
from apps.core.time import now
from apps.fulfilment import run_serializers as serializers
from apps.fulfilment import selectors, services
from apps.fulfilment.api.runs import WorksOnTheRoad
from apps.fulfilment.dto import DoorMoney

_STOPS, _CASH = ["staff: runs"], ["staff: couriers' cash"]


class StopArriveApi(APIView):
    """The courier's arrival."""

    permission_classes = (WorksOnTheRoad,)

    @extend_schema(request=None, responses=serializers.StopSerializer, tags=_STOPS)
    def post(self, request: Request, stop_id: int) -> Response:
        """Note that the courier stands at the door."""
        services.arrive(stop_id=stop_id, actor_id=caller_id(request), now=now())
        return _stop(stop_id)


class StopDeliverApi(APIView):
    """The hand-over."""

    permission_classes = (WorksOnTheRoad,)

    @extend_schema(
        request=serializers.DeliverSerializer, responses=serializers.StopSerializer, tags=_STOPS
    )
    def post(self, request: Request, stop_id: int) -> Response:
        """Hand the order over, and take exactly what is due, in cash or by card."""
        body = valid(serializers.DeliverSerializer, request)
        taken = body.get("taken")
        services.deliver_stop(
            stop_id=stop_id,
            taken=DoorMoney(body["taken_as"], taken) if taken else None,
            degrees=body["temperature"],
            actor_id=caller_id(request),
            now=now(),
        )
        return _stop(stop_id)


class StopFailApi(APIView):
    """A door at which nothing was handed over."""

    permission_classes = (WorksOnTheRoad,)

    @extend_schema(
        request=serializers.FailSerializer, responses=serializers.StopSerializer, tags=_STOPS
    )
    def post(self, request: Request, stop_id: int) -> Response:
        """Leave with the box, and say why."""
        body = valid(serializers.FailSerializer, request)
        services.fail_stop(
            stop_id=stop_id, failure=body["failure"], actor_id=caller_id(request), now=now()
        )
        return _stop(stop_id)


class StopTakenApi(APIView):
    """How a stop's money was taken."""

    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = {"PUT": "fulfilment.change_cashshift"}

    @extend_schema(
        request=serializers.TakenAsSerializer, responses=serializers.StopSerializer, tags=_STOPS
    )
    def put(self, request: Request, stop_id: int) -> Response:
        """Correct it, until the courier has handed the money over."""
        body = valid(serializers.TakenAsSerializer, request)
        services.correct_taken(
            stop_id=stop_id, provider=body["taken_as"], actor_id=caller_id(request)
        )
        return _stop(stop_id)


class CashShiftsApi(GenericAPIView[Any]):
    """Couriers' money, or the caller's own."""

    serializer_class = serializers.ShiftSerializer
    pagination_class = GrowingPages
    permission_classes = (HoldsPermission,)
    filter_backends = ()
    needs: ClassVar[dict[str, str]] = {"GET": "fulfilment.view_cashshift"}

    @extend_schema(
        operation_id="staff_cash_shifts_list",
        responses=serializers.ShiftSerializer(many=True),
        tags=_CASH,
    )
    def get(self, request: Request) -> Response:
        """List shifts, those that are not handed over first."""
        sees_all = request.user.has_perm("fulfilment.change_cashshift")
        found = selectors.shifts(courier_id=None if sees_all else caller_id(request))
        page = self.paginate_queryset(found) or []
        cards = [selectors.shift_card(shift) for shift in page]
        return self.get_paginated_response(self.get_serializer(cards, many=True).data)


class CashShiftAcceptApi(APIView):
    """The hand-over of money."""

    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = {"POST": "fulfilment.change_cashshift"}

    @extend_schema(
        request=serializers.CountedSerializer, responses=serializers.ShiftSerializer, tags=_CASH
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Take the courier's cash as it was counted; a difference wants a reason."""
        body = valid(serializers.CountedSerializer, request)
        shift = services.accept_shift(
            shift_id=selectors.shift_id_of(public_id=public_id),
            actor_id=caller_id(request),
            now=now(),
            **body,
        )
        return Response(serializers.ShiftSerializer(selectors.shift_card(shift)).data)


def _stop(stop_id: int) -> Response:
    return Response(serializers.StopSerializer(selectors.stop_card(stop_id=stop_id)).data)
