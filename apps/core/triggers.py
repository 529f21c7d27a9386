"""Migration operations for what PostgreSQL itself refuses."""

from django.db.migrations.operations import RunSQL


def append_only(table: str) -> RunSQL:
    """Return an operation that forbids UPDATE and DELETE on a ledger's table."""
    return RunSQL(
        sql=f"""
        CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'rows of {table} are never changed' USING ERRCODE = '23514';
        END $$;
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION {table}_append_only();
        """,
        reverse_sql=f"""
        DROP TRIGGER {table}_append_only ON {table};
        DROP FUNCTION {table}_append_only();
        """,
    )
