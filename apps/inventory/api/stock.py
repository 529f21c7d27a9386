"""The warehouse over HTTP, for staff whose role includes it."""

from typing import ClassVar

from django.db.models import QuerySet
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
from apps.inventory.api import serializers
from apps.inventory.models import Lot, LotQuerySet, StockLevel, StockLevelQuerySet, StockMovement
from apps.inventory.shelves import shelf_code


class StockApi(GenericAPIView[StockLevel]):
    """How much there is."""

    serializer_class = serializers.StockLevelSerializer
    queryset = StockLevel.objects.none()
    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = {"GET": "inventory.view_stocklevel"}

    def get_queryset(self) -> StockLevelQuerySet:
        """Return the stock levels that the query means, by SKU."""
        query = asked(serializers.StockQuerySerializer, self.request)
        levels = selectors.stock_levels()
        if query.get("sku"):
            levels = levels.filter(variant__sku__startswith=query["sku"].upper())
        return levels.low() if query["low"] else levels

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
    pagination_class = GrowingPages
    queryset = Lot.objects.none()
    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = {"GET": "inventory.view_lot", "POST": "inventory.add_lot"}

    def get_queryset(self) -> LotQuerySet:
        """Return the lots that the query means, first expired first."""
        query = asked(serializers.LotQuerySerializer, self.request)
        lots = selectors.lots()
        if query.get("sku"):
            lots = lots.filter(variant__sku=query["sku"].upper())
        if query.get("shelf"):
            lots = lots.filter(shelf=shelf_code(query["shelf"]))
        return lots.filter(remaining__gt=0) if query["remaining"] else lots

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
        body = valid(serializers.ReceiveSerializer, request)
        variant_id = catalog.variant_id_by_sku(sku=body.pop("sku").upper())
        lot = services.receive_lot(
            variant_id=variant_id, actor_id=caller_id(request), now=now(), **body
        )
        return Response(self.get_serializer(lot).data, status=status.HTTP_201_CREATED)


class MovementsApi(GenericAPIView[StockMovement]):
    """The ledger of stock."""

    serializer_class = serializers.MovementSerializer
    pagination_class = GrowingPages
    queryset = StockMovement.objects.none()
    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = {"GET": "inventory.view_stockmovement"}

    def get_queryset(self) -> QuerySet[StockMovement]:
        """Return the movements that the query means, newest first."""
        query = asked(serializers.MovementQuerySerializer, self.request)
        found = selectors.movements()
        if query.get("sku"):
            found = found.filter(variant__sku=query["sku"].upper())
        if "lot" in query:
            found = found.filter(lot_id=query["lot"])
        return found.filter(kind=query["kind"]) if "kind" in query else found

    @extend_schema(
        parameters=[serializers.MovementQuerySerializer],
        responses=serializers.MovementSerializer(many=True),
        tags=["staff: stock"],
    )
    def get(self, request: Request) -> Response:
        """List every change of stock, newest first."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


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
        body = valid(serializers.AdjustSerializer, request)
        return _answer(
            request, services.adjust_lot(lot_id=lot_id, actor_id=caller_id(request), **body)
        )


class WriteOffApi(LotDeedApi):
    """Waste."""

    @extend_schema(
        request=serializers.WriteOffSerializer,
        responses=serializers.LotSerializer,
        tags=["staff: stock"],
    )
    def post(self, request: Request, lot_id: int) -> Response:
        """Throw units of a lot away."""
        body = valid(serializers.WriteOffSerializer, request)
        return _answer(
            request, services.write_off(lot_id=lot_id, actor_id=caller_id(request), **body)
        )


class QuarantineApi(LotDeedApi):
    """Lots put aside."""

    @extend_schema(
        request=serializers.ReasonSerializer,
        responses=serializers.LotSerializer,
        tags=["staff: stock"],
    )
    def post(self, request: Request, lot_id: int) -> Response:
        """Put a lot aside: none of its units is sold or picked."""
        body = valid(serializers.ReasonSerializer, request)
        return _answer(
            request, services.quarantine_lot(lot_id=lot_id, actor_id=caller_id(request), **body)
        )


class ReleaseApi(LotDeedApi):
    """Lots let back."""

    @extend_schema(
        request=serializers.ReasonSerializer,
        responses=serializers.LotSerializer,
        tags=["staff: stock"],
    )
    def post(self, request: Request, lot_id: int) -> Response:
        """Let a lot back on sale."""
        body = valid(serializers.ReasonSerializer, request)
        lot = services.release_quarantine(
            lot_id=lot_id, actor_id=caller_id(request), now=now(), **body
        )
        return _answer(request, lot)


class MoveApi(LotDeedApi):
    """Shelves."""

    @extend_schema(
        request=serializers.ShelfSerializer,
        responses=serializers.LotSerializer,
        tags=["staff: stock"],
    )
    def post(self, request: Request, lot_id: int) -> Response:
        """Note where a lot stands now."""
        body = valid(serializers.ShelfSerializer, request)
        return _answer(
            request, services.move_lot(lot_id=lot_id, actor_id=caller_id(request), **body)
        )


def _answer(request: Request, lot: Lot) -> Response:
    return Response(serializers.LotSerializer(lot, context={"request": request}).data)
