from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InventoryConfig(AppConfig):
    """Lots, stock levels, reservations and the ledger of movements."""

    name = "apps.inventory"
    verbose_name = _("Warehouse")
