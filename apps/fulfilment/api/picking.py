"""The open box over HTTP: for a scanner of one's own, or another program's page."""

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api import caller_id, valid
from apps.core.idempotency import Answer, checked_key, run_once
from apps.core.time import now
from apps.fulfilment import selectors, serializers, services
from apps.fulfilment.dto import PickList, ShortCause
from apps.orders import selectors as orders
from apps.orders.lifecycle import Actor

_FLOOR = frozenset({Actor.OWNER, Actor.MANAGER, Actor.WAREHOUSE})
_KEY_HEADER = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description=(
        "8 to 100 letters, digits, - and _. The same key with the same body counts a scan once; "
        "with another body 422; while the first request runs 409 with Retry-After."
    ),
)


class WorksOnTheFloor(BasePermission):
    """Let in whose role packs boxes."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Ask for the roles held now, not for those of the sign-in."""
        if not request.user.is_authenticated:
            return False
        return bool(_FLOOR & orders.staff_parts(user_id=caller_id(request)))


class FloorApi(APIView):
    """What only the floor may see and do."""

    permission_classes = (WorksOnTheFloor,)


class ToPickApi(FloorApi):
    """Orders for the freezer."""

    @extend_schema(
        operation_id="staff_orders_to_pick",
        responses=serializers.QueuedOrderSerializer(many=True),
        tags=["staff: picking"],
    )
    def get(self, request: Request) -> Response:
        """List orders being picked, the caller's own first, then those that wait; at most 100."""
        queued = selectors.to_pick(picker_id=caller_id(request))
        return Response(serializers.QueuedOrderSerializer(queued, many=True).data)


class NextToPickApi(FloorApi):
    """The order to begin with."""

    @extend_schema(request=None, responses=serializers.PickListSerializer, tags=["staff: picking"])
    def post(self, request: Request) -> Response:
        """Take the order to the freezer that must leave first, and return its pick list."""
        moment = now()
        order = services.start_next(actor_id=caller_id(request), now=moment)
        return _answer(selectors.pick_list(order_id=order.pk, now=moment))


class PickListApi(FloorApi):
    """What to take from the freezer."""

    @extend_schema(responses=serializers.PickListSerializer, tags=["staff: orders"])
    def get(self, request: Request, public_id: UUID) -> Response:
        """Return an order's lines with the lots to take them from, first expired first."""
        return _answer(selectors.pick_list(order_id=_order_id(public_id), now=now()))


class PicksApi(FloorApi):
    """What goes into an open box."""

    @extend_schema(
        parameters=[_KEY_HEADER],
        request=serializers.ScanSerializer,
        responses=serializers.PickListSerializer,
        tags=["staff: picking"],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Put what was scanned into the box."""
        key = checked_key(request.headers.get("Idempotency-Key"))
        body, actor_id = valid(serializers.ScanSerializer, request), caller_id(request)
        order_id = _order_id(public_id)

        def work() -> Answer:
            taken = services.scan_unit(order_id=order_id, actor_id=actor_id, now=now(), **body)
            return Answer(200, serializers.PickListSerializer(taken.listed).data)

        answer = run_once(
            owner_id=actor_id, endpoint="pick", key=key, body=[order_id, request.data], work=work
        )
        return Response(answer.body, status=answer.status, headers=answer.headers())

    @extend_schema(
        request=serializers.SetUnitsSerializer,
        responses=serializers.PickListSerializer,
        tags=["staff: picking"],
    )
    def put(self, request: Request, public_id: UUID) -> Response:
        """Say how many units of a lot the box holds for a line."""
        body = valid(serializers.SetUnitsSerializer, request)
        listed = services.set_units(
            order_id=_order_id(public_id), actor_id=caller_id(request), now=now(), **body
        )
        return _answer(listed)


class PickApi(FloorApi):
    """One pick of an open box."""

    @extend_schema(
        request=None, responses={200: serializers.PickListSerializer}, tags=["staff: picking"]
    )
    def delete(self, request: Request, public_id: UUID, pick_id: int) -> Response:
        """Take a pick out of the box and return what is left to do."""
        listed = services.undo_pick(
            order_id=_order_id(public_id), pick_id=pick_id, actor_id=caller_id(request), now=now()
        )
        return _answer(listed)


class ShortLineApi(FloorApi):
    """A line that can't be completed."""

    @extend_schema(
        request=serializers.ShortSerializer,
        responses=serializers.PickListSerializer,
        tags=["staff: picking"],
    )
    def put(self, request: Request, public_id: UUID, line_id: int) -> Response:
        """Give the rest of a line up."""
        body = valid(serializers.ShortSerializer, request)
        listed = services.mark_short(
            order_id=_order_id(public_id), order_line_id=line_id, cause=ShortCause(body["cause"]),
            actor_id=caller_id(request), now=now(),
        )  # fmt: skip
        return _answer(listed)

    @extend_schema(
        request=None, responses={200: serializers.PickListSerializer}, tags=["staff: picking"]
    )
    def delete(self, request: Request, public_id: UUID, line_id: int) -> Response:
        """Take that word back."""
        listed = services.unmark_short(
            order_id=_order_id(public_id), order_line_id=line_id, actor_id=caller_id(request),
            now=now(),
        )  # fmt: skip
        return _answer(listed)


class LineWeightApi(FloorApi):
    """What goods by weight weigh."""

    @extend_schema(
        request=serializers.WeightSerializer,
        responses=serializers.PickListSerializer,
        tags=["staff: picking"],
    )
    def put(self, request: Request, public_id: UUID, line_id: int) -> Response:
        """Note what the units of a line weigh together; they are charged for that."""
        body = valid(serializers.WeightSerializer, request)
        listed = services.weigh_line(
            order_id=_order_id(public_id), order_line_id=line_id, actor_id=caller_id(request),
            now=now(), **body,
        )  # fmt: skip
        return _answer(listed)


def _answer(listed: PickList) -> Response:
    return Response(serializers.PickListSerializer(listed).data)


def _order_id(public_id: UUID) -> int:
    """Return the order's own id.

    Raises:
        OrderNotFound: There is no such order.
    """
    return orders.staff_card(public_id=public_id).id
