import threading
import time

import pytest
from django.test import RequestFactory
from rest_framework.exceptions import Throttled

from apps.core import throttling
from apps.core.client_address import client_address
from apps.core.redis import breaker
from apps.core.throttling import Limiter, SlidingWindowThrottle
from tests.core.silent import closed_port, silent_server

LIST = "/api/v1/catalog/categories/"


@pytest.fixture(autouse=True)
def _trust_redis():
    breaker.reset()
    yield
    breaker.reset()


@pytest.fixture
def rates(settings):
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "anonymous": 5, "login": 4, "launch": 4}
    return settings.THROTTLE_RATES


def hit_at_once(limiter, count, scope="anonymous"):
    """Return how many of so many calls at the same moment are allowed."""
    allowed = []
    start = threading.Barrier(count)

    def run():
        start.wait()
        allowed.append(limiter.hit(scope=scope, who="one")[0])

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(allowed)


class TestLimiter:
    def test_allows_exactly_so_many_of_many_at_once(self, rates, settings):
        limiter = Limiter(settings.REDIS_URL)
        limiter.namespace = throttling.limiter().namespace

        assert hit_at_once(limiter, 40) == 5

    def test_slides_instead_of_starting_anew(self, rates, settings, monkeypatch):
        limiter = Limiter(settings.REDIS_URL)
        limiter.namespace = throttling.limiter().namespace
        clock = {"ahead": 0.0}
        real = time.time
        monkeypatch.setattr(time, "time", lambda: real() + clock["ahead"])

        def calls(count):
            return sum(limiter.hit(scope="anonymous", who="x")[0] for _ in range(count))

        assert calls(3) == 3
        clock["ahead"] = 59
        assert calls(5) == 2  # a fixed window that starts here would allow all five
        clock["ahead"] = 61
        assert calls(5) == 3

    @pytest.mark.parametrize("away", [closed_port, silent_server])
    def test_counts_by_itself_and_waits_once_when_redis_is_away(self, rates, away):
        with away() as url:
            limiter = Limiter(url)
            began = time.monotonic()

            allowed = hit_at_once(limiter, 12)
            took = time.monotonic() - began
            began = time.monotonic()
            limiter.hit(scope="anonymous", who="two")
            afterwards = time.monotonic() - began

        assert allowed == 5
        assert took < 1.5
        assert afterwards < 0.1

    def test_is_stricter_about_signing_in_when_redis_is_away(self, rates):
        with closed_port() as url:
            assert hit_at_once(Limiter(url), 10, scope="login") == 2

    def test_comes_back_to_redis(self, rates, settings, monkeypatch):
        monkeypatch.setattr("apps.core.redis.PAUSE_SECONDS", 0.05)
        limiter = Limiter(settings.REDIS_URL)
        with closed_port() as url:
            Limiter(url).hit(scope="anonymous", who="x")
        assert breaker._asked_again_at

        time.sleep(0.1)
        limiter.hit(scope="anonymous", who="x")

        assert not breaker._asked_again_at


@pytest.mark.django_db
class TestSlidingWindowThrottle:
    def test_tells_how_the_caller_stands(self, api, rates):
        answer = api.get("/api/v1/users/me/addresses/", HTTP_AUTHORIZATION="")
        assert answer.status_code == 401

        answer = api.post("/api/v1/auth/telegram/", {"init_data": "x"})

        assert answer["RateLimit-Limit"] == "4"
        assert answer["RateLimit-Remaining"] == "3"
        assert 0 < int(answer["RateLimit-Reset"]) <= 60

    def test_refuses_the_next_and_says_when_to_come_back(self, api, rates):
        answers = [api.post("/api/v1/auth/telegram/", {"init_data": "x"}) for _ in range(5)]

        assert [answer.status_code for answer in answers] == [401] * 4 + [429]
        assert answers[-1].json()["code"] == "throttled"
        assert 0 < int(answers[-1]["Retry-After"]) <= 61
        assert answers[-1]["RateLimit-Remaining"] == "0"

    def test_is_not_fooled_by_a_forged_address(self, api, rates):
        codes = [
            api.post(
                "/api/v1/auth/telegram/", {"init_data": "x"}, HTTP_X_FORWARDED_FOR=f"10.0.0.{n}"
            ).status_code
            for n in range(6)
        ]

        assert codes == [401] * 4 + [429] * 2

    def test_counts_each_person_apart(self, customer, manager, rates, settings, rf):
        settings.THROTTLE_RATES = {**rates, "default": 1}

        def allowed(user):
            request = rf.get("/")
            wrapped = type("R", (), {"user": user, "_request": request})()
            return SlidingWindowThrottle().allow_request(wrapped, object())

        assert [allowed(customer), allowed(manager), allowed(customer)] == [True, True, False]

    def test_is_what_drf_raises(self):
        assert Throttled(wait=3).wait == 3


class TestClientAddress:
    @pytest.mark.parametrize(
        ("hops", "forwarded", "expected"),
        [
            (0, "6.6.6.6", "9.9.9.9"),
            (1, "6.6.6.6", "6.6.6.6"),
            (1, "1.1.1.1, 6.6.6.6", "6.6.6.6"),
            (2, "1.1.1.1, 6.6.6.6, 10.0.0.1", "6.6.6.6"),
            (2, "6.6.6.6", "9.9.9.9"),
            (1, "", "9.9.9.9"),
            (1, "evil\nheader", "9.9.9.9"),
            (1, "::ffff:6.6.6.6", "6.6.6.6"),
            (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ],
    )
    def test_believes_our_own_proxies_only(self, settings, hops, forwarded, expected):
        settings.TRUSTED_PROXY_HOPS = hops

        request = RequestFactory().get("/", REMOTE_ADDR="9.9.9.9", HTTP_X_FORWARDED_FOR=forwarded)

        assert client_address(request) == expected
