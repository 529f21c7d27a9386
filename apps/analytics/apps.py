from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalyticsConfig(AppConfig):
    """Read-only questions over the whole shop, and the funnel's events."""

    name = "apps.analytics"
    verbose_name = _("Analytics")

    def ready(self) -> None:
        """Enter this app's share of a person, and its part of the books."""
        from apps.analytics import services
        from apps.core import books
        from apps.users import personal_data

        books.register("analytics", services.check_books)
        personal_data.register(
            personal_data.Source("visits", services.export_own, services.erase_own)
        )
