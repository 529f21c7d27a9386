"""The Mini App's page and files, without a browser."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import OperationalError

from frozenfood import storefront
from tests.factories import ProductFactory, VariantFactory, stocked_variant

pytestmark = pytest.mark.django_db

ROOT = Path(settings.BASE_DIR) / "static" / "webapp"
TEXTS = {code: json.loads((ROOT / "texts" / f"{code}.json").read_text()) for code in ("ru", "en")}
OWN_SCRIPTS = [path for path in sorted(ROOT.rglob("*.js")) if "vendor" not in path.parts]
PLURALS = {"ru": {"one", "few", "many", "other"}, "en": {"one", "other"}}
LARGEST_GZIPPED = 120 * 1024


class TestShell:
    @pytest.mark.parametrize(
        "path", ["/app/", "/app/cart", "/app/product/pelmeni", "/app/orders/1"]
    )
    def test_answers_every_address_of_the_app(self, client, path):
        answer = client.get(path)

        assert answer.status_code == 200
        assert answer["Content-Type"] == "text/html; charset=utf-8"
        assert answer["Cache-Control"] == "no-cache"

    def test_is_where_the_root_leads(self, client):
        answer = client.get("/")

        assert (answer.status_code, answer["Location"]) == (302, "/app/")

    def test_has_no_inline_script_or_style(self, client):
        page = client.get("/app/").content.decode()

        scripts = re.findall(r"<script([^>]*)>(.*?)</script>", page, flags=re.S)
        assert len(scripts) == 2
        # The one with words in it holds data, which no browser runs.
        data = [how for how, words in scripts if words.strip()]
        assert data == [' id="first" type="application/json"']
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page)

    def test_names_no_other_host(self, client):
        page = client.get("/app/").content.decode()

        assert "//" not in re.sub(r"<!doctype html>", "", page)

    def test_may_stand_in_no_frame_unless_the_chat_has_an_origin(self, client, settings):
        settings.CHAT_PAGE_ORIGINS = []

        answer = client.get("/app/")

        assert "default-src 'self'" in answer["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
        assert answer["X-Frame-Options"] == "DENY"

    def test_may_stand_in_the_frame_of_the_chat(self, client, settings):
        settings.CHAT_PAGE_ORIGINS = ["https://web.telegram.org"]

        answer = client.get("/app/")

        assert (
            "frame-ancestors https://web.telegram.org;" in answer["Content-Security-Policy"] + ";"
        )
        assert "X-Frame-Options" not in answer

    def test_takes_telegrams_script_only_where_it_is_asked_for(self, client, settings):
        settings.TELEGRAM_SCRIPT = True

        answer = client.get("/app/")

        assert "script-src 'self' https://telegram.org" in answer["Content-Security-Policy"]
        assert "https://telegram.org/js/telegram-web-app.js" in answer.content.decode()

    def test_escapes_what_the_deployment_says(self, client, settings):
        settings.SHOP_NAME = '"><script>alert(1)</script>'

        assert "<script>alert" not in client.get("/app/").content.decode()

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_takes_nothing(self, client, method):
        assert getattr(client, method)("/app/").status_code == 405


class TestFirstData:
    """What the page brings with it."""

    @pytest.mark.parametrize("language", ["ru", "en"])
    def test_is_what_the_api_answers_in_the_readers_language(self, client, language):
        stocked_variant(product=ProductFactory(name_ru="Пельмени", name_en="Dumplings"))
        how = {"HTTP_ACCEPT_LANGUAGE": language}

        first = _first_of(client.get("/app/", **how).content.decode())

        goods = client.get(f"/api/v1/catalog/products/?{storefront.FIRST_PAGE}", **how).json()
        assert first["products"] == goods
        assert first["categories"] == client.get("/api/v1/catalog/categories/", **how).json()
        assert (first["language"], first["texts"]) == (language, TEXTS[language])

    def test_is_the_texts_alone_on_other_pages(self, client):
        first = _first_of(client.get("/app/cart").content.decode())

        assert set(first) == {"language", "texts"}

    def test_escapes_what_a_product_is_called(self, client):
        stocked_variant(product=ProductFactory(name_ru="</script><script>alert(1)"))

        page = client.get("/app/", HTTP_ACCEPT_LANGUAGE="ru").content.decode()

        assert "<script>alert" not in page
        goods = _first_of(page)["products"]["results"]
        assert goods[0]["name"] == "</script><script>alert(1)"

    def test_is_compressed_and_not_sent_again_while_it_is_the_same(self, client):
        answer = client.get("/app/", HTTP_ACCEPT_ENCODING="gzip")
        again = client.get("/app/", HTTP_ACCEPT_ENCODING="gzip", HTTP_IF_NONE_MATCH=answer["ETag"])
        stocked_variant()
        changed = client.get("/app/", HTTP_IF_NONE_MATCH=answer["ETag"])

        assert answer["Content-Encoding"] == "gzip"
        assert {"Accept-Encoding", "Accept-Language"} <= set(answer["Vary"].split(", "))
        assert (again.status_code, changed.status_code) == (304, 200)

    def test_is_missed_by_nobody_when_the_database_is_away(self, client, monkeypatch):
        def away(**_):
            raise OperationalError

        monkeypatch.setattr(storefront.reading, "categories", away)

        assert "products" not in _first_of(client.get("/app/").content.decode())


class TestFiles:
    def test_weigh_little_with_a_page_full_of_goods_and_all_screens(self, client):
        for number in range(24):
            name = f"Пельмени домашние с начинкой номер {number}"
            product = ProductFactory(name_ru=name, allergens=["gluten", "eggs"])
            for weight in (450, 900):
                VariantFactory(product=product, sku=f"PEL-{number}-{weight}")
        sent = [client.get("/app/").content]
        sent += [path.read_bytes() for path in ROOT.rglob("*") if path.suffix in {".js", ".css"}]
        sent.append((ROOT / "icon.svg").read_bytes())

        assert len(_first_of(sent[0].decode())["products"]["results"]) == 24
        assert sum(len(gzip.compress(content, 6)) for content in sent) <= LARGEST_GZIPPED

    def test_are_all_asked_for_at_once(self):
        modules = {_name_of(path) for path in ROOT.rglob("*.js")}
        sheets = {path.stem for path in (ROOT / "styles").glob("*.css")}

        assert set(storefront.FIRST) == {_name_of(path) for path in _first_modules()}
        assert set(storefront.FIRST) | set(storefront.LATER) == modules
        assert set(storefront.SHEETS) == sheets

    def test_import_only_what_there_is_and_in_no_circle(self):
        imports = {path: _imports_of(path) for path in ROOT.rglob("*.js")}

        assert all(target.is_file() for targets in imports.values() for target in targets)
        while leaves := [path for path, targets in imports.items() if not targets & imports.keys()]:
            for path in leaves:
                del imports[path]
        assert not imports

    def test_keep_nothing_in_local_storage(self):
        assert not any("localStorage" in path.read_text() for path in OWN_SCRIPTS)

    def test_bring_the_licences_of_what_others_wrote(self):
        licence = finders.find("webapp/vendor/LICENCE.txt")

        assert licence is not None
        text = Path(licence).read_text()
        assert "Apache License" in text
        assert "Jason Miller" in text

    def test_are_named_by_their_content_when_served(self, tmp_path, settings):
        settings.STATIC_ROOT = tmp_path
        settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
        settings.STORAGES = {
            **settings.STORAGES,
            "staticfiles": {"BACKEND": "frozenfood.static_files.HashedModulesStorage"},
        }

        call_command("collectstatic", interactive=False, verbosity=0)

        named = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
        main = (tmp_path / named["webapp/main.js"]).read_text()
        catalogue = named["webapp/screens/catalogue.js"].removeprefix("webapp/")
        assert f'from "./{catalogue}"' in main


class TestTexts:
    def test_are_the_same_in_both_languages(self):
        assert TEXTS["ru"].keys() == TEXTS["en"].keys()
        for key, russian in TEXTS["ru"].items():
            english = TEXTS["en"][key]
            assert type(russian) is type(english), key
            assert _blanks(russian) == _blanks(english), key

    @pytest.mark.parametrize("code", ["ru", "en"])
    def test_have_every_plural_form(self, code):
        for key, text in TEXTS[code].items():
            assert isinstance(text, str) or set(text) == PLURALS[code], key

    def test_are_there_for_every_key_in_use(self):
        used = {
            key for path in OWN_SCRIPTS for key in re.findall(r'\bt\("(\w+)"', path.read_text())
        }

        assert used
        assert used <= TEXTS["ru"].keys()

    def test_are_all_in_use(self):
        scripts = "".join(path.read_text() for path in OWN_SCRIPTS)
        built = re.findall(r"\bt\(`(\w+_)\$\{", scripts)

        def is_used(key: str) -> bool:
            return f'"{key}"' in scripts or any(key.startswith(start) for start in built)

        assert [key for key in TEXTS["ru"] if not is_used(key)] == []


def _first_of(page: str) -> dict[str, Any]:
    """Return the data that a page brings."""
    found = re.search(r'<script id="first" type="application/json">(.*?)</script>', page, re.S)
    assert found
    return json.loads(found[1])


def _imports_of(path: Path, *, later: bool = True) -> set[Path]:
    """Return the modules that a module imports; `later` counts those that it fetches by and by."""
    pattern = r'(?:from |import\()"(\.[^"]+)"' if later else r'from "(\.[^"]+)"'
    return {(path.parent / name).resolve() for name in re.findall(pattern, path.read_text())}


def _first_modules() -> set[Path]:
    """Return what the browser needs before the first screen stands."""
    found, todo = set(), [ROOT / "main.js"]
    while todo:
        path = todo.pop()
        if path not in found:
            found.add(path)
            todo += _imports_of(path, later=False)
    return found


def _name_of(path: Path) -> str:
    return path.relative_to(ROOT).with_suffix("").as_posix()


def _blanks(text: str | dict[str, str]) -> set[str]:
    """Return the names that a text wants filled in."""
    whole = text if isinstance(text, str) else " ".join(text.values())
    return set(re.findall(r"\{(\w+)\}", whole))
