"""The addresses of this app."""

from django.urls import URLPattern, URLResolver, path

from apps.analytics import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("staff/analytics/sales/", api.SalesApi.as_view(), name="analytics-sales"),
    path("staff/analytics/products/", api.ProductsApi.as_view(), name="analytics-products"),
    path("staff/analytics/idle/", api.IdleApi.as_view(), name="analytics-idle"),
    path("staff/analytics/stock/", api.StockApi.as_view(), name="analytics-stock"),
    path("staff/analytics/waste/", api.WasteApi.as_view(), name="analytics-waste"),
    path("staff/analytics/promotions/", api.PromotionsApi.as_view(), name="analytics-promotions"),
    path("staff/analytics/customers/", api.CustomersApi.as_view(), name="analytics-customers"),
    path("staff/analytics/cohorts/", api.CohortsApi.as_view(), name="analytics-cohorts"),
    path("staff/analytics/funnel/", api.FunnelApi.as_view(), name="analytics-funnel"),
]
