from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FulfilmentConfig(AppConfig):
    """Picking, packing, sending and handing over."""

    name = "apps.fulfilment"
    verbose_name = _("Fulfilment")
