"""Signing in and out, and what a person may see and change about themselves."""

from typing import Any, cast
from uuid import UUID

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status, viewsets
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api import caller_id
from apps.core.client_address import client_address
from apps.core.time import now
from apps.users import schema as schema  # registers how the sign-in is described
from apps.users import selectors, serializers, services
from apps.users.models import Address, AddressQuerySet, Session


class SignInView(APIView):
    """A way in: nobody is signed in yet, and guessing is slowed down."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_scope = "login"


class TelegramSignInView(SignInView):
    """Sign in from the Mini App.

    Nobody guesses a signature; but many customers share the address of one mobile network, and each
    signs in anew when they come back from a bank's page.
    """

    throttle_scope = "launch"

    @extend_schema(
        request=serializers.TelegramSignInSerializer,
        responses=serializers.TokenPairSerializer,
        tags=["auth"],
    )
    def post(self, request: Request) -> Response:
        """Exchange Telegram's signed launch data for tokens."""
        body = _valid(serializers.TelegramSignInSerializer, request)
        pair = services.sign_in_with_telegram(
            init_data=body["init_data"], user_agent=_user_agent(request), now=now()
        )
        return Response(serializers.TokenPairSerializer(pair).data)


class StaffSignInView(SignInView):
    """Sign in as a member of staff."""

    @extend_schema(
        request=serializers.StaffSignInSerializer,
        responses=serializers.TokenPairSerializer,
        tags=["auth"],
    )
    def post(self, request: Request) -> Response:
        """Exchange a staff name and password for tokens."""
        body = _valid(serializers.StaffSignInSerializer, request)
        pair = services.sign_in_staff(
            username=body["username"],
            password=body["password"],
            address=client_address(request),
            user_agent=_user_agent(request),
            now=now(),
        )
        return Response(serializers.TokenPairSerializer(pair).data)


class RefreshView(SignInView):
    """Go on with a session."""

    throttle_scope = "refresh"

    @extend_schema(
        request=serializers.RefreshSerializer,
        responses=serializers.TokenPairSerializer,
        tags=["auth"],
    )
    def post(self, request: Request) -> Response:
        """Exchange a refresh token for a new pair; a token that comes twice ends its session."""
        body = _valid(serializers.RefreshSerializer, request)
        pair = services.refresh_session(refresh=body["refresh"], now=now())
        return Response(serializers.TokenPairSerializer(pair).data)


class SignOutView(APIView):
    """End a session."""

    @extend_schema(request=serializers.SignOutSerializer, responses={204: None}, tags=["auth"])
    def post(self, request: Request) -> Response:
        """End this session, or every session of the caller's."""
        body = _valid(serializers.SignOutSerializer, request)
        session_id = cast(UUID, request.auth)
        services.end_session(
            user_id=caller_id(request),
            session_id=session_id,
            everywhere=body["everywhere"],
            now=now(),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class SessionsView(GenericAPIView[Session]):
    """Where the caller is signed in."""

    serializer_class = serializers.SessionSerializer
    queryset = Session.objects.none()
    filter_backends = ()

    @extend_schema(responses=serializers.SessionSerializer(many=True), tags=["users"])
    def get(self, request: Request) -> Response:
        """List the caller's sign-ins that are still good, the last used first."""
        own = selectors.live_sessions(user_id=caller_id(request), now=now())
        page = self.paginate_queryset(own)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class SessionView(APIView):
    """One sign-in of the caller's."""

    @extend_schema(responses={204: None}, tags=["users"])
    def delete(self, request: Request, session_id: UUID) -> Response:
        """Sign the caller out there, from the next request on."""
        services.end_own_session(user_id=caller_id(request), session_id=session_id, now=now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class MeView(APIView):
    """The caller's own profile."""

    @extend_schema(responses=serializers.ProfileSerializer, tags=["users"])
    def get(self, request: Request) -> Response:
        """Show the caller's profile."""
        card = selectors.customer_card(user_id=caller_id(request))
        return Response(serializers.ProfileSerializer(card).data)

    @extend_schema(
        request=serializers.ProfileSerializer(partial=True),
        responses=serializers.ProfileSerializer,
        tags=["users"],
    )
    def patch(self, request: Request) -> Response:
        """Change the caller's profile."""
        body = _valid(serializers.ProfileSerializer, request, partial=True)
        card = services.update_profile(user_id=caller_id(request), **body)
        return Response(serializers.ProfileSerializer(card).data)

    @extend_schema(responses={204: None}, tags=["users"])
    def delete(self, request: Request) -> Response:
        """Forget the caller: profile and addresses go, money facts stay under a pseudonym."""
        services.erase_person(user_id=caller_id(request), now=now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class ConsentsView(APIView):
    """What the caller agreed to."""

    @extend_schema(responses=serializers.ConsentsSerializer, tags=["users"])
    def get(self, request: Request) -> Response:
        """Show what the caller may be sent beside what concerns their orders."""
        return _consents(caller_id(request))

    @extend_schema(
        request=serializers.ConsentsSerializer,
        responses=serializers.ConsentsSerializer,
        tags=["users"],
    )
    def put(self, request: Request) -> Response:
        """Agree, or refuse; it holds from the next message on."""
        body = _valid(serializers.ConsentsSerializer, request)
        services.set_offers(user_id=caller_id(request), wanted=body["offers"])
        return _consents(caller_id(request))


class ExportView(APIView):
    """What the shop knows of the caller."""

    @extend_schema(responses=OpenApiTypes.OBJECT, tags=["users"])
    def get(self, request: Request) -> Response:
        """Hand out everything that the shop knows of the caller."""
        known = services.export_person(user_id=caller_id(request))
        disposition = 'attachment; filename="my-data.json"'
        return Response(known, headers={"Content-Disposition": disposition})


@extend_schema(tags=["users"])
class AddressViewSet(viewsets.GenericViewSet[Address]):
    """The caller's own addresses, the most recently used first."""

    serializer_class = serializers.AddressSerializer  # type: ignore[assignment]
    queryset = Address.objects.none()
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> AddressQuerySet:
        """Show each person only their own."""
        return selectors.customer_addresses(customer_id=caller_id(self.request))

    def list(self, request: Request) -> Response:
        """List the caller's addresses."""
        page = self.paginate_queryset(self.get_queryset()) or []
        cards = (serializers.AddressSerializer(selectors.card_of(row)).data for row in page)
        return self.get_paginated_response(list(cards))

    def create(self, request: Request) -> Response:
        """Add an address."""
        body = _valid(serializers.AddressSerializer, request)
        card = services.add_address(customer_id=caller_id(request), **body)
        data = serializers.AddressSerializer(card).data
        headers = {"Location": reverse("address-detail", args=[card.public_id])}
        return Response(data, status=status.HTTP_201_CREATED, headers=headers)

    def retrieve(self, request: Request, public_id: UUID) -> Response:
        """Show one address."""
        card = selectors.own_address(customer_id=caller_id(request), public_id=public_id)
        return Response(serializers.AddressSerializer(card).data)

    def partial_update(self, request: Request, public_id: UUID) -> Response:
        """Change one address."""
        body = _valid(serializers.AddressSerializer, request, partial=True)
        own = selectors.own_address(customer_id=caller_id(request), public_id=public_id)
        card = services.change_address(customer_id=caller_id(request), address_id=own.id, **body)
        return Response(serializers.AddressSerializer(card).data)

    def destroy(self, request: Request, public_id: UUID) -> Response:
        """Remove one address."""
        own = selectors.own_address(customer_id=caller_id(request), public_id=public_id)
        services.remove_address(customer_id=caller_id(request), address_id=own.id)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _valid(kind: type[Any], request: Request, *, partial: bool = False) -> dict[str, Any]:
    """Return the body as a serializer reads it; a body that is not an object is refused."""
    serializer = kind(data=request.data, partial=partial)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _consents(user_id: int) -> Response:
    accepts = {"offers": selectors.accepts_offers(user_id=user_id)}
    return Response(serializers.ConsentsSerializer(accepts).data)


def _user_agent(request: Request) -> str:
    return str(request.headers.get("User-Agent", ""))
