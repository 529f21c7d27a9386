from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MarketingConfig(AppConfig):
    """Markdowns, what customers like or wait for and say, and the ways by which they come."""

    name = "apps.marketing"
    verbose_name = _("Marketing")

    def ready(self) -> None:
        """Enter this app's share of a person, and its broom."""
        from apps.core import housekeeping
        from apps.marketing import services
        from apps.users import personal_data

        housekeeping.register("alerts", services.forget_answered)
        personal_data.register(
            personal_data.Source("alerts", services.export_own, services.erase_own)
        )
        personal_data.register(
            personal_data.Source("reviews", services.export_reviews, services.erase_reviews)
        )
        personal_data.register(
            personal_data.Source(
                "invitations", services.export_invitations, services.erase_invitations
            )
        )
        personal_data.register(
            personal_data.Source(
                "favourites", services.export_favourites, services.erase_favourites
            )
        )
        personal_data.register(
            personal_data.Source("campaigns", services.export_campaigns, services.erase_campaigns)
        )
        personal_data.register(
            personal_data.Source(
                "broadcasts", services.export_broadcasts, services.forget_broadcasts
            )
        )
