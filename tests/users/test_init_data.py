from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote, urlencode

import pytest

from apps.users.errors import InitDataExpired, InvalidInitData
from apps.users.init_data import read_init_data
from tests.conftest import make_init_data

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
AGE = timedelta(minutes=15)


def read(init_data, *, token=TOKEN, now=NOW):
    return read_init_data(init_data, bot_token=token, now=now, maximum_age=AGE)


def signed(user=None, **kwargs):
    return make_init_data(user, **{"bot_token": TOKEN, "auth_date": NOW, **kwargs})


class TestReadInitData:
    def test_tells_who_opened_the_mini_app(self):
        user = read(signed({"id": 5, "first_name": "Ян & Ко", "last_name": "O'Hara+ 100%"}))

        assert (user.id, user.first_name, user.last_name) == (5, "Ян & Ко", "O'Hara+ 100%")

    def test_accepts_spaces_encoded_either_way(self):
        data = signed({"first_name": "Anna Maria"})

        percent = "&".join(f"{k}={quote(v)}" for k, v in parse_qsl(data))

        assert read(percent).first_name == read(data).first_name == "Anna Maria"

    def test_signs_the_signature_field_too(self):
        with pytest.raises(InvalidInitData):
            read(signed().replace("c2lnbmF0dXJl", "b3RoZXI"))

    @pytest.mark.parametrize(
        "forge",
        [
            lambda data: "",
            lambda data: "hash=",
            lambda data: data.replace("77000001", "77000002"),
            lambda data: data + "&premium=1",
            lambda data: data + "&" + data.split("&")[0],
            lambda data: data + "&hash=" + data.split("hash=")[1],
            lambda data: data.split("&hash=")[0],
            lambda data: data.split("&hash=")[0] + "&hash=",
            lambda data: data.replace("hash=", "hash=0"),
            lambda data: data.split("&hash=")[0] + "&hash=%D1%84" * 1,
            lambda data: data.split("&hash=")[0] + "&hash=" + data.split("hash=")[1].upper(),
            lambda data: quote(data),
            lambda data: data + "&%ff=%fe",
            lambda data: data + "&x=" + "a" * 9000,
            lambda data: "&".join(f"a{i}=1" for i in range(100)),
            lambda data: data.replace("&", ";"),
            lambda data: data.replace("=", "", 1),
            lambda data: data + "\ud800",
        ],
    )
    def test_refuses_what_the_bot_did_not_sign(self, forge):
        with pytest.raises(InvalidInitData):
            read(forge(signed()))

    def test_refuses_another_bots_signature(self):
        with pytest.raises(InvalidInitData):
            read(signed(bot_token="999:other"))

    def test_refuses_everything_while_the_bot_has_no_token(self):
        with pytest.raises(InvalidInitData):
            read(signed(bot_token=""), token="")

    @pytest.mark.parametrize(
        ("age", "is_good"),
        [
            (timedelta(0), True),
            (timedelta(minutes=15), True),
            (timedelta(minutes=15, seconds=1), False),
            (timedelta(seconds=-60), True),
            (timedelta(seconds=-61), False),
        ],
    )
    def test_knows_how_old_it_may_be(self, age, is_good):
        data = signed(auth_date=NOW - age)

        if is_good:
            assert read(data).id == 77000001
        else:
            with pytest.raises(InitDataExpired):
                read(data)

    @pytest.mark.parametrize("stamp", ["", "-1", "1e9", "nan", "٣", "9" * 20, " 1"])
    def test_refuses_a_date_that_is_no_date(self, stamp):
        with pytest.raises(InvalidInitData):
            read(resigned(auth_date=stamp))

    @pytest.mark.parametrize(
        "user",
        ["", "null", "[]", "{}", '{"id":0}', '{"id":-1}', '{"id":4503599627370496}', '{"id":1.5}',
         '{"id":true,"first_name":1}', '{"id":1,"is_bot":true}', "[" * 3000],
    )  # fmt: skip
    def test_refuses_a_user_that_is_nobody(self, user):
        with pytest.raises(InvalidInitData):
            read(resigned(user=user))


def resigned(**fields):
    """Return data whose signature is right and whose content is not."""
    values = {name: value for name, value in parse_qsl(signed()) if name != "hash"} | fields
    import hashlib
    import hmac

    lines = "\n".join(f"{name}={values[name]}" for name in sorted(values))
    secret = hmac.new(b"WebAppData", TOKEN.encode(), hashlib.sha256).digest()
    return urlencode(
        {**values, "hash": hmac.new(secret, lines.encode(), hashlib.sha256).hexdigest()}
    )
