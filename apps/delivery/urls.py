"""The addresses of this app."""

from django.urls import URLPattern, URLResolver, path

from apps.delivery.api import desk, public

_STAFF = "staff/delivery/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("delivery/zones/", public.PlacesApi.as_view(), name="delivery-zones"),
    path("delivery/slots/", public.SlotsApi.as_view(), name="delivery-slots"),
    path(f"{_STAFF}zones/", desk.ZonesApi.as_view(), name="staff-zones"),
    path(f"{_STAFF}zones/<slug:slug>/", desk.ZoneApi.as_view(), name="staff-zone"),
    path(f"{_STAFF}windows/", desk.WindowsApi.as_view(), name="staff-windows"),
    path(f"{_STAFF}windows/<int:window_id>/", desk.WindowApi.as_view(), name="staff-window"),
    path(f"{_STAFF}pickup-points/", desk.PickupPointsApi.as_view(), name="staff-pickup-points"),
    path(
        f"{_STAFF}pickup-points/<uuid:public_id>/",
        desk.PickupPointApi.as_view(),
        name="staff-pickup-point",
    ),
    path(f"{_STAFF}holidays/", desk.HolidaysApi.as_view(), name="staff-holidays"),
    path(f"{_STAFF}holidays/<int:holiday_id>/", desk.HolidayApi.as_view(), name="staff-holiday"),
]
