"""Where and when food is brought, for everybody to read."""

from datetime import datetime, timedelta
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api import caller_id
from apps.core.time import now, shop_date
from apps.delivery import selectors, serializers
from apps.delivery.dto import SlotCard, ZoneCard
from apps.users import selectors as users

_DAYS = 4


class PlacesApi(APIView):
    """Zones and pickup points."""

    permission_classes = (AllowAny,)

    @extend_schema(responses=serializers.DeliveryPlacesSerializer, auth=[], tags=["delivery"])
    def get(self, request: Request) -> Response:
        """Return the zones that are served, the smallest first, and the open pickup points."""
        places = {"zones": selectors.zones(), "pickup_points": selectors.pickup_points(now=now())}
        return Response(serializers.DeliveryPlacesSerializer(places).data)


class SlotsApi(APIView):
    """Delivery windows."""

    permission_classes = (AllowAny,)

    @extend_schema(
        parameters=[serializers.SlotQuerySerializer],
        responses=serializers.OfferedSlotsSerializer,
        tags=["delivery"],
    )
    def get(self, request: Request) -> Response:
        """Return the windows of today and the next three days, or of one day, open and closed."""
        query = serializers.SlotQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked, moment = query.validated_data, now()
        zone = _zone(asked, request)
        found = {"zone": zone, "slots": _slots(zone, asked, moment)}
        return Response(serializers.OfferedSlotsSerializer(found).data)


def _zone(asked: dict[str, Any], request: Request) -> ZoneCard:
    """Return the zone that the query means.

    Raises:
        ZoneNotFound: There is no zone with this slug.
        NotAuthenticated: An address was named, and nobody is signed in.
        AddressNotFound: It is not the caller's.
        OutsideZones: Nobody drives there.
    """
    if "zone" in asked:
        return selectors.zone_card(slug=asked["zone"])
    latitude, longitude = asked.get("latitude"), asked.get("longitude")
    if "address" in asked:
        address = users.own_address(customer_id=caller_id(request), public_id=asked["address"])
        latitude, longitude = address.latitude, address.longitude
    return selectors.zone_for(latitude=latitude, longitude=longitude)


def _slots(zone: ZoneCard, asked: dict[str, Any], moment: datetime) -> list[SlotCard]:
    day = asked.get("date")
    if day is None:
        return selectors.slots(zone_id=zone.id, now=moment, days=_DAYS)
    # Windows are made a week ahead: a day beyond has none, and a year must not be read for it.
    ahead = (day - shop_date(moment)) // timedelta(days=1)
    if not 0 <= ahead <= 31:
        return []
    slots = selectors.slots(zone_id=zone.id, now=moment, days=ahead + 1)
    return [slot for slot in slots if slot.date == day]
