"""Fill an empty shop with the demo: `manage.py loaddemo`."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from apps.core.time import now
from apps.fulfilment.demo.loading import load_demo


class Command(BaseCommand):
    help = "Fill an empty shop with products, stock, customers and a month of orders."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--reset", action="store_true", help="first empty every table of the database"
        )

    def handle(self, *args: Any, reset: bool, **options: Any) -> None:
        if not settings.DEMO_SHOP_ALLOWED:
            raise CommandError("The demo shop is never loaded with production settings.")
        if reset:
            call_command("flush", interactive=False, verbosity=0)
        if load_demo(now=now()):
            self.stdout.write("The demo shop is open.")
        else:
            self.stdout.write("The shop has products already: nothing was loaded.")
