from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UsersConfig(AppConfig):
    """Accounts, Telegram identity, addresses, sessions and staff roles."""

    name = "apps.users"
    verbose_name = _("People")
