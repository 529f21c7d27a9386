"""The addresses of this app."""

from django.urls import URLPattern, URLResolver, path

from apps.inventory import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("staff/stock/", api.StockApi.as_view(), name="stock"),
    path("staff/stock/lots/", api.LotsApi.as_view(), name="lots"),
    path("staff/stock/lots/<int:lot_id>/adjust/", api.AdjustApi.as_view(), name="lot-adjust"),
    path("staff/stock/lots/<int:lot_id>/write-off/", api.WriteOffApi.as_view(), name="lot-waste"),
    path(
        "staff/stock/lots/<int:lot_id>/quarantine/",
        api.QuarantineApi.as_view(),
        name="lot-quarantine",
    ),
    path("staff/stock/lots/<int:lot_id>/release/", api.ReleaseApi.as_view(), name="lot-release"),
]
