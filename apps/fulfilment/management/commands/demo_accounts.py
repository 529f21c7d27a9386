"""Print the demo staff's names and passwords: `manage.py demo_accounts`."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.fulfilment.demo.people import demo_accounts


class Command(BaseCommand):
    help = "Print what the demo's staff sign in with."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO_SHOP_ALLOWED:
            raise CommandError("There are no demo accounts with production settings.")
        rows = [("USER NAME", "PASSWORD", "ROLE", "NAME")]
        rows += [(a.username, a.password, a.role, a.name) for a in demo_accounts()]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())
