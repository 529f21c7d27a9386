from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MarketingConfig(AppConfig):
    """Markdowns of what expires soon, alerts that customers ask for, broadcasts."""

    name = "apps.marketing"
    verbose_name = _("Marketing")

    def ready(self) -> None:
        """Enter this app's share of a person, and its broom."""
        from apps.core import housekeeping
        from apps.marketing import services
        from apps.users import personal_data

        housekeeping.register("alerts", services.forget_answered)
        personal_data.register(
            personal_data.Source("alerts", services.export_own, services.erase_own)
        )
        personal_data.register(
            personal_data.Source(
                "broadcasts", services.export_broadcasts, services.forget_broadcasts
            )
        )
