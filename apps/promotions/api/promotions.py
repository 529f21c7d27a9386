"""Promotions over HTTP, for staff whose role includes them."""

from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.promotions import serializers
from apps.promotions.api.base import TAGS, OfferApi, OffersApi, PreviewApi, StopApi
from apps.promotions.dto import OfferKind


class PromotionsApi(OffersApi):
    """All promotions."""

    kind = OfferKind.PROMOTION
    shape = serializers.PromotionWriteSerializer
    serializer_class = serializers.PromotionSerializer
    needs: ClassVar[dict[str, str]] = {
        "GET": "promotions.view_promotion",
        "POST": "promotions.add_promotion",
    }

    @extend_schema(
        operation_id="staff_promotions_list",
        parameters=[serializers.OfferQuerySerializer],
        responses=serializers.PromotionSerializer(many=True),
        tags=TAGS,
    )
    def get(self, request: Request) -> Response:
        """List promotions, the newest first."""
        return self.list_offers(request)

    @extend_schema(
        request=serializers.PromotionWriteSerializer,
        responses={201: serializers.PromotionSerializer},
        tags=TAGS,
    )
    def post(self, request: Request) -> Response:
        """Make a promotion; the catalogue's prices follow at once."""
        return self.make_offer(request)


class PromotionApi(OfferApi):
    """One promotion."""

    kind = OfferKind.PROMOTION
    shape = serializers.PromotionWriteSerializer
    answer = serializers.PromotionSerializer
    needs: ClassVar[dict[str, str]] = {
        "GET": "promotions.view_promotion",
        "PATCH": "promotions.change_promotion",
    }

    @extend_schema(responses=serializers.PromotionSerializer, tags=TAGS)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Show a promotion."""
        return self.show(public_id)

    @extend_schema(
        request=serializers.PromotionWriteSerializer(partial=True),
        responses=serializers.PromotionSerializer,
        tags=TAGS,
    )
    def patch(self, request: Request, public_id: UUID) -> Response:
        """Change the fields given of a promotion; the catalogue's prices follow at once."""
        return self.change(request, public_id)


class StopPromotionApi(StopApi):
    """The end of a promotion."""

    kind = OfferKind.PROMOTION
    answer = serializers.PromotionSerializer
    needs: ClassVar[dict[str, str]] = {"POST": "promotions.change_promotion"}

    @extend_schema(request=None, responses=serializers.PromotionSerializer, tags=TAGS)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Stop a promotion at once; orders that have it keep it."""
        return self.stop(request, public_id)


class PreviewPromotionApi(PreviewApi):
    """What a promotion would do."""

    kind = OfferKind.PROMOTION
    shape = serializers.PromotionWriteSerializer
    needs: ClassVar[dict[str, str]] = {"POST": "promotions.add_promotion"}

    @extend_schema(
        parameters=[serializers.PreviewQuerySerializer],
        request=serializers.PromotionWriteSerializer,
        responses=serializers.TrialSerializer(many=True),
        tags=TAGS,
    )
    def post(self, request: Request) -> Response:
        """Try a promotion on the last real carts of the shop; nothing is saved."""
        return self.preview(request)
