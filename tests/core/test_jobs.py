"""Asking for work while the queue is away: the caller neither fails nor waits."""

import logging
import time
from enum import StrEnum

import pytest
from celery import Celery
from django.db import transaction
from kombu import Consumer
from redis import Redis

from apps.core import jobs
from apps.core.redis import breaker
from apps.marketing.jobs import MarketingJob
from apps.notifications.jobs import NotificationJob
from apps.payments.jobs import PaymentJob
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


class TestQueues:
    @pytest.fixture
    def broker(self, settings):
        """The shop's own queue, really filled, in a corner of Redis that nobody works in."""
        queue = Celery("queue", broker=settings.REDIS_URL, set_as_current=False)
        queue.config_from_object("django.conf:settings", namespace="CELERY")
        queue.conf.task_always_eager = False
        prefix = f"tests-{time.monotonic_ns()}:"
        queue.conf.broker_transport_options = {"global_keyprefix": prefix}
        yield queue, prefix
        with Redis.from_url(settings.REDIS_URL) as redis:
            for key in redis.scan_iter(f"{prefix}*"):
                redis.delete(key)

    def test_keep_news_of_orders_and_broadcasts_apart(self, monkeypatch, settings, broker):
        queue, prefix = broker
        monkeypatch.setattr(jobs, "current_app", queue)

        with transaction.atomic():
            jobs.enqueue_on_commit(MarketingJob.SEND_BROADCASTS)
            jobs.enqueue_on_commit(NotificationJob.DELIVER_DUE)
            jobs.enqueue_on_commit(PaymentJob.SEND_CALLS)

        with Redis.from_url(settings.REDIS_URL) as redis:
            assert redis.llen(f"{prefix}orders") == 2
            assert redis.llen(f"{prefix}celery") == 1

    def test_are_read_by_a_worker_of_all_kinds_with_orders_first(self, broker):
        queue, _prefix = broker
        queue.conf.broker_transport_options |= {"queue_order_strategy": "priority"}
        got: list[str] = []

        with queue.connection_for_read() as connection:
            for name in ("celery", "orders", "celery", "orders"):
                queue.signature(f"tests.{name}").apply_async(queue=name, ignore_result=True)
            channel = connection.channel()
            consumer = Consumer(channel, list(queue.amqp.queues.values()))
            consumer.on_message = lambda one: (got.append(one.headers["task"]), one.ack())
            consumer.qos(prefetch_count=1)
            consumer.consume()
            while len(got) < 4:
                connection.drain_events(timeout=5)

        assert got == ["tests.orders", "tests.orders", "tests.celery", "tests.celery"]


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
