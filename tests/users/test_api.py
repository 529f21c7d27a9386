import pytest

from apps.users.models import Address, Session, User
from tests.conftest import make_init_data
from tests.factories import AddressFactory, CustomerFactory

pytestmark = pytest.mark.django_db
ME, ADDRESSES = "/api/v1/users/me/", "/api/v1/users/me/addresses/"


class TestTelegramSignIn:
    URL = "/api/v1/auth/telegram/"

    def test_gives_tokens_and_the_user(self, api):
        answer = api.post(self.URL, {"init_data": make_init_data()})

        body = answer.json()
        assert answer.status_code == 200
        assert set(body) == {"access", "refresh", "user"}
        assert body["user"]["first_name"] == "Ольга"
        api.credentials(HTTP_AUTHORIZATION=f"Bearer {body['access']}")
        assert api.get(ME).json() == body["user"]

    @pytest.mark.parametrize(
        ("language", "start"), [("ru", "Telegram не подтвердил"), ("en", "Telegram didn't")]
    )
    def test_refuses_a_forgery_in_the_callers_language(self, api, language, start):
        data = make_init_data(bot_token="1:forged")

        answer = api.post(self.URL, {"init_data": data}, HTTP_ACCEPT_LANGUAGE=language)

        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "invalid_init_data"
        assert answer.json()["detail"].startswith(start)
        assert not User.objects.exists()

    def test_asks_for_the_data(self, api):
        answer = api.post(self.URL, {})

        assert answer.status_code == 400
        assert answer.json()["errors"] == [
            {"field": "init_data", "code": "required", "detail": "This field is required."}
        ]


class TestStaffSignIn:
    def test_gives_tokens_refreshes_them_and_ends(self, api, manager):
        manager.set_password("a long password")
        manager.save()

        body = {"username": manager.username, "password": "a long password"}
        pair = api.post("/api/v1/auth/token/", body).json()
        assert pair["user"]["roles"] == ["manager"]

        pair = api.post("/api/v1/auth/token/refresh/", {"refresh": pair["refresh"]}).json()
        api.credentials(HTTP_AUTHORIZATION=f"Bearer {pair['access']}")
        assert api.get(ME).status_code == 200

        assert api.post("/api/v1/auth/logout/", {}).status_code == 204
        assert api.get(ME).status_code == 401
        answer = api.post(
            "/api/v1/auth/token/refresh/", {"refresh": pair["refresh"]}, HTTP_AUTHORIZATION=""
        )
        assert answer.status_code == 401

    def test_says_when_to_try_again(self, api, manager):
        body = {"username": manager.username, "password": "wrong"}
        codes = [api.post("/api/v1/auth/token/", body).status_code for _ in range(5)]

        locked = api.post("/api/v1/auth/token/", body)

        assert codes == [401] * 5
        assert (locked.status_code, locked.json()["code"]) == (429, "sign_in_locked")
        assert 880 <= int(locked["Retry-After"]) <= 901

    def test_ends_every_session(self, customer, signed_in):
        one, other = signed_in(customer), signed_in(customer)

        one.post("/api/v1/auth/logout/", {"everywhere": True})

        assert [client.get(ME).status_code for client in (one, other)] == [401, 401]


class TestMe:
    def test_is_for_those_who_signed_in(self, api):
        answer = api.get(ME)

        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")

    def test_changes_what_a_person_may_change(self, customer_api, customer):
        answer = customer_api.patch(
            ME,
            {"phone": "8 900 123 45 67", "language": "en", "is_staff": True, "telegram_id": 1},
        )

        assert answer.json()["phone"] == "+79001234567"
        customer.refresh_from_db()
        assert (customer.language, customer.is_staff) == ("en", False)
        assert customer.telegram_id != 1

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({"phone": "12"}, "invalid_phone"),
            ({"language": "de"}, "validation_error"),
            ({"email": "nobody"}, "validation_error"),
            ({"first_name": ""}, "validation_error"),
            ([], "validation_error"),
            ("x", "validation_error"),
        ],
    )
    def test_refuses_and_changes_nothing(self, customer_api, customer, body, code):
        answer = customer_api.patch(ME, body)

        assert (answer.status_code, answer.json()["code"]) == (400, code)
        before = customer.updated_at
        customer.refresh_from_db()
        assert customer.updated_at == before

    def test_erases(self, customer_api, customer):
        AddressFactory(customer=customer)

        assert customer_api.delete(ME).status_code == 204

        row = User.objects.get(pk=customer.pk)
        assert row.erased_at is not None
        assert (row.telegram_id, row.full_name, str(row.phone), row.email) == (None, "", "", "")
        assert not Address.objects.exists()
        assert not Session.objects.filter(revoked_at__isnull=True).exists()
        assert customer_api.get(ME).status_code == 401

    def test_spares_the_staff(self, manager_api, manager):
        answer = manager_api.delete(ME)

        assert (answer.status_code, answer.json()["code"]) == (409, "staff_account")
        assert User.objects.get(pk=manager.pk).username

    def test_exports_what_is_known(self, customer_api, customer):
        AddressFactory(customer=customer, street="Лесная, 5")

        answer = customer_api.get(f"{ME}export/")

        known = answer.json()["users"]
        assert known["profile"]["first_name"] == customer.first_name
        assert "Лесная, 5" in known["addresses"][0]["address"]
        assert "attachment" in answer["Content-Disposition"]


class TestAddresses:
    BODY = {"street": "Лесная, 5", "city": "Москва", "latitude": "55.77", "longitude": "37.59"}

    def test_are_kept_listed_changed_and_removed(self, customer_api):
        made = customer_api.post(ADDRESSES, self.BODY)
        assert made.status_code == 201
        url = f"{ADDRESSES}{made.json()['public_id']}/"

        assert customer_api.get(ADDRESSES).json()["results"] == [made.json()]
        changed = customer_api.patch(url, {"flat": "9"}).json()
        assert changed["one_line"].endswith("flat 9")
        assert customer_api.get(url).json() == changed
        assert customer_api.delete(url).status_code == 204
        assert customer_api.get(url).status_code == 404

    @pytest.mark.parametrize("method", ["get", "patch", "delete"])
    def test_of_strangers_do_not_exist(self, customer_api, method):
        address = AddressFactory(customer=CustomerFactory())

        answer = getattr(customer_api, method)(f"{ADDRESSES}{address.public_id}/")

        assert (answer.status_code, answer.json()["code"]) == (404, "address_not_found")

    @pytest.mark.parametrize(
        "bad",
        [
            {"street": ""},
            {"street": "x" * 201},
            {"street": True},
            {"latitude": "NaN"},
            {"latitude": "91"},
            {"latitude": 10**30},
            {"longitude": [1]},
        ],
    )
    def test_refuse_what_is_no_address(self, customer_api, bad):
        answer = customer_api.post(ADDRESSES, self.BODY | bad)

        assert answer.status_code == 400
        assert not Address.objects.exists()

    def test_cost_the_same_however_many(self, customer_api, customer, django_assert_num_queries):
        AddressFactory.create_batch(15, customer=customer)

        with django_assert_num_queries(3):
            assert len(customer_api.get(ADDRESSES).json()["results"]) == 15
