"""Prices over HTTP, for staff: their history, schedules, changes in bulk."""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from apps.catalog import selectors, services
from apps.catalog.api import price_serializers as shapes
from apps.catalog.errors import NothingChosen, SkuUnknown
from apps.catalog.models import PriceBatch
from apps.core.api import HoldsPermission, caller_id
from apps.core.idempotency import Answer, checked_key, run_once
from apps.core.pagination import GrowingPages
from apps.core.time import now

_TAGS = ["staff: prices"]
# So many unknown SKUs a refusal names.
_NAMED = 20
_KEY_HEADER = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description=(
        "8 to 100 letters, digits, - and _. The same key gives the same answer; while the first "
        "request runs 409 with Retry-After."
    ),
)


class PriceHistoryApi(GenericAPIView[Any]):
    """Who changed which price."""

    serializer_class = shapes.PriceChangeSerializer
    pagination_class = GrowingPages
    permission_classes = (HoldsPermission,)
    filter_backends = ()
    needs: ClassVar[dict[str, str]] = {"GET": "catalog.view_pricechange"}

    @extend_schema(
        operation_id="staff_prices_history",
        parameters=[shapes.SkuQuerySerializer],
        responses=shapes.PriceChangeSerializer(many=True),
        tags=_TAGS,
    )
    def get(self, request: Request) -> Response:
        """List changes of prices, newest first."""
        asked = _asked(shapes.SkuQuerySerializer, request)
        rows = selectors.price_changes(sku=asked.get("sku", "").upper())
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class SchedulesApi(GenericAPIView[Any]):
    """Prices for later."""

    serializer_class = shapes.ScheduledPriceSerializer
    pagination_class = GrowingPages
    permission_classes = (HoldsPermission,)
    filter_backends = ()
    needs: ClassVar[dict[str, str]] = {
        "GET": "catalog.view_scheduledprice",
        "POST": "catalog.add_scheduledprice",
    }

    @extend_schema(
        operation_id="staff_prices_schedules_list",
        parameters=[shapes.SchedulesQuerySerializer],
        responses=shapes.ScheduledPriceSerializer(many=True),
        tags=_TAGS,
    )
    def get(self, request: Request) -> Response:
        """List scheduled prices, those first that begin first."""
        asked = _asked(shapes.SchedulesQuerySerializer, request)
        rows = selectors.scheduled_prices(
            sku=asked.get("sku", "").upper(), now=None if asked["done"] else now()
        )
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        request=shapes.ScheduleSerializer,
        responses={201: shapes.ScheduledPriceSerializer},
        tags=_TAGS,
    )
    def post(self, request: Request) -> Response:
        """Schedule a price, for good or until a moment."""
        body = _valid(shapes.ScheduleSerializer, request).validated_data
        made = services.schedule_price(
            variant_id=selectors.variant_id_by_sku(sku=body.pop("sku").upper()),
            now=now(), actor_id=caller_id(request), **body,
        )  # fmt: skip
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)


class WithdrawScheduleApi(APIView):
    """A price for later that is not wanted any more."""

    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = {"POST": "catalog.change_scheduledprice"}

    @extend_schema(request=None, responses=shapes.ScheduledPriceSerializer, tags=_TAGS)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Withdraw a scheduled price; one that holds already ends now."""
        gone = services.withdraw_schedule(
            schedule_id=public_id, now=now(), actor_id=caller_id(request)
        )
        return Response(shapes.ScheduledPriceSerializer(gone).data)


class PriceBatchesApi(APIView):
    """Changes in bulk."""

    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = {"POST": "catalog.add_pricebatch"}

    @extend_schema(
        request=shapes.PricePreviewSerializer,
        responses={201: shapes.PriceBatchSerializer},
        tags=_TAGS,
    )
    def post(self, request: Request) -> Response:
        """Preview a change in bulk; no price changes until it is applied."""
        body: Any = _valid(shapes.PricePreviewSerializer, request)
        skus = body.validated_data.get("chosen", {}).get("skus")
        batch = services.preview_prices(
            chosen=body.wanted_packs(_ids(skus) if skus is not None else ()),
            operation=body.wanted_operation(),
            reason=body.validated_data.get("reason", ""),
            now=now(),
            actor_id=caller_id(request),
        )
        return Response(_batch(batch), status=status.HTTP_201_CREATED)


class PriceBatchApi(APIView):
    """One change in bulk."""

    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = {"GET": "catalog.view_pricebatch"}

    @extend_schema(responses=shapes.PriceBatchSerializer, tags=_TAGS)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Say how far a change in bulk has come."""
        return Response(_batch(selectors.price_batch(public_id=public_id)))


class PriceBatchLinesApi(GenericAPIView[Any]):
    """The packs of one change in bulk."""

    serializer_class = shapes.PriceBatchLineSerializer
    permission_classes = (HoldsPermission,)
    filter_backends = ()
    needs: ClassVar[dict[str, str]] = {"GET": "catalog.view_pricebatch"}

    @extend_schema(
        operation_id="staff_prices_batches_lines",
        responses=shapes.PriceBatchLineSerializer(many=True),
        tags=_TAGS,
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """List the lines: those without a price first, then those at a loss, then by SKU."""
        batch = selectors.price_batch(public_id=public_id)
        page = self.paginate_queryset(selectors.batch_lines(batch_id=batch.pk))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class ApplyBatchApi(APIView):
    """Carry a preview out."""

    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = {"POST": "catalog.change_pricebatch"}

    @extend_schema(
        parameters=[_KEY_HEADER], request=None, responses=shapes.PriceBatchSerializer, tags=_TAGS
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Change the prices exactly as previewed, all or none."""
        staff_id = caller_id(request)

        def work() -> Answer:
            batch = services.apply_price_batch(batch_id=public_id, now=now(), actor_id=staff_id)
            return Answer(status.HTTP_200_OK, _batch(batch))

        return _once(request, "price-batch-apply", public_id, work)


class UndoBatchApi(APIView):
    """Take a change in bulk back."""

    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = {"POST": "catalog.change_pricebatch"}

    @extend_schema(
        parameters=[_KEY_HEADER], request=None, responses=shapes.BatchUndoneSerializer, tags=_TAGS
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Give packs back their prices, those excepted whose price was changed again since."""
        staff_id = caller_id(request)

        def work() -> Answer:
            done = services.undo_price_batch(batch_id=public_id, now=now(), actor_id=staff_id)
            body = _batch(selectors.price_batch(public_id=public_id))
            return Answer(
                status.HTTP_200_OK, {**body, "undone": done.undone, "kept": list(done.kept)}
            )

        return _once(request, "price-batch-undo", public_id, work)


def _once(request: Request, endpoint: str, batch_id: UUID, work: Any) -> Response:
    key = checked_key(request.headers.get("Idempotency-Key"))
    answer = run_once(
        owner_id=caller_id(request), endpoint=endpoint, key=key, body=str(batch_id), work=work
    )
    return Response(answer.body, status=answer.status, headers=answer.headers())


def _batch(batch: PriceBatch) -> dict[str, Any]:
    shown = selectors.batch_card(batch=batch)
    return dict(shapes.PriceBatchSerializer(shown).data)


def _ids(skus: list[str]) -> tuple[int, ...]:
    """Return the ids of packs named by SKU.

    Raises:
        SkuUnknown: A SKU is not carried by any pack.
        NothingChosen: There is none: that must not mean the whole shop.
    """
    wanted = {sku.upper() for sku in skus}
    found = selectors.variant_ids_by_sku(skus=wanted)
    if wanted - found.keys():
        raise SkuUnknown(skus=sorted(wanted - found.keys())[:_NAMED])
    if not found:
        raise NothingChosen
    return tuple(sorted(found.values()))


def _asked(kind: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """Return the query's checked values.

    Raises:
        ValidationError: A value can't be used.
    """
    query = kind(data=request.query_params)
    query.is_valid(raise_exception=True)
    return dict(query.validated_data)


def _valid(kind: type[Serializer[Any]], request: Request) -> Serializer[Any]:
    """Return the body, checked.

    Raises:
        ValidationError: A value can't be used.
    """
    body = kind(data=request.data)
    body.is_valid(raise_exception=True)
    return body
