from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    """What the shop offers: categories, products, variants, images, search."""

    name = "apps.catalog"
    verbose_name = _("Catalogue")

    def ready(self) -> None:
        """Enter the broom for previews that nobody carried out."""
        from apps.catalog import services
        from apps.core import housekeeping

        housekeeping.register("price-drafts", services.forget_drafts)
