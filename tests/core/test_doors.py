"""What every door refuses, whatever stands behind it."""

import json
import time

import pytest
from django.db import OperationalError
from django.test import Client
from django_redis.cache import RedisCache

from apps.core import throttling
from apps.core.redis import breaker
from apps.core.throttling import Limiter
from tests.core.silent import closed_port, silent_server

pytestmark = pytest.mark.django_db
ADDRESSES = "/api/v1/users/me/addresses/"


def send(client, body, **kwargs):
    return client.generic(
        "POST", ADDRESSES, body, content_type="application/json",
        **client._credentials, **kwargs,
    )  # fmt: skip


class Unread:
    """A body that tells whether anybody asked for it."""

    was_read = False

    def read(self, *_args):
        self.was_read = True
        return b""

    readline = read


class TestBodies:
    @pytest.mark.parametrize(
        "body",
        [
            b"{", b"nul", b"\xff\xfe", b'{"street": NaN}', b'{"street": Infinity}',
            b'{"latitude": 1e999}', b'{"latitude": -Infinity}', b'{"street": "a\\u0000b"}',
            b'{"street": "\\ud800"}', b'{"a\\u0000": 1}', b'{"x": {"y": ["\\udfff"]}}',
            b'{"street": "\x00"}', b"[" * 100_000, b'{"a":' * 50_000, b"9" * 10_000,
            b'{"street": "\xed\xa0\x80"}', b"{} {}",
        ],
    )  # fmt: skip
    def test_that_are_not_json_we_can_keep(self, customer_api, body):
        answer = send(customer_api, body)

        assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")
        assert answer["Content-Type"] == "application/problem+json"

    def test_that_are_too_large(self, customer_api):
        answer = send(customer_api, b'{"street": "' + b"a" * (10 * 1024 * 1024) + b'"}')

        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")

    @pytest.mark.parametrize("path", [ADDRESSES, "/admin/login/", "/webhooks/telegram/", "/app/"])
    def test_that_would_fill_the_disk_are_not_read(self, path):
        body = Unread()

        answer = Client(HTTP_ACCEPT_LANGUAGE="en").post(
            path, content_type="multipart/form-data; boundary=x",
            **{"wsgi.input": body, "CONTENT_LENGTH": str(22 * 1024 * 1024)},
        )  # fmt: skip

        assert answer.status_code == 413
        assert "The request is larger than we accept." in answer.content.decode()
        assert not body.was_read

    def test_of_unknown_length(self, customer_api):
        answer = customer_api.post(
            ADDRESSES, CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked",
            **customer_api._credentials,
        )  # fmt: skip

        assert (answer.status_code, answer.json()["code"]) == (411, "length_required")

    def test_of_another_kind(self, customer_api):
        answer = customer_api.generic(
            "POST", ADDRESSES, b"a=b", content_type="application/x-www-form-urlencoded",
            **customer_api._credentials,
        )  # fmt: skip

        assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")

    def test_with_every_letter_a_person_may_write(self, customer_api):
        body = json.dumps({"street": "Ёлочная 5 🍦"}).encode()

        assert send(customer_api, b"\xef\xbb\xbf" + body).status_code == 201


class TestAddresses:
    @pytest.mark.parametrize(
        "path",
        ["/api/v1/x%00y/", "/api/v1/?q=%00", "/api/v1/users/me/?x=a%00b", "/%00", "/admin/%00/"],
    )
    def test_with_a_nul_are_refused(self, path):
        answer = Client(HTTP_ACCEPT_LANGUAGE="en").get(path)

        assert answer.status_code == 400
        if path.startswith("/api/"):
            assert answer.json()["code"] == "invalid"
        else:
            assert "The address contains characters" in answer.content.decode()

    @pytest.mark.parametrize("query", ["%ff", "q=%ed%a0%80", "search=%F0%9F", "%e2%28=1"])
    def test_with_broken_unicode_are_refused(self, query):
        answer = Client(HTTP_ACCEPT_LANGUAGE="en").get(f"/api/v1/catalog/products/?{query}")

        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")

    @pytest.mark.parametrize(
        "path", ["/api/v1/%ff%fe/", "/api/v1/%ed%a0%80/", "/api/v1/%e2%28/", "/api/v1/..%2f../"]
    )
    def test_that_lead_nowhere_are_problems(self, path):
        answer = Client(HTTP_ACCEPT_LANGUAGE="en").get(path)

        assert answer.status_code == 404
        assert answer.json()["code"] == "not_found"
        assert answer.json()["request_id"] == answer["X-Request-ID"]

    @pytest.mark.parametrize("path", ["%ed%a0%80", "orders/%ff", "%F0%9F", "orders/%25"])
    def test_of_the_mini_app_that_are_no_text_lead_nowhere(self, path):
        assert Client().get(f"/app/{path}").status_code == 404

    @pytest.mark.parametrize(
        ("path", "language", "sentence", "home"),
        [
            ("/nowhere", "ru", "Страница не найдена.", "/app/"),
            ("/nowhere", "en", "Not found.", "/app/"),
            ("/admin/%00/", "en", "The address contains characters", "/admin/"),
        ],
    )
    def test_outside_the_api_are_pages_with_a_way_on(self, path, language, sentence, home):
        answer = Client(HTTP_ACCEPT_LANGUAGE=language).get(path)

        page = answer.content.decode()
        assert answer.status_code in {400, 404}
        assert answer["Content-Type"].startswith("text/html")
        assert sentence in page
        assert f'href="{home}"' in page
        assert "<style" not in page

    def test_with_long_queries_are_never_errors(self, customer_api):
        answer = customer_api.get(f"{ADDRESSES}?{'a' * 10_000}", **customer_api._credentials)

        assert answer.status_code < 500


class TestPages:
    @pytest.mark.parametrize("page", ["0", "abc", "-1", "1e3", "9" * 30, "9" * 5000, ""])
    def test_that_do_not_exist(self, customer_api, page):
        answer = customer_api.get(ADDRESSES, {"page": page})

        assert answer.status_code == (200 if page == "" else 404)

    def test_are_never_larger_than_a_hundred(self, customer_api):
        for size in ("1000000", "0", "-5", "abc", "9" * 40):
            assert customer_api.get(ADDRESSES, {"page_size": size}).status_code == 200


class TestErrors:
    def test_outside_views_are_problems_too(self, monkeypatch):
        def fail(*_args, **_kwargs):
            raise OperationalError("the connection is lost")

        monkeypatch.setattr("django.middleware.locale.LocaleMiddleware.process_request", fail)

        answer = Client(raise_request_exception=False).get("/api/v1/users/me/")

        assert answer.status_code == 503
        assert answer.json()["code"] == "unavailable"
        assert answer["Retry-After"] == "2"

    def test_of_a_database_that_is_away_let_pages_rest(self, client, manager, monkeypatch):
        client.force_login(manager)

        def fail(*_args, **_kwargs):
            raise OperationalError("the connection is lost")

        monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", fail)
        answer = client.get("/admin/orders/order/?q=1", HTTP_ACCEPT_LANGUAGE="en")

        assert (answer.status_code, answer["Retry-After"]) == (503, "2")
        assert "The shop is resting for a moment." in answer.content.decode()
        assert 'href="/admin/orders/order/?q=1"' in answer.content.decode()

    def test_of_a_form_that_lay_open_too_long_lead_on(self, manager):
        client = Client(enforce_csrf_checks=True, HTTP_ACCEPT_LANGUAGE="en")
        client.force_login(manager)

        answer = client.post("/admin/logout/")

        assert answer.status_code == 403
        assert "This page was open for too long." in answer.content.decode()
        assert 'href="/admin/"' in answer.content.decode()

    def test_of_the_host_are_problems(self, settings):
        settings.ALLOWED_HOSTS = ["shop.example"]

        answer = Client(HTTP_HOST="evil.example").get("/api/v1/users/me/addresses")

        assert answer.status_code == 400
        assert answer.json()["code"] == "invalid"

    @pytest.mark.parametrize("language", ["ru", "en"])
    def test_speak_the_callers_language(self, api, language):
        detail = api.get("/api/v1/users/me/", HTTP_ACCEPT_LANGUAGE=language).json()["detail"]

        assert detail.startswith({"ru": "Учетные данные", "en": "Authentication"}[language])

    def test_of_methods_are_problems(self, customer_api):
        answer = customer_api.put("/api/v1/users/me/", {})

        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


class TestPolicies:
    @pytest.mark.parametrize("path", ["/admin/login/", "/app/", "/nowhere"])
    def test_are_sent_once_and_enforced(self, client, path):
        answer = client.get(path)

        assert "default-src 'self'" in answer["Content-Security-Policy"]
        assert "Content-Security-Policy-Report-Only" not in answer

    def test_are_strict_everywhere_but_in_the_admin(self, client):
        assert "unsafe" in client.get("/admin/login/")["Content-Security-Policy"]
        assert "unsafe" not in client.get("/nowhere")["Content-Security-Policy"]


class TestHealth:
    def test_lives_without_asking_anything(self, client, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert client.get("/health/live").json() == {"status": "ok"}

    def test_is_ready_with_database_and_redis(self, client):
        answer = client.get("/health/ready")

        assert answer.json() == {"status": "ok", "database": "ok", "redis": "ok"}

    @pytest.mark.parametrize("away", [closed_port, silent_server])
    def test_is_ready_without_redis(self, client, settings, away):
        with away() as url:
            settings.REDIS_URL = url
            answer = client.get("/health/ready")
        breaker.reset()

        assert answer.status_code == 200
        assert answer.json() == {"status": "degraded", "database": "ok", "redis": "down"}

    def test_is_down_without_a_database(self, client, monkeypatch):
        monkeypatch.setattr("apps.core.views._database_answers", lambda: False)

        answer = client.get("/health/ready")

        assert (answer.status_code, answer.json()["status"]) == (503, "down")


class TestMetrics:
    def test_are_shown_to_neighbours(self, client):
        answer = client.get("/metrics")

        assert answer.status_code == 200
        assert b"django_http_requests_total" in answer.content

    @pytest.mark.parametrize(
        "meta",
        [
            {"REMOTE_ADDR": "8.8.8.8"},
            {"REMOTE_ADDR": ""},
            {"REMOTE_ADDR": "10.0.0.2", "HTTP_X_FORWARDED_FOR": "8.8.8.8"},
        ],
    )
    def test_are_absent_to_all_others(self, client, meta):
        assert client.get("/metrics", **meta).status_code == 404


class TestPolicy:
    def test_is_strict_but_in_the_admin(self, client):
        api = client.get("/api/docs/")["Content-Security-Policy"]
        admin = client.get("/admin/login/")["Content-Security-Policy"]

        assert "unsafe" not in api
        assert "'unsafe-eval'" in admin
        assert "frame-ancestors 'none'" in admin

    def test_lets_the_chat_frame_what_is_meant_for_it(self, rf, settings):
        from csp.middleware import CSPMiddleware
        from django.http import HttpResponse
        from django.middleware.clickjacking import XFrameOptionsMiddleware

        from apps.core.framing import framed_by_chat

        def served():
            view = framed_by_chat(lambda request: HttpResponse("app"))
            return XFrameOptionsMiddleware(CSPMiddleware(view))(rf.get("/app/"))

        settings.CHAT_PAGE_ORIGINS = []
        assert served()["X-Frame-Options"] == "DENY"

        settings.CHAT_PAGE_ORIGINS = ["https://web.telegram.org"]
        answer = served()
        assert "X-Frame-Options" not in answer
        policy = answer["Content-Security-Policy"]
        assert "frame-ancestors https://web.telegram.org" in policy


class TestWithoutRedis:
    @pytest.mark.parametrize("away", [closed_port, silent_server])
    def test_the_api_answers_in_time(self, customer_api, settings, monkeypatch, away):
        with away() as url:
            limiter = Limiter(url)
            monkeypatch.setattr(throttling, "limiter", lambda: limiter)
            cache = RedisCache(url, settings.CACHES["default"])
            began = time.monotonic()
            codes = [customer_api.get(ADDRESSES).status_code for _ in range(10)]
            cached = cache.get("anything")
            took = time.monotonic() - began
        breaker.reset()

        assert (codes, cached) == ([200] * 10, None)
        assert took < 1.5

    @pytest.mark.parametrize("away", [closed_port, silent_server])
    def test_the_cache_alone_waits_once(self, settings, away):
        with away() as url:
            cache = RedisCache(url, settings.CACHES["default"])
            began = time.monotonic()
            assert [cache.get("x"), cache.get("y"), cache.add("z", 1)] == [None, None, None]
            took = time.monotonic() - began
        breaker.reset()

        assert took < 0.8
