from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PromotionsConfig(AppConfig):
    """Promotions, promo codes, and the price engine."""

    name = "apps.promotions"
    verbose_name = _("Promotions and promo codes")

    def ready(self) -> None:
        """Enter this app's broom, and its share of a person."""
        from apps.core import housekeeping
        from apps.promotions import services
        from apps.users import personal_data

        housekeeping.register("promo_code_attempts", services.forget_old_attempts)
        personal_data.register(
            personal_data.Source("promotions", services.export_own, services.erase_own)
        )
