"""Keys and endpoints in the admin: what is secret is seen once, and only by owner and managers."""

import re

import pytest
from django.urls import reverse

from apps.core.time import now
from apps.integrations import services
from apps.integrations.models import ApiKey, Delivery, Endpoint, Event
from tests.admin.conftest import desk_of
from tests.factories import StaffFactory
from tests.factories.integrations import api_key, endpoint, pinged
from tests.integrations.conftest import program

pytestmark = pytest.mark.django_db
KEY = re.compile(r"ffb_[0-9a-f]{8}_[\w-]{43}")
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{44}")


@pytest.fixture
def desk(manager):
    return desk_of(manager)


def do(desk, model, pk, deed, **fields):
    path = reverse(f"admin:integrations_{model}_do", args=(pk, deed))
    return desk.post(path, fields)


def everywhere(desk, answer):
    """Return whatever else the browser was given: cookies, the session, the next page."""
    kept = str(dict(desk.session)) + str(answer.cookies) + str(desk.cookies)
    return kept + desk.get("/admin/integrations/apikey/").content.decode()


class TestApiKeys:
    def test_are_made_and_seen_once(self, desk, manager):
        answer = desk.post(
            reverse("admin:integrations_apikey_add"),
            {"name": "ERP", "scopes": ["stock:read"], "expires_at_0": "", "expires_at_1": ""},
        )

        (key,) = KEY.findall(answer.content.decode())
        row = ApiKey.objects.get()
        assert "no-store" in answer["Cache-Control"]
        assert (row.scopes, row.made_by) == (["stock:read"], manager)
        assert program(key).get("/api/v1/integrations/stock/").status_code == 200
        assert key not in everywhere(desk, answer)
        page = desk.get(reverse("admin:integrations_apikey_change", args=(row.pk,)))
        assert f"ffb_{row.prefix}…" in page.content.decode()
        assert key not in page.content.decode()

    def test_are_refused_in_the_form_and_none_is_made(self, desk):
        answer = desk.post(
            reverse("admin:integrations_apikey_add"),
            {"name": "ERP", "scopes": ["stock:read"], "expires_at_0": "2020-01-01",
             "expires_at_1": "10:00"},
        )  # fmt: skip

        assert answer.status_code == 200
        assert "expired already" in answer.content.decode()
        assert not ApiKey.objects.exists()

    def test_are_replaced_and_revoked(self, desk):
        made = api_key()

        answer = do(desk, "apikey", made.id, "replace")

        (key,) = KEY.findall(answer.content.decode())
        assert program(key).get("/api/v1/integrations/stock/").status_code == 200
        do(desk, "apikey", made.id, "revoke")
        assert program(made.secret).get("/api/v1/integrations/stock/").status_code == 401
        assert program(key).get("/api/v1/integrations/stock/").status_code == 200


class TestEndpoints:
    def test_are_made_and_their_secret_is_seen_once(self, desk):
        answer = desk.post(
            reverse("admin:integrations_endpoint_add"),
            {"key": "", "url": "https://example.com/hooks", "types": ["order.placed"]},
        )

        (secret,) = SECRET.findall(answer.content.decode())
        row = Endpoint.objects.get()
        assert (row.key, row.types) == (None, ["order.placed"])
        assert secret not in everywhere(desk, answer)
        page = desk.get(reverse("admin:integrations_endpoint_change", args=(row.pk,)))
        assert not SECRET.findall(page.content.decode())

    def test_in_a_private_network_are_refused_and_not_made(self, desk):
        answer = desk.post(
            reverse("admin:integrations_endpoint_add"),
            {"key": "", "url": "https://10.0.0.1/", "types": ["order.placed"]},
        )

        assert "public https:// address" in answer.content.decode()
        assert not Endpoint.objects.exists()

    def test_are_changed_switched_and_removed(self, desk):
        row = endpoint()
        path = reverse("admin:integrations_endpoint_change", args=(row.pk,))

        desk.post(path, {"url": "https://example.com/new", "types": ["stock.low"]})
        do(desk, "endpoint", row.pk, "switch-off")
        row.refresh_from_db()
        assert (row.url, row.types) == ("https://example.com/new", ["stock.low"])
        assert row.disabled_at is not None
        do(desk, "endpoint", row.pk, "switch-on")
        row.refresh_from_db()
        assert row.disabled_at is None
        desk.post(reverse("admin:integrations_endpoint_delete", args=(row.pk,)), {"post": "yes"})
        assert not Endpoint.objects.exists()

    def test_are_tested_and_given_a_new_secret(self, desk, receiver):
        row = endpoint(url=receiver.url)

        do(desk, "endpoint", row.pk, "test")
        services.send_webhooks(now=now())
        rotated = do(desk, "endpoint", row.pk, "rotate")

        assert len(receiver.got) == 1
        assert len(SECRET.findall(rotated.content.decode())) == 1


class TestDeliveries:
    def test_show_what_came_back_and_are_sent_again(self, desk, receiver):
        receiver.status, receiver.body = 503, b"<b>busy</b>"
        delivery = pinged(endpoint(url=receiver.url))
        services.send_webhooks(now=now())
        page = desk.get(reverse("admin:integrations_delivery_change", args=(delivery.pk,)))
        assert "&lt;b&gt;busy&lt;/b&gt;" in page.content.decode()

        receiver.status = 204
        do(desk, "delivery", delivery.pk, "send-again")
        services.send_webhooks(now=now())

        assert Delivery.objects.get().state == "done"

    @pytest.mark.parametrize("role", ["warehouse", "courier", "marketing", "support"])
    def test_are_nobody_elses_business(self, role):
        desk = desk_of(StaffFactory(role=role))
        delivery = pinged(endpoint())
        made = api_key()
        before = (Delivery.objects.values().get(), ApiKey.objects.values().get())

        for model in ("apikey", "endpoint", "delivery"):
            assert desk.get(f"/admin/integrations/{model}/").status_code == 403
        assert do(desk, "delivery", delivery.pk, "send-again").status_code == 403
        assert do(desk, "apikey", made.id, "revoke").status_code == 403
        assert do(desk, "endpoint", delivery.endpoint_id, "rotate").status_code == 403
        assert (Delivery.objects.values().get(), ApiKey.objects.values().get()) == before
        assert Event.objects.count() == 1
