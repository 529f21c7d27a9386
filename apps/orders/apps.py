from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    """Checkout, the order's lifecycle and its history."""

    name = "apps.orders"
    verbose_name = _("Orders")

    def ready(self) -> None:
        """Enter this app's share of a person."""
        from apps.orders import services
        from apps.users import personal_data

        personal_data.register(
            personal_data.Source("orders", services.export_own, services.erase_own)
        )
