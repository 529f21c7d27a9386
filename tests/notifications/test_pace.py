"""One count for all who write to Telegram, in a real Redis."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from apps.catalog.pictures import jpeg_of
from apps.core.redis import CONNECTION_OPTIONS, breaker
from apps.notifications import services
from apps.notifications.dto import Letter, MessageContent
from apps.notifications.errors import RetryLater
from apps.notifications.gateways import pace as pacing
from apps.notifications.gateways.pace import Pace, Urgency, wait_turn
from apps.notifications.gateways.telegram import TelegramMessenger
from apps.notifications.models import Message, MessageState
from bot.simulator.client import ANNA
from tests.catalog.exchange_support import picture

B, N, A = Urgency.BULK, Urgency.NEWS, Urgency.ANSWER


@pytest.fixture
def pace(settings, monkeypatch) -> Pace:
    settings.TELEGRAM_PACED = True
    settings.TELEGRAM_MESSAGES_A_SECOND = 2
    # While Redis is slow nobody counts: a busy machine must not look like that.
    monkeypatch.setitem(CONNECTION_OPTIONS, "socket_timeout", 10.0)
    own = Pace(settings.REDIS_URL, prefix=f"test:{uuid4().hex}")
    monkeypatch.setattr(pacing, "pace", lambda: own)
    monkeypatch.setattr("apps.notifications.gateways.telegram.pace", lambda: own)
    return own


def taken(pace: Pace, urgency: Urgency, *, chats=range(1, 60)) -> int:
    """Return how many messages go at once, one into each chat."""
    for count, chat in enumerate(chats):
        try:
            pace.take(chat_id=chat, urgency=urgency)
        except RetryLater:
            return count
    return len(list(chats))


class TestTake:
    def test_leaves_room_for_news_when_many_are_written_to(self, pace):
        assert taken(pace, B) == 2

        # Two of the common count, and the five of their own share.
        assert taken(pace, N, chats=range(100, 160)) == 7

    def test_never_lets_an_answer_wait_for_others(self, pace):
        taken(pace, B)

        assert taken(pace, A, chats=range(100, 150)) == 50
        with pytest.raises(RetryLater) as refusal:
            pace.take(chat_id=1, urgency=B)
        # The debt of all these answers is a second's worth, no more.
        assert 1.0 < refusal.value.seconds <= 2.5

    def test_counts_for_all_processes_together(self, pace, settings):
        other = Pace(settings.REDIS_URL, prefix=pace._prefix)

        assert taken(pace, B) + taken(other, B) == 2

    def test_writes_to_a_group_eight_times_and_then_each_five_seconds(self, pace, settings):
        settings.TELEGRAM_MESSAGES_A_SECOND = 1000

        assert taken(pace, N, chats=[-5] * 20) == 5
        assert taken(pace, A, chats=[-5] * 20) == 3
        with pytest.raises(RetryLater) as refusal:
            pace.take(chat_id=-5, urgency=A)
        assert refusal.value.is_for_all is False
        assert 4.0 < refusal.value.seconds <= 5.0
        pace.take(chat_id=-6, urgency=N)

    def test_lets_one_chat_have_a_burst_and_then_one_a_second(self, pace, settings):
        settings.TELEGRAM_MESSAGES_A_SECOND = 1000

        assert taken(pace, A, chats=[7] * 50) == 30
        with pytest.raises(RetryLater) as refusal:
            pace.take(chat_id=7, urgency=N)
        assert (refusal.value.is_for_all, 0 < refusal.value.seconds <= 1) == (False, True)

    def test_goes_on_without_redis_except_with_broadcasts(self, settings):
        away = Pace("redis://127.0.0.1:1/0")

        away.take(chat_id=1, urgency=N)
        with pytest.raises(RetryLater):
            away.take(chat_id=1, urgency=B)
        breaker.reset()


class TestHold:
    def test_makes_everybody_wait_as_long_as_telegram_asks(self, pace):
        pace.hold(30)

        for urgency in Urgency:
            with pytest.raises(RetryLater) as refusal:
                wait_turn(chat_id=1, urgency=urgency)
            assert 29 < refusal.value.seconds <= 30
            assert refusal.value.is_for_all

    def test_is_what_a_429_does_to_the_others(self, anna, sim, pace):
        sim.fault("sendMessage", "error", code=429, retry_after=9, times=1)

        [outcome] = TelegramMessenger().send_many(letters=[Letter(ANNA, MessageContent("Скидка"))])

        assert isinstance(outcome.error, RetryLater)
        with pytest.raises(RetryLater):
            pace.take(chat_id=2, urgency=A)


class TestDeliverDue:
    def test_puts_off_a_busy_group_and_goes_on_with_the_others(self, anna, sim, pace, settings):
        settings.TELEGRAM_MESSAGES_A_SECOND = 1000
        taken(pace, A, chats=[-5] * 20)
        services.queue_message(content=MessageContent("Заказ"), chat_id=-5)
        services.queue_message(content=MessageContent("Едем"), recipient_id=anna.pk)

        services.deliver_due(now=Message.objects.first().created_at)

        waiting, sent = Message.objects.order_by("pk")
        assert (waiting.state, waiting.attempts) == (MessageState.PENDING, 0)
        assert sent.state == MessageState.SENT


class TestSendMany:
    def test_brings_a_picture_once_and_then_by_its_name(self, anna, sim):
        path = default_storage.save("broadcasts/a.jpg", ContentFile(jpeg_of(picture())))
        content = MessageContent("<b>Скидка</b>", photo=path)

        [first] = TelegramMessenger().send_many(letters=[Letter(ANNA, content)])
        again = replace(content, photo=first.photo_id)
        [second] = TelegramMessenger().send_many(letters=[Letter(ANNA, again)])

        assert first.photo_id
        assert second.error is None
        assert [m.get("caption") for m in sim.person(ANNA).messages()][-2:] == ["Скидка"] * 2

    def test_tells_of_each_what_became_of_it(self, anna, sim):
        sim.fault("sendMessage", "error", code=403, times=1)
        letters = [Letter(ANNA, MessageContent("раз")), Letter(404, MessageContent("два"))]

        first = TelegramMessenger().send_many(letters=letters[:1])
        second = TelegramMessenger().send_many(letters=letters)

        kinds = [type(one.error).__name__ for one in (*first, *second)]
        assert kinds == ["RecipientUnreachable", "NoneType", "RecipientUnreachable"]
