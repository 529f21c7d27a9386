import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connections
from django.utils import timezone

from apps.notifications import services
from apps.notifications.dto import BulkMessage, Button, MessageContent
from apps.notifications.errors import RetryLater
from apps.notifications.models import Channel, LiveCard, Message, MessageState
from apps.notifications.services import delivery
from bot.simulator.client import ANNA
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db


def deliver(**more) -> int:
    return services.deliver_due(now=timezone.now(), **more)


def texts(sim) -> list[str]:
    return [m["text"] for m in sim.person(ANNA).messages() if m["from"]["is_bot"]]


class TestQueueMessage:
    def test_is_sent_once_however_often_it_is_asked_for(self, anna, sim):
        for _ in range(3):
            services.queue_message(
                content=MessageContent("Привет"), recipient_id=anna.pk, dedupe_key="hello"
            )

        deliver()

        assert texts(sim) == ["Привет"]

    def test_goes_with_the_change_it_tells_of(
        self, anna, django_capture_on_commit_callbacks, eager_celery, sim
    ):
        with django_capture_on_commit_callbacks(execute=True):
            services.queue_message(content=MessageContent("Едем"), recipient_id=anna.pk)
            assert texts(sim) == []

        assert texts(sim) == ["Едем"]


class TestQueueMessages:
    def bulk(self, person, *texts):
        services.queue_messages(
            messages=[
                BulkMessage(person.pk, person.telegram_id, MessageContent(text), f"bulk:{text}")
                for text in texts
            ]
        )

    def test_writes_each_once_however_often_it_is_asked_for(
        self, anna, sim, django_assert_max_num_queries
    ):
        # The savepoint of the service and that of the insert, around one statement.
        with django_assert_max_num_queries(5):
            self.bulk(anna, "один", "два", "три")
        self.bulk(anna, "три", "один")

        deliver()

        assert texts(sim) == ["один", "два", "три"]

    def test_gives_way_to_whatever_else_is_to_be_sent(self, anna, sim):
        self.bulk(anna, *(f"скидка {number}" for number in range(7)))
        services.queue_message(content=MessageContent("Едем"), recipient_id=anna.pk)

        deliver()

        assert texts(sim)[0] == "Едем"
        assert len(texts(sim)) == 8

    def test_is_overtaken_by_news_of_other_chats(self, anna):
        for person in CustomerFactory.create_batch(8):
            self.bulk(person, f"скидка {person.pk}")
        services.queue_message(content=MessageContent("Едем"), recipient_id=anna.pk)

        first = delivery._claim(now=timezone.now())[0]

        assert first.recipient == anna

    def test_holds_up_no_answer_in_the_same_chat(self, anna, sim):
        self.bulk(anna, "скидка")
        Message.objects.update(next_attempt_at=timezone.now() + timedelta(hours=1))
        services.queue_message(content=MessageContent("Едем"), recipient_id=anna.pk)

        deliver()

        assert texts(sim) == ["Едем"]

    def test_is_no_letter_to_whoever_blocked_the_bot(self, anna, sim):
        anna.email = "anna@example.org"
        anna.save(update_fields=["email"])
        sim.person(ANNA).blocks()
        self.bulk(anna, "скидка")

        deliver()

        anna.refresh_from_db()
        assert anna.blocked_bot_at is not None
        assert mail.outbox == []
        assert Message.objects.get().state == MessageState.SKIPPED

    def test_writes_nothing_in_silence(self, anna):
        with services.silenced():
            self.bulk(anna, "скидка")

        assert not Message.objects.exists()


class TestDeliverDue:
    def test_keeps_the_order_of_a_chat(self, anna, sim):
        for number in range(8):
            services.queue_message(content=MessageContent(f"{number}"), recipient_id=anna.pk)

        deliver()

        assert texts(sim) == [str(number) for number in range(8)]

    def test_edits_the_card_in_place(self, anna, sim):
        for text in ("принят", "собран", "собран"):
            content = MessageContent(text, ((Button("Меню", data="1:menu"),),))
            services.queue_message(content=content, recipient_id=anna.pk, card_key="order:1")
            deliver()

        assert texts(sim) == ["собран"]
        assert not Message.objects.exclude(state=MessageState.SENT).exists()

    def test_sends_only_the_newest_state_of_a_card(self, anna, sim):
        for text in ("принят", "собран"):
            services.queue_message(
                content=MessageContent(text), recipient_id=anna.pk, card_key="order:1"
            )

        deliver()

        assert len(sim.calls("sendMessage")) == 1
        assert texts(sim) == ["собран"]

    def test_sends_a_new_card_when_the_old_one_is_gone(self, anna, sim):
        services.register_card(chat_id=ANNA, card_key="order:1", message_id=987654)
        services.queue_message(
            content=MessageContent("собран"), recipient_id=anna.pk, card_key="order:1"
        )

        deliver()

        assert texts(sim) == ["собран"]
        assert LiveCard.objects.get().telegram_message_id != 987654

    def test_waits_as_long_as_telegram_asks(self, anna, sim):
        sim.fault("sendMessage", "error", code=429, retry_after=30)
        services.queue_message(content=MessageContent("Едем"), recipient_id=anna.pk)

        deliver()

        message = Message.objects.get()
        assert message.state == MessageState.PENDING
        assert message.next_attempt_at > timezone.now() + timedelta(seconds=25)
        assert message.attempts == 0
        Message.objects.update(next_attempt_at=timezone.now())
        deliver()
        assert texts(sim) == ["Едем"]

    def test_tries_again_when_telegram_is_down(self, anna, sim):
        sim.fault("sendMessage", "error", code=502)
        services.queue_message(content=MessageContent("Едем"), recipient_id=anna.pk)

        deliver()
        Message.objects.update(next_attempt_at=timezone.now())
        deliver()

        assert texts(sim) == ["Едем"]

    def test_writes_a_letter_to_whoever_blocked_the_bot(self, anna, sim):
        anna.email = "anna@example.org"
        anna.save(update_fields=["email"])
        sim.person(ANNA).blocks()
        services.queue_message(content=MessageContent("Заказ <b>собран</b>"), recipient_id=anna.pk)

        deliver()

        anna.refresh_from_db()
        assert anna.blocked_bot_at is not None
        assert [letter.to for letter in mail.outbox] == [["anna@example.org"]]
        assert mail.outbox[0].body == "Заказ собран"
        assert Message.objects.get().channel == Channel.EMAIL

    def test_gives_up_what_telegram_refuses_and_goes_on(self, anna, sim):
        services.queue_message(content=MessageContent("<b>открыто"), recipient_id=anna.pk)
        services.queue_message(content=MessageContent("Едем"), recipient_id=anna.pk)

        deliver()

        assert texts(sim) == ["Едем"]
        states = list(Message.objects.order_by("pk").values_list("state", flat=True))
        assert states == [MessageState.FAILED, MessageState.SENT]

    def test_sends_again_what_a_dead_worker_had_taken(self, anna, sim):
        services.queue_message(content=MessageContent("Едем"), recipient_id=anna.pk)
        assert delivery._claim(now=timezone.now())

        deliver()
        assert texts(sim) == []
        Message.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
        deliver()

        assert texts(sim) == ["Едем"]

    def test_hands_the_rest_back_when_everybody_must_wait(self, anna, db):
        class Busy:
            def send(self, **_):
                raise RetryLater(5)

        for chat in (1, 2, 3):
            services.queue_message(content=MessageContent("x"), chat_id=chat)

        deliver(messenger=Busy())

        assert not Message.objects.filter(leased_until__isnull=False).exists()
        assert list(Message.objects.values_list("attempts", flat=True)) == [0, 0, 0]


@pytest.mark.django_db(transaction=True)
class TestManyWorkers:
    def test_send_each_message_once_and_in_its_chats_order(self):
        sent: list[tuple[int, str]] = []
        for number in range(60):
            services.queue_message(content=MessageContent(f"{number:02}"), chat_id=number % 6 + 1)

        class Recorder:
            def send(self, *, chat_id, content, is_bulk):
                sent.append((chat_id, content.text))
                return 1

        def work():
            services.deliver_due(now=timezone.now(), messenger=Recorder())
            connections.close_all()

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        work()

        assert len(sent) == 60
        for chat in range(1, 7):
            mine = [text for where, text in sent if where == chat]
            assert mine == sorted(mine)
