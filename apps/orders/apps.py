from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    """Checkout, the order's lifecycle and its history."""

    name = "apps.orders"
    verbose_name = _("Orders")
