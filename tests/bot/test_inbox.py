"""The inbox: stored once, leased by lane, oldest first, tried five times."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from apps.core.time import now
from bot import inbox
from bot.dto import ChatState, StoredUpdate
from bot.models import Dialogue, InboxUpdate, Lane


def message(update_id: int, chat_id: int = 1, text: str = "hi") -> dict:
    chat = {"id": chat_id, "type": "private"}
    return {"update_id": update_id, "message": {"chat": chat, "from": {"id": 9}, "text": text}}


def store(*updates: dict) -> None:
    inbox.store_updates(updates=list(updates))


def claim(owner: str, *, limit: int = 10) -> list[int]:
    return [one.lane for one in inbox.claim_lanes(owner=owner, limit=limit, in_hand=[])]


def begin(owner: str) -> StoredUpdate | None:
    """Claim the one lane that there is, with its oldest update."""
    [claimed] = inbox.claim_lanes(owner=owner, limit=10, in_hand=[])
    return claimed.update or inbox.begin_next(lane=claimed.lane, owner=owner)


def let_leases_run_out() -> None:
    Lane.objects.update(leased_until=now() - timedelta(seconds=1))


@pytest.mark.django_db
class TestStoreUpdates:
    def test_keeps_a_repeated_update_once(self):
        store(message(5, text="first"))
        store(message(5, text="forged later"), message(6))

        assert InboxUpdate.objects.count() == 2
        assert InboxUpdate.objects.get(pk=5).payload["message"]["text"] == "first"

    def test_takes_a_lower_id_that_comes_late(self):
        store(message(6))
        store(message(5))

        assert set(InboxUpdate.objects.values_list("pk", flat=True)) == {5, 6}

    def test_stores_what_postgresql_would_refuse(self):
        store(message(5, text="a\0b\ud800c"))

        assert InboxUpdate.objects.get().payload["message"]["text"] == "abc"

    def test_leaves_out_what_is_no_update(self):
        store({"hello": 1}, {"update_id": "7"})

        assert not InboxUpdate.objects.exists()


class TestLaneOf:
    @pytest.mark.parametrize(
        ("update", "lane"),
        [
            (message(1, chat_id=-100), -100),
            ({"update_id": 1, "callback_query": {"from": {"id": 9},
              "message": {"chat": {"id": -100}}}}, -100),
            ({"update_id": 1, "callback_query": {"from": {"id": 9}}}, 9),
            ({"update_id": 1, "inline_query": {"from": {"id": 9}}}, 9),
            ({"update_id": 1, "my_chat_member": {"from": {"id": 9}, "chat": {"id": 8}}}, 8),
            ({"update_id": 1}, 0),
            ({"update_id": 1, "message": []}, 0),
            ({"update_id": 1, "message": {"chat": 5, "from": ["x"]}}, 0),
            ({"update_id": 1, "message": {"chat": {"id": "7"}, "from": {"id": 10**30}}}, 0),
            ({"update_id": 1, "callback_query": {"message": 3, "from": {"id": 9}}}, 9),
        ],
    )  # fmt: skip
    def test_is_the_chat_or_else_the_sender(self, update, lane):
        assert inbox.lane_of(update) == lane

    def test_keeps_a_payments_check_apart_from_the_payers_chat(self):
        assert inbox.lane_of({"update_id": 1, "pre_checkout_query": {"from": {"id": 9}}}) > 10**17


@pytest.mark.django_db
class TestLeases:
    def test_hand_a_lane_to_one_owner(self):
        store(message(1))

        assert claim("a") == [1]
        assert claim("b") == []

    def test_go_to_somebody_else_when_they_run_out(self):
        store(message(1))
        assert begin("dead").attempt == 1

        let_leases_run_out()

        assert begin("b").attempt == 2

    def test_stay_while_they_are_extended(self):
        store(message(1))
        claim("a")
        let_leases_run_out()

        inbox.extend_leases(owner="a")

        assert claim("b") == []

    def test_keep_a_sleeper_from_an_update_that_somebody_else_has(self):
        store(message(1))
        claim("sleeper")
        let_leases_run_out()
        claim("b")

        assert inbox.begin_next(lane=1, owner="sleeper") is None
        assert Lane.objects.get(pk=1).owner == "b"

    def test_take_the_lane_that_waits_longest_first(self):
        store(message(20, chat_id=2))
        store(message(10, chat_id=3))

        assert claim("a", limit=1) == [3]

    def test_are_given_back_at_the_end(self):
        store(message(1))
        claim("a")

        inbox.release_everything(owner="a")

        assert claim("b") == [1]


@pytest.mark.django_db
class TestHandling:
    def test_goes_oldest_first_and_then_lets_the_lane_go(self):
        store(message(3), message(1), message(2, chat_id=7))

        [first, _other] = inbox.claim_lanes(owner="a", limit=10, in_hand=[])
        second = inbox.finish(lane=1, owner="a", update_id=1)
        third = inbox.finish(lane=1, owner="a", update_id=3)

        assert first.update is not None
        assert second is not None
        assert (first.update.update_id, second.update_id, third) == (1, 3, None)
        assert Lane.objects.get(pk=1).leased_until is None

    def test_tries_a_failed_update_again_after_a_rest(self):
        store(message(1))
        update = begin("a")

        inbox.postpone(lane=1, owner="a", update=update, error="boom", seconds=60)

        assert claim("b") == []
        let_leases_run_out()
        assert claim("b") == [1]
        assert InboxUpdate.objects.get().last_error == "boom"

    def test_gives_up_after_five_failures_and_goes_on(self):
        store(message(1), message(2))
        for _ in range(inbox.MAX_TRIES):
            update = begin("a")
            inbox.postpone(lane=1, owner="a", update=update, error="boom", seconds=0)

        poison = InboxUpdate.objects.get(pk=1)
        assert poison.done_at is not None
        assert poison.last_error == "given up: boom"
        assert begin("a").update_id == 2

    def test_gives_up_an_update_that_kills_whoever_touches_it(self):
        store(message(1))
        for _ in range(inbox.MAX_TRIES):
            assert begin("victim")
            let_leases_run_out()

        assert begin("survivor") is None
        assert "the process ended" in InboxUpdate.objects.get().last_error

    def test_brings_along_where_the_person_is(self):
        store(message(1), message(2), message(3, chat_id=7))
        Dialogue.objects.create(chat_id=1, step="phone", draft={"key": "k"}, screen_message_id=5)

        known, stranger = inbox.claim_lanes(owner="a", limit=10, in_hand=[])
        Dialogue.objects.update(step="")
        following = inbox.finish(lane=1, owner="a", update_id=1)

        told = known.update.chat
        assert (told.step, told.draft, told.screen_id) == ("phone", {"key": "k"}, 5)
        assert told.updated_at == Dialogue.objects.get().updated_at
        assert stranger.update.chat == ChatState(7)
        assert following.chat.step == ""

    def test_gives_back_what_was_not_tried_after_all(self):
        store(message(1))
        update = begin("a")

        inbox.release_lane(lane=1, owner="a", untried=update.update_id)

        assert InboxUpdate.objects.get().attempts == 0
        assert begin("b").attempt == 1


@pytest.mark.django_db
class TestRemoveOldUpdates:
    def test_keeps_two_weeks_and_what_waits(self):
        store(message(1), message(2), message(3))
        old = now() - timedelta(days=15)
        InboxUpdate.objects.filter(pk=1).update(done_at=old)
        InboxUpdate.objects.filter(pk=2).update(done_at=now())

        assert inbox.remove_old_updates(now=now()) == 1
        assert set(InboxUpdate.objects.values_list("pk", flat=True)) == {2, 3}


@pytest.mark.django_db(transaction=True)
class TestRace:
    def test_never_gives_a_lane_to_two(self):
        store(*(message(n, chat_id=n) for n in range(1, 61)))
        taken: Counter[int] = Counter()
        start = threading.Barrier(4)

        def work(owner: str) -> None:
            start.wait()
            while lanes := claim(owner, limit=3):
                taken.update(lanes)
            connection.close()

        threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert set(taken.values()) == {1}
        # Whoever skipped a locked row may have stopped early; nothing is lost, only left.
        assert sum(taken.values()) + len(claim("last", limit=60)) == 60
