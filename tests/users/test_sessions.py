import base64
import json
import threading
from datetime import timedelta
from uuid import uuid4

import jwt
import pytest
import time_machine
from django.conf import settings
from django.db import connection
from rest_framework.test import APIClient

from apps.core.time import now
from apps.users import services
from apps.users.errors import (
    AccountClosed,
    InvalidToken,
    SignInLocked,
    WrongPassword,
)
from apps.users.models import RefreshToken, Session, SignInAttempt, User
from tests.conftest import make_init_data
from tests.factories import CustomerFactory, StaffFactory

pytestmark = pytest.mark.django_db
ME = "/api/v1/users/me/"
PASSWORD = "кристально-чистый снег"


def call(access: str, path: str = ME):
    return APIClient(HTTP_ACCEPT_LANGUAGE="en").get(path, HTTP_AUTHORIZATION=f"Bearer {access}")


def begin(user):
    return services.begin_session(user_id=user.pk, user_agent="test", now=now())


def encoded(value) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class TestSignInWithTelegram:
    def test_makes_a_customer_of_a_stranger(self):
        data = make_init_data({"id": 42, "first_name": "Ян", "language_code": "en"})

        pair = services.sign_in_with_telegram(init_data=data, now=now())

        assert (pair.user.telegram_id, pair.user.language) == (42, "en")
        assert call(pair.access).json()["first_name"] == "Ян"

    def test_gives_a_session_each_time_and_nothing_else(self):
        data = make_init_data()

        pairs = [services.sign_in_with_telegram(init_data=data, now=now()) for _ in range(2)]

        assert pairs[0].user.id == pairs[1].user.id
        assert Session.objects.count() == 2

    def test_refuses_a_closed_account(self):
        User.objects.create(telegram_id=77000001, is_active=False)

        with pytest.raises(AccountClosed):
            services.sign_in_with_telegram(init_data=make_init_data(), now=now())

        assert not Session.objects.exists()


class TestAccessToken:
    def test_says_who_where_and_for_whom(self, customer):
        pair = begin(customer)

        claims = jwt.decode(pair.access, options={"verify_signature": False})

        session = Session.objects.get()
        assert claims["sub"] == str(customer.public_id)
        assert claims["sid"] == str(session.pk)
        assert (claims["ver"], claims["aud"], claims["iss"]) == (1, "frozenfood", "frozenfood")
        assert claims["exp"] - claims["iat"] == 300

    def test_needs_one_query(self, customer, rf, django_assert_num_queries):
        from rest_framework.request import Request

        from apps.users.authentication import SessionTokenAuthentication

        request = rf.get("/", HTTP_AUTHORIZATION=f"Bearer {begin(customer).access}")

        with django_assert_num_queries(1):
            user, _session = SessionTokenAuthentication().authenticate(Request(request))

        assert user == customer

    @pytest.mark.parametrize(
        "change",
        [
            lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
            lambda user: user.groups.clear(),
            lambda user: User.objects.filter(pk=user.pk).update(is_staff=False),
            lambda user: (user.set_password("another long password"), user.save()),
            lambda user: Session.objects.update(version=2),
            lambda user: Session.objects.update(revoked_at=now()),
            lambda user: Session.objects.all().delete(),
            lambda user: services.end_all_sessions(user_id=user.pk, now=now()),
        ],
    )
    def test_ends_at_once_with_what_it_stands_for(self, manager, change):
        access = begin(manager).access
        assert call(access).status_code == 200

        change(manager)

        answer = call(access)
        assert answer.status_code == 401
        assert answer.json()["code"] == "invalid_token"
        assert answer["WWW-Authenticate"].startswith("Bearer")

    def test_lasts_five_minutes(self, customer):
        access = begin(customer).access

        with time_machine.travel(now() + timedelta(minutes=4, seconds=50)):
            assert call(access).status_code == 200
        with time_machine.travel(now() + timedelta(minutes=5, seconds=20)):
            assert call(access).status_code == 401

    def test_is_not_a_refresh_token(self, customer):
        pair = begin(customer)

        assert call(pair.refresh).status_code == 401
        with pytest.raises(InvalidToken):
            services.refresh_session(refresh=pair.access, now=now())

    def test_is_ours_alone(self, customer):
        pair = begin(customer)
        header, payload, signature = pair.access.split(".")
        claims = jwt.decode(pair.access, options={"verify_signature": False})
        key = settings.SIMPLE_JWT["SIGNING_KEY"]
        forged = [
            f"{encoded({'alg': 'none', 'typ': 'JWT'})}.{payload}.",
            f"{encoded({'alg': 'None', 'typ': 'JWT'})}.{payload}.{signature}",
            f"{encoded({'alg': 'RS256', 'typ': 'JWT'})}.{payload}.{signature}",
            jwt.encode(claims, key, algorithm="HS512"),
            jwt.encode(claims, settings.SECRET_KEY, algorithm="HS256"),
            jwt.encode(claims | {"aud": "other"}, key, algorithm="HS256"),
            jwt.encode(claims | {"iss": "other"}, key, algorithm="HS256"),
            jwt.encode({k: v for k, v in claims.items() if k != "exp"}, key, algorithm="HS256"),
            jwt.encode(claims | {"sid": "x"}, key, algorithm="HS256"),
            jwt.encode(claims | {"ver": "1; DROP"}, key, algorithm="HS256"),
            jwt.encode(claims | {"sub": str(CustomerFactory().public_id)}, key, algorithm="HS256"),
            f"{header}.{payload}.{signature[:-2]}",
            f"{header}.{payload}",
            f"{encoded(b'[' * 1200)}.{payload}.{signature}",
            "a" * 100_000,
            "", "..", "\xff.\xff.\xff", "a b",
        ]  # fmt: skip

        answers = [call(token).status_code for token in forged]

        assert answers == [401] * len(forged)


class TestRefreshSession:
    def test_gives_the_next_pair(self, customer):
        first = begin(customer)

        second = services.refresh_session(refresh=first.refresh, now=now())

        assert second.refresh != first.refresh
        assert call(second.access).status_code == 200
        assert Session.objects.count() == 1

    def test_ends_the_family_when_a_token_comes_twice(self, customer):
        first, other = begin(customer), begin(customer)
        second = services.refresh_session(refresh=first.refresh, now=now())

        with pytest.raises(InvalidToken):
            services.refresh_session(refresh=first.refresh, now=now())

        assert call(second.access).status_code == 401
        with pytest.raises(InvalidToken):
            services.refresh_session(refresh=second.refresh, now=now())
        assert call(other.access).status_code == 200

    def test_refuses_after_thirty_days(self, customer):
        pair = begin(customer)

        with (
            time_machine.travel(now() + timedelta(days=30, minutes=1)),
            pytest.raises(InvalidToken),
        ):
            services.refresh_session(refresh=pair.refresh, now=now())

    def test_refuses_a_closed_account(self, customer):
        pair = begin(customer)
        User.objects.update(is_active=False)

        with pytest.raises(AccountClosed):
            services.refresh_session(refresh=pair.refresh, now=now())

    def test_ends_with_the_password(self, manager):
        pair = begin(manager)
        manager.set_password("another long password")
        manager.save()

        with pytest.raises(InvalidToken):
            services.refresh_session(refresh=pair.refresh, now=now())

        assert not Session.objects.filter(revoked_at__isnull=True).exists()

    @pytest.mark.django_db(transaction=True)
    def test_gives_one_pair_to_fifty_at_once(self):
        pair = begin(CustomerFactory())

        outcomes = at_once(50, lambda: services.refresh_session(refresh=pair.refresh, now=now()))

        given = [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
        refused = [outcome for outcome in outcomes if isinstance(outcome, InvalidToken)]
        assert (len(given), len(refused)) == (1, 49)
        assert RefreshToken.objects.count() == 2
        assert call(given[0].access).status_code == 401  # a token that came twice was stolen

    @pytest.mark.django_db(transaction=True)
    def test_would_give_several_without_the_guard(self, monkeypatch):
        """Look first and write later, as many do: the test above must be able to fail."""
        pair = begin(CustomerFactory())
        row = RefreshToken.objects.get()
        gate = threading.Barrier(4)

        def unguarded():
            token = RefreshToken.objects.get(pk=row.pk)
            gate.wait()
            if token.used_at is not None:
                return None
            RefreshToken.objects.filter(pk=row.pk).update(used_at=now())
            return pair

        assert len([got for got in at_once(4, unguarded) if got]) == 4


def at_once(count, function):
    """Run a function in so many threads at the same moment, each on a connection of its own."""
    outcomes = []
    start = threading.Barrier(count)

    def run():
        start.wait()
        try:
            outcomes.append(function())
        except Exception as error:
            outcomes.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


class TestEndSession:
    def test_ends_one_and_spares_the_others(self, customer):
        one, other = begin(customer), begin(customer)
        sid = jwt.decode(one.access, options={"verify_signature": False})["sid"]

        services.end_session(user_id=customer.pk, session_id=sid, now=now())

        assert [call(pair.access).status_code for pair in (one, other)] == [401, 200]
        with pytest.raises(InvalidToken):
            services.refresh_session(refresh=one.refresh, now=now())


class TestOwnSessions:
    SESSIONS = f"{ME}sessions/"

    def test_lists_what_is_still_good(self, customer, manager, signed_in):
        ended, used_up, other = begin(customer), begin(customer), begin(customer)
        begin(manager)
        sid = jwt.decode(ended.access, options={"verify_signature": False})["sid"]
        services.end_session(user_id=customer.pk, session_id=sid, now=now())
        RefreshToken.objects.filter(session_id=sid_of(used_up)).update(
            expires_at=now() - timedelta(seconds=1)
        )
        api = signed_in(customer)

        rows = api.get(self.SESSIONS).json()["results"]

        assert [row["is_current"] for row in rows] == [True, False]
        assert rows[1]["id"] == sid_of(other)
        assert (rows[1]["user_agent"], rows[1]["created_at"] <= rows[0]["created_at"]) == (
            "test", True,
        )  # fmt: skip

    def test_ends_the_chosen_one_at_once(self, customer, signed_in):
        other = begin(customer)
        api = signed_in(customer)

        assert api.delete(f"{self.SESSIONS}{sid_of(other)}/").status_code == 204

        assert call(other.access).status_code == 401
        with pytest.raises(InvalidToken):
            services.refresh_session(refresh=other.refresh, now=now())
        assert api.get(ME).status_code == 200
        # Twice does no harm.
        assert api.delete(f"{self.SESSIONS}{sid_of(other)}/").status_code == 204

    def test_refuses_somebody_elses_and_changes_nothing(self, manager, customer_api):
        strangers = begin(manager)

        for chosen in (sid_of(strangers), uuid4()):
            answer = customer_api.delete(f"{self.SESSIONS}{chosen}/")
            assert (answer.status_code, answer.json()["code"]) == (404, "session_not_found")

        assert call(strangers.access).status_code == 200

    def test_ends_them_all(self, customer, signed_in):
        one, other, api = begin(customer), begin(customer), signed_in(customer)

        assert api.post("/api/v1/auth/logout/", {"everywhere": True}).status_code == 204

        assert [call(pair.access).status_code for pair in (one, other)] == [401, 401]
        assert api.get(self.SESSIONS).status_code == 401

    def test_needs_the_same_queries_for_many(
        self, customer, customer_api, django_assert_max_num_queries
    ):
        for _ in range(8):
            begin(customer)

        with django_assert_max_num_queries(3):
            assert len(customer_api.get(self.SESSIONS).json()["results"]) == 9


def sid_of(pair) -> str:
    return jwt.decode(pair.access, options={"verify_signature": False})["sid"]


class TestSignInStaff:
    def sign_in(self, username="Anna", password=PASSWORD, address="1.2.3.4", moment=None):
        return services.sign_in_staff(
            username=username, password=password, address=address, now=moment or now()
        )

    @pytest.fixture
    def anna(self):
        user = StaffFactory(username="anna", role="manager")
        user.set_password(PASSWORD)
        user.save()
        return user

    def test_knows_the_staff_in_any_case_of_letters(self, anna):
        assert self.sign_in().user.id == anna.pk

    @pytest.mark.parametrize(
        "bad", [{"username": "nobody"}, {"password": "wrong"}, {"username": "an\0na"}]
    )
    def test_refuses_a_wrong_name_or_password_alike(self, anna, bad):
        with pytest.raises(WrongPassword):
            self.sign_in(**bad)

    def test_refuses_customers_and_the_dismissed(self, anna):
        User.objects.filter(pk=anna.pk).update(is_staff=False)
        with pytest.raises(WrongPassword):
            self.sign_in()

        User.objects.filter(pk=anna.pk).update(is_staff=True, is_active=False)
        with pytest.raises(WrongPassword):
            self.sign_in()

    def test_locks_name_and_address_after_five_failures(self, anna):
        start = now()
        for _ in range(5):
            with pytest.raises(WrongPassword):
                self.sign_in(password="wrong", moment=start)

        with pytest.raises(SignInLocked) as locked:
            self.sign_in(moment=start + timedelta(minutes=14))

        assert 55 <= locked.value.retry_after <= 62
        assert self.sign_in(address="5.6.7.8").user.id == anna.pk
        assert self.sign_in(moment=start + timedelta(minutes=15, seconds=1)).user.id == anna.pk

    def test_forgets_failures_after_a_success(self, anna):
        for _ in range(3):
            for _ in range(4):
                with pytest.raises(WrongPassword):
                    self.sign_in(password="wrong")
            self.sign_in()

        assert not SignInAttempt.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_lets_five_of_twenty_guess_at_once(self):
        StaffFactory(username="anna")

        outcomes = at_once(20, lambda: self.sign_in(password="wrong"))

        assert sorted(type(outcome).__name__ for outcome in outcomes) == (
            ["SignInLocked"] * 15 + ["WrongPassword"] * 5
        )

    def test_guards_the_admins_door_too(self, anna, client):
        def knock(password):
            return client.post("/admin/login/", {"username": "anna", "password": password})

        for _ in range(5):
            knock("wrong")
        locked = knock(PASSWORD)

        assert locked.status_code == 200
        assert "_auth_user_id" not in client.session


class TestForgetSessions:
    def test_sweeps_what_has_had_its_day(self, customer):
        old, live = begin(customer), begin(customer)
        SignInAttempt.objects.create(guard="x", created_at=now() - timedelta(hours=1))
        claims = jwt.decode(old.access, options={"verify_signature": False})
        Session.objects.filter(pk=claims["sid"]).update(
            revoked_at=now() - timedelta(days=2), created_at=now() - timedelta(days=3)
        )

        services.forget_sessions(now())

        assert Session.objects.count() == 1
        assert not SignInAttempt.objects.exists()
        assert call(live.access).status_code == 200
