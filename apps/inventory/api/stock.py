"""The warehouse over HTTP, for staff whose role includes it."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from apps.catalog import selectors as catalog
from apps.core.api import caller_id
from apps.core.time import now
from apps.inventory import selectors, services
from apps.inventory.api import serializers
from apps.inventory.models import Lot, LotQuerySet, StockLevel, StockLevelQuerySet


class HoldsPermission(BasePermission):
    """Let staff in who hold the permission that the view names for the method."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Look the method up in the view's `needs`; one that is not listed is refused."""
        needed = view.needs.get(request.method)
        return bool(request.user.is_authenticated and needed and request.user.has_perm(needed))


class StockApi(GenericAPIView[StockLevel]):
    """How much there is."""

    serializer_class = serializers.StockLevelSerializer
    queryset = StockLevel.objects.none()
    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = {"GET": "inventory.view_stocklevel"}

    def get_queryset(self) -> StockLevelQuerySet:
        """Return the stock levels that the query means, by SKU."""
        asked = _asked(serializers.StockQuerySerializer, self.request)
        levels = selectors.stock_levels()
        if asked.get("sku"):
            levels = levels.filter(variant__sku__startswith=asked["sku"].upper())
        return levels.low() if asked["low"] else levels

    @extend_schema(
        parameters=[serializers.StockQuerySerializer],
        responses=serializers.StockLevelSerializer(many=True),
        tags=["staff: stock"],
    )
    def get(self, request: Request) -> Response:
        """List stock levels by SKU."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class LotsApi(GenericAPIView[Lot]):
    """The lots on the shelves."""

    serializer_class = serializers.LotSerializer
    queryset = Lot.objects.none()
    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = {"GET": "inventory.view_lot", "POST": "inventory.add_lot"}

    def get_queryset(self) -> LotQuerySet:
        """Return the lots that the query means, first expired first."""
        asked = _asked(serializers.LotQuerySerializer, self.request)
        lots = selectors.lots()
        if asked.get("sku"):
            lots = lots.filter(variant__sku=asked["sku"].upper())
        return lots.filter(remaining__gt=0) if asked["remaining"] else lots

    @extend_schema(
        parameters=[serializers.LotQuerySerializer],
        responses=serializers.LotSerializer(many=True),
        tags=["staff: stock"],
    )
    def get(self, request: Request) -> Response:
        """List lots, first expired first."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        request=serializers.ReceiveSerializer,
        responses={201: serializers.LotSerializer},
        tags=["staff: stock"],
    )
    def post(self, request: Request) -> Response:
        """Receive a lot."""
        body = _valid(serializers.ReceiveSerializer, request)
        variant_id = catalog.variant_id_by_sku(sku=body.pop("sku").upper())
        lot = services.receive_lot(
            variant_id=variant_id, actor_id=caller_id(request), now=now(), **body
        )
        return Response(self.get_serializer(lot).data, status=status.HTTP_201_CREATED)


class LotDeedApi(APIView):
    """What is done with one lot."""

    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = {"POST": "inventory.change_lot"}


class AdjustApi(LotDeedApi):
    """Stocktake."""

    @extend_schema(
        request=serializers.AdjustSerializer,
        responses=serializers.LotSerializer,
        tags=["staff: stock"],
    )
    def post(self, request: Request, lot_id: int) -> Response:
        """Set a lot to what was counted on the shelf."""
        body = _valid(serializers.AdjustSerializer, request)
        return _answer(services.adjust_lot(lot_id=lot_id, actor_id=caller_id(request), **body))


class WriteOffApi(LotDeedApi):
    """Waste."""

    @extend_schema(
        request=serializers.WriteOffSerializer,
        responses=serializers.LotSerializer,
        tags=["staff: stock"],
    )
    def post(self, request: Request, lot_id: int) -> Response:
        """Throw units of a lot away."""
        body = _valid(serializers.WriteOffSerializer, request)
        return _answer(services.write_off(lot_id=lot_id, actor_id=caller_id(request), **body))


class QuarantineApi(LotDeedApi):
    """Lots put aside."""

    @extend_schema(
        request=serializers.ReasonSerializer,
        responses=serializers.LotSerializer,
        tags=["staff: stock"],
    )
    def post(self, request: Request, lot_id: int) -> Response:
        """Put a lot aside: none of its units is sold or picked."""
        body = _valid(serializers.ReasonSerializer, request)
        return _answer(services.quarantine_lot(lot_id=lot_id, actor_id=caller_id(request), **body))


class ReleaseApi(LotDeedApi):
    """Lots let back."""

    @extend_schema(
        request=serializers.ReasonSerializer,
        responses=serializers.LotSerializer,
        tags=["staff: stock"],
    )
    def post(self, request: Request, lot_id: int) -> Response:
        """Let a lot back on sale."""
        body = _valid(serializers.ReasonSerializer, request)
        lot = services.release_quarantine(
            lot_id=lot_id, actor_id=caller_id(request), now=now(), **body
        )
        return _answer(lot)


def _answer(lot: Lot) -> Response:
    return Response(serializers.LotSerializer(lot).data)


def _asked(kind: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """Return the query's checked values.

    Raises:
        ValidationError: A value can't be used.
    """
    query = kind(data=request.query_params)
    query.is_valid(raise_exception=True)
    return dict(query.validated_data)


def _valid(kind: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """Return the body's checked values.

    Raises:
        ValidationError: A value can't be used.
    """
    body = kind(data=request.data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)
