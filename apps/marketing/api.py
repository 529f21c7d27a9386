"""Markdowns over HTTP, for staff; what customers wait for and like, and their reviews."""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from apps.catalog import selectors as catalog
from apps.core.api import HoldsPermission, caller_id
from apps.core.pagination import GrowingPages
from apps.core.time import now
from apps.marketing import selectors, serializers, services
from apps.marketing.errors import ReviewNotFound
from apps.marketing.models import BackInStockAlert, Favourite, MarkdownProposal

_STAFF, _OWN, _LIKED = "staff: markdowns", "alerts", "favourites"


class MarkdownsApi(GenericAPIView[Any]):
    """What is proposed, and what was decided."""

    serializer_class = serializers.MarkdownSerializer
    pagination_class = GrowingPages
    queryset = MarkdownProposal.objects.none()
    filter_backends = ()
    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = {
        "GET": "marketing.view_markdownproposal",
        "POST": "marketing.add_markdownproposal",
    }

    @extend_schema(
        parameters=[serializers.MarkdownQuerySerializer],
        responses=serializers.MarkdownSerializer(many=True),
        tags=[_STAFF],
    )
    def get(self, request: Request) -> Response:
        """List markdowns, those whose lots leave the sale first at the top."""
        query = serializers.MarkdownQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        found = selectors.markdowns(state=query.validated_data.get("state", ""))
        page = self.paginate_queryset(found) or []
        cards = selectors.markdown_cards(proposals=page, now=now())
        return self.get_paginated_response(self.get_serializer(cards, many=True).data)

    @extend_schema(
        request=serializers.ProposeSerializer,
        responses={201: serializers.MarkdownSerializer},
        tags=[_STAFF],
    )
    def post(self, request: Request) -> Response:
        """Propose a markdown of a lot."""
        body = _valid(serializers.ProposeSerializer, request)
        proposal = services.propose_markdown(actor_id=caller_id(request), now=now(), **body)
        return _answer(request, proposal, status.HTTP_201_CREATED)


class MarkdownDeedApi(APIView):
    """What is decided about one markdown."""

    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = {"POST": "marketing.change_markdownproposal"}


class AcceptApi(MarkdownDeedApi):
    """Yes."""

    @extend_schema(
        request=serializers.AcceptSerializer,
        responses=serializers.MarkdownSerializer,
        tags=[_STAFF],
    )
    def post(self, request: Request, proposal_id: int) -> Response:
        """Move the lot's free units to a cheaper clearance pack."""
        body = _valid(serializers.AcceptSerializer, request)
        return _answer(
            request,
            services.accept_markdown(
                proposal_id=proposal_id, actor_id=caller_id(request), now=now(), **body
            ),
        )


class DeclineApi(MarkdownDeedApi):
    """No."""

    @extend_schema(
        request=serializers.DeclineSerializer,
        responses=serializers.MarkdownSerializer,
        tags=[_STAFF],
    )
    def post(self, request: Request, proposal_id: int) -> Response:
        """Leave the price as it is."""
        body = _valid(serializers.DeclineSerializer, request)
        return _answer(
            request,
            services.decline_markdown(
                proposal_id=proposal_id, actor_id=caller_id(request), now=now(), **body
            ),
        )


class TakeBackApi(MarkdownDeedApi):
    """Not after all."""

    @extend_schema(request=None, responses=serializers.MarkdownSerializer, tags=[_STAFF])
    def post(self, request: Request, proposal_id: int) -> Response:
        """Return to the lot what nobody has bought."""
        return _answer(
            request,
            services.take_back_markdown(
                proposal_id=proposal_id, actor_id=caller_id(request), now=now()
            ),
        )


class TellBuyersApi(MarkdownDeedApi):
    """Those who bought it before."""

    needs: ClassVar[dict[str, str]] = {"POST": "marketing.add_buyersnotice"}

    @extend_schema(request=None, responses={202: serializers.NoticeSerializer}, tags=[_STAFF])
    def post(self, request: Request, proposal_id: int) -> Response:
        """Tell past buyers of the product, once, who take offers in the chat."""
        notice = services.tell_buyers(
            proposal_id=proposal_id, actor_id=caller_id(request), now=now()
        )
        body = serializers.NoticeSerializer(notice).data
        return Response(body, status=status.HTTP_202_ACCEPTED)


class AlertsApi(GenericAPIView[Any]):
    """What the caller waits for."""

    serializer_class = serializers.AlertSerializer
    pagination_class = GrowingPages
    queryset = BackInStockAlert.objects.none()
    filter_backends = ()

    @extend_schema(responses=serializers.AlertSerializer(many=True), tags=[_OWN])
    def get(self, request: Request) -> Response:
        """List the packs that the caller waits for, the newest ask first."""
        own = selectors.own_alerts(customer_id=caller_id(request))
        page = self.paginate_queryset(own) or []
        cards = selectors.alert_cards(alerts=page, now=now())
        return self.get_paginated_response(self.get_serializer(cards, many=True).data)


class AlertApi(APIView):
    """Waiting for one pack."""

    @extend_schema(request=None, responses={201: serializers.AlertSerializer}, tags=[_OWN])
    def post(self, request: Request, sku: str) -> Response:
        """Be told in the chat, once, when a pack that is sold out is back."""
        moment = now()
        alert = services.ask_alert(
            customer_id=caller_id(request),
            variant_id=catalog.variant_id_by_sku(sku=sku.upper()),
            now=moment,
        )
        (card,) = selectors.alert_cards(alerts=[alert], now=moment)
        return Response(serializers.AlertSerializer(card).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None}, tags=[_OWN])
    def delete(self, request: Request, sku: str) -> Response:
        """Wait no longer; whether the caller did makes no difference."""
        variant_id = catalog.variant_id_by_sku(sku=sku.upper())
        services.drop_alert(customer_id=caller_id(request), variant_id=variant_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ReviewApi(APIView):
    """What the caller says of one order."""

    @extend_schema(responses={200: serializers.ReviewSerializer, 204: None}, tags=["orders"])
    def get(self, request: Request, public_id: UUID) -> Response:
        """Show the caller's review of an order; 204 while nothing was said."""
        try:
            card = selectors.own_review(customer_id=caller_id(request), order_id=public_id)
        except ReviewNotFound:
            return Response(status=status.HTTP_204_NO_CONTENT)
        return Response(serializers.ReviewSerializer(card).data)

    @extend_schema(
        request=serializers.ReviewSerializer, responses=serializers.ReviewSerializer,
        tags=["orders"],
    )  # fmt: skip
    def put(self, request: Request, public_id: UUID) -> Response:
        """Give an order that has arrived its stars; an order has one review, which may change."""
        body = _valid(serializers.ReviewSerializer, request)
        card = services.rate_order(
            customer_id=caller_id(request), order_id=public_id, now=now(), **body
        )
        return Response(serializers.ReviewSerializer(card).data)


class OpenLinkApi(APIView):
    """A link with which the Mini App was opened."""

    @extend_schema(
        operation_id="links_open",
        request=serializers.OpenLinkSerializer,
        responses=serializers.ArrivalSerializer,
        examples=[
            OpenApiExample("A product", request_only=True, value={"payload": "p-17"}),
            OpenApiExample(
                "Where it leads", response_only=True,
                value={"place": "product", "name": "pelmeni-siberian"},
            ),
        ],
        tags=["links"],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Follow a link's `startapp`: a promo code goes into the cart, a campaign is counted."""
        body = _valid(serializers.OpenLinkSerializer, request)
        arrival = services.follow_link(customer_id=caller_id(request), now=now(), **body)
        return Response(serializers.ArrivalSerializer(arrival).data)


class FavouritesApi(GenericAPIView[Any]):
    """What the caller likes: the same list as in the chat."""

    serializer_class = serializers.FavouriteSerializer
    pagination_class = GrowingPages
    queryset = Favourite.objects.none()
    filter_backends = ()

    @extend_schema(responses=serializers.FavouriteSerializer(many=True), tags=[_LIKED])
    def get(self, request: Request) -> Response:
        """List the caller's favourites, the newest first; what left the shop says so."""
        own = selectors.own_favourites(customer_id=caller_id(request))
        page = self.paginate_queryset(own) or []
        cards = selectors.favourite_cards(favourites=page, now=now())
        return self.get_paginated_response(self.get_serializer(cards, many=True).data)


class FavouriteApi(APIView):
    """One product on the caller's list of favourites."""

    @extend_schema(request=None, responses=serializers.FavouriteSerializer, tags=[_LIKED])
    def put(self, request: Request, slug: str) -> Response:
        """Put the product on the list; twice does no harm."""
        moment = now()
        liked = services.add_favourite(
            customer_id=caller_id(request),
            product_id=catalog.product_id_by_slug(slug=slug),
            now=moment,
        )
        (card,) = selectors.favourite_cards(favourites=[liked], now=moment)
        return Response(serializers.FavouriteSerializer(card).data)

    @extend_schema(responses={204: None}, tags=[_LIKED])
    def delete(self, request: Request, slug: str) -> Response:
        """Take the product off the list; whether it stood there makes no difference."""
        product_id = catalog.product_id_by_slug(slug=slug)
        services.drop_favourite(customer_id=caller_id(request), product_id=product_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _answer(
    request: Request, proposal: MarkdownProposal, code: int = status.HTTP_200_OK
) -> Response:
    (card,) = selectors.markdown_cards(proposals=[proposal], now=now())
    shown = serializers.MarkdownSerializer(card, context={"request": request})
    return Response(shown.data, status=code)


def _valid(kind: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """Return the body's checked values.

    Raises:
        ValidationError: A value can't be used.
    """
    body = kind(data=request.data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)
