from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    """Payment attempts and the ledger of money."""

    name = "apps.payments"
    verbose_name = _("Payments")
