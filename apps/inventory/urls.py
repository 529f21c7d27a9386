"""The addresses of this app."""

from django.urls import URLPattern, URLResolver, path

from apps.inventory.api import deliveries, stock, stocktakes

_NOTE = "staff/stock/deliveries/<int:note_id>/"
_LINE = f"{_NOTE}lines/<int:line_id>/"
_COUNT = "staff/stock/stocktakes/<int:stocktake_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("staff/stock/", stock.StockApi.as_view(), name="stock"),
    path("staff/stock/movements/", stock.MovementsApi.as_view(), name="stock-movements"),
    path("staff/stock/lots/", stock.LotsApi.as_view(), name="lots"),
    path("staff/stock/lots/<int:lot_id>/adjust/", stock.AdjustApi.as_view(), name="lot-adjust"),
    path("staff/stock/lots/<int:lot_id>/write-off/", stock.WriteOffApi.as_view(), name="lot-waste"),
    path(
        "staff/stock/lots/<int:lot_id>/quarantine/",
        stock.QuarantineApi.as_view(),
        name="lot-quarantine",
    ),
    path("staff/stock/lots/<int:lot_id>/release/", stock.ReleaseApi.as_view(), name="lot-release"),
    path("staff/stock/lots/<int:lot_id>/move/", stock.MoveApi.as_view(), name="lot-move"),
    path("staff/stock/deliveries/", deliveries.DeliveriesApi.as_view(), name="deliveries"),
    path(_NOTE, deliveries.DeliveryApi.as_view(), name="delivery"),
    path(f"{_NOTE}lines/", deliveries.DeliveryLinesApi.as_view(), name="delivery-lines"),
    path(_LINE, deliveries.DeliveryLineApi.as_view(), name="delivery-line"),
    path(f"{_LINE}refusal/", deliveries.LineRefusalApi.as_view(), name="delivery-line-refusal"),
    path(f"{_NOTE}import/", deliveries.DeliveryImportApi.as_view(), name="delivery-import"),
    path(f"{_NOTE}book/", deliveries.BookApi.as_view(), name="delivery-book"),
    path(f"{_NOTE}refuse/", deliveries.RefuseApi.as_view(), name="delivery-refuse"),
    path("staff/stock/stocktakes/", stocktakes.StocktakesApi.as_view(), name="stocktakes"),
    path(_COUNT, stocktakes.StocktakeApi.as_view(), name="stocktake"),
    path(f"{_COUNT}counts/", stocktakes.CountsApi.as_view(), name="stocktake-counts"),
    path(f"{_COUNT}take-over/", stocktakes.TakeOverApi.as_view(), name="stocktake-take-over"),
    path(f"{_COUNT}confirm/", stocktakes.ConfirmApi.as_view(), name="stocktake-confirm"),
    path(f"{_COUNT}cancel/", stocktakes.CancelApi.as_view(), name="stocktake-cancel"),
]
