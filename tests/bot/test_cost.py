"""What a press costs: how often the database is asked before the person sees an answer.

Each question is a round trip, BEGIN and COMMIT included: 20 ms where the database is not next door.
"""

from dataclasses import dataclass
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connections
from django.test.utils import CaptureQueriesContext
from telegram.request import RequestData

from bot.simulator.client import ANNA
from tests.bot.crawled_shop import a_shop
from tests.bot.in_process import InProcessRequest, Somebody, Telegram
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db(transaction=True)
_INVISIBLE = frozenset({"deleteMessage", "sendChatAction"})


@dataclass
class Cost:
    """Statements until something could be seen, and all of them."""

    until_seen: int
    whole: int
    statements: list[str]


class Meter:
    """Counts what each of Anna's deeds costs."""

    def __init__(self, anna: Somebody, monkeypatch: pytest.MonkeyPatch) -> None:
        self._anna = anna
        self._seen_after: int | None = None
        # The bot's tasks would see another one: the count is this thread's.
        self._connection = connections["default"]
        call = InProcessRequest.do_request

        async def noting(
            request: InProcessRequest, url: str, method: str,
            request_data: RequestData | None = None, *rest: Any, **more: Any,
        ) -> tuple[int, bytes]:  # fmt: skip
            self._note(url.rsplit("/", 1)[1], request_data)
            return await call(request, url, method, request_data, *rest, **more)

        monkeypatch.setattr(InProcessRequest, "do_request", noting)

    def says(self, text: str) -> Cost:
        return self._measured(lambda: self._anna.says(text))

    def presses(self, label: str) -> Cost:
        return self._measured(lambda: self._anna.presses(label))

    def _measured(self, deed: Any) -> Cost:
        self._seen_after = None
        with CaptureQueriesContext(self._connection) as captured:
            deed()
        assert self._seen_after is not None, "nothing could be seen"
        statements = [query["sql"] for query in captured.captured_queries]
        begun = self._seen_after - captured.initial_queries
        return Cost(begun, len(statements), statements)

    def _note(self, name: str, data: RequestData | None) -> None:
        parameters = data.json_parameters if data else {}
        is_spinner = name == "answerCallbackQuery" and not parameters.get("text")
        if self._seen_after is None and name not in _INVISIBLE and not is_spinner:
            self._seen_after = len(self._connection.queries_log)


@pytest.fixture
def meter(monkeypatch) -> Meter:
    a_shop()
    CustomerFactory(telegram_id=ANNA, first_name="Анна", language="en")
    telegram = Telegram()
    async_to_sync(telegram.begin)()
    anna = Somebody(telegram, ANNA)
    anna.says("/start")
    return Meter(anna, monkeypatch)


class TestAPress:
    """Two are for who it is and where they are; the inbox brings the latter along."""

    CEILINGS = (
        ("🛍", 3, 4),
        ("Frozen", 2, 3),
        ("Everything", 4, 5),
        ("Pelmeni 0", 5, 7),
        ("🛒 ", 14, 15),
        ("+", 14, 15),
        ("🛒 Cart", 9, 11),
        ("✅", 12, 13),
    )

    def test_is_answered_after_few_round_trips(self, meter):
        for label, until_seen, whole in self.CEILINGS:
            cost = meter.presses(label)
            assert cost.until_seen <= until_seen, (label, cost.statements)
            assert cost.whole <= whole, (label, cost.statements)

    def test_of_somebody_new_is_answered_as_soon(self, meter):
        meter.presses("🛍")
        # Nothing is asked of the database for a page's label.
        assert meter.says("/start").until_seen <= 4
