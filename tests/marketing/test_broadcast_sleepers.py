"""Broadcasts and the hours in which each person wants to be left alone."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from apps.core.time import now as present
from apps.core.time import shop_zone
from apps.marketing import errors, services
from apps.marketing.admin.broadcast_page import page_of
from apps.marketing.dto import BroadcastState, RecipientState
from apps.marketing.models import Broadcast
from apps.marketing.services import sending
from apps.notifications.errors import RetryLater
from apps.users import services as users
from tests.factories import CustomerFactory
from tests.marketing.test_broadcasts import Recorder, chats, scheduled, send, states

pytestmark = pytest.mark.django_db

R, S = RecipientState, BroadcastState


def wall_hour() -> int:
    return present().astimezone(shop_zone()).hour


def asleep(*, hours: int = 2):
    """A customer whose quiet hours hold now, and for so many hours at most."""
    person, hour = CustomerFactory(), wall_hour()
    users.set_quiet_hours(user_id=person.pk, starts=hour, ends=(hour + hours) % 24)
    return person


def morning(*, hours: int = 2) -> datetime:
    wall = present().astimezone(shop_zone()).replace(minute=0, second=0, microsecond=0)
    return wall + timedelta(hours=hours)


def shown(row: Broadcast, now: datetime):
    with translation.override("en"):
        return page_of(Broadcast.objects.with_sleepers(now).get(pk=row.pk), now)


class TestASleeper:
    def test_gets_it_in_their_own_morning_and_the_others_at_once(self):
        anna, sleeper, john = CustomerFactory(), asleep(), CustomerFactory()
        row, messenger = scheduled(), Recorder()

        assert send(messenger) == 2
        row.refresh_from_db()
        assert chats(messenger) == sorted([anna.telegram_id, john.telegram_id])
        assert states(row) == [R.SENT, R.WAITING, R.SENT]
        assert (row.state, row.rests_until) == (S.SENDING, morning())

        assert send(messenger, now=morning() - timedelta(minutes=1)) == 0
        assert send(messenger, now=morning()) == 1
        row.refresh_from_db()
        assert messenger.sent[-1][0] == sleeper.telegram_id
        assert (row.state, row.sent, row.rests_until) == (S.FINISHED, 3, None)
        assert send(messenger, now=morning() + timedelta(days=1)) == 0

    def test_is_counted_while_the_broadcast_waits(self):
        CustomerFactory(), asleep(), asleep(hours=5)
        row = scheduled()
        send(Recorder())

        page = shown(row, present())
        assert page.progress["text"] == "sent: 1 of 3, asleep until their own morning: 2"
        assert page.progress["is_moving"]
        assert page.sentence.startswith("All who are awake have it.")

        send(Recorder(), now=morning())
        assert "asleep until their own morning: 1" in shown(row, morning()).progress["text"]

    def test_who_sleeps_by_day_gets_it_in_the_shops_night(self, settings):
        hour = wall_hour()
        settings.QUIET_FROM_HOUR, settings.QUIET_UNTIL_HOUR = (hour + 2) % 24, (hour + 8) % 24
        sleeper, messenger = asleep(), Recorder()
        row = scheduled()
        assert send(messenger) == 0

        assert services.quiet_until(morning()) is not None
        send(messenger, now=morning())

        row.refresh_from_db()
        assert (chats(messenger), row.state) == ([sleeper.telegram_id], S.SENDING)
        # Who is new meanwhile is not looked for before the shop's own morning.
        assert row.rests_until == morning(hours=8)

    def test_holds_up_no_other_broadcast(self):
        asleep(), CustomerFactory(language="en")
        scheduled(language="ru")
        messenger = Recorder()
        send(messenger)

        other = scheduled(language="en")
        assert send(messenger) == 1

        other.refresh_from_db()
        assert other.state == S.FINISHED

    def test_may_say_no_before_they_wake_up(self):
        sleeper, messenger = asleep(), Recorder()
        row = scheduled()
        send(messenger)

        users.set_offers(user_id=sleeper.pk, wanted=False)
        send(messenger, now=morning())

        assert (states(row), messenger.sent) == ([R.LEFT_OUT], [])

    def test_may_choose_to_sleep_longer(self):
        sleeper, messenger = asleep(), Recorder()
        row = scheduled()
        send(messenger)

        starts, ends = wall_hour(), (wall_hour() + 6) % 24
        users.set_quiet_hours(user_id=sleeper.pk, starts=starts, ends=ends)
        assert send(messenger, now=morning()) == 0
        assert row.people.get().next_attempt_at == morning(hours=6)

        assert send(messenger, now=morning(hours=6)) == 1

    def test_is_not_left_behind_by_a_pause_or_a_crash(self):
        sleeper, messenger = asleep(), Recorder()
        CustomerFactory.create_batch(2)
        row = scheduled()
        sending._claim(owner="dead", now=present())
        later = morning() + sending.LEASE
        services.pause_broadcast(broadcast_id=row.pk)
        assert send(messenger, now=later) == 0
        services.resume_broadcast(broadcast_id=row.pk)

        send(messenger, now=later)

        assert chats(messenger) == [sleeper.telegram_id]
        assert states(row) == [R.SENT, R.UNCLEAR, R.UNCLEAR]

    def test_who_was_told_to_wait_by_telegram_falls_asleep_meanwhile(self):
        person, messenger = CustomerFactory(), Recorder(RetryLater(9, is_for_all=True))
        row = scheduled()
        send(messenger)
        hour = wall_hour()
        users.set_quiet_hours(user_id=person.pk, starts=hour, ends=(hour + 2) % 24)

        assert send(messenger) == 0

        assert row.people.get().next_attempt_at == morning()

    def test_costs_few_questions(self, django_assert_max_num_queries):
        for _ in range(10):
            asleep()
        scheduled()

        with django_assert_max_num_queries(12):
            sending._claim(owner="a", now=present())
        with django_assert_max_num_queries(12):
            sending._claim(owner="a", now=morning())


class TestTheDeadline:
    def test_ends_it_for_those_who_still_sleep(self):
        CustomerFactory(), asleep()
        row, messenger = scheduled(ends_at=present() + timedelta(minutes=1)), Recorder()
        send(messenger)
        row.refresh_from_db()
        assert row.rests_until == row.ends_at

        send(messenger, now=row.ends_at)

        row.refresh_from_db()
        assert (states(row), row.state, row.sent) == ([R.SENT, R.LATE], S.FINISHED, 1)
        assert send(messenger, now=morning()) == 0
        assert "Its time is over" in shown(row, morning()).sentence

    def test_ends_one_that_was_paused_for_too_long(self):
        CustomerFactory()
        row, messenger = scheduled(ends_at=present() + timedelta(hours=1)), Recorder()
        services.pause_broadcast(broadcast_id=row.pk)
        services.resume_broadcast(broadcast_id=row.pk)

        assert send(messenger, now=row.ends_at) == 0

        row.refresh_from_db()
        assert row.state == S.FINISHED

    def test_is_refused_before_the_beginning_and_nothing_is_scheduled(self):
        CustomerFactory()
        with pytest.raises(errors.BroadcastEndsTooSoon):
            scheduled(starts_at=present() + timedelta(hours=2), ends_at=present())

        row = Broadcast.objects.get()
        assert (row.state, row.starts_at, row.ends_at) == (S.DRAFT, None, None)


class TestTheDatabase:
    def test_refuses_who_waits_for_no_moment_and_an_end_before_the_beginning(self):
        asleep()
        row = scheduled()
        send(Recorder())

        with pytest.raises(IntegrityError), transaction.atomic():
            row.people.update(next_attempt_at=None)
        with pytest.raises(IntegrityError), transaction.atomic():
            row.people.update(state=R.SENT)
        with pytest.raises(IntegrityError), transaction.atomic():
            Broadcast.objects.filter(pk=row.pk).update(ends_at=row.starts_at)

        assert states(row) == [R.WAITING]
