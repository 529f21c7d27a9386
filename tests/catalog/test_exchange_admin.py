"""Imports and exports as staff ask for them, and what no door takes."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.catalog.admin.exchange_page import progress_of
from apps.catalog.models import CatalogExchange, Variant
from apps.catalog.services import exchange
from apps.core.time import now
from tests.catalog.exchange_support import archive, checked, line, picture, table
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/catalog/catalogexchange/"
IMPORT, EXPORT = f"{LIST}import/", f"{LIST}export/"


@pytest.fixture
def desk():
    def of(role):
        client = Client(HTTP_ACCEPT_LANGUAGE="en")
        client.force_login(StaffFactory(role=role))
        return client

    return of


@pytest.fixture
def manager_desk(desk):
    return desk("manager")


@pytest.fixture
def shelf(make_category):
    return make_category("frozen")


def upload(name="goods.csv", content=None):
    return SimpleUploadedFile(name, table(line()) if content is None else content)


class TestImport:
    def test_leads_to_its_page_and_is_applied_by_a_button(self, manager_desk, shelf):
        pictures = upload("p.zip", archive(a__png=picture()))
        answer = manager_desk.post(
            IMPORT, {"table": "goods", "file": upload(), "pictures": pictures}
        )

        brought = CatalogExchange.objects.get()
        page = f"{LIST}{brought.pk}/change/"
        assert (answer.status_code, answer.url) == (302, page)
        exchange.run_due_exchanges(now=now())
        assert "is fine" in manager_desk.get(page).content.decode()

        manager_desk.post(f"{LIST}{brought.pk}/do/apply/", {"state": "checked"})
        exchange.run_due_exchanges(now=now())

        assert "Applied" in manager_desk.get(page).content.decode()
        assert Variant.objects.get().sku == "NEW-1"
        assert brought.asked_by_id is not None

    def test_shows_each_fault_escaped(self, manager_desk, manager, shelf):
        brought = checked(table(line(tags="<img src=x>")), manager, name="<i>bad</i>.csv")

        page = manager_desk.get(f"{LIST}{brought.pk}/change/").content.decode()

        assert "<img src=x>" not in page
        assert "<i>bad</i>" not in page
        assert "&lt;img src=x&gt;" in page

    def test_offers_no_button_where_there_are_faults(self, manager_desk, manager, shelf):
        brought = checked(table(line(price="-1")), manager)

        answer = manager_desk.post(f"{LIST}{brought.pk}/do/apply/", {"state": "checked"})

        brought.refresh_from_db()
        assert answer.status_code == 302
        assert brought.state == "checked"

    def test_asks_for_a_file(self, manager_desk):
        answer = manager_desk.post(IMPORT, {"table": "goods"})

        assert answer.status_code == 200
        assert answer.context["form"].errors.keys() == {"file"}
        assert not CatalogExchange.objects.exists()

    def test_tells_how_far_it_is(self, manager_desk, manager, shelf):
        manager_desk.post(IMPORT, {"table": "goods", "file": upload()})
        brought = CatalogExchange.objects.get()
        page = manager_desk.get(f"{LIST}{brought.pk}/change/").content.decode()
        assert '<meta http-equiv="refresh"' in page
        assert "<progress" in page

        before = manager_desk.get(f"{LIST}{brought.pk}/progress/").json()
        exchange.run_due_exchanges(now=now())
        after = manager_desk.get(f"{LIST}{brought.pk}/progress/").json()

        assert (before["is_moving"], after["is_moving"]) == (True, False)
        assert (after["done"], after["total"]) == (1, 1)
        assert before["key"] != after["key"]

    def test_says_in_percent_how_much_is_written(self):
        applying = CatalogExchange(state="running", confirmed_at=now(), done=9900, total=15000)

        assert progress_of(applying)["text"] == "66 %"


class TestExport:
    @pytest.mark.parametrize("file_format", ["xlsx", "csv"])
    def test_is_downloaded_under_a_name_that_says_what_it_is(
        self, file_format, manager_desk, shelf
    ):
        manager_desk.post(EXPORT, {"table": "categories", "file_format": file_format})
        asked = CatalogExchange.objects.get()
        assert manager_desk.get(f"{LIST}{asked.pk}/file/").status_code == 404
        exchange.run_due_exchanges(now=now())

        answer = manager_desk.get(f"{LIST}{asked.pk}/file/")

        assert answer.status_code == 200
        assert "attachment" in answer["Content-Disposition"]
        assert f"categories-{asked.created_at:%Y}" in answer["Content-Disposition"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert len(b"".join(answer.streaming_content)) > 20

    def test_refuses_a_table_that_is_none(self, manager_desk):
        answer = manager_desk.post(EXPORT, {"table": "users", "file_format": "xlsx"})

        assert answer.status_code == 200
        assert not CatalogExchange.objects.exists()

    def test_is_not_asked_for_by_a_link(self, manager_desk):
        assert manager_desk.get(EXPORT).status_code == 405
        assert not CatalogExchange.objects.exists()

    @pytest.mark.parametrize("kind", ["goods", "categories", "tags"])
    def test_has_examples(self, kind, manager_desk):
        assert manager_desk.get(f"{LIST}example/{kind}.xlsx").content[:2] == b"PK"
        assert manager_desk.get(f"{LIST}example/{kind}.csv").content.startswith(b"\xef\xbb\xbf")
        assert manager_desk.get(f"{LIST}example/{kind}.exe").status_code == 404


class TestWhoMay:
    @pytest.mark.parametrize("role", ["warehouse", "courier", "marketing", "support"])
    def test_other_roles_may_not_even_look(self, role, desk, manager, shelf):
        brought = checked(table(line()), manager)
        other = desk(role)

        for address in (LIST, IMPORT, f"{LIST}{brought.pk}/change/",
                        f"{LIST}{brought.pk}/file/", f"{LIST}{brought.pk}/progress/",
                        f"{LIST}example/goods.csv"):  # fmt: skip
            assert other.get(address).status_code == 403, address
        assert other.post(EXPORT, {"table": "tags", "file_format": "csv"}).status_code == 403
        assert other.post(f"{LIST}{brought.pk}/do/apply/").status_code == 403

    def test_strangers_are_led_to_the_door(self, client):
        for address in (LIST, IMPORT, EXPORT):
            assert client.get(address).url.startswith("/admin/login/")


MEGABYTE = 1024 * 1024


def knock(client, address, megabytes, **headers):
    """Announce a body of so many megabytes, and send none of it."""
    return client.generic(
        "POST", address, b"", content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(megabytes * MEGABYTE), **headers,
    )  # fmt: skip


class TestUploadLimits:
    def test_refuse_200_megabytes_with_a_sentence(self, manager_desk):
        answer = knock(manager_desk, IMPORT, 200)

        assert answer.status_code == 413
        assert "at most 105 MB" in answer.content.decode()
        assert answer["Content-Type"].startswith("text/html")

    @pytest.mark.parametrize(
        "address",
        ["/api/v1/cart/items/", "/webhooks/telegram/", "/api/v1/auth/token/", "/app/", "/nowhere"],
    )
    def test_are_small_elsewhere(self, address, client):
        answer = knock(client, address, 2)

        assert answer.status_code == 413
        assert "body_too_large" in answer.content.decode()

    def test_are_not_fooled_by_a_length_that_is_none(self, client):
        answer = client.generic("POST", "/api/v1/cart/items/", b"", CONTENT_LENGTH="9" * 5000)

        assert answer.status_code == 413

    def test_allow_more_where_files_are_taken(self, client, manager_desk):
        pictures = "/api/v1/catalog/products/pelmeni/images/"

        assert knock(client, pictures, 10).status_code == 401
        assert knock(client, pictures, 12).status_code == 413
        assert knock(manager_desk, "/admin/catalog/product/add/", 60).status_code != 413
        assert knock(manager_desk, "/admin/catalog/tag/add/", 60).status_code == 413

    def test_allow_strangers_at_the_admins_door_nothing_more(self, client):
        assert knock(client, IMPORT, 2).status_code == 413
        assert knock(client, "/admin/login/", 2).status_code == 413
