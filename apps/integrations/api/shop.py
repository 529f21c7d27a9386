"""What programs read of the shop: orders without their customers, and stock."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import asked
from apps.core.time import now
from apps.integrations.api import serializers
from apps.integrations.api.base import ByChange, BySku, ForPrograms, ListForPrograms
from apps.integrations.dto import Scope
from apps.inventory import selectors as inventory
from apps.orders import selectors as orders
from apps.orders.errors import OrderNotFound
from apps.orders.services import Order

_TAGS = ["integrations"]


class OrdersApi(ListForPrograms):
    """All orders."""

    scopes: ClassVar[dict[str, Scope]] = {"GET": Scope.READ_ORDERS}
    serializer_class = serializers.ProgramOrderSerializer
    pagination_class = ByChange

    @extend_schema(
        operation_id="integrations_orders_list",
        parameters=[serializers.OrdersQuerySerializer],
        responses=serializers.ProgramOrderSerializer(many=True),
        tags=_TAGS,
    )
    def get(self, request: Request) -> Response:
        """List orders, those longest unchanged first."""
        query = asked(serializers.OrdersQuerySerializer, request)
        found = orders.changed_orders(since=query.get("updated_since"))
        if "status" in query:
            found = found.filter(status=query["status"])
        page, moment = self.paginate_queryset(found) or [], now()
        return self.get_paginated_response([_order_json(order, moment) for order in page])


class OrderApi(ForPrograms):
    """One order."""

    scopes: ClassVar[dict[str, Scope]] = {"GET": Scope.READ_ORDERS}

    @extend_schema(
        operation_id="integrations_orders_retrieve",
        responses=serializers.ProgramOrderSerializer,
        tags=_TAGS,
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """Show an order."""
        order = orders.changed_orders().filter(public_id=public_id).first()
        if order is None:
            raise OrderNotFound
        return Response(_order_json(order, now()))


class StockApi(ListForPrograms):
    """How much there is."""

    scopes: ClassVar[dict[str, Scope]] = {"GET": Scope.READ_STOCK}
    serializer_class = serializers.ProgramStockSerializer
    pagination_class = BySku

    @extend_schema(
        operation_id="integrations_stock_list",
        parameters=[serializers.ProgramStockQuerySerializer],
        responses=serializers.ProgramStockSerializer(many=True),
        tags=_TAGS,
    )
    def get(self, request: Request) -> Response:
        """List what may be promised of each pack, by SKU."""
        query = asked(serializers.ProgramStockQuerySerializer, request)
        levels = inventory.stock_levels()
        if query.get("sku"):
            levels = levels.filter(variant__sku__startswith=query["sku"].upper())
        page = self.paginate_queryset(levels.low() if query["low"] else levels)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


def _order_json(order: Order, moment: datetime) -> dict[str, Any]:
    facts = vars(orders.card_of(order, now=moment)) | {"updated_at": order.updated_at}
    return dict(serializers.ProgramOrderSerializer(instance=facts).data)
