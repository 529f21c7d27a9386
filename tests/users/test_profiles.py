from datetime import UTC, datetime

import pytest

from apps.users import selectors, services
from apps.users.errors import InvalidPhone, PersonNotFound, UnknownLanguage
from apps.users.models import User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def come(**fields):
    return services.ensure_customer(
        **{
            "telegram_id": 5,
            "first_name": "Анна",
            "last_name": "Ли",
            "language_code": "ru",
            **fields,
        }
    )


class TestEnsureCustomer:
    def test_makes_a_customer_on_first_sight(self):
        card = come()

        assert card.is_new
        assert (card.telegram_id, card.full_name, card.language) == (5, "Анна Ли", "ru")

    def test_finds_them_again_and_follows_telegram(self):
        first = come()

        again = come(first_name="Аня", language_code="en")

        assert not again.is_new
        assert (again.id, again.first_name, again.language) == (first.id, "Аня", "ru")

    def test_writes_nothing_when_nothing_changed(self, django_assert_num_queries):
        come()

        with django_assert_num_queries(1):
            come()

    def test_keeps_a_name_that_the_person_chose(self):
        services.update_profile(user_id=come().id, first_name="Анна Петровна")

        assert come().first_name == "Анна Петровна"

    def test_trusts_a_person_who_writes_again(self):
        card = come()
        services.mark_unreachable(user_id=card.id, now=NOW)
        assert not selectors.customer_card(user_id=card.id).can_be_reached

        assert come().can_be_reached

    @pytest.mark.parametrize(
        ("code", "language"),
        [("ru", "ru"), ("uk", "ru"), ("kk-KZ", "ru"), ("en-GB", "en"), ("de", "en"), ("", "en")],
    )
    def test_chooses_a_language_once(self, code, language):
        assert come(language_code=code).language == language

    def test_keeps_no_name_that_breaks_a_line(self):
        name = "A\0\ud800\u202eb\n<b>" + "x" * 500

        card = come(first_name=name)

        assert card.first_name.startswith("Ab <b>xx")
        assert len(card.first_name) == 100


class TestSavePhone:
    @pytest.mark.parametrize(
        ("written", "kept"),
        [
            ("8 (900) 123-45-67", "+79001234567"),
            ("+7 900 123 45 67", "+79001234567"),
            ("79001234567", "+79001234567"),
            ("4915112345678", "+4915112345678"),
        ],
    )
    def test_keeps_a_number_however_it_is_written(self, customer, written, kept):
        assert services.save_phone(user_id=customer.pk, phone=written).phone == kept

    @pytest.mark.parametrize("written", ["", "  ", "12", "abc", "+7 900", "9" * 30])
    def test_refuses_what_is_no_phone_and_changes_nothing(self, customer, written):
        with pytest.raises(InvalidPhone):
            services.save_phone(user_id=customer.pk, phone=written)

        assert selectors.customer_card(user_id=customer.pk).phone == str(customer.phone)


class TestChangeLanguage:
    def test_speaks_another_language_from_now_on(self, customer):
        services.change_language(user_id=customer.pk, language="en")

        assert selectors.language_of(user_id=customer.pk) == "en"

    def test_refuses_a_language_the_shop_does_not_speak(self, customer):
        with pytest.raises(UnknownLanguage):
            services.change_language(user_id=customer.pk, language="de")

        assert selectors.language_of(user_id=customer.pk) == "ru"

    def test_refuses_nobody(self):
        with pytest.raises(PersonNotFound):
            services.change_language(user_id=0, language="en")


class TestRolesOf:
    def test_names_the_groups_of_the_active(self, manager):
        assert selectors.roles_of(user_id=manager.pk) == {"manager"}

        User.objects.filter(pk=manager.pk).update(is_active=False)

        assert selectors.roles_of(user_id=manager.pk) == frozenset()

    def test_counts_a_superuser_as_owner(self, db):
        root = User.objects.create_superuser("root", "a long password")

        assert selectors.roles_of(user_id=root.pk) == {"owner"}
