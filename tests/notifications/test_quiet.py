"""In quiet hours people hear of nothing but their orders."""

from datetime import timedelta

import pytest

from apps.core.time import now as present
from apps.core.time import shop_zone
from apps.notifications import services
from apps.notifications.dto import BulkMessage, MessageContent
from apps.notifications.models import Message, MessageState
from apps.users import services as users

pytestmark = pytest.mark.django_db


class Recorder:
    """A messenger that remembers."""

    def __init__(self):
        self.sent = []

    def send(self, *, chat_id, content, **_):
        self.sent.append(content.text)
        return 1


def bulk(person):
    news = BulkMessage(person.pk, person.telegram_id, MessageContent("news"), "bulk:1")
    services.queue_messages(messages=[news])


def be_quiet(person, *, begun):
    """Let a person's quiet hours hold now, or begin in an hour."""
    hour = present().astimezone(shop_zone()).hour
    starts = hour if begun else (hour + 12) % 24
    users.set_quiet_hours(user_id=person.pk, starts=starts, ends=(starts + 3) % 24)


class TestQuietHours:
    def test_put_news_off_until_they_are_over(self, customer):
        be_quiet(customer, begun=True)

        bulk(customer)

        due = Message.objects.get().next_attempt_at
        assert timedelta(hours=1) < due - present() <= timedelta(hours=3)

    def test_are_asked_again_when_it_is_sent(self, customer):
        bulk(customer)
        be_quiet(customer, begun=True)
        messenger = Recorder()

        services.deliver_due(now=present(), messenger=messenger)

        assert messenger.sent == []
        message = Message.objects.get()
        assert (message.state, message.attempts) == (MessageState.PENDING, 0)
        be_quiet(customer, begun=False)
        services.deliver_due(now=message.next_attempt_at, messenger=messenger)
        assert messenger.sent == ["news"]

    def test_hold_no_message_of_an_order_up(self, customer):
        be_quiet(customer, begun=True)
        messenger = Recorder()
        services.queue_message(content=MessageContent("your order"), recipient_id=customer.pk)

        services.deliver_due(now=present(), messenger=messenger)

        assert messenger.sent == ["your order"]
