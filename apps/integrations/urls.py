"""The addresses of this app."""

from django.urls import URLPattern, URLResolver, include, path

from apps.integrations import api
from apps.integrations import schema as schema  # registers how keys are described

_for_programs: list[URLPattern | URLResolver] = [
    path("orders/", api.OrdersApi.as_view(), name="integration-orders"),
    path("orders/<uuid:public_id>/", api.OrderApi.as_view(), name="integration-order"),
    path("stock/", api.StockApi.as_view(), name="integration-stock"),
    path("webhooks/", api.EndpointsApi.as_view(), name="integration-webhooks"),
    path("webhooks/<uuid:public_id>/", api.EndpointApi.as_view(), name="integration-webhook"),
    path("webhooks/<uuid:public_id>/rotate-secret/", api.RotateSecretApi.as_view(),
         name="integration-webhook-rotate"),
    path("webhooks/<uuid:public_id>/test/", api.SendTestApi.as_view(),
         name="integration-webhook-test"),
    path("deliveries/", api.DeliveriesApi.as_view(), name="integration-deliveries"),
    path("deliveries/<uuid:public_id>/", api.DeliveryApi.as_view(), name="integration-delivery"),
    path("deliveries/<uuid:public_id>/send-again/", api.SendAgainApi.as_view(),
         name="integration-delivery-again"),
]  # fmt: skip

urlpatterns: list[URLPattern | URLResolver] = [path("integrations/", include(_for_programs))]
