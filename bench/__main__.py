"""`make bench`: run the benches that are named, or all of them.

They get a database of their own on the server of DATABASE_URL, made for the run and dropped after
it: the server's account must be a superuser, as that of the private server is.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys

import django


def main() -> int:
    """Make the database, run the benches, drop the database; 1 if a figure was missed."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "frozenfood.settings.test"
    django.setup()
    from django.db import connection

    import bench

    found = [module.name for module in pkgutil.iter_modules(bench.__path__)]
    modules = {name: importlib.import_module(f"bench.{name}") for name in found if name[0] != "_"}
    benches = {name: module for name, module in modules.items() if hasattr(module, "run")}
    wanted = sys.argv[1:] or sorted(benches)
    unknown = [name for name in wanted if name not in benches]
    if unknown:
        print(f"There is no bench {', '.join(unknown)}; there are: {', '.join(sorted(benches))}.")
        return 2
    name = str(connection.settings_dict["NAME"])
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        return max(int(benches[name].run()) for name in wanted)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
