from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalyticsConfig(AppConfig):
    """Read-only questions over the whole shop, and the funnel's events."""

    name = "apps.analytics"
    verbose_name = _("Analytics")
