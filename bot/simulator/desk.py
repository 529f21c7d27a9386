"""Questions that wait for the bot's answer: pressed buttons, payments, inline queries."""

import secrets
import time
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.simulator.errors import BotApiError, bad_request

Json = dict[str, Any]
Kind = Literal["callback", "precheckout", "inline", "webapp"]

_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@dataclass
class Query:
    """One question of a person to the bot."""

    id: str
    kind: Kind
    user_id: int
    deadline: float
    data: Json = field(default_factory=dict)
    answered: bool = False


class QueryDesk:
    """Open questions, each with the time in which Telegram takes an answer."""

    def __init__(self) -> None:
        # Telegram gives no number for callbacks; half a minute is near what bots observe.
        self.seconds: dict[Kind, float] = {
            "callback": 30.0,
            "precheckout": 10.0,
            "inline": 30.0,
            "webapp": 3600.0,
        }
        self._queries: dict[str, Query] = {}

    def clear(self) -> None:
        """Drop all open questions."""
        self._queries.clear()

    def ask(self, kind: Kind, *, user_id: int, **data: Any) -> Query:
        """Open a question."""
        deadline = time.monotonic() + self.seconds[kind]
        query = Query(str(secrets.randbits(62)), kind, user_id, deadline, data)
        self._queries[query.id] = query
        return query

    def find(self, query_id: str) -> Query | None:
        """Return a question, answered or not, or None."""
        return self._queries.get(query_id)

    def answer(self, kind: Kind, query_id: str) -> Query | None:
        """Mark a question as answered; None when it already was, which Telegram forgives.

        Raises:
            BotApiError: There is no such question, or its time is over.
        """
        query = self._queries.get(query_id)
        if query is None or query.kind != kind or time.monotonic() > query.deadline:
            raise _expired()
        if query.answered:
            return None
        query.answered = True
        return query


def _expired() -> BotApiError:
    return bad_request(_TOO_OLD)
