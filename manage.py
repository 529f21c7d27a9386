#!/usr/bin/env python
"""Run a management command of the shop."""

import os
import sys


def main() -> None:
    """Hand the command line to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frozenfood.settings.local")
    if "runbot" in sys.argv:
        # Every chat is served in a thread of its own: they share a small pool.
        os.environ.setdefault("DATABASE_POOL_SIZE", "8")
    else:
        # A person at a shell waits for a long statement; a customer does not.
        os.environ.setdefault("DATABASE_STATEMENT_TIMEOUT_MS", "0")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
