"""Customers and staff write to each other; nobody else reads along, and nothing is said twice."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from apps.core import housekeeping
from apps.core.errors import NotAllowed
from apps.core.time import now as present
from apps.notifications.models import LiveCard, Message
from apps.notifications.services import register_card
from apps.orders.errors import OrderNotFound
from apps.support import errors, selectors, services
from apps.support.dto import Said
from apps.support.models import Conversation, Remark
from apps.support.services import writing
from apps.users import services as users
from tests.factories import CustomerFactory, OrderFactory, StaffFactory
from tests.races import together

pytestmark = pytest.mark.django_db
GROUP = -100777


@pytest.fixture(autouse=True)
def staff_group(settings):
    settings.TELEGRAM_STAFF_CHAT_ID = GROUP


@pytest.fixture
def agent(db):
    return StaffFactory(role="support")


def write(customer, words="Where is it?", message_id=1, **more):
    said = Said(customer.telegram_id, message_id, words, more.pop("photo", ""))
    return services.write(customer_id=customer.pk, said=said, now=present(), **more)


def shown(remark_or_key, message_id):
    """Pretend that the outbox has shown something in the group."""
    register_card(chat_id=GROUP, card_key=remark_or_key, message_id=message_id)


def reply(agent, to, words="On its way", message_id=900):
    said = Said(GROUP, message_id, words)
    return services.answer_at(actor_id=agent.pk, said=said, reply_to=to, now=present())


class TestWrite:
    def test_begins_a_conversation_and_goes_on_in_it(self, customer):
        order = OrderFactory(customer=customer)

        first = write(customer, "<b>Where", 1, order_id=order.pk)
        second = write(customer, "", 2, photo="AgAC")

        assert (first.is_first, second.is_first) == (True, False)
        conversation = Conversation.objects.get()
        assert (conversation.order, conversation.remarks.count()) == (order, 2)
        card, words, _again, picture = Message.objects.filter(chat_id=GROUP).order_by("pk")
        assert order.number in card.body["text"]
        assert "&lt;b&gt;Where" in words.body["text"]
        assert words.body["answers"] == card.card_key
        assert picture.body["photo"] == "AgAC"

    def test_says_nothing_twice_when_an_update_comes_again(self, customer):
        for _ in range(2):
            write(customer)

        assert Remark.objects.count() == 1
        assert Message.objects.count() == 2

    def test_fits_into_telegrams_limits_and_keeps_it_whole(self, customer):
        write(customer, "<" * 4096)

        assert len(Remark.objects.get().words) == 4096
        assert Message.objects.latest("pk").body["text"].count("&lt;") < 3900

    @pytest.mark.parametrize("words", ["", "  \n", "\0"])
    def test_refuses_nothing(self, customer, words):
        with pytest.raises(errors.NothingSaid):
            write(customer, words)

        assert not Conversation.objects.exists()

    def test_refuses_a_flood_and_the_order_of_a_stranger(self, customer, monkeypatch):
        monkeypatch.setattr(writing, "MOST_REMARKS", 1)
        write(customer)

        with pytest.raises(errors.TooMuchSaid):
            write(customer, message_id=2)
        with pytest.raises(OrderNotFound):
            write(CustomerFactory(), order_id=OrderFactory().pk)

        assert Remark.objects.count() == 1


class TestRewrite:
    def test_mends_what_the_group_was_shown(self, customer):
        write(customer, "Were is it?")

        said = Said(customer.telegram_id, 1, "Where is it?")
        assert services.rewrite(said=said, now=present())

        remark = Remark.objects.get()
        last = Message.objects.latest("pk")
        assert (remark.words, last.card_key) == (
            "Where is it?",
            selectors.remark_key(remark.conversation_id, remark.pk, is_answer=False),
        )

    def test_passes_by_what_is_no_remark(self, customer):
        assert not services.rewrite(said=Said(1, 1, "hello"), now=present())
        assert not Message.objects.exists()


class TestAnswer:
    def test_goes_to_the_customer_in_their_chat(self, agent):
        john = CustomerFactory(language="en")
        conversation = write(john).conversation_id
        shown(f"support:{conversation}:{Remark.objects.get().pk}", 55)

        assert reply(agent, 55)

        message = Message.objects.get(recipient=john)
        assert "The shop answers" in message.body["text"]
        assert "On its way" in message.body["text"]
        assert agent.first_name not in message.body["text"]
        assert Conversation.objects.get().waits_since is None

    def test_means_nothing_under_other_messages(self, agent, customer):
        write(customer)
        shown("staff-order:5", 56)

        assert [reply(agent, 56), reply(agent, 57)] == [False, False]

        assert Remark.objects.count() == 1

    def test_is_for_those_who_speak_for_the_shop(self, customer):
        conversation = write(customer).conversation_id
        shown(selectors.card_key(conversation), 55)

        for person in (StaffFactory(role="courier"), StaffFactory(role="warehouse"), customer):
            with pytest.raises(NotAllowed):
                reply(person, 55)

        assert Remark.objects.count() == 1

    def test_says_that_the_customer_blocked_the_bot(self, agent, customer):
        conversation = write(customer).conversation_id
        shown(selectors.card_key(conversation), 55)
        users.mark_unreachable(user_id=customer.pk, now=present())

        with pytest.raises(errors.CustomerUnreachable, match=str(customer.phone)[1:]):
            reply(agent, 55)

        assert Remark.objects.count() == 1

    def test_opens_a_closed_conversation_again_or_joins_the_newer_one(self, agent, customer):
        old = write(customer).conversation_id
        shown(selectors.card_key(old), 55)
        services.close(conversation_id=old, actor_id=agent.pk, now=present())
        reply(agent, 55)
        assert Conversation.objects.get().closed_at is None

        services.close(conversation_id=old, actor_id=agent.pk, now=present())
        new = write(customer, message_id=2).conversation_id
        reply(agent, 55, message_id=901)

        assert Remark.objects.latest("pk").conversation_id == new != old


class TestClose:
    def test_tells_the_customer_and_the_group(self, agent):
        john = CustomerFactory(language="en")
        conversation = write(john).conversation_id

        services.close(conversation_id=conversation, actor_id=agent.pk, now=present())

        told = Message.objects.get(recipient=john)
        assert "closed the conversation" in told.body["text"]
        card = Message.objects.filter(card_key=selectors.card_key(conversation)).latest("pk")
        assert agent.first_name in card.body["text"]
        assert card.body["buttons"] == []
        with pytest.raises(errors.ConversationClosed):
            services.close(conversation_id=conversation, actor_id=agent.pk, now=present())

    def test_is_for_the_customer_too_but_for_no_stranger(self, customer):
        conversation = write(customer).conversation_id
        with pytest.raises(errors.ConversationNotFound):
            services.settle(
                customer_id=CustomerFactory().pk, conversation_id=conversation, now=present()
            )
        assert selectors.has_open(customer_id=customer.pk)

        services.settle(customer_id=customer.pk, conversation_id=conversation, now=present())

        assert not selectors.has_open(customer_id=customer.pk)


class TestTheTables:
    def test_refuse_two_open_conversations_and_empty_remarks(self, customer):
        conversation = Conversation.objects.get(pk=write(customer).conversation_id)

        with pytest.raises(IntegrityError), transaction.atomic():
            Conversation.objects.create(customer=customer, opened_at=present())
        with pytest.raises(IntegrityError), transaction.atomic():
            Remark.objects.create(conversation=conversation, said_at=present())


@pytest.mark.django_db(transaction=True)
class TestTwoMessagesAtOnce:
    def test_are_one_conversation(self, customer):
        together([lambda n=n: write(customer, f"{n}", n) for n in range(1, 4)])

        assert Conversation.objects.count() == 1
        assert Remark.objects.count() == 3


class TestAPerson:
    def test_takes_the_conversation_along(self, agent, customer):
        conversation = write(customer).conversation_id
        shown(selectors.card_key(conversation), 55)
        reply(agent, 55)

        told = users.export_person(user_id=customer.pk)["support"]
        users.erase_person(user_id=customer.pk, now=present())

        assert [one["by"] for one in told] == ["you", "shop"]
        for model in (Conversation, Remark, Message, LiveCard):
            assert not model.objects.exists()

    def test_is_forgotten_with_time(self, agent, customer):
        conversation = write(customer).conversation_id
        services.close(conversation_id=conversation, actor_id=agent.pk, now=present())

        assert housekeeping.tidy(now=present() + timedelta(days=360))["conversations"] == 0
        assert housekeeping.tidy(now=present() + timedelta(days=366))["conversations"] == 1
