"""The addresses of this app."""

from django.urls import URLPattern, URLResolver, path

from apps.orders import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("orders/", api.OrdersApi.as_view(), name="orders"),
    path("orders/<uuid:public_id>/", api.OrderApi.as_view(), name="order"),
    path("orders/<uuid:public_id>/cancel/", api.CancelOrderApi.as_view(), name="order-cancel"),
    path(
        "orders/<uuid:public_id>/payments/", api.OrderPaymentsApi.as_view(), name="order-payments"
    ),
    path("orders/<uuid:public_id>/repeat/", api.RepeatOrderApi.as_view(), name="order-repeat"),
]
