from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """What every app stands on: errors, money, time, jobs; it knows no other app."""

    name = "apps.core"
    verbose_name = _("Core")

    def ready(self) -> None:
        """Enter the core's own broom, and read numbers as they are written."""
        from apps.core import housekeeping, numbers

        numbers.read_plainly()
        housekeeping.register("idempotency", housekeeping.forget_answers)
