"""The addresses of this app."""

from django.urls import path

from apps.payments import api

urlpatterns = [path("webhooks/<slug:provider>/", api.webhook, name="payment-webhook")]
