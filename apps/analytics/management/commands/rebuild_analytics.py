"""Make the daily sums and the counts of tastes anew: `manage.py rebuild_analytics`."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.analytics import services
from apps.core.time import now


class Command(BaseCommand):
    help = (
        "Makes the daily sums of analytics anew from the orders and visits, and counts what goes "
        "well together: after a change of the shop's time zone, or when check_books reports them."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        days = services.rebuild_days(now=now())
        services.count_tastes(now=now())
        self.stdout.write(f"{days} days were summed up.")
