from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """The outbox of messages, the channels, and the codec of buttons."""

    name = "apps.notifications"
    verbose_name = _("Messages")

    def ready(self) -> None:
        """Enter this app's share of a person."""
        from apps.notifications import services
        from apps.users import personal_data

        personal_data.register(
            personal_data.Source("messages", services.export_own, services.erase_own)
        )
