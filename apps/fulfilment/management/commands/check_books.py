"""Audit the shop: `manage.py check_books`."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from apps.core.books import Discrepancy
from apps.fulfilment import services


class Command(BaseCommand):
    help = "Compare every counter of stock, money and windows with the rows that it counts."

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = services.check_books()
        if not wrong:
            self.stdout.write("The books agree.")
            return
        self.stdout.write(as_table(wrong))
        sys.exit(1)


def as_table(wrong: list[Discrepancy]) -> str:
    """Return the discrepancies in columns, under a heading."""
    rows = [("WHAT", "COUNTER", "IS", "ROWS SAY")]
    rows += [(row.subject, row.counter, row.found, row.expected) for row in wrong]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
