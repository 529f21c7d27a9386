"""Broadcasts: whom they reach, and that nobody gets one twice, whatever happens."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from apps.core.time import now as present
from apps.core.time import shop_zone
from apps.marketing import errors, selectors, services
from apps.marketing.dto import BroadcastDraft, BroadcastState, RecipientState
from apps.marketing.models import Broadcast, BroadcastRecipient
from apps.marketing.services import sending
from apps.notifications.dto import Outcome
from apps.notifications.errors import (
    DeliveryError,
    MessageRefused,
    RecipientUnreachable,
    RetryLater,
)
from apps.notifications.models import Message
from apps.orders.dto import OrderStatus
from apps.users import services as users
from tests.catalog.exchange_support import picture
from tests.conftest import scaled
from tests.factories import (
    CategoryFactory,
    CustomerFactory,
    OrderFactory,
    OrderLineFactory,
    ProductFactory,
    SlotFactory,
    StaffFactory,
    VariantFactory,
    ZoneFactory,
)
from tests.races import together

pytestmark = pytest.mark.django_db

R, S = RecipientState, BroadcastState


class Recorder:
    """A messenger that remembers what it was given, and answers what it is told to."""

    def __init__(self, *answers) -> None:
        self.sent: list[tuple[int, str]] = []
        self.batches: list[int] = []
        self.photos: list[str] = []
        self.answers = list(answers)

    def send_many(self, *, letters):
        self.batches.append(len(letters))
        self.photos += [letter.content.photo for letter in letters]
        return [self._one(letter) for letter in letters]

    def _one(self, letter):
        error = self.answers.pop(0) if self.answers else None
        if not isinstance(error, RetryLater):
            self.sent.append((letter.chat_id, letter.content.text))
        return Outcome(error, photo_id="FILE" if letter.content.photo else "")


def written(*, text="**Скидка** <b", text_en="**Sale**", **more) -> Broadcast:
    draft = BroadcastDraft(title="Акция", text_ru=text, text_en=text_en, **more)
    return services.save_broadcast(draft=draft, actor_id=StaffFactory().pk)


def scheduled(row=None, *, starts_at=None, ends_at=None, **more) -> Broadcast:
    return services.schedule_broadcast(
        broadcast_id=(row or written(**more)).pk, actor_id=StaffFactory().pk,
        starts_at=starts_at, ends_at=ends_at, now=present(),
    )  # fmt: skip


def send(messenger, **more) -> int:
    return services.send_broadcasts(now=more.pop("now", present()), messenger=messenger, **more)


def states(row) -> list[str]:
    return list(row.people.order_by("person_id").values_list("state", flat=True))


def chats(messenger) -> list[int]:
    return sorted(chat for chat, _text in messenger.sent)


class TestSaveBroadcast:
    @pytest.mark.parametrize(
        ("wrong", "error"),
        [
            ({"text": " \n"}, errors.BroadcastTextMissing),
            ({"text": "я" * 3501}, errors.BroadcastTextTooLong),
            ({"text_en": "🎁" * 1800}, errors.BroadcastTextTooLong),
            ({"text": "я" * 1001, "picture": picture()}, errors.BroadcastTextTooLong),
            ({"idle_days": 0}, errors.BroadcastIdleDays),
            ({"idle_days": 1001}, errors.BroadcastIdleDays),
        ],
    )
    def test_refuses_what_telegram_or_the_segment_would_not_take(self, wrong, error):
        with pytest.raises(error):
            written(**wrong)

        assert not Broadcast.objects.exists()

    def test_refuses_two_buttons_and_so_does_the_database(self):
        product, category = ProductFactory(), CategoryFactory()

        with pytest.raises(errors.BroadcastTwoButtons):
            written(button_product_id=product.pk, button_category_id=category.pk)
        row = written(button_product_id=product.pk)
        with pytest.raises(IntegrityError), transaction.atomic():
            Broadcast.objects.filter(pk=row.pk).update(button_category=category)

    def test_writes_a_draft_only(self):
        CustomerFactory()
        row = scheduled()

        with pytest.raises(errors.BroadcastNotOpen):
            services.save_broadcast(
                broadcast_id=row.pk, draft=BroadcastDraft("Другое", "Другое"), actor_id=1
            )
        with pytest.raises(errors.BroadcastNotOpen):
            services.remove_broadcast(broadcast_id=row.pk)

        row.refresh_from_db()
        assert row.title == "Акция"


class TestAudienceCount:
    def count(self, **segment) -> int:
        return selectors.audience_count(broadcast=written(**segment), now=present())

    def order(self, *, variant=None, days_ago=0, status=OrderStatus.DELIVERED, **more):
        order = OrderFactory(lines=0, status=status, customer=CustomerFactory(**more))
        OrderLineFactory(order=order, variant=variant or VariantFactory())
        type(order).objects.filter(pk=order.pk).update(
            created_at=present() - timedelta(days=days_ago)
        )
        return order

    def test_is_everybody_who_can_and_wants_to_be_written_to(self):
        CustomerFactory(), CustomerFactory(language="en")
        CustomerFactory(blocked_bot_at=present())
        users.set_offers(user_id=CustomerFactory().pk, wanted=False)

        assert self.count() == 2
        assert self.count(language="en") == 1

    def test_keeps_those_of_whom_all_of_the_segment_is_true(self):
        peas = VariantFactory()
        self.order(variant=peas, days_ago=5)
        self.order(variant=peas, days_ago=90)
        self.order(days_ago=90)
        self.order(variant=peas, days_ago=90, status=OrderStatus.CANCELLED)
        CustomerFactory()

        assert self.count(bought_id=peas.product_id) == 2
        assert self.count(idle_days=30) == 2
        assert self.count(bought_id=peas.product_id, idle_days=30) == 1

    def test_knows_where_orders_were_brought_to(self):
        far = ZoneFactory(slug="far", is_default=False)
        order = OrderFactory(slot=SlotFactory(zone=far))
        OrderFactory()

        assert order.slot.zone == far
        assert self.count(zone_id=far.pk) == 1


class TestScheduleBroadcast:
    def test_refuses_a_segment_without_people(self):
        with pytest.raises(errors.NobodyInSegment):
            scheduled()

        assert Broadcast.objects.get().state == S.DRAFT

    def test_waits_for_its_moment(self):
        CustomerFactory()
        row, messenger = scheduled(starts_at=present() + timedelta(hours=2)), Recorder()

        send(messenger)
        assert messenger.sent == []
        send(messenger, now=present() + timedelta(hours=2))

        row.refresh_from_db()
        assert (len(messenger.sent), row.state, row.sent) == (1, S.FINISHED, 1)


class TestSendBroadcasts:
    def test_writes_to_each_once_in_their_language(self):
        product = ProductFactory()
        anna, john = CustomerFactory(), CustomerFactory(language="en")
        row, messenger = scheduled(button_product_id=product.pk), Recorder()

        assert [send(messenger), send(messenger)] == [2, 0]

        assert messenger.sent == [
            (anna.telegram_id, "<b>Скидка</b> &lt;b"), (john.telegram_id, "<b>Sale</b>"),
        ]  # fmt: skip
        row.refresh_from_db()
        assert (row.recipients, row.sent, row.state) == (2, 2, S.FINISHED)

    def test_leaves_out_who_says_no_in_between(self):
        people = CustomerFactory.create_batch(3)
        row, messenger = scheduled(), Recorder(RetryLater(9))
        send(messenger)
        assert states(row) == [R.WAITING, R.SENT, R.SENT]
        users.set_offers(user_id=people[0].pk, wanted=False)

        send(messenger)

        assert chats(messenger) == sorted(p.telegram_id for p in people[1:])
        assert states(row) == [R.LEFT_OUT, R.SENT, R.SENT]

    def test_comes_back_to_whom_telegram_made_wait(self):
        people = CustomerFactory.create_batch(4)
        row, messenger = scheduled(), Recorder(RetryLater(9), None, RetryLater(9), None)

        assert send(messenger) == 4
        send(messenger)

        assert chats(messenger) == sorted(p.telegram_id for p in people)
        assert states(row) == [R.SENT] * 4

    def test_tells_apart_what_became_of_each_and_marks_who_blocked_us(self):
        people = CustomerFactory.create_batch(4)
        row = scheduled()
        messenger = Recorder(
            None, RecipientUnreachable("blocked"), MessageRefused("bad"), DeliveryError("timeout")
        )

        send(messenger)

        row.refresh_from_db()
        assert states(row) == [R.SENT, R.UNREACHABLE, R.REFUSED, R.UNCLEAR]
        assert (row.sent, row.unreachable, row.refused, row.unclear) == (1, 1, 1, 1)
        people[1].refresh_from_db()
        assert people[1].blocked_bot_at is not None
        # The next one is for three.
        assert scheduled().recipients == 3

    def test_pauses_itself_when_telegram_takes_none(self):
        CustomerFactory.create_batch(25)
        row, messenger = scheduled(), Recorder(*[MessageRefused("can't parse")] * 25)

        send(messenger)

        row.refresh_from_db()
        assert (row.state, row.refused, row.last_error) == (S.PAUSED, 10, "can't parse")

    def test_brings_a_picture_to_telegram_once(self):
        CustomerFactory.create_batch(12)
        scheduled(picture=picture())
        messenger = Recorder()

        send(messenger)

        assert messenger.batches[:2] == [1, 10]
        assert messenger.photos[0].startswith("broadcasts/")
        assert set(messenger.photos[1:]) == {"FILE"}

    def test_rests_in_quiet_hours(self, settings):
        CustomerFactory()
        hour = present().astimezone(shop_zone()).hour
        settings.QUIET_FROM_HOUR, settings.QUIET_UNTIL_HOUR = (hour - 1) % 24, (hour + 1) % 24
        scheduled()
        messenger = Recorder()

        send(messenger)

        assert messenger.sent == []

    def test_stops_where_it_is_and_goes_on_there(self):
        CustomerFactory.create_batch(15)
        row, messenger = scheduled(), Recorder()
        services.pause_broadcast(broadcast_id=row.pk)
        assert send(messenger) == 0
        services.resume_broadcast(broadcast_id=row.pk)
        sending._settle(
            batch=(batch := sending._claim(owner="a", now=present())),
            outcomes=messenger.send_many(letters=batch.letters), now=present(),
        )  # fmt: skip
        services.pause_broadcast(broadcast_id=row.pk)
        assert send(messenger) == 0
        services.resume_broadcast(broadcast_id=row.pk)

        send(messenger, now=present() + sending.LEASE)

        assert len(set(messenger.sent)) == len(messenger.sent) == 15

    def test_is_over_for_good_once_stopped(self):
        CustomerFactory()
        row, messenger = scheduled(), Recorder()

        services.cancel_broadcast(broadcast_id=row.pk, now=present())

        assert send(messenger) == 0
        for deed in (services.pause_broadcast, services.resume_broadcast):
            with pytest.raises(errors.BroadcastNotOpen):
                deed(broadcast_id=row.pk)

    def test_never_repeats_what_a_dead_process_had_in_hand(self):
        people = CustomerFactory.create_batch(14)
        row = scheduled()
        sending._claim(owner="dead", now=present())
        messenger = Recorder()
        assert send(messenger) == 0, "the lease holds"

        send(messenger, now=present() + sending.LEASE)

        assert chats(messenger) == sorted(p.telegram_id for p in people[10:])
        row.refresh_from_db()
        assert (row.sent, row.unclear, row.state) == (4, 10, S.FINISHED)

    def test_takes_one_place_of_the_workers_however_many_are_due(self):
        CustomerFactory()
        first, second = scheduled(), scheduled()

        assert sending._claim(owner="a", now=present()).broadcast == first
        assert sending._claim(owner="b", now=present()) is None
        sending._release("a")

        send(Recorder())
        second.refresh_from_db()
        assert second.sent == 1

    def test_ends_a_long_run_and_goes_on_in_the_next(self):
        CustomerFactory()
        scheduled()
        messenger = Recorder()

        assert send(messenger, seconds=0) == 0
        assert send(messenger) == 1

    def test_asks_few_questions_for_each_batch(self, django_assert_max_num_queries):
        CustomerFactory.create_batch(10)
        scheduled()
        sending._release("nobody")

        with django_assert_max_num_queries(10):
            sending._claim(owner="a", now=present())


class TestQuietUntil:
    @pytest.mark.parametrize(
        ("hour", "hours", "morning"),
        [(23, (21, 9), 33), (3, (21, 9), 9), (9, (21, 9), None), (20, (21, 9), None),
         (13, (13, 15), 15), (15, (13, 15), None), (5, (0, 0), None)],
    )  # fmt: skip
    def test_is_the_next_end_of_the_hours(self, settings, hour, hours, morning):
        settings.QUIET_FROM_HOUR, settings.QUIET_UNTIL_HOUR = hours
        midnight = datetime(2026, 7, 1, tzinfo=shop_zone())

        found = services.quiet_until(midnight + timedelta(hours=hour, minutes=20))

        assert found == (None if morning is None else midnight + timedelta(hours=morning))


class TestPreviewBroadcast:
    def test_is_for_the_writer_alone_in_both_languages(self):
        CustomerFactory()
        staff = StaffFactory(telegram_id=4242)
        row = written()

        assert services.preview_broadcast(broadcast_id=row.pk, actor_id=staff.pk) == 2

        assert set(Message.objects.values_list("chat_id", flat=True)) == {4242}
        assert not BroadcastRecipient.objects.exists()

    def test_needs_a_chat(self):
        with pytest.raises(errors.NoWorkChat):
            services.preview_broadcast(broadcast_id=written().pk, actor_id=StaffFactory().pk)

        assert not Message.objects.exists()


class TestErasing:
    def test_forgets_who_got_it_and_keeps_the_sum(self):
        anna = CustomerFactory()
        row = scheduled()
        send(Recorder())
        assert services.export_broadcasts(anna.pk)[0]["state"] == R.SENT

        services.forget_broadcasts(anna.pk, present())

        row.refresh_from_db()
        assert (row.people.count(), row.sent) == (0, 1)


@pytest.mark.django_db(transaction=True)
class TestManySenders:
    def race(self) -> Recorder:
        CustomerFactory.create_batch(scaled(60, least=40))
        scheduled()
        messenger = Recorder()
        together([partial(send, messenger)] * 4)
        send(messenger, now=present() + sending.LEASE)
        return messenger

    def test_write_to_nobody_twice(self):
        messenger = self.race()

        assert len(chats(messenger)) == len(set(chats(messenger)))
        assert Broadcast.objects.get().sent == Broadcast.objects.get().recipients

    def test_are_stopped_by_the_database_should_the_cursor_fail(self):
        CustomerFactory.create_batch(3)
        row = scheduled()
        sending._claim(owner="a", now=present())
        Broadcast.objects.filter(pk=row.pk).update(last_person_id=0)

        with pytest.raises(IntegrityError):
            sending._claim(owner="a", now=present())

        assert row.people.count() == 3
