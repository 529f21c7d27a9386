from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CartConfig(AppConfig):
    """One persistent cart per customer, and its quote."""

    name = "apps.cart"
    verbose_name = _("Carts")
