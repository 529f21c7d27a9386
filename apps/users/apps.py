from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class UsersConfig(AppConfig):
    """Accounts, Telegram identity, addresses, sessions and staff roles."""

    name = "apps.users"
    verbose_name = _("People")

    def ready(self) -> None:
        """Enter this app's share of a person, and keep the roles as the table says."""
        from apps.core import housekeeping
        from apps.users import personal_data, roles, services

        housekeeping.register("sessions", services.forget_sessions)

        personal_data.register(
            personal_data.Source("users", services.export_own, services.erase_own)
        )
        post_migrate.connect(roles.keep_roles, dispatch_uid="users.roles")
