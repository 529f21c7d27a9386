"""Empty the database after a test that committed: what has rows, but not what migrations wrote.

Django truncates every table and then enters all content types and permissions anew, which takes a
third of a second; a test leaves rows in some twenty tables.
"""

from functools import cache

from django.db import connection
from django.test import TransactionTestCase

# Written by migrations and their signals; no test commits changes of them.
_KEPT = {"django_migrations", "django_content_type", "auth_permission"}
# Written by migrations too, but staff may change them: put back as they were.
_RESTORED = ("auth_group", "auth_group_permissions", "marketing_markdownrule")
_COPIES = "as_migrated"

_django_teardown = TransactionTestCase._fixture_teardown


def install() -> None:
    """Keep what migrations wrote, and empty tables this way from now on.

    Where the account is no superuser, as on somebody's own server, Django's way stays.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            return
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {_COPIES}")
        for table in _RESTORED:
            cursor.execute(f"CREATE TABLE {_COPIES}.{table} AS TABLE {table}")
    TransactionTestCase._fixture_teardown = _empty


def _empty(case: TransactionTestCase) -> None:
    if case.reset_sequences or case.serialized_rollback or case.available_apps is not None:
        _django_teardown(case)
        return
    with connection.cursor() as cursor:
        cursor.execute(_question())
        filled = [table for (table,) in cursor.fetchall()]
        # Neither triggers nor foreign keys: everything goes, in one statement.
        cursor.execute(
            "SET session_replication_role = replica;"
            + "".join(f'DELETE FROM "{table}";' for table in filled)
            + "".join(f"DELETE FROM {t}; INSERT INTO {t} TABLE {_COPIES}.{t};" for t in _RESTORED)
            + "SET session_replication_role = DEFAULT"
        )


@cache
def _question() -> str:
    """Return a statement that names the tables with rows."""
    tables = set(connection.introspection.table_names()) - _KEPT - set(_RESTORED)
    return " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT FROM \"{table}\")" for table in sorted(tables)
    )
