"""Runs and couriers' money over HTTP. A courier sees and drives the own runs only."""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api import HoldsPermission, asked, caller_id, valid
from apps.core.pagination import GrowingPages
from apps.core.time import now
from apps.fulfilment import run_serializers as serializers
from apps.fulfilment import selectors, services
from apps.orders import selectors as orders
from apps.orders.lifecycle import Actor

_ROAD = frozenset({Actor.OWNER, Actor.MANAGER, Actor.COURIER})
_RUNS = ["staff: runs"]


class WorksOnTheRoad(BasePermission):
    """Let in who drives, and the office; whose run it is, the service asks."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Ask for the roles held now, not for those of the sign-in."""
        if not request.user.is_authenticated:
            return False
        return bool(_ROAD & orders.staff_parts(user_id=caller_id(request)))


class RunsApi(GenericAPIView[Any]):
    """All runs, or the caller's own."""

    serializer_class = serializers.RunSerializer
    pagination_class = GrowingPages
    permission_classes = (HoldsPermission,)
    filter_backends = ()
    needs: ClassVar[dict[str, str]] = {
        "GET": "fulfilment.view_run",
        "POST": "fulfilment.add_run",
    }

    @extend_schema(
        operation_id="staff_runs_list",
        parameters=[serializers.RunQuerySerializer],
        responses=serializers.RunSerializer(many=True),
        tags=_RUNS,
    )
    def get(self, request: Request) -> Response:
        """List runs, the newest day first."""
        query = asked(serializers.RunQuerySerializer, request)
        found = selectors.runs(day=query.get("day"), courier_id=_only_own(request))
        page = self.paginate_queryset(found) or []
        cards = selectors.run_cards(among=page)
        return self.get_paginated_response(self.get_serializer(cards, many=True).data)

    @extend_schema(
        request=serializers.PlanSerializer,
        responses={201: serializers.RunSerializer},
        tags=_RUNS,
    )
    def post(self, request: Request) -> Response:
        """Plan a run of packed orders, in the order that is suggested."""
        body = valid(serializers.PlanSerializer, request)
        run = services.plan_run(
            courier_id=selectors.courier_id_of(public_id=body["courier"]),
            day=body["day"],
            order_ids=selectors.order_ids_of(public_ids=body["orders"]),
            vehicle=body["vehicle"],
            actor_id=caller_id(request),
            now=now(),
        )
        return _run(run.public_id, code=status.HTTP_201_CREATED)


class CouriersApi(APIView):
    """Those who drive."""

    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = {"GET": "fulfilment.add_run"}

    @extend_schema(
        operation_id="staff_runs_couriers",
        responses=serializers.CourierSerializer(many=True),
        tags=_RUNS,
    )
    def get(self, request: Request) -> Response:
        """List the couriers."""
        return Response(serializers.CourierSerializer(selectors.courier_cards(), many=True).data)


class RunApi(APIView):
    """One run."""

    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = {
        "GET": "fulfilment.view_run",
        "DELETE": "fulfilment.add_run",
    }

    @extend_schema(responses=serializers.RunSerializer, tags=_RUNS)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Show a run with its stops."""
        return _run(public_id, courier_id=_only_own(request))

    @extend_schema(responses={204: None}, tags=_RUNS)
    def delete(self, request: Request, public_id: UUID) -> Response:
        """Take a run away that has not begun and holds no order any more."""
        run_id = selectors.run_id_of(public_id=public_id)
        services.drop_run(run_id=run_id, actor_id=caller_id(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class PlanningApi(APIView):
    """What a dispatcher changes."""

    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = dict.fromkeys(("POST", "PUT", "DELETE"), "fulfilment.add_run")


class RunCourierApi(PlanningApi):
    """Who drives a run."""

    @extend_schema(
        request=serializers.AssignSerializer, responses=serializers.RunSerializer, tags=_RUNS
    )
    def put(self, request: Request, public_id: UUID) -> Response:
        """Give the run to a courier, on the road too."""
        body = valid(serializers.AssignSerializer, request)
        services.assign_run(
            run_id=selectors.run_id_of(public_id=public_id),
            courier_id=selectors.courier_id_of(public_id=body["courier"]),
            vehicle=body["vehicle"],
            actor_id=caller_id(request),
            now=now(),
        )
        return _run(public_id)


class RunStopsApi(PlanningApi):
    """The stops of a run."""

    @extend_schema(
        request=serializers.OrdersSerializer, responses=serializers.RunSerializer, tags=_RUNS
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Put packed orders at the end of the run."""
        body = valid(serializers.OrdersSerializer, request)
        services.add_orders(
            run_id=selectors.run_id_of(public_id=public_id),
            order_ids=selectors.order_ids_of(public_ids=body["orders"]),
            actor_id=caller_id(request),
            now=now(),
        )
        return _run(public_id)

    @extend_schema(
        request=serializers.ArrangeSerializer, responses=serializers.RunSerializer, tags=_RUNS
    )
    def put(self, request: Request, public_id: UUID) -> Response:
        """Arrange the open stops; all of them are named."""
        body = valid(serializers.ArrangeSerializer, request)
        services.arrange_stops(
            run_id=selectors.run_id_of(public_id=public_id),
            stop_ids=body["stops"],
            actor_id=caller_id(request),
        )
        return _run(public_id)


class RunStopApi(PlanningApi):
    """One stop of a run."""

    @extend_schema(responses={200: serializers.RunSerializer}, tags=_RUNS)
    def delete(self, request: Request, public_id: UUID, stop_id: int) -> Response:
        """Take an order off the run while its box stands in the house."""
        services.drop_stop(
            run_id=selectors.run_id_of(public_id=public_id),
            stop_id=stop_id,
            actor_id=caller_id(request),
            now=now(),
        )
        return _run(public_id)


class RunSuggestApi(PlanningApi):
    """The order that the shop suggests."""

    @extend_schema(request=None, responses=serializers.RunSerializer, tags=_RUNS)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Arrange the open stops: earlier windows first, then always the nearest door."""
        run_id = selectors.run_id_of(public_id=public_id)
        services.suggest_order(run_id=run_id, actor_id=caller_id(request))
        return _run(public_id)


class RunStartApi(APIView):
    """The beginning of a run."""

    permission_classes = (WorksOnTheRoad,)

    @extend_schema(request=None, responses=serializers.StartedSerializer, tags=_RUNS)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Take the boxes along that still stand in the house; what must stay is said."""
        run_id = selectors.run_id_of(public_id=public_id)
        refused = services.start_run(run_id=run_id, actor_id=caller_id(request), now=now())
        started = {"run": selectors.run_card(run_id=run_id), "refused": refused}
        return Response(serializers.StartedSerializer(started).data)


def _only_own(request: Request) -> int | None:
    """Return whose runs the caller may see: all (None), or the own ones."""
    return None if request.user.has_perm("fulfilment.view_pick") else caller_id(request)


def _run(
    public_id: UUID, *, courier_id: int | None = None, code: int = status.HTTP_200_OK
) -> Response:
    card = selectors.run_card(public_id=public_id, courier_id=courier_id)
    return Response(serializers.RunSerializer(card).data, status=code)
