from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MarketingConfig(AppConfig):
    """Markdowns of what expires soon, and alerts that customers ask for."""

    name = "apps.marketing"
    verbose_name = _("Marketing")
