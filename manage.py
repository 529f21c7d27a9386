#!/usr/bin/env python
"""Run a management command of the shop."""

import os
import sys


def main() -> None:
    """Hand the command line to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frozenfood.settings.local")
    if "runbot" not in sys.argv:
        # A person at a shell waits for a long statement; a customer does not.
        os.environ.setdefault("DATABASE_STATEMENT_TIMEOUT_MS", "0")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
