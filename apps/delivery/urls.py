"""The addresses of this app."""

from django.urls import URLPattern, URLResolver, path

from apps.delivery import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("delivery/zones/", api.PlacesApi.as_view(), name="delivery-zones"),
    path("delivery/slots/", api.SlotsApi.as_view(), name="delivery-slots"),
]
