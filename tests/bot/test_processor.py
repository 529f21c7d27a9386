"""Workers: chats side by side, each in its order, several processes, none of them to be trusted."""

import asyncio
import contextlib
import logging
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.utils import translation
from telegram import Update
from telegram.ext import ApplicationHandlerStop, TypeHandler

from bot import inbox
from bot.application import build_application, handle_update
from bot.bridge import call_service, close_connections
from bot.models import InboxUpdate, Lane
from bot.processor import Processor, WaitLonger
from tests.bot.test_inbox import message, store
from tests.conftest import scaled
from tests.factories import OrderFactory

pytestmark = pytest.mark.django_db(transaction=True)


def work_until(
    done: Callable[[], bool],
    *handles: Callable[[dict[str, Any]], Awaitable[None]],
    workers: int = 4,
    seconds: float = 15.0,
) -> list[Processor]:
    """Run a processor for each handle until something holds, then stop them all."""

    async def main() -> list[Processor]:
        processors = [Processor(handle, workers=workers) for handle in handles]
        tasks = [asyncio.create_task(p.run()) for p in processors]
        deadline = time.monotonic() + seconds
        while not done() and time.monotonic() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0.02)  # the test looks from outside
        for task in tasks:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks)
        await call_service(close_connections)
        return processors

    return asyncio.run(main())


class TestAFlood:
    """Strangers in any number leave room for those who have ordered."""

    def flooded(self, *, strangers: int, each: int, workers: int) -> float:
        """Return how long the slowest of ten customers waited in the middle of a flood."""
        store(*(message(n * 10_000 + s, chat_id=s) for n in range(each)
                for s in range(1, strangers + 1)))  # fmt: skip
        arrived: dict[int, float] = {}
        answered: dict[int, float] = {}
        handled: list[int] = []

        async def handle(payload: dict[str, Any]) -> None:
            await asyncio.sleep(0.02)
            chat = payload["message"]["chat"]["id"]
            handled.append(chat)
            if chat > 1_000_000:
                answered[chat] = time.monotonic()
            elif len(handled) % 5 == 0 and len(arrived) < 10:
                customer = 1_000_001 + len(arrived)
                arrived[customer] = time.monotonic()
                await call_service(store, message(9_000_000 + customer, chat_id=customer))
                await call_service(inbox.trust_lane, lane=customer)

        work_until(lambda: len(answered) == 10, handle, workers=workers, seconds=60)
        return max(answered[one] - arrived[one] for one in arrived)

    def test_keeps_a_worker_for_those_who_have_ordered(self):
        assert self.flooded(strangers=30, each=10, workers=3) < 1.0

    @pytest.mark.deep
    def test_without_kept_workers_would_make_them_wait(self, monkeypatch):
        monkeypatch.setattr("bot.processor._KEPT_PART", 1_000)

        # Each worker has a stranger's ten updates in hand, at 20 ms and a commit each.
        assert self.flooded(strangers=30, each=40, workers=3) > 0.3

    @pytest.mark.deep
    def test_of_a_thousand_strangers_is_not_felt(self):
        assert self.flooded(strangers=scaled(1000), each=10, workers=12) < 1.0

    def test_is_not_of_those_whom_the_shop_knows(self, settings):
        settings.TELEGRAM_STAFF_CHAT_ID = -5
        anna = OrderFactory().customer
        store(message(1, chat_id=anna.telegram_id), message(2, chat_id=8), message(3, chat_id=-5))

        assert inbox.recognise_lanes() == 2

        known = Lane.objects.filter(is_known=True).values_list("lane", flat=True)
        assert set(known) == {anna.telegram_id, -5}


class TestProcessor:
    def test_handles_each_chat_in_its_order_and_chats_side_by_side(self):
        store(*(message(10 * n + chat, chat_id=chat) for n in range(5) for chat in (1, 2, 3, 4)))
        Lane.objects.update(is_known=True)
        seen: dict[int, list[int]] = defaultdict(list)
        busy, most = 0, 0

        async def handle(payload: dict[str, Any]) -> None:
            nonlocal busy, most
            busy += 1
            most = max(most, busy)
            await asyncio.sleep(0.02)  # the test looks from outside
            seen[payload["message"]["chat"]["id"]].append(payload["update_id"])
            busy -= 1

        work_until(lambda: sum(map(len, seen.values())) == 20, handle)

        assert {chat: sorted(ids) for chat, ids in seen.items()} == dict(seen)
        assert most == 4

    def test_shares_the_work_between_processes_and_does_nothing_twice(self):
        store(*(message(n, chat_id=n % 10) for n in range(1, 61)))
        handled: list[tuple[str, int]] = []

        def worker(name: str) -> Callable[[dict[str, Any]], Awaitable[None]]:
            async def handle(payload: dict[str, Any]) -> None:
                await asyncio.sleep(0.005)
                handled.append((name, payload["update_id"]))

            return handle

        work_until(lambda: len(handled) >= 60, worker("a"), worker("b"), workers=2)

        assert sorted(update_id for _, update_id in handled) == list(range(1, 61))
        assert {name for name, _ in handled} == {"a", "b"}
        assert not InboxUpdate.objects.filter(done_at__isnull=True).exists()

    def test_takes_over_from_a_process_that_died(self):
        store(message(1))
        inbox.claim_lanes(owner="dead", limit=1, in_hand=[])
        Lane.objects.update(leased_until="2020-01-01T00:00Z")
        handled: list[int] = []

        async def handle(payload: dict[str, Any]) -> None:
            handled.append(payload["update_id"])

        work_until(lambda: bool(handled), handle)

        assert handled == [1]

    def test_tries_again_what_failed_and_lets_other_chats_pass(self):
        store(message(1, chat_id=1), message(2, chat_id=2))
        tries: list[int] = []

        async def handle(payload: dict[str, Any]) -> None:
            tries.append(payload["update_id"])
            if tries.count(1) == 1 and payload["update_id"] == 1:
                raise RuntimeError("boom")

        work_until(lambda: tries.count(1) == 2, handle)

        assert tries.count(2) == 1

    def test_waits_as_long_as_telegram_asks(self):
        store(message(1))

        tried: list[bool] = []

        async def handle(payload: dict[str, Any]) -> None:
            tried.append(True)
            raise WaitLonger(100)

        work_until(lambda: bool(tried), handle)

        lane = Lane.objects.get()
        assert lane.leased_until is not None
        assert 90 < lane.leased_until.timestamp() - time.time() <= 100

    def test_parks_at_once_what_nobody_can_read_and_goes_on(self, caplog):
        sound = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "/x"}
        store({"update_id": 1, "message": {"chat": {"id": 1}}}, {"update_id": 2, "message": sound})
        read: list[int] = []

        async def handle(payload: dict[str, Any]) -> None:
            await handle_update(application, payload)

        async def note(update: Update, context: object) -> None:
            read.append(update.update_id)
            raise ApplicationHandlerStop

        application = build_application()
        application.add_handler(TypeHandler(Update, note), group=-1000)
        application._initialized = True
        with caplog.at_level(logging.INFO):
            work_until(lambda: bool(read), handle)

        parked = InboxUpdate.objects.get(pk=1)
        assert parked.attempts == 1
        assert parked.last_error.startswith("unreadable: KeyError")
        assert read == [2]
        [line] = [r for r in caplog.records if "Update 1" in r.getMessage()]
        assert line.levelno == logging.ERROR
        assert line.exc_info is None

    def test_finishes_what_it_has_in_hand_before_it_stops(self):
        store(message(1), message(2))
        begun: list[int] = []
        ended: list[int] = []

        async def handle(payload: dict[str, Any]) -> None:
            begun.append(payload["update_id"])
            await asyncio.sleep(0.3)
            ended.append(payload["update_id"])

        work_until(lambda: bool(begun), handle)

        assert ended == [1]
        assert InboxUpdate.objects.get(pk=1).done_at is not None
        assert InboxUpdate.objects.get(pk=2).done_at is None
        assert Lane.objects.get().leased_until is None


class TestCallService:
    def test_carries_the_language_to_the_thread_and_back(self):
        async def main() -> tuple[str | None, str | None]:
            with translation.override("en"):
                inside = await call_service(translation.get_language)
                await call_service(translation.activate, "ru")
                return inside, translation.get_language()

        assert async_to_sync(main)() == ("en", "ru")

    def test_refuses_a_lazy_queryset(self):
        with pytest.raises(TypeError, match="lazy queryset"):
            async_to_sync(call_service)(InboxUpdate.objects.all)
