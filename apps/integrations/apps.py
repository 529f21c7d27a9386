from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntegrationsConfig(AppConfig):
    """Other programs: keys to the API, and webhooks that tell them what happens."""

    name = "apps.integrations"
    verbose_name = _("Integrations")

    def ready(self) -> None:
        """Enter this app's broom."""
        from apps.core import housekeeping
        from apps.integrations import services

        housekeeping.register("webhooks", services.forget_old)
