"""Keys: seen once, kept as a hash, opening what their scopes say and nothing else."""

import logging
import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from apps.core.time import now
from apps.integrations import errors, services
from apps.integrations.dto import Scope
from apps.integrations.models import ApiKey, Endpoint
from frozenfood.settings.logs import RedactingFormatter, redact
from tests.factories import StaffFactory
from tests.factories.integrations import ALL_SCOPES, api_key, endpoint
from tests.integrations.conftest import program

pytestmark = pytest.mark.django_db
STOCK = "/api/v1/integrations/stock/"


class TestMakeKey:
    def test_keeps_a_hash_and_a_prefix(self, manager):
        made = api_key(actor_id=manager.pk)

        row = ApiKey.objects.get()
        assert re.fullmatch(r"ffb_[0-9a-f]{8}_[\w-]{43}", made.secret)
        assert made.secret.startswith(f"ffb_{row.prefix}_")
        assert made.secret.split("_", 2)[2] not in str(ApiKey.objects.values().get())
        assert row.made_by == manager

    @pytest.mark.parametrize(
        "fields",
        [
            {"name": " "}, {"scopes": ()}, {"scopes": ("orders:write",)},
            {"expires_at": now() - timedelta(seconds=1)},
        ],
    )  # fmt: skip
    def test_refuses_what_opens_nothing_and_makes_none(self, fields):
        with pytest.raises(errors.InvalidApiKeyDraft):
            services.make_key(**{"name": "ERP", "scopes": ALL_SCOPES, "now": now()} | fields)

        assert not ApiKey.objects.exists()

    @pytest.mark.parametrize("scopes", [[], ["everything"]])
    def test_is_refused_by_the_database_too(self, scopes):
        made = api_key()

        with pytest.raises(IntegrityError), transaction.atomic():
            ApiKey.objects.filter(pk=made.id).update(scopes=scopes)


class TestReplaceKey:
    def test_takes_the_endpoints_along_and_lets_the_old_one_end_in_a_day(self, manager):
        old = api_key(Scope.READ_STOCK)
        row = endpoint(key_id=old.id)

        new = services.replace_key(key_id=old.id, actor_id=manager.pk, now=now())

        row.refresh_from_db()
        assert row.key_id == new.id
        assert program(new.secret).get(STOCK).status_code == 200
        assert program(old.secret).get(STOCK).status_code == 200
        assert not ApiKey.objects.get(pk=old.id).is_live(now() + timedelta(hours=24))

    def test_refuses_a_revoked_one_and_makes_none(self, manager):
        old = api_key()
        services.revoke_key(key_id=old.id, actor_id=manager.pk, now=now())

        with pytest.raises(errors.ApiKeyRevoked):
            services.replace_key(key_id=old.id, actor_id=manager.pk, now=now())

        assert ApiKey.objects.count() == 1


class TestTheKey:
    def test_opens_at_once_and_no_more_when_it_is_revoked(self, manager):
        made = api_key()
        assert program(made.secret).get(STOCK).status_code == 200

        services.revoke_key(key_id=made.id, actor_id=manager.pk, now=now())

        answer = program(made.secret).get(STOCK)
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_api_key")
        assert answer["WWW-Authenticate"] == 'Api-Key realm="integrations"'

    def test_opens_until_it_expires(self):
        made = api_key(expires_at=now() + timedelta(days=1))
        assert program(made.secret).get(STOCK).status_code == 200

        ApiKey.objects.update(expires_at=now() - timedelta(seconds=1))

        assert program(made.secret).get(STOCK).status_code == 401

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda key: key[:-1] + ("a" if key[-1] != "a" else "b"),
            lambda key: key + "a", lambda key: key[:-1], lambda key: key.upper(),
            lambda key: "ffb_00000000_" + key[13:], lambda _key: "", lambda _key: "ffb_",
            lambda key: key + " " + key, lambda _key: "ключ",
        ],
    )  # fmt: skip
    def test_is_not_guessed(self, spoil):
        made = api_key()

        assert program(spoil(made.secret)).get(STOCK).status_code == 401

    def test_is_noted_once_a_minute(self):
        made = api_key()
        program(made.secret).get(STOCK)
        first = ApiKey.objects.get().last_used_at
        assert first is not None

        with CaptureQueriesContext(
            connection,
        ) as asked:
            program(made.secret).get(STOCK)
        ApiKey.objects.update(last_used_at=first - timedelta(minutes=2))
        program(made.secret).get(STOCK)

        assert not [one for one in asked if one["sql"].startswith("UPDATE")]
        assert ApiKey.objects.get().last_used_at > first

    def test_is_in_no_log(self, caplog):
        made = api_key()
        secret = services.make_endpoint(
            key_id=made.id, url="https://example.com/", types=["stock.low"], now=now()
        ).secret

        with caplog.at_level(logging.DEBUG):
            program(made.secret).get("/api/v1/integrations/nothing/")
            program(made.secret + "x").get(STOCK)
            program(made.secret).get(STOCK)

        assert made.secret.split("_", 2)[2] not in caplog.text
        assert redact(f"Authorization: Api-Key {made.secret}").endswith("[hidden]")
        record = logging.makeLogRecord({"msg": f"{made.secret} {secret}"})
        assert RedactingFormatter("%(message)s").format(record) == "[hidden] [hidden]"

    def test_has_a_limit_of_its_own(self, settings):
        settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "integration": 2}
        one, other = api_key(), api_key()

        answers = [program(one.secret).get(STOCK) for _ in range(3)]

        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert [answer["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
        assert answers[0]["RateLimit-Limit"] == "2"
        assert int(answers[2]["Retry-After"]) >= 1
        assert program(other.secret).get(STOCK).status_code == 200


DOORS = {
    "/api/v1/integrations/orders/": {"get": Scope.READ_ORDERS},
    "/api/v1/integrations/orders/<>/": {"get": Scope.READ_ORDERS},
    "/api/v1/integrations/stock/": {"get": Scope.READ_STOCK},
    "/api/v1/integrations/webhooks/": dict.fromkeys(("get", "post"), Scope.MANAGE_WEBHOOKS),
    "/api/v1/integrations/webhooks/<>/": dict.fromkeys(
        ("get", "patch", "delete"), Scope.MANAGE_WEBHOOKS
    ),
    "/api/v1/integrations/webhooks/<>/rotate-secret/": {"post": Scope.MANAGE_WEBHOOKS},
    "/api/v1/integrations/webhooks/<>/test/": {"post": Scope.MANAGE_WEBHOOKS},
    "/api/v1/integrations/deliveries/": {"get": Scope.MANAGE_WEBHOOKS},
    "/api/v1/integrations/deliveries/<>/": {"get": Scope.MANAGE_WEBHOOKS},
    "/api/v1/integrations/deliveries/<>/send-again/": {"post": Scope.MANAGE_WEBHOOKS},
}
METHODS = ("get", "post", "put", "patch", "delete")


def routes(patterns, prefix="/"):
    for pattern in patterns:
        route = prefix + re.sub(r"<[^>]*>|\(\?P<\w+>[^)]*\)", "<>", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern) and route.startswith("/api/v1/"):
            yield route, pattern


def knock(caller, method, route):
    path = route.replace("<>", "00000000-0000-0000-0000-000000000000")
    return getattr(caller, method)(path, {}).status_code


class TestScopes:
    def test_are_named_by_every_door_for_programs(self):
        found = {route for route, _pattern in routes(get_resolver().url_patterns)}

        assert {one for one in found if "/integrations/" in one} == set(DOORS)

    @pytest.mark.parametrize("held", Scope.values)
    def test_open_their_own_doors_and_no_others(self, held):
        caller = program(api_key(held).secret)

        for route, methods in DOORS.items():
            for method, needed in methods.items():
                status = knock(caller, method, route)
                assert (status == 403) == (needed != held), (route, method, status)

    def test_open_none_of_the_doors_for_people(self, settings):
        """Whoever takes only persons takes no key, whatever its scopes."""
        # Whoever knocks at so many wrong doors is told to wait.
        settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"refused": 10_000}
        caller = program(api_key().secret)
        closed = 0
        for route, pattern in routes(get_resolver().url_patterns):
            view = getattr(pattern.callback, "cls", None) or pattern.callback.view_class
            if route in DOORS:
                continue
            for method in METHODS:
                handlers = getattr(pattern.callback, "actions", None) or {}
                if not (hasattr(view, method) or method in handlers):
                    continue
                before = knock(program(""), method, route)
                assert knock(caller, method, route) == before, (method, route)
                closed += before == 401
        assert closed > 100

    def test_let_no_person_in(self, signed_in, owner):
        for caller in (signed_in(owner), signed_in(StaffFactory(role="manager"))):
            for route, methods in DOORS.items():
                for method in methods:
                    assert knock(caller, method, route) == 401, (method, route)


class TestRevokeKey:
    def test_silences_its_endpoints(self, manager):
        made = api_key()
        endpoint(key_id=made.id)
        assert Endpoint.objects.listening(now()).exists()

        services.revoke_key(key_id=made.id, actor_id=manager.pk, now=now())

        assert not Endpoint.objects.listening(now()).exists()

    def test_happens_once(self, manager):
        made = api_key()
        services.revoke_key(key_id=made.id, actor_id=manager.pk, now=now())
        before = ApiKey.objects.values().get()

        with pytest.raises(errors.ApiKeyRevoked):
            services.revoke_key(key_id=made.id, actor_id=manager.pk, now=now())

        assert ApiKey.objects.values().get() == before
