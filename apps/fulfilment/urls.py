"""The addresses of this app."""

from django.urls import URLPattern, URLResolver, path

from apps.fulfilment import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("staff/orders/", api.StaffOrdersApi.as_view(), name="staff-orders"),
    path(
        "staff/orders/<uuid:public_id>/transitions/",
        api.TransitionsApi.as_view(),
        name="staff-transitions",
    ),
    path("staff/orders/<uuid:public_id>/pick-list/", api.PickListApi.as_view(), name="pick-list"),
]
