from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    """What the shop offers: categories, products, variants, images, search."""

    name = "apps.catalog"
    verbose_name = _("Catalogue")

    def ready(self) -> None:
        """Enter this app's brooms."""
        from apps.catalog import services
        from apps.catalog.services import exchange
        from apps.core import housekeeping

        housekeeping.register("exchanges", exchange.forget_exchanges)
        housekeeping.register("price-drafts", services.forget_drafts)
