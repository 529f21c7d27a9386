"""What the doors of promotions and of promo codes have in common."""

from typing import Any, ClassVar
from uuid import UUID

from rest_framework import serializers as drf
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.catalog import selectors as catalog
from apps.core.api import HoldsPermission, caller_id
from apps.core.pagination import GrowingPages
from apps.core.time import now
from apps.promotions import selectors, serializers, services
from apps.promotions.dto import OfferKind

TAGS = ["staff: promotions"]


class OffersApi(GenericAPIView[Any]):
    """All offers of a kind."""

    kind: ClassVar[OfferKind]
    shape: ClassVar[type[drf.Serializer[Any]]]
    pagination_class = GrowingPages
    permission_classes = (HoldsPermission,)
    filter_backends = ()
    needs: ClassVar[dict[str, str]]

    def list_offers(self, request: Request) -> Response:
        """List offers, the newest first."""
        query = serializers.OfferQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        rows = selectors.staff_offers(kind=self.kind, now=now())
        if "state" in query.validated_data:
            rows = rows.filter(state=query.validated_data["state"])
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def make_offer(self, request: Request) -> Response:
        """Make an offer."""
        saved = _save(self.kind, None, _told(self.shape, request), request)
        answer = _answer(self.kind, saved.public_id)
        return Response(self.get_serializer(answer).data, status=status.HTTP_201_CREATED)


class OfferApi(APIView):
    """One offer."""

    kind: ClassVar[OfferKind]
    shape: ClassVar[type[drf.Serializer[Any]]]
    answer: ClassVar[type[drf.Serializer[Any]]]
    permission_classes = (HoldsPermission,)

    def show(self, public_id: UUID) -> Response:
        """Show it as it stands now."""
        return Response(self.answer(_answer(self.kind, public_id)).data)

    def change(self, request: Request, public_id: UUID) -> Response:
        """Change the fields given."""
        offer_id = selectors.staff_offer(kind=self.kind, public_id=public_id, now=now()).pk
        _save(self.kind, offer_id, _told(self.shape, request, partial=True), request)
        return self.show(public_id)


class StopApi(APIView):
    """The end of an offer."""

    kind: ClassVar[OfferKind]
    answer: ClassVar[type[drf.Serializer[Any]]]
    permission_classes = (HoldsPermission,)

    def stop(self, request: Request, public_id: UUID) -> Response:
        """Switch it off and show it."""
        moment = now()
        offer_id = selectors.staff_offer(kind=self.kind, public_id=public_id, now=moment).pk
        services.stop(kind=self.kind, offer_id=offer_id, actor_id=caller_id(request), now=moment)
        return Response(self.answer(_answer(self.kind, public_id)).data)


class PreviewApi(APIView):
    """What an offer would do."""

    kind: ClassVar[OfferKind]
    shape: ClassVar[type[drf.Serializer[Any]]]
    permission_classes = (HoldsPermission,)

    def preview(self, request: Request) -> Response:
        """Try the body on real carts."""
        query = serializers.PreviewQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        moment, offer_id = now(), None
        if "changes" in query.validated_data:
            public_id = query.validated_data["changes"]
            offer_id = selectors.staff_offer(kind=self.kind, public_id=public_id, now=moment).pk
        told = _told(self.shape, request, partial=offer_id is not None)
        trials = services.preview_changes(kind=self.kind, offer_id=offer_id, now=moment, **told)
        return Response([serializers.TrialSerializer(trial).data for trial in trials])


def _told(
    shape: type[drf.Serializer[Any]], request: Request, *, partial: bool = False
) -> dict[str, Any]:
    """Return what a body says as the services take it: goods by their ids.

    Raises:
        ValidationError: A value can't be used.
        VariantNotFound, ProductNotFound, CategoryNotFound: The body names what there is not.
    """
    body = shape(data=request.data, partial=partial)
    body.is_valid(raise_exception=True)
    told = dict(body.validated_data)
    if "gift" in told:
        sku = told.pop("gift")
        told["gift_variant_id"] = sku and catalog.variant_id_by_sku(sku=sku.upper())
    if "products" in told:
        slugs = dict.fromkeys(told["products"])
        told["products"] = [catalog.product_id_by_slug(slug=slug) for slug in slugs]
    if "categories" in told:
        slugs = dict.fromkeys(told["categories"])
        told["categories"] = [catalog.category_id_by_slug(slug=slug) for slug in slugs]
    return told


def _save(kind: OfferKind, offer_id: int | None, told: dict[str, Any], request: Request) -> Any:
    actor_id = caller_id(request)
    if kind == OfferKind.CODE:
        return services.save_promo_code(code_id=offer_id, actor_id=actor_id, **told)
    return services.save_promotion(promotion_id=offer_id, actor_id=actor_id, now=now(), **told)


def _answer(kind: OfferKind, public_id: UUID) -> Any:
    return selectors.staff_offer(kind=kind, public_id=public_id, now=now())
