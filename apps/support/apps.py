from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupportConfig(AppConfig):
    """Conversations of customers with the staff group."""

    name = "apps.support"
    verbose_name = _("Support")

    def ready(self) -> None:
        """Enter this app's share of a person, and its broom."""
        from apps.core import housekeeping
        from apps.support import services
        from apps.users import personal_data

        housekeeping.register("conversations", services.forget_old)
        personal_data.register(
            personal_data.Source("support", services.export_own, services.erase_own)
        )
