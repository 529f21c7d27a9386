"""The addresses of this app."""

from django.urls import URLPattern, URLResolver, path

from apps.inventory.api import stock

urlpatterns: list[URLPattern | URLResolver] = [
    path("staff/stock/", stock.StockApi.as_view(), name="stock"),
    path("staff/stock/lots/", stock.LotsApi.as_view(), name="lots"),
    path("staff/stock/lots/<int:lot_id>/adjust/", stock.AdjustApi.as_view(), name="lot-adjust"),
    path("staff/stock/lots/<int:lot_id>/write-off/", stock.WriteOffApi.as_view(), name="lot-waste"),
    path(
        "staff/stock/lots/<int:lot_id>/quarantine/",
        stock.QuarantineApi.as_view(),
        name="lot-quarantine",
    ),
    path("staff/stock/lots/<int:lot_id>/release/", stock.ReleaseApi.as_view(), name="lot-release"),
]
