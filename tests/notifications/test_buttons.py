import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.notifications import buttons
from apps.notifications.errors import StaleButton

words = st.text(alphabet="abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=12)


class TestPack:
    @given(action=words, args=st.lists(st.integers(0, 10**9) | words, max_size=3))
    def test_comes_back_as_it_went(self, action, args):
        press = buttons.unpack(buttons.pack(action, *args))

        assert press == buttons.Press(action, tuple(str(arg) for arg in args))

    @pytest.mark.parametrize("args", [("x" * 64,), ("я" * 32,), ("a:b",)])
    def test_refuses_what_telegram_would_not_carry(self, args):
        with pytest.raises(ValueError, match="can't hold"):
            buttons.pack("product", *args)


class TestUnpack:
    @pytest.mark.parametrize("data", ["", "1", "1:", "0:menu", "2:menu", "menu", "1:a" + "x" * 64])
    def test_calls_foreign_data_stale(self, data):
        with pytest.raises(StaleButton):
            buttons.unpack(data)

    @pytest.mark.parametrize("text", ["-1", "1.5", "x", "", "٣", "9" * 19])
    def test_takes_only_plain_numbers_as_keys(self, text):
        with pytest.raises(StaleButton):
            buttons.unpack(f"1:order:{text}").integer(0)
