"""Asking for work while the queue is away: the caller neither fails nor waits."""

import logging
import time
from enum import StrEnum

import pytest
from celery import Celery
from django.db import transaction

from apps.core import jobs
from apps.core.redis import breaker
from tests.core.silent import closed_port, silent_server

pytestmark = pytest.mark.django_db(transaction=True)


class Job(StrEnum):
    ANY = "tests.any"


def queue_at(url):
    queue = Celery("queue", broker=url, set_as_current=False)
    queue.conf.broker_transport_options = {
        "socket_timeout": 0.2, "socket_connect_timeout": 0.2, "max_retries": 0,
    }  # fmt: skip
    return queue


class TestEnqueueOnCommit:
    @pytest.mark.parametrize("away", [closed_port, silent_server])
    def test_waits_for_a_missing_queue_once_and_says_so_in_a_line(self, monkeypatch, caplog, away):
        with away() as url:
            monkeypatch.setattr(jobs, "current_app", queue_at(url))
            seconds = []
            with caplog.at_level(logging.WARNING):
                for _ in range(3):
                    began = time.monotonic()
                    with transaction.atomic():
                        jobs.enqueue_on_commit(Job.ANY)
                    seconds.append(time.monotonic() - began)

        assert seconds[0] < 1.0
        assert sum(seconds[1:]) < 0.1
        assert not [record for record in caplog.records if record.exc_info]
        assert "left to the sweeper: tests.any" in caplog.text

    def test_does_not_knock_where_the_limits_found_nobody(self, monkeypatch):
        with silent_server() as url:
            monkeypatch.setattr(jobs, "current_app", queue_at(url))
            with pytest.raises(ConnectionError), breaker.attempt():
                raise ConnectionError
            began = time.monotonic()
            with transaction.atomic():
                jobs.enqueue_on_commit(Job.ANY)

        assert time.monotonic() - began < 0.1
