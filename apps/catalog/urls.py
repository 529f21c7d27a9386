"""The addresses of this app."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from apps.catalog.api import prices
from apps.catalog.api.views import CategoryViewSet, FilterViewSet, ProductViewSet, VariantViewSet

router = SimpleRouter()
router.register("catalog/categories", CategoryViewSet, basename="category")
router.register("catalog/filters", FilterViewSet, basename="filter")
router.register("catalog/products", ProductViewSet, basename="product")
router.register("catalog/variants", VariantViewSet, basename="variant")

_BATCH = "staff/prices/batches/<uuid:public_id>/"

urlpatterns = [
    *router.urls,
    path("staff/prices/history/", prices.PriceHistoryApi.as_view(), name="price-history"),
    path("staff/prices/schedules/", prices.SchedulesApi.as_view(), name="price-schedules"),
    path(
        "staff/prices/schedules/<uuid:public_id>/withdraw/",
        prices.WithdrawScheduleApi.as_view(),
        name="price-schedule-withdraw",
    ),
    path("staff/prices/batches/", prices.PriceBatchesApi.as_view(), name="price-batches"),
    path(_BATCH, prices.PriceBatchApi.as_view(), name="price-batch"),
    path(f"{_BATCH}lines/", prices.PriceBatchLinesApi.as_view(), name="price-batch-lines"),
    path(f"{_BATCH}apply/", prices.ApplyBatchApi.as_view(), name="price-batch-apply"),
    path(f"{_BATCH}undo/", prices.UndoBatchApi.as_view(), name="price-batch-undo"),
]
