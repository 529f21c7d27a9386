from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FulfilmentConfig(AppConfig):
    """Picking, packing, sending and handing over."""

    name = "apps.fulfilment"
    verbose_name = _("Fulfilment")

    def ready(self) -> None:
        """Enter this app's share of a person, and its broom."""
        from apps.core import housekeeping
        from apps.fulfilment import services
        from apps.users import personal_data

        personal_data.register(
            personal_data.Source("fulfilment", services.export_own, services.erase_own)
        )
        housekeeping.register("door-pictures", services.forget_proofs)
