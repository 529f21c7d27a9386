from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PromotionsConfig(AppConfig):
    """Promotions, promo codes, and the price engine."""

    name = "apps.promotions"
    verbose_name = _("Promotions")
