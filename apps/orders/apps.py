from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    """Checkout, the order's lifecycle and its history."""

    name = "apps.orders"
    verbose_name = _("Orders")

    def ready(self) -> None:
        """Enter this app's share of a person, and listen to what payments report."""
        from apps.orders import services
        from apps.payments.signals import payment_fact
        from apps.users import personal_data

        personal_data.register(
            personal_data.Source("orders", services.export_own, services.erase_own)
        )
        payment_fact.connect(_settle, dispatch_uid="orders.settle_fact")


def _settle(sender: Any, **reported: Any) -> None:
    """Hand a fact to the service that settles it."""
    from apps.orders import services

    services.settle_fact(
        payment_id=reported["payment_id"], fact=reported["fact"], now=reported["now"]
    )
