"""What every answer of the API carries: limits, freshness, language, origins, policies."""

import os
import re
import subprocess
import sys
import threading

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client

from tests.factories import CustomerFactory, ProductFactory, fill_cart, stocked_variant
from tools.check import PRODUCTION

pytestmark = pytest.mark.django_db
CART, ME, ORDERS = "/api/v1/cart/", "/api/v1/users/me/", "/api/v1/orders/"
CATALOGUE = "/api/v1/catalog/products/"
LIMITS = {"RateLimit-Policy", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"}
FRIEND = "https://friend.example"


class TestLimits:
    @pytest.mark.parametrize(
        ("path", "status"),
        [
            (CATALOGUE, 200),
            (ME, 200),
            ("/api/v1/nowhere/", 404),
            ("/api/v1/staff/orders/", 403),
            (f"{ORDERS}?page=99", 404),
            (f"{ORDERS}?x=%00", 400),
            ("/api/docs/", 200),
        ],
    )
    def test_stand_on_every_answer(self, customer_api, path, status):
        answer = customer_api.get(path)

        assert answer.status_code == status
        assert set(answer.headers) >= LIMITS
        assert re.fullmatch(r"\d+;w=60", answer["RateLimit-Policy"])

    def test_stand_on_the_kept_catalogue_and_on_a_304(self, api):
        ProductFactory()
        first = api.get(CATALOGUE)

        again = api.get(CATALOGUE, HTTP_IF_NONE_MATCH=first["ETag"])

        assert again.status_code == 304
        left = [int(answer["RateLimit-Remaining"]) for answer in (first, again)]
        assert left[0] - left[1] == 1

    def test_count_those_who_are_turned_away(self, api, settings):
        settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "refused": 3}
        forged = {"HTTP_AUTHORIZATION": "Bearer a.b.c"}

        answers = [api.get(ME, **forged) for _ in range(5)]

        assert [answer.status_code for answer in answers] == [401] * 3 + [429] * 2
        assert answers[-1].json()["code"] == "throttled"
        assert 0 < int(answers[-1]["Retry-After"]) <= 61
        assert api.get(CATALOGUE).status_code == 200

    @pytest.mark.django_db(transaction=True)
    def test_let_exactly_so_many_of_many_at_once_through(self, settings, signed_in):
        settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "default": 5}
        person = CustomerFactory()
        callers = [signed_in(person) for _ in range(12)]
        codes, start = [], threading.Barrier(len(callers))

        def call(caller):
            start.wait()
            codes.append(caller.get(ME).status_code)
            connection.close()

        threads = [threading.Thread(target=call, args=[caller]) for caller in callers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(codes) == [200] * 5 + [429] * 7


class TestFreshness:
    @pytest.mark.parametrize(
        "path",
        [CART, ME, ORDERS, f"{ME}addresses/", "/api/v1/delivery/zones/", f"{ORDERS}?cursor="],
    )
    def test_is_asked_by_the_etag(self, customer_api, path):
        first = customer_api.get(path)

        again = customer_api.get(path, HTTP_IF_NONE_MATCH=first["ETag"])

        assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
        assert first["Cache-Control"] == again["Cache-Control"] == "private, no-cache"
        assert again["ETag"] == first["ETag"]
        assert "Authorization" in first["Vary"]

    def test_ends_with_a_change(self, customer, customer_api):
        seen = {path: customer_api.get(path)["ETag"] for path in (CART, ME)}
        fill_cart(customer, {stocked_variant(5): 1})
        customer_api.patch(ME, {"first_name": "Юлия"})

        for path, etag in seen.items():
            assert customer_api.get(path, HTTP_IF_NONE_MATCH=etag).status_code == 200

    def test_is_each_readers_and_each_languages_own(self, customer_api, manager_api):
        etag = customer_api.get(ME)["ETag"]

        assert manager_api.get(ME, HTTP_IF_NONE_MATCH=etag).status_code == 200

    def test_is_for_nothing_that_failed_or_changed(self, api, customer_api):
        answers = [api.get(ME), customer_api.patch(ME, {}), customer_api.get("/api/v1/nowhere/")]

        assert [answer["Cache-Control"] for answer in answers] == ["no-store"] * 3
        assert not any(answer.has_header("ETag") for answer in answers)

    def test_is_for_everybody_in_the_catalogue(self, api):
        answer = api.get(CATALOGUE)

        assert answer["Cache-Control"] == "public, no-cache"
        assert "Authorization" not in answer["Vary"]


class TestLanguage:
    @pytest.mark.parametrize(
        ("asked", "spoken"),
        [("en", "en"), ("ru", "ru"), ("en-GB,en;q=0.9", "en"), ("de", "ru"), ("*", "ru")],
    )
    @pytest.mark.parametrize("path", [CATALOGUE, ME])
    def test_is_the_callers(self, api, path, asked, spoken):
        answer = api.get(path, HTTP_ACCEPT_LANGUAGE=asked)

        assert answer["Content-Language"] == spoken
        assert "Accept-Language" in answer["Vary"]


class TestOrigins:
    @pytest.fixture(autouse=True)
    def _one_friend(self, settings):
        settings.CORS_ALLOWED_ORIGINS = [FRIEND]

    def test_that_are_listed_may_call(self, api):
        asked = {
            "HTTP_ORIGIN": FRIEND,
            "HTTP_ACCESS_CONTROL_REQUEST_METHOD": "POST",
            "HTTP_ACCESS_CONTROL_REQUEST_HEADERS": "authorization,if-match,idempotency-key",
        }

        before = api.options(ORDERS, **asked)
        answer = api.get(CATALOGUE, HTTP_ORIGIN=FRIEND)

        assert before["Access-Control-Allow-Origin"] == FRIEND
        allowed = before["Access-Control-Allow-Headers"].split(", ")
        assert {"authorization", "if-match", "idempotency-key"} <= set(allowed)
        assert answer["Access-Control-Allow-Origin"] == FRIEND
        exposed = answer["Access-Control-Expose-Headers"].lower().split(", ")
        assert {one.lower() for one in LIMITS} <= set(exposed)
        assert {"etag", "location", "retry-after", "idempotent-replayed"} <= set(exposed)
        assert "origin" in answer["Vary"].lower()
        # Tokens go in a header: no cookie is ever wanted from another origin.
        assert "Access-Control-Allow-Credentials" not in answer

    def test_that_are_listed_read_a_429_too(self, api, settings):
        settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "anonymous": 1}

        answers = [api.get(CATALOGUE, HTTP_ORIGIN=FRIEND) for _ in range(2)]

        assert answers[1].status_code == 429
        assert answers[1]["Access-Control-Allow-Origin"] == FRIEND

    @pytest.mark.parametrize(
        "origin",
        [
            "null", "https://evil.example", "https://friend.example.evil.example",
            "https://evilfriend.example", "https://sub.friend.example", "http://friend.example",
            "https://friend.example:8443", "https://friend.example/", "https://FRIEND.example.",
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("method", ["get", "options"])
    def test_that_are_not_listed_may_not(self, api, origin, method):
        answer = getattr(api, method)(
            CATALOGUE, HTTP_ORIGIN=origin, HTTP_ACCESS_CONTROL_REQUEST_METHOD="GET"
        )

        assert not [name for name in answer.headers if name.startswith("Access-Control-Allow")]

    @pytest.mark.parametrize("path", ["/app/", "/admin/login/", "/webhooks/telegram/"])
    def test_matter_to_the_api_alone(self, client, path):
        answer = client.get(path, HTTP_ORIGIN=FRIEND)

        assert "Access-Control-Allow-Origin" not in answer


ROUTES = (
    CATALOGUE, ME, "/api/v1/nowhere/", f"{ME}?x=%00", "/api/docs/", "/api/schema/",
    "/admin/login/", "/admin/", "/app/", "/", "/nowhere", "/webhooks/stripe/",
    "/webhooks/telegram/", "/health/live", "/health/ready", "/metrics", "/media/products/no.webp",
)  # fmt: skip


STRICT = {
    "default-src 'self'", "base-uri 'none'", "object-src 'none'", "form-action 'self'",
    "frame-ancestors 'none'",
}  # fmt: skip


class TestHeaders:
    @pytest.mark.parametrize("path", ROUTES)
    def test_guard_every_kind_of_answer(self, client, path, monkeypatch):
        monkeypatch.setattr("apps.core.views._description", lambda language: {"openapi": "3.0.3"})
        answer = client.get(path)

        policy = answer["Content-Security-Policy"]
        assert set(policy.split("; ")) >= STRICT
        scripts = re.search(r"script-src [^;]*", policy)
        assert "'unsafe-inline'" not in (scripts[0] if scripts else "")
        assert ("unsafe" in policy) == path.startswith("/admin/")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "camera=()" in answer["Permissions-Policy"]
        assert re.fullmatch(r"[A-Za-z0-9_-]{8,64}", answer["X-Request-ID"])

    def test_let_telegram_frame_the_mini_app_alone(self, client, settings):
        settings.CHAT_PAGE_ORIGINS = ["https://web.telegram.org", "https://*.telegram.org"]

        framed = [
            path for path in ("/app/", "/app/cart", "/admin/login/", "/nowhere", ME, "/api/docs/")
            if "telegram.org" in client.get(path)["Content-Security-Policy"]
        ]  # fmt: skip

        assert framed == ["/app/", "/app/cart"]

    def test_stand_on_static_files(self, settings):
        answer = Client().get("/static/webapp/main.js")

        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"

    @pytest.mark.deep
    def test_demand_https_for_a_year_in_production(self):
        program = (
            "import django; django.setup(); from django.test import Client;"
            "c = Client(HTTP_HOST='shop.example.com');"
            "print(c.get('/api/v1/nowhere/', secure=True)['Strict-Transport-Security']);"
            "print(c.get('/app/')['Location'])"
        )

        done = subprocess.run(
            [sys.executable, "-c", program], env=os.environ | PRODUCTION,
            cwd=django_settings.BASE_DIR, capture_output=True, text=True, check=True,
        )  # fmt: skip

        assert done.stdout.splitlines()[-2:] == [
            "max-age=31536000; includeSubDomains; preload",
            "https://shop.example.com/app/",
        ]
