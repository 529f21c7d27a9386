from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """The outbox of messages, the channels, and the codec of buttons."""

    name = "apps.notifications"
    verbose_name = _("Messages")
