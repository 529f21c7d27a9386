"""The back end that `DATABASES` names."""

import time
from types import SimpleNamespace
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import PoolTimeout

from frozenfood.database.patience import PatientConnection, ServerSilent, answers, silence

# A connection that was used so lately is not asked again whether it lives: each question is a round
# trip. One that broke since then fails its next statement, as it would in the middle of a request.
FRESH_SECONDS = 5.0


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL, given up when it is silent, and tried again a moment later."""

    # Where there is no pool, Django connects by the driver's own function.
    Database = SimpleNamespace(  # type: ignore[assignment]
        **{**vars(psycopg), "connect": PatientConnection.connect}
    )

    _used_at = float("-inf")

    def create_cursor(self, name: str | None = None) -> Any:
        """Return a cursor, and note that the connection is in use."""
        self._used_at = time.monotonic()
        return super().create_cursor(name)

    def close_if_health_check_failed(self) -> None:
        """Close the connection if it lives no more, asking only one that has rested.

        Once a request, as Django does: never in the middle of a transaction.
        """
        if time.monotonic() - self._used_at < FRESH_SECONDS:
            self.health_check_done = True
        super().close_if_health_check_failed()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a connection from the pool, or a new one.

        Raises:
            psycopg.OperationalError: The server can't be reached, or was silent a moment ago.
        """
        silence.refuse()
        try:
            connection = super().get_new_connection(conn_params)
        except (PoolTimeout, psycopg.errors.ConnectionTimeout) as error:
            # The pool may only be exhausted; that is for others to settle.
            if answers(conn_params.get("host") or "/var/run/postgresql", self._port(conn_params)):
                raise
            silence.begins()
            raise ServerSilent("the database does not answer") from error
        silence.ends()
        return connection

    @staticmethod
    def _port(conn_params: dict[str, Any]) -> int:
        return int(conn_params.get("port") or 5432)
