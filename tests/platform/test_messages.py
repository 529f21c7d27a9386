"""The translation tool finds every text, keeps translations and misses no fault."""

import json

import pytest

from tools import messages

CODE = """
from django.utils.translation import gettext as _, ngettext, pgettext
hello = _("Hello %(name)s")
items = ngettext("%(count)s item", "%(count)s items", 3)
order = pgettext("verb", "Order")
unknown = _(hello)
"""
TEMPLATE = """{% load i18n %}
  <p>{% translate "Basket" %} {% blocktranslate %}Dear {{ name }}{% endblocktranslate %}</p>
"""
RUSSIAN = {
    "Hello %(name)s": "Привет, %(name)s",
    "%(count)s item": ["%(count)s товар", "%(count)s товара", "%(count)s товаров"],
    "verb\4Order": "Заказать",
    "Basket": "Корзина",
    "Dear %(name)s": "Дорогой %(name)s",
    "__plural__": {"%(count)s item": "%(count)s items"},
}


@pytest.fixture
def shop(tmp_path):
    """A small code base with a text of each kind."""
    for folder in ("apps", "templates"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "apps/code.py").write_text(CODE)
    (tmp_path / "templates/page.html").write_text(TEMPLATE)
    return tmp_path


@pytest.fixture
def translated(shop):
    """The same, completely translated and compiled."""
    translate(shop, RUSSIAN)
    return shop


def translate(root, texts):
    fragment = root / "fragment.json"
    fragment.write_text(json.dumps(texts))
    messages.update(root)
    unknown = messages.merge([fragment], root)
    messages.compile_all(root)
    return unknown


def found(root):
    return "\n".join(messages.problems(root))


class TestProblems:
    def test_is_silent_when_everything_is_translated(self, translated):
        assert found(translated) == ""

    @pytest.mark.parametrize("key", [key for key in RUSSIAN if key != "__plural__"])
    def test_names_each_text_without_russian(self, shop, key):
        translate(shop, {name: text for name, text in RUSSIAN.items() if name != key})

        assert found(shop).count("is not translated") == 1
        assert key.rpartition("\4")[2] in found(shop)

    @pytest.mark.parametrize(
        ("key", "text"),
        [
            ("Hello %(name)s", "Привет, %(nom)s"),
            ("Hello %(name)s", "Привет"),
            ("%(count)s item", ["товар", "%(count)s товара", "%(count)s товаров"]),
        ],
    )
    def test_names_other_placeholders(self, shop, key, text):
        translate(shop, RUSSIAN | {key: text})

        assert "has other placeholders" in found(shop)

    def test_notices_a_new_and_a_lost_text(self, translated):
        code = CODE.replace("Hello %(name)s", "Hi %(name)s")
        (translated / "apps/code.py").write_text(code)

        assert "not collected (make messages): 'Hi %(name)s'" in found(translated)
        assert "no longer in the code (make messages): 'Hello %(name)s'" in found(translated)

    def test_notices_a_stale_compiled_catalogue(self, translated):
        (translated / "locale/ru/LC_MESSAGES/django.mo").write_bytes(b"old")

        assert found(translated) == "ru: the compiled catalogue is not current (make messages)"


class TestMerge:
    def test_says_what_the_code_does_not_have(self, shop):
        unknown = translate(shop, {"Nowhere": "Нигде", "%(count)s item": "одна форма"})

        assert len(unknown) == 2
        assert "Nowhere" in unknown[0]
        assert "wrong number of forms" in unknown[1]


class TestUpdate:
    def test_changes_nothing_when_nothing_changed(self, translated):
        files = sorted((translated / "locale").rglob("django.*"))
        before = [file.read_bytes() for file in files]

        messages.update(translated)
        messages.compile_all(translated)

        assert [file.read_bytes() for file in files] == before
        assert len(files) == 4
