from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeliveryConfig(AppConfig):
    """Zones, slots with capacity, and pickup points."""

    name = "apps.delivery"
    verbose_name = _("Delivery")
