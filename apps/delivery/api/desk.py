"""Zones, weekly windows, pickup points and holidays over HTTP, as staff write them."""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api import HoldsPermission, asked, caller_id, valid
from apps.core.time import now, shop_date
from apps.delivery import desk_serializers as serializers
from apps.delivery import selectors, services
from apps.delivery.dto import FeeRule

_TAGS = ["staff: delivery"]


def _needs(model: str) -> dict[str, str]:
    """Return who may do what with a kind of record: as on its page."""
    deeds = {"GET": "view", "POST": "add", "PATCH": "change", "DELETE": "delete"}
    return {method: f"delivery.{deed}_{model}" for method, deed in deeds.items()}


class PagedApi(GenericAPIView[Any]):
    """A list by pages."""

    permission_classes = (HoldsPermission,)
    filter_backends = ()

    def page_of(self, found: Any) -> Response:
        """Return a page of what was found."""
        page = self.paginate_queryset(found) or []
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class ZonesApi(PagedApi):
    """Where the food is brought."""

    serializer_class = serializers.StaffZoneSerializer
    needs: ClassVar[dict[str, str]] = _needs("zone")

    @extend_schema(
        operation_id="staff_zones_list",
        responses=serializers.StaffZoneSerializer(many=True),
        tags=_TAGS,
    )
    def get(self, request: Request) -> Response:
        """List zones, those that are not served too, the smallest first."""
        return self.page_of(selectors.all_zones())

    @extend_schema(responses={201: serializers.StaffZoneSerializer}, tags=_TAGS)
    def post(self, request: Request) -> Response:
        """Open a zone."""
        slug = _put_zone(request, None)
        return _zone(slug, code=status.HTTP_201_CREATED)


class ZoneApi(APIView):
    """One zone."""

    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = _needs("zone")

    @extend_schema(responses=serializers.StaffZoneSerializer, tags=_TAGS)
    def get(self, request: Request, slug: str) -> Response:
        """Show a zone."""
        return _zone(slug)

    @extend_schema(
        request=serializers.StaffZoneSerializer,
        responses=serializers.StaffZoneSerializer,
        tags=_TAGS,
    )
    def patch(self, request: Request, slug: str) -> Response:
        """Change what is named; a radius takes an area's place, and the other way round."""
        return _zone(_put_zone(request, slug))


class WindowsApi(PagedApi):
    """What opens every week."""

    serializer_class = serializers.StaffWindowSerializer
    needs: ClassVar[dict[str, str]] = _needs("slottemplate")

    @extend_schema(
        operation_id="staff_windows_list",
        parameters=[serializers.ZoneQuerySerializer],
        responses=serializers.StaffWindowSerializer(many=True),
        tags=_TAGS,
    )
    def get(self, request: Request) -> Response:
        """List weekly windows, of all zones or of one."""
        return self.page_of(
            selectors.weekly_windows(**asked(serializers.ZoneQuerySerializer, request))
        )

    @extend_schema(responses={201: serializers.StaffWindowSerializer}, tags=_TAGS)
    def post(self, request: Request) -> Response:
        """Add a weekly window; the slots of the coming days come of it within the hour."""
        return _put_window(request, None, code=status.HTTP_201_CREATED)


class WindowApi(APIView):
    """One weekly window."""

    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = _needs("slottemplate")

    @extend_schema(
        request=serializers.StaffWindowSerializer,
        responses=serializers.StaffWindowSerializer,
        tags=_TAGS,
    )
    def patch(self, request: Request, window_id: int) -> Response:
        """Change what is named; slots that are open already stay as they are."""
        return _put_window(request, window_id)


class PickupPointsApi(PagedApi):
    """Where orders are fetched."""

    serializer_class = serializers.StaffPickupPointSerializer
    needs: ClassVar[dict[str, str]] = _needs("pickuppoint")

    @extend_schema(
        operation_id="staff_pickup_points_list",
        responses=serializers.StaffPickupPointSerializer(many=True),
        tags=_TAGS,
    )
    def get(self, request: Request) -> Response:
        """List pickup points, closed ones too."""
        return self.page_of(selectors.all_pickup_points())

    @extend_schema(responses={201: serializers.StaffPickupPointSerializer}, tags=_TAGS)
    def post(self, request: Request) -> Response:
        """Open a pickup point."""
        return _put_point(request, None, code=status.HTTP_201_CREATED)


class PickupPointApi(APIView):
    """One pickup point."""

    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = _needs("pickuppoint")

    @extend_schema(
        request=serializers.StaffPickupPointSerializer,
        responses=serializers.StaffPickupPointSerializer,
        tags=_TAGS,
    )
    def patch(self, request: Request, public_id: UUID) -> Response:
        """Change what is named; `weekly` replaces the whole week."""
        return _put_point(request, public_id)


class HolidaysApi(PagedApi):
    """Days on which less is open."""

    serializer_class = serializers.StaffHolidaySerializer
    needs: ClassVar[dict[str, str]] = _needs("holiday")

    @extend_schema(
        operation_id="staff_holidays_list",
        parameters=[serializers.SinceQuerySerializer],
        responses=serializers.StaffHolidaySerializer(many=True),
        tags=_TAGS,
    )
    def get(self, request: Request) -> Response:
        """List holidays from a day on, today where none is named."""
        query = asked(serializers.SinceQuerySerializer, request)
        return self.page_of(selectors.holidays(since=query.get("since") or shop_date(now())))

    @extend_schema(responses={201: serializers.WrittenHolidaySerializer}, tags=_TAGS)
    def post(self, request: Request) -> Response:
        """Write a holiday: it closes the windows of that day at once."""
        return _put_holiday(request, None, code=status.HTTP_201_CREATED)


class HolidayApi(APIView):
    """One holiday."""

    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = _needs("holiday")

    @extend_schema(
        request=serializers.StaffHolidaySerializer,
        responses=serializers.WrittenHolidaySerializer,
        tags=_TAGS,
    )
    def patch(self, request: Request, holiday_id: int) -> Response:
        """Change what is named; windows that it covers no longer are opened again."""
        return _put_holiday(request, holiday_id)

    @extend_schema(responses={204: None}, tags=_TAGS)
    def delete(self, request: Request, holiday_id: int) -> Response:
        """Take it off the calendar and open the windows that only it had closed."""
        services.drop_holiday(holiday_id=holiday_id, actor_id=caller_id(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _put_zone(request: Request, slug: str | None) -> str:
    body = valid(serializers.StaffZoneSerializer, request, partial=slug is not None)
    steps = body.pop("fee_steps", None)
    zone = services.put_zone(
        slug=slug,
        values=body,
        steps=None if steps is None else [FeeRule(**step) for step in steps],
        actor_id=caller_id(request),
    )
    return zone.slug


def _zone(slug: str, *, code: int = status.HTTP_200_OK) -> Response:
    zone = selectors.any_zone(slug=slug)
    return Response(serializers.StaffZoneSerializer(zone).data, status=code)


def _put_window(
    request: Request, window_id: int | None, *, code: int = status.HTTP_200_OK
) -> Response:
    body = valid(serializers.StaffWindowSerializer, request, partial=window_id is not None)
    window = services.put_window(window_id=window_id, values=body, actor_id=caller_id(request))
    return Response(serializers.StaffWindowSerializer(window).data, status=code)


def _put_point(
    request: Request, public_id: UUID | None, *, code: int = status.HTTP_200_OK
) -> Response:
    body = valid(serializers.StaffPickupPointSerializer, request, partial=public_id is not None)
    weekly = body.pop("weekly", None)
    point = services.put_pickup_point(
        public_id=public_id,
        values=body,
        hours=None
        if weekly is None
        else [(day["weekday"], day["opens"], day["closes"]) for day in weekly],
        actor_id=caller_id(request),
    )
    point = selectors.any_pickup_point(public_id=point.public_id)
    return Response(serializers.StaffPickupPointSerializer(point).data, status=code)


def _put_holiday(
    request: Request, holiday_id: int | None, *, code: int = status.HTTP_200_OK
) -> Response:
    body = valid(serializers.StaffHolidaySerializer, request, partial=holiday_id is not None)
    holiday, booked = services.put_holiday(
        holiday_id=holiday_id, values=body, actor_id=caller_id(request)
    )
    written = {"holiday": holiday, "booked": booked}
    return Response(serializers.WrittenHolidaySerializer(written).data, status=code)
