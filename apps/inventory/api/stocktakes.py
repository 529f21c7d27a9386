"""Stocktakes over HTTP, for staff whose role includes counting."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.catalog import selectors as catalog
from apps.core.api import HoldsPermission, asked, caller_id, valid
from apps.core.pagination import GrowingPages
from apps.core.time import now
from apps.inventory import selectors, services
from apps.inventory.api import stocktake_serializers as bodies
from apps.inventory.dto import StocktakeState
from apps.inventory.models import Stocktake, StocktakeQuerySet

_TAGS = ["staff: stocktakes"]


class StocktakesApi(GenericAPIView[Stocktake]):
    """What was counted."""

    serializer_class = bodies.StocktakeSerializer
    pagination_class = GrowingPages
    queryset = Stocktake.objects.none()
    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = {
        "GET": "inventory.view_stocktake",
        "POST": "inventory.add_stocktake",
    }

    def get_queryset(self) -> StocktakeQuerySet:
        """Return the stocktakes that the query means, newest first."""
        query = asked(bodies.StocktakeQuerySerializer, self.request)
        found = selectors.stocktakes()
        return found.filter(state=query["state"]) if "state" in query else found

    @extend_schema(
        parameters=[bodies.StocktakeQuerySerializer],
        responses=bodies.StocktakeSerializer(many=True),
        tags=_TAGS,
    )
    def get(self, request: Request) -> Response:
        """List stocktakes, newest first."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        request=bodies.StartSerializer,
        responses={201: bodies.StocktakeDetailSerializer},
        tags=_TAGS,
    )
    def post(self, request: Request) -> Response:
        """Begin to count; 409 `stocktake_running` names who counts there and what to join."""
        body = valid(bodies.StartSerializer, request)
        slug = body.pop("category", None)
        category_id = None if slug is None else catalog.category_id_by_slug(slug=slug)
        begun = services.start_stocktake(
            category_id=category_id, actor_id=caller_id(request), now=now(), **body
        )
        return _answer(begun.pk, status.HTTP_201_CREATED)


class StocktakeDeedApi(APIView):
    """What is done with one stocktake."""

    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = {
        "GET": "inventory.view_stocktake",
        "POST": "inventory.change_stocktake",
        "DELETE": "inventory.change_stocktake",
    }


class StocktakeApi(StocktakeDeedApi):
    """One stocktake."""

    @extend_schema(responses=bodies.StocktakeDetailSerializer, tags=_TAGS)
    def get(self, request: Request, stocktake_id: int) -> Response:
        """Show a stocktake with its lots."""
        return _answer(stocktake_id)


class CountsApi(StocktakeDeedApi):
    """The counts of a running stocktake."""

    @extend_schema(
        request=bodies.CountSerializer, responses=bodies.StocktakeDetailSerializer, tags=_TAGS
    )
    def post(self, request: Request, stocktake_id: int) -> Response:
        """Note how many units of a lot were counted."""
        body = valid(bodies.CountSerializer, request)
        services.count_lot(
            stocktake_id=stocktake_id, actor_id=caller_id(request), now=now(), **body
        )
        return _answer(stocktake_id)

    @extend_schema(
        parameters=[bodies.LotIdSerializer],
        responses={200: bodies.StocktakeDetailSerializer},
        tags=_TAGS,
    )
    def delete(self, request: Request, stocktake_id: int) -> Response:
        """Take a lot out of the stocktake."""
        query = asked(bodies.LotIdSerializer, request)
        services.leave_out_lot(stocktake_id=stocktake_id, **query)
        return _answer(stocktake_id)


class TakeOverApi(StocktakeDeedApi):
    """Who is in charge."""

    @extend_schema(request=None, responses=bodies.StocktakeDetailSerializer, tags=_TAGS)
    def post(self, request: Request, stocktake_id: int) -> Response:
        """Become the one in charge."""
        services.take_over_stocktake(stocktake_id=stocktake_id, actor_id=caller_id(request))
        return _answer(stocktake_id)


class ConfirmApi(StocktakeDeedApi):
    """The end of a stocktake."""

    @extend_schema(
        request=bodies.ConfirmSerializer,
        responses=bodies.StocktakeDetailSerializer,
        tags=_TAGS,
    )
    def post(self, request: Request, stocktake_id: int) -> Response:
        """Bring the books to what was counted."""
        body = valid(bodies.ConfirmSerializer, request)
        services.confirm_stocktake(
            stocktake_id=stocktake_id, actor_id=caller_id(request), now=now(), **body
        )
        return _answer(stocktake_id)


class CancelApi(StocktakeDeedApi):
    """A stocktake called off."""

    @extend_schema(request=None, responses=bodies.StocktakeDetailSerializer, tags=_TAGS)
    def post(self, request: Request, stocktake_id: int) -> Response:
        """Call the stocktake off: nothing changes."""
        services.cancel_stocktake(stocktake_id=stocktake_id, actor_id=caller_id(request), now=now())
        return _answer(stocktake_id)


def _answer(stocktake_id: int, code: int = status.HTTP_200_OK) -> Response:
    """Return a stocktake as it is now, with its lots."""
    sheet = selectors.sheet(stocktake_id=stocktake_id)
    taken: Any = sheet.stocktake
    rows: Any = sheet.lots
    is_hidden = taken.is_blind and taken.state == StocktakeState.COUNTING
    head = bodies.StocktakeSerializer(taken).data
    lots = bodies.CountedLotSerializer(
        rows, many=True, context={"is_hidden": is_hidden}
    ).data  # fmt: skip
    return Response({**head, "lots": lots}, status=code)
