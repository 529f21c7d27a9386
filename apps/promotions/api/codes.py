"""Promo codes over HTTP, for staff whose role includes them."""

from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.promotions import serializers
from apps.promotions.api.base import TAGS, OfferApi, OffersApi, PreviewApi, StopApi
from apps.promotions.dto import OfferKind


class PromoCodesApi(OffersApi):
    """All promo codes."""

    kind = OfferKind.CODE
    shape = serializers.PromoCodeWriteSerializer
    serializer_class = serializers.PromoCodeSerializer
    needs: ClassVar[dict[str, str]] = {
        "GET": "promotions.view_promocode",
        "POST": "promotions.add_promocode",
    }

    @extend_schema(
        operation_id="staff_promo_codes_list",
        parameters=[serializers.OfferQuerySerializer],
        responses=serializers.PromoCodeSerializer(many=True),
        tags=TAGS,
    )
    def get(self, request: Request) -> Response:
        """List promo codes, the newest first."""
        return self.list_offers(request)

    @extend_schema(
        request=serializers.PromoCodeWriteSerializer,
        responses={201: serializers.PromoCodeSerializer},
        tags=TAGS,
    )
    def post(self, request: Request) -> Response:
        """Make a promo code."""
        return self.make_offer(request)


class PromoCodeApi(OfferApi):
    """One promo code."""

    kind = OfferKind.CODE
    shape = serializers.PromoCodeWriteSerializer
    answer = serializers.PromoCodeSerializer
    needs: ClassVar[dict[str, str]] = {
        "GET": "promotions.view_promocode",
        "PATCH": "promotions.change_promocode",
    }

    @extend_schema(responses=serializers.PromoCodeSerializer, tags=TAGS)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Show a promo code."""
        return self.show(public_id)

    @extend_schema(
        request=serializers.PromoCodeWriteSerializer(partial=True),
        responses=serializers.PromoCodeSerializer,
        tags=TAGS,
    )
    def patch(self, request: Request, public_id: UUID) -> Response:
        """Change the fields given of a promo code."""
        return self.change(request, public_id)


class StopPromoCodeApi(StopApi):
    """The end of a promo code."""

    kind = OfferKind.CODE
    answer = serializers.PromoCodeSerializer
    needs: ClassVar[dict[str, str]] = {"POST": "promotions.change_promocode"}

    @extend_schema(request=None, responses=serializers.PromoCodeSerializer, tags=TAGS)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Stop a promo code at once; orders that used it keep it."""
        return self.stop(request, public_id)


class PreviewPromoCodeApi(PreviewApi):
    """What a promo code would do."""

    kind = OfferKind.CODE
    shape = serializers.PromoCodeWriteSerializer
    needs: ClassVar[dict[str, str]] = {"POST": "promotions.add_promocode"}

    @extend_schema(
        parameters=[serializers.PreviewQuerySerializer],
        request=serializers.PromoCodeWriteSerializer,
        responses=serializers.TrialSerializer(many=True),
        tags=TAGS,
    )
    def post(self, request: Request) -> Response:
        """Try a promo code on the last real carts of the shop; nothing is saved."""
        return self.preview(request)
