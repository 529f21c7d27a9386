"""Every change that people make is remembered, and can be read by those who never saw the code."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import models
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import override

from apps.catalog import services as catalog
from apps.catalog.models import Product, Variant
from apps.core.admin.history import in_words
from apps.core.history import keep_first_version
from apps.delivery import services as delivery
from apps.inventory import services as inventory
from apps.inventory.models import StockLevel
from apps.users import services as users
from apps.users.models import User
from tests.admin.conftest import desk_of
from tests.admin.test_pages import kept_shop  # noqa: F401
from tests.catalog.exchange_support import picture
from tests.factories import CustomerFactory, SlotFactory, StaffFactory, stocked_variant
from tests.users.role_table import DOORS

pytestmark = pytest.mark.django_db

REGISTERED = {model._meta.label_lower: model for model in admin.site._registry}
CHANGED_BY_PEOPLE = sorted(
    {door.split()[1] for door in DOORS if door.startswith(("edit ", "deed "))} & set(REGISTERED)
)
WITH_HISTORY = [name for name in CHANGED_BY_PEOPLE if hasattr(REGISTERED[name], "history")]
# Where else it is written who did what to a record; each is append-only or keeps its own facts.
LEDGERS = {
    "catalog.catalogexchange": "the row itself: asked_by, confirmed_by, the report",
    "catalog.pricebatch": "catalog.pricechange",
    "catalog.scheduledprice": "catalog.pricechange",
    "fulfilment.cashshift": "fulfilment.shiftentry; the row itself: who counted it, what differed",
    "integrations.apikey": "the row itself: who made it, who revoked it, and when",
    "integrations.delivery": "the row itself: sending again changes nothing of what is said",
    "marketing.broadcast": "the row itself: who wrote it and let it go; its recipients",
    "marketing.markdownproposal": "the row itself: who decided, when; catalog.pricechange",
    "notifications.message": "the row itself: a retry changes nothing of what is said",
    "orders.order": "orders.orderevent",
    "payments.daycomparison": "the row itself: when it was compared; payments.oddity",
    "payments.oddity": "the row itself: the decision, and who settled it",
    "payments.payment": "payments.moneyentry, payments.refund",
    "support.conversation": "support.remark says who wrote; the row itself: who closed it",
}


def page_of(model: type[models.Model], pk: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_history", args=(pk,))


class TestWhatPeopleChange:
    @pytest.mark.parametrize("name", CHANGED_BY_PEOPLE)
    def test_has_a_history_or_a_ledger(self, name):
        assert (name in WITH_HISTORY) != (name in LEDGERS), "give it HistoricalRecords"

    def test_is_not_said_to_have_a_ledger_for_nothing(self):
        assert LEDGERS.keys() <= set(CHANGED_BY_PEOPLE)

    @pytest.mark.parametrize("name", WITH_HISTORY)
    def test_is_read_in_words(self, name, kept_shop, owner):  # noqa: F811
        """Each field is changed in a version of its own, and the page says it in Russian."""
        model = REGISTERED[name]
        record = model._default_manager.order_by("pk").first()
        keep_first_version(record)
        version = record.history.latest()
        page = admin.site._registry[model]
        expected = {}
        for field in version._meta.get_fields():
            if not hasattr(field, "attname") or field.name.startswith("history_"):
                continue
            original = model._meta.get_field(field.name)
            if original.primary_key or field.name in ("created_at", "updated_at"):
                continue
            new = other_value(original, getattr(version, field.attname))
            if new is None:
                continue
            version.pk, version.history_date = None, dt.datetime.now(tz=dt.UTC)
            version.history_type = "~"
            setattr(version, field.attname, new)
            version.save(force_insert=True)
            with override("ru"):
                words = page.history_words.get(field.name)
                expected[field.name] = str(words(new)) if words else in_words(original, new)
        assert expected

        text = desk_of(owner, "ru").get(page_of(model, record.pk)).content.decode()

        missing = {name: said for name, said in expected.items() if escape(said) not in text}
        assert missing == {}
        for field in model._meta.fields:
            for code, said in field.flatchoices or ():
                if len(str(code)) > 3 and str(code) != str(said):
                    assert f">\n{code}" not in text, (field.name, code)


def other_value(field: Any, value: Any) -> Any:
    """Return another value of a field, None where there is none to choose."""
    if field.flatchoices:
        return next((code for code, _label in field.flatchoices if code != value), None)
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.DecimalField):
        return (value or Decimal(0)) + Decimal("1.5").quantize(Decimal(10) ** -field.decimal_places)
    if isinstance(field, models.IntegerField):
        return (value or 0) + 3
    if isinstance(field, models.TextField | models.CharField):
        return "Новое"
    if isinstance(field, models.DateTimeField):
        return dt.datetime(2027, 3, 5, 9, 30, tzinfo=dt.UTC)
    if isinstance(field, models.DateField):
        return dt.date(2027, 3, 5)
    if isinstance(field, models.TimeField):
        return dt.time(7, 45)
    return None


class TestReading:
    def test_names_categories_tags_and_allergens(self, owner):
        catalog.save_tag(code="vegan", name_ru="веганское", name_en="vegan")
        old = catalog.save_category(slug="old", name_ru="Старая полка", name_en="Old shelf")
        new = catalog.save_category(slug="new", name_ru="Новая полка", name_en="New shelf")
        product = catalog.save_product(slug="p", category_id=old.pk, name_ru="П", name_en="P")
        catalog.save_product(
            product_id=product.pk, category_id=new.pk, tags=["vegan"],
            allergens=["milk", "gluten"], is_active=False, actor_id=owner.pk,
        )  # fmt: skip

        text = desk_of(owner, "ru").get(page_of(Product, product.pk)).content.decode()

        for said in ("Старая полка", "Новая полка", "веганское", "молоко", "нет"):
            assert said in text, said
        for code in ("milk", "vegan", "False", "category_id"):
            assert code not in text, code
        assert str(owner) in text

    def test_tells_what_was_done_to_pictures_and_by_whom(self, owner):
        product = stocked_variant(1).product
        marketer = StaffFactory(role="marketing", first_name="Марта")
        image = catalog.add_image(product_id=product.pk, content=picture(), actor_id=marketer.pk)
        catalog.arrange_images(product_id=product.pk, image_ids=[image.pk], actor_id=marketer.pk)
        catalog.remove_image(image_id=image.pk, actor_id=owner.pk)

        text = desk_of(owner, "en").get(page_of(Product, product.pk)).content.decode()

        told = ["a picture was taken down", "the pictures were arranged", "a picture was added"]
        places = [text.index(said) for said in told]
        assert places == sorted(places)
        assert "Марта" in text
        people = product.history.order_by("pk").values_list("history_user_id", flat=True)
        assert list(people)[-3:] == [marketer.pk, marketer.pk, owner.pk]

    def test_shows_what_was_empty_as_a_dash(self, owner):
        variant = stocked_variant(1)
        catalog.save_variant(variant_id=variant.pk, barcode="4601234567893")

        text = desk_of(owner, "ru").get(page_of(Variant, variant.pk)).content.decode()

        assert text.index("—") < text.index("4601234567893")

    def test_leaves_the_middle_of_long_texts_out_without_a_word(self, owner):
        product = stocked_variant(1).product
        for end in ("очень", "весьма"):
            catalog.save_product(product_id=product.pk, description_ru="вкусно " * 59 + end)

        text = desk_of(owner, "ru").get(page_of(Product, product.pk)).content.decode()

        assert " … " in text
        assert " chars]" not in text

    def test_escapes_what_people_wrote(self, owner):
        product = stocked_variant(1).product
        catalog.save_product(product_id=product.pk, brand="<script>alert(1)</script>")

        text = desk_of(owner).get(page_of(Product, product.pk)).content.decode()

        assert "<script>alert(1)" not in text
        assert "&lt;script&gt;alert(1)" in text

    @pytest.mark.parametrize("role", ["marketing", "warehouse", "manager"])
    def test_writes_no_old_version_back(self, role):
        """The library saves what is posted to the page of an old version, whoever may look."""
        product = stocked_variant(1).product
        version = product.history.earliest()
        desk = desk_of(StaffFactory(role=role))
        address = f"/admin/catalog/product/{product.pk}/history/{version.pk}/"
        assert desk.get(address).status_code == 200
        before = Product.objects.values().get()
        fields = {name: value or "" for name, value in before.items()}

        answer = desk.post(
            address, {**fields, "name_ru": "Подмена", "category": product.category_id}
        )

        assert answer.status_code == 403
        assert Product.objects.values().get() == before
        assert product.history.count() == 1


class TestFirstVersions:
    def test_of_slots_made_in_bulk_are_kept_before_the_first_change(self, owner):
        slot = SlotFactory()
        slot.history.all().delete()

        delivery.close_slot(slot_id=slot.pk)

        newest, oldest = slot.history.order_by("-pk")
        assert (oldest.history_type, oldest.closed_reason) == ("+", "")
        assert newest.closed_reason == "closed_by_staff"
        assert oldest.history_user is None

    def test_of_stock_come_with_the_first_threshold(self):
        variant = stocked_variant(3)
        StockLevel.history.all().delete()

        inventory.set_low_threshold(variant_id=variant.pk, low_threshold=4)

        thresholds = StockLevel.history.order_by("pk").values_list("low_threshold", flat=True)
        assert list(thresholds) == [10, 4]


class TestStaff:
    PERSONAL = {"first_name", "last_name", "phone", "email", "telegram_id", "password", "language"}

    def test_history_knows_nothing_personal(self):
        columns = {field.name for field in User.history.model._meta.fields}

        assert not columns & self.PERSONAL
        assert {"username", "is_staff", "is_active", "is_superuser"} <= columns

    def test_roles_are_remembered_with_who_gave_them(self, owner):
        person = StaffFactory(username="petrov", role="warehouse")
        manager = Group.objects.get(name="manager")
        desk = desk_of(owner, "ru")

        answer = desk.post(
            f"/admin/users/user/{person.pk}/change/",
            {"username": "petrov", "first_name": "Пётр", "last_name": "", "phone": "", "email": "",
             "language": "ru", "is_staff": "on", "is_active": "on", "groups": [manager.pk],
             **{f"{name}-{count}": 0 for name in ("addresses", "api_sessions")
                for count in ("TOTAL_FORMS", "INITIAL_FORMS")}},
        )  # fmt: skip

        assert answer.status_code == 302
        newest = person.history.order_by("-pk").first()
        assert newest.history_user_id == owner.pk
        text = desk.get(page_of(User, person.pk)).content.decode()
        assert "warehouse" in text
        assert "manager" in text

    def test_signing_in_and_new_names_add_nothing(self, client):
        person = StaffFactory(role="support")
        count = person.history.count()

        client.force_login(person)
        person.first_name = "Иначе"
        person.save()

        assert person.history.count() == count > 0

    def test_customers_leave_no_trace(self):
        customer = CustomerFactory()
        customer.first_name = "Другое"
        customer.save()

        assert not User.history.filter(id=customer.pk).exists()

    @pytest.mark.parametrize("is_staffs_deed", [True, False])
    def test_an_erased_customer_does_and_by_whom(self, owner, is_staffs_deed):
        customer = CustomerFactory(first_name="Ольга")
        by = {"actor_id": owner.pk} if is_staffs_deed else {}

        users.erase_person(user_id=customer.pk, now=dt.datetime.now(tz=dt.UTC), **by)

        version = User.history.get(id=customer.pk)
        assert version.history_user_id == (owner.pk if is_staffs_deed else customer.pk)
        page = desk_of(owner).get(page_of(User, customer.pk)).content.decode()
        assert "the person was forgotten" in page
        assert "Ольга" not in page

    def test_a_blocked_customer_does(self, owner):
        customer = CustomerFactory()
        customer.is_active = False
        customer.save()

        assert User.history.get(id=customer.pk).is_active is False

    def test_new_passwords_are_remembered_but_not_what_they_are(self, owner):
        person = StaffFactory(username="petrov", role="warehouse")

        answer = desk_of(owner, "ru").post(
            f"/admin/users/user/{person.pk}/password/",
            {"password1": "a new long password", "password2": "a new long password",
             "usable_password": "true"},
        )  # fmt: skip

        assert answer.status_code == 302
        newest = person.history.order_by("-pk").first()
        assert (newest.history_change_reason, newest.history_user_id) == ("new password", owner.pk)
        assert list(newest.groups.values_list("group__name", flat=True)) == ["warehouse"]

    def test_are_remembered_from_the_first_day(self):
        users.save_staff(username="sidorov", password_hash="!", role="courier")

        version = User.history.filter(username="sidorov").latest()
        assert version.is_staff
        assert list(version.groups.values_list("group__name", flat=True)) == ["courier"]
