"""A database that answers nothing is given up within seconds, and comes back by itself."""

import time
from threading import Thread

import psycopg
import pytest
from django.db import OperationalError, connection

from frozenfood.database import base, patience
from frozenfood.database.patience import PatientConnection, ServerSilent, Silence, answers
from frozenfood.settings.environment import Environment, database_settings
from tests.database.relay import relay_to

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _hasty(monkeypatch):
    """Shorten every wait, and begin and end without a memory of silences."""
    monkeypatch.setattr(patience, "PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr(patience, "ANSWER_SECONDS", 0.2)
    monkeypatch.setattr(patience, "PAUSE_SECONDS", 0.3)
    patience.silence.ends()
    yield
    patience.silence.ends()


@pytest.fixture
def wire():
    facts = connection.settings_dict
    with relay_to(facts["HOST"], int(facts["PORT"])) as relay:
        yield relay


def by(wire, **options):
    """Return a wrapper of our back end that reaches the suite's database by the wire."""
    facts = connection.settings_dict
    url = f"postgresql://{facts['USER']}:{facts['PASSWORD']}@127.0.0.1:{wire.port}/{facts['NAME']}"
    described = database_settings(Environment(database_url=url, **options))
    return base.DatabaseWrapper(
        {**facts, **described, "TIME_ZONE": None, "AUTOCOMMIT": True, "ATOMIC_REQUESTS": False},
        alias="default",
    )


def ask(wrapper):
    """Return how long a question took and what came of it."""
    began = time.monotonic()
    try:
        with wrapper.cursor() as cursor:
            cursor.execute("SELECT 1")
            outcome = cursor.fetchone()
    except OperationalError as error:
        outcome = error
    return time.monotonic() - began, outcome


class TestPatientConnection:
    def test_gives_a_silent_server_up(self, wire):
        wrapper = by(wire)
        assert ask(wrapper)[1] == (1,)
        wire.fall_silent()

        seconds, outcome = ask(wrapper)

        assert isinstance(outcome.__cause__, ServerSilent)
        assert 0.3 <= seconds < 1.5
        assert wrapper.connection.closed
        wrapper.close()

    def test_waits_for_a_server_that_is_only_busy(self, wire):
        wrapper = by(wire)
        with wrapper.cursor() as cursor:
            began = time.monotonic()
            cursor.execute("SELECT pg_sleep(1.2)")

        assert time.monotonic() - began >= 1.2
        wrapper.close()

    def test_notices_a_silence_in_the_middle_of_a_long_statement(self, wire):
        wrapper = by(wire)
        ask(wrapper)
        Thread(target=lambda: (time.sleep(0.5), wire.fall_silent()), daemon=True).start()

        with wrapper.cursor() as cursor, pytest.raises(OperationalError) as error:
            cursor.execute("SELECT pg_sleep(4)")

        assert isinstance(error.value.__cause__, ServerSilent)
        wrapper.close()

    def test_gives_up_a_commit_too(self, wire):
        wrapper = by(wire)
        ask(wrapper)
        wrapper.set_autocommit(False)
        ask(wrapper)
        wire.fall_silent()

        with pytest.raises(OperationalError):
            wrapper.commit()
        wrapper.close()

    def test_leaves_the_servers_own_refusals_as_they_are(self):
        facts = connection.get_connection_params()
        facts.pop("cursor_factory"), facts.pop("context")
        with PatientConnection.connect(**facts) as own, pytest.raises(psycopg.errors.SyntaxError):
            own.execute("SELEC 1")


class TestDatabaseWrapper:
    def test_gives_up_at_once_after_a_silence_and_recovers(self, wire):
        wrapper = by(wire)
        ask(wrapper)
        wire.fall_silent()
        ask(wrapper)
        wrapper.close()

        seconds, outcome = ask(wrapper)
        assert isinstance(outcome.__cause__, ServerSilent)
        assert seconds < 0.1

        wire.speak()
        time.sleep(0.35)
        assert ask(wrapper)[1] == (1,)
        wrapper.close()

    def test_does_the_same_with_a_pool(self, wire, monkeypatch):
        wrapper = by(wire, database_pool_size=2)
        wrapper.settings_dict["OPTIONS"]["pool"]["timeout"] = 0.5
        try:
            assert ask(wrapper)[1] == (1,)
            wire.fall_silent()
            seconds, outcome = ask(wrapper)
            assert isinstance(outcome, OperationalError)
            assert seconds < 2
            wrapper.close()
            assert ask(wrapper)[0] < 0.1

            wire.speak()
            deadline = time.monotonic() + 3
            while ask(wrapper)[1] != (1,):
                assert time.monotonic() < deadline, "the pool does not recover"
                wrapper.close()
                time.sleep(0.05)
        finally:
            wrapper.close()
            wrapper.close_pool()


class TestHealthChecks:
    """As at the bridge: each call begins by doubting the connection that the last one left."""

    def questions(self, wrapper):
        asked = []
        looked = wrapper.is_usable
        wrapper.is_usable = lambda: asked.append(True) or looked()
        return asked

    def test_leave_a_connection_alone_that_was_used_a_moment_ago(self, wire):
        wrapper = by(wire)
        ask(wrapper)
        asked = self.questions(wrapper)

        wrapper.close_if_unusable_or_obsolete()
        ask(wrapper)

        assert asked == []
        wrapper.close()

    def test_replace_one_that_broke_while_it_rested(self, wire, monkeypatch):
        wrapper = by(wire)
        ask(wrapper)
        asked = self.questions(wrapper)
        wrapper.connection.close()
        monkeypatch.setattr(base, "FRESH_SECONDS", 0.0)

        wrapper.close_if_unusable_or_obsolete()
        _seconds, outcome = ask(wrapper)

        assert asked == [True]
        assert outcome == (1,)
        wrapper.close()

    def test_never_come_in_the_middle_of_a_transaction(self, wire, monkeypatch):
        wrapper = by(wire)
        ask(wrapper)
        asked = self.questions(wrapper)
        wrapper.close_if_unusable_or_obsolete()
        wrapper.set_autocommit(False)
        ask(wrapper)

        monkeypatch.setattr(base, "FRESH_SECONDS", 0.0)
        ask(wrapper)

        assert asked == []
        wrapper.rollback()
        wrapper.close()


class TestSilence:
    def test_lets_one_caller_try_while_the_others_go_on(self):
        silence = Silence()
        silence.begins()
        with pytest.raises(ServerSilent):
            silence.refuse()
        time.sleep(0.35)

        silence.refuse()
        with pytest.raises(ServerSilent):
            silence.refuse()
        silence.ends()
        silence.refuse()


class TestAnswers:
    def test_is_true_of_a_living_server_only(self, wire):
        assert answers("127.0.0.1", wire.port)

        wire.fall_silent()
        assert not answers("127.0.0.1", wire.port)
        assert not answers("127.0.0.1", 9)
        assert not answers("/nowhere", 5432)
