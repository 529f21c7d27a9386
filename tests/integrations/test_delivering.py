"""Deliveries: signed, at least once, patient, and never longer than they should be."""

import json
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from apps.core.time import now
from apps.integrations import errors, services, signing
from apps.integrations.dto import Answer, DeliveryState, Silence
from apps.integrations.models import Delivery, Endpoint, Event
from apps.integrations.services import delivering
from apps.notifications.models import Message
from tests.factories import placed_order
from tests.factories.integrations import api_key, endpoint, pinged
from tests.payments.test_deaths import dying_at
from tests.races import together

pytestmark = pytest.mark.django_db


class Scripted:
    """Answers as it was told; what it was sent is kept."""

    def __init__(self, *codes):
        self.codes, self.sent = list(codes), []

    def post(self, url, *, body, headers):
        assert not connection.in_atomic_block or connection.savepoint_ids == []
        self.sent.append((url, body, headers))
        code = self.codes.pop(0) if len(self.codes) > 1 else self.codes[0]
        return Answer(elapsed_ms=7, code=code, body="no" if code else "", error="" if code else "x")


def send(sender, *, moment=None):
    return services.send_due(now=moment or now(), sender=sender)


def due(delivery):
    """Let a delivery be due now, and its endpoint rested."""
    Delivery.objects.filter(pk=delivery.pk).update(next_attempt_at=now())
    Endpoint.objects.update(resumes_at=None)


class TestSending:
    def test_is_verified_by_an_implementation_of_somebody_elses(self, receiver):
        made = services.make_endpoint(
            key_id=None, url=receiver.url, types=["order.placed"], now=now()
        )
        order = placed_order()

        services.send_webhooks(now=now())

        ((headers, body),) = receiver.got
        told = Webhook(made.secret).verify(body, headers)
        assert told["type"] == "order.placed"
        assert told["id"] == headers["Webhook-Id"] == str(Event.objects.get().public_id)
        assert told["data"]["order_id"] == str(order.public_id)
        assert headers["Content-Type"] == "application/json"
        row = Delivery.objects.get()
        assert (row.state, row.code, row.attempts, row.leased_until) == ("done", 204, 1, None)
        assert row.elapsed_ms is not None

    def test_is_refused_when_a_letter_or_the_time_was_changed(self, receiver):
        made = services.make_endpoint(
            key_id=None, url=receiver.url, types=["order.placed"], now=now()
        )
        pinged(Endpoint.objects.get())
        services.send_webhooks(now=now())
        ((headers, body),) = receiver.got

        for spoilt in (
            (body + b" ", headers),
            (body, headers | {"Webhook-Id": "other"}),
            (body, headers | {"Webhook-Timestamp": str(int(headers["Webhook-Timestamp"]) + 1)}),
        ):
            with pytest.raises(WebhookVerificationError):
                Webhook(made.secret).verify(*spoilt)

    def test_is_signed_with_both_secrets_for_a_day(self, receiver):
        old = services.make_endpoint(key_id=None, url=receiver.url, types=["stock.low"], now=now())
        row = Endpoint.objects.get()
        new = services.rotate_secret(key_id=None, public_id=row.public_id, now=now())
        pinged(row)

        services.send_webhooks(now=now())
        Endpoint.objects.update(old_seed_until=now())
        pinged(row)
        services.send_webhooks(now=now())

        (first, body), (second, body_2) = receiver.got
        for secret in (old.secret, new.secret):
            Webhook(secret).verify(body, first)
        Webhook(new.secret).verify(body_2, second)
        with pytest.raises(WebhookVerificationError):
            Webhook(old.secret).verify(body_2, second)

    def test_keeps_no_secret_in_its_tables(self):
        made = services.make_endpoint(
            key_id=None, url="https://example.com/", types=["stock.low"], now=now()
        )

        kept = str(Endpoint.objects.values().get()) + str(Endpoint.history.values().get())

        assert made.secret.removeprefix("whsec_") not in kept
        assert Endpoint.objects.get().seed not in str(Endpoint.history.values().get())

    @pytest.mark.parametrize("code", [200, 201, 202, 204, 299])
    def test_is_done_with_any_2xx(self, code):
        pinged(endpoint())

        send(Scripted(code))

        assert Delivery.objects.get().state == DeliveryState.DONE

    @pytest.mark.parametrize("code", [None, 100, 301, 302, 400, 404, 429, 500, 503])
    def test_is_tried_again_after_anything_else(self, code):
        pinged(endpoint())

        send(Scripted(code))

        row = Delivery.objects.get()
        assert (row.state, row.attempts, row.code) == (DeliveryState.WAITING, 1, code)
        assert 7 < (row.next_attempt_at - now()).total_seconds() < 13

    def test_gives_up_after_about_three_days(self):
        delivery, waited = pinged(endpoint()), timedelta()
        sender = Scripted(500)
        for _ in range(50):
            before = now()
            send(sender)
            row = Delivery.objects.get()
            if row.state == DeliveryState.DEAD:
                break
            waited += row.next_attempt_at - before
            due(delivery)

        assert row.state == DeliveryState.DEAD
        assert row.attempts == len(delivering.PAUSES) + 1 == 11
        assert timedelta(days=2.4) < waited < timedelta(days=4)
        ids = {headers["Webhook-Id"] for _url, _body, headers in sender.sent}
        assert len(ids) == 1
        assert len({body for _url, body, _headers in sender.sent}) == 1

    def test_lets_a_failing_endpoint_rest_and_goes_on_with_the_others(self):
        failing, fine = endpoint(), endpoint()
        for _ in range(3):
            pinged(failing)
        pinged(fine)
        Endpoint.objects.update(resumes_at=None)

        attempts = send(ByUrl({failing.url: 500, fine.url: 204}))

        assert attempts == 2
        failing.refresh_from_db()
        assert failing.failures == 1
        assert failing.resumes_at > now()

    def test_lets_a_slow_endpoint_rest_so_that_others_have_their_turn(self, monkeypatch):
        row = endpoint()
        for _ in range(2):
            pinged(row)
        answer = Answer(elapsed_ms=2000, code=204)
        sender = Scripted(204)
        monkeypatch.setattr(sender, "post", lambda *_args, **_more: answer)

        assert send(sender) == 1

        row.refresh_from_db()
        assert row.failures == 0
        assert 5 < (row.resumes_at - now()).total_seconds() <= 6

    def test_sends_one_thing_at_a_time_whoever_it_is_for(self):
        busy = pinged(endpoint())
        pinged(endpoint())
        Delivery.objects.filter(pk=busy.pk).update(leased_until=now() + timedelta(seconds=9))

        assert send(Scripted(204)) == 0

        assert send(Scripted(204), moment=now() + timedelta(seconds=10)) == 2

    def test_forgets_failures_with_the_first_success(self):
        row = endpoint()
        delivery = pinged(row)
        send(Scripted(500))
        due(delivery)

        send(Scripted(204))

        row.refresh_from_db()
        assert (row.failures, row.failing_since, row.resumes_at) == (0, None, None)

    def test_sends_nothing_to_who_is_silent(self, manager):
        key = api_key()
        for row in (endpoint(), endpoint(key_id=key.id)):
            pinged(row)
        services.save_endpoint(
            key_id=None, public_id=Endpoint.objects.get(key=None).public_id, is_on=False, now=now()
        )
        services.revoke_key(key_id=key.id, actor_id=manager.pk, now=now())

        assert send(Scripted(204)) == 0
        assert set(Delivery.objects.values_list("state", flat=True)) == {"waiting"}

    def test_sends_what_waited_once_it_is_switched_on_again(self):
        row = endpoint()
        pinged(row)
        for is_on in (False, True):
            services.save_endpoint(key_id=None, public_id=row.public_id, is_on=is_on, now=now())

        assert send(Scripted(204)) == 1


class ByUrl(Scripted):
    """Answers each address in its own way."""

    def __init__(self, codes):
        super().__init__(204)
        self.by_url = codes

    def post(self, url, *, body, headers):
        return Answer(elapsed_ms=1, code=self.by_url[url])


class TestSwitchingOff:
    def test_follows_days_of_failure_and_staff_are_told(self):
        row = endpoint(key_id=api_key(name="<ERP>").id)
        pinged(row)
        Endpoint.objects.update(failing_since=now() - timedelta(days=5), failures=9)

        send(Scripted(500))

        row.refresh_from_db()
        assert row.disabled_reason == Silence.FAILING
        message = Message.objects.get(chat_id=-1000000000001)
        assert row.url in message.body["text"]
        assert "&lt;ERP&gt;" in message.body["text"]
        history = row.history.latest()
        assert history.disabled_reason == Silence.FAILING

    def test_waits_until_the_days_are_over(self):
        row = endpoint()
        pinged(row)
        Endpoint.objects.update(failing_since=now() - timedelta(days=4, hours=23), failures=9)

        send(Scripted(500))

        row.refresh_from_db()
        assert row.disabled_at is None
        assert not Message.objects.exists()

    def test_follows_a_410_at_once(self):
        row = endpoint()
        pinged(row)

        send(Scripted(410))

        row.refresh_from_db()
        assert row.disabled_reason == Silence.GONE
        assert Message.objects.count() == 1


class TestSendAgain:
    @pytest.mark.parametrize("code", [204, 500])
    def test_sends_the_same_event_with_all_attempts_before_it(self, code):
        delivery = pinged(endpoint())
        sender = Scripted(code)
        send(sender)

        services.send_again(key_id=None, public_id=delivery.public_id, now=now())
        send(sender)

        (_u1, body, first), (_u2, again, second) = sender.sent
        assert (body, first["Webhook-Id"]) == (again, second["Webhook-Id"])
        assert Delivery.objects.get().attempts == 1

    def test_refuses_a_silent_endpoint_and_changes_nothing(self):
        row = endpoint()
        delivery = pinged(row)
        send(Scripted(204))
        services.save_endpoint(key_id=None, public_id=row.public_id, is_on=False, now=now())
        before = Delivery.objects.values().get()

        with pytest.raises(errors.EndpointSilent):
            services.send_again(key_id=None, public_id=delivery.public_id, now=now())

        assert Delivery.objects.values().get() == before

    def test_outlives_an_attempt_that_is_under_way(self):
        delivery = pinged(endpoint())

        class Slow(Scripted):
            def post(self, url, *, body, headers):
                if not self.sent:
                    services.send_again(key_id=None, public_id=delivery.public_id, now=now())
                return super().post(url, body=body, headers=headers)

        sender = Slow(204)
        send(sender)

        assert len(sender.sent) == 2
        assert Delivery.objects.get().state == DeliveryState.DONE


class TestSendTest:
    def test_refuses_a_silent_endpoint_and_sends_nothing(self):
        row = endpoint(is_on=False)

        with pytest.raises(errors.EndpointSilent):
            services.send_test(key_id=None, public_id=row.public_id, now=now())

        assert not Event.objects.exists()
        assert not Delivery.objects.exists()


class TestLease:
    @pytest.mark.parametrize(
        ("point", "sent"), [("integrations.before_post", 1), ("integrations.after_post", 2)]
    )
    def test_brings_the_event_again_after_a_death(self, receiver, monkeypatch, point, sent):
        pinged(endpoint(url=receiver.url))
        with dying_at(point, monkeypatch):
            services.send_due(now=now())
        assert services.send_due(now=now()) == 0

        Delivery.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
        services.send_due(now=now())

        assert len(receiver.got) == sent
        assert len({headers["Webhook-Id"] for headers, _body in receiver.got}) == 1
        assert Delivery.objects.get().state == DeliveryState.DONE

    def test_is_taken_over_when_the_process_died(self):
        """Killed after the claim: nobody noted anything, and the lease runs out."""
        delivery = pinged(endpoint())
        claimed = delivering._claim(now=now())
        assert claimed is not None
        assert send(Scripted(204)) == 0

        Delivery.objects.update(leased_until=timezone.now() - timedelta(seconds=1))

        assert send(Scripted(204)) == 1
        row = Delivery.objects.get(pk=delivery.pk)
        assert (row.state, row.attempts) == (DeliveryState.DONE, 2)

    def test_lost_is_lost_however_late_the_answer_comes(self):
        pinged(endpoint())
        slow = delivering._claim(now=now())
        Delivery.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
        send(Scripted(204))
        before = Delivery.objects.values().get()

        delivering._note(slow, Answer(elapsed_ms=90_000, code=500), now=now())

        assert Delivery.objects.values().get() == before
        assert Endpoint.objects.get().failures == 0


@pytest.mark.django_db(transaction=True)
class TestTwoWorkers:
    def test_send_each_event_once(self, receiver):
        rows = [
            endpoint(url=f"{receiver.url}/{number}", types=["stock.low"]) for number in range(4)
        ]
        for row in rows:
            pinged(row)

        together([lambda: services.send_due(now=now())] * 3)

        assert len(receiver.got) == 4
        assert set(Delivery.objects.values_list("state", "attempts")) == {("done", 1)}

    def test_would_send_it_twice_without_the_lease(self, receiver, monkeypatch):
        """The negative control: a claim that leaves no lease is claimed by the next one, too."""
        monkeypatch.setattr(delivering, "LEASE", timedelta(seconds=-1))
        pinged(endpoint(url=receiver.url))
        claim = [lambda: delivering._claim(now=now())]

        taken = [*together(claim), *together(claim)]

        assert [one is not None for one in taken] == [True, True]

    def test_hold_no_transaction_while_they_wait_for_an_answer(self, receiver):
        pinged(endpoint(url=receiver.url))
        open_ones = []

        def look():
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in%%'"
                    " AND datname = current_database()"
                )
                open_ones.append(cursor.fetchone()[0])
            connection.close()

        receiver.meanwhile = look
        services.send_due(now=now())

        assert open_ones == [0]
        assert not transaction.get_connection().in_atomic_block


class TestForgetOld:
    def test_deletes_what_is_a_month_old_and_nothing_else(self):
        row = endpoint()
        old, fresh = pinged(row), pinged(row)
        Event.objects.filter(pk=old.event_id).update(created_at=now() - timedelta(days=31))

        services.forget_old(now())

        assert list(Event.objects.values_list("pk", flat=True)) == [fresh.event_id]
        assert Delivery.objects.get().pk == fresh.pk


class TestBodyOf:
    def test_is_compact_json_with_what_was_promised(self):
        body = signing.body_of(event_id="1", event_type="ping", created_at=now(), data={"имя": "ё"})

        assert set(json.loads(body)) == {"id", "type", "created_at", "data"}
        assert "ё".encode() in body
