"""Search as customers type it, on a few products that are easily confused."""

import pytest

from apps.catalog import selectors, services
from apps.catalog.dto import ProductFilter
from apps.catalog.selectors import searching


@pytest.fixture
def shop(make_category, make_product):
    dumplings = make_category("dumplings", name_ru="Пельмени и вареники", name_en="Dumplings")
    pizza = make_category("pizza", name_ru="Пицца", name_en="Pizza")
    make_product(
        "siberian", category_id=dumplings.pk, name_ru="Пельмени сибирские с говядиной",
        name_en="Siberian pelmeni with beef", brand="Зимнегорье",
        composition_ru="мука, говядина, лук", composition_en="flour, beef, onion",
    )  # fmt: skip
    make_product(
        "cherry", category_id=dumplings.pk, name_ru="Вареники с вишнёй", name_en="Cherry vareniki"
    )
    make_product(
        "margherita", category_id=pizza.pk, name_ru="Пицца «Маргарита»", name_en="Pizza Margherita",
        description_ru="Как в Неаполе", description_en="As in Naples",
    )  # fmt: skip


def found(search, now, **fields):
    page = selectors.product_page(query=ProductFilter(search=search, **fields), now=now)
    assert page.total == len(page.items)
    return [card.slug for card in page.items]


@pytest.mark.usefixtures("shop")
class TestSearch:
    @pytest.mark.parametrize(
        ("search", "slug"),
        [
            ("пельмени", "siberian"),
            ("ПЕЛЬМЕНЯМИ", "siberian"),
            ("говядина", "siberian"),
            ("сибирские пел", "siberian"),
            ("пельм", "siberian"),
            ("pelmeni", "siberian"),
            ("beef", "siberian"),
            ("siber", "siberian"),
            ("зимнегорье", "siberian"),
            ("вишня", "cherry"),
            ("вишней", "cherry"),
            ("вишнёй", "cherry"),
            ("вареник", "cherry"),
            ("маргарита", "margherita"),
            ("неаполь", "margherita"),
            ("naples", "margherita"),
            ("вареники -говядина", "cherry"),
        ],
    )
    def test_finds_words_in_both_languages(self, search, slug, now):
        assert found(search, now)[0] == slug

    @pytest.mark.parametrize(
        ("search", "slug"),
        [
            ("пелмени", "siberian"),
            ("пильмени", "siberian"),
            ("сибирскии пелмени", "siberian"),
            ("pelmny", "siberian"),
            ("вареникы", "cherry"),
            ("маргорита", "margherita"),
            ("margarita", "margherita"),
        ],
    )
    def test_forgives_typing_errors(self, search, slug, now):
        assert found(search, now)[0] == slug

    @pytest.mark.parametrize(
        ("search", "slug"),
        [("gtkmvtyb", "siberian"), ("gtkmv", "siberian"), ("зшяяф", "margherita")],
    )
    def test_reads_the_other_keyboard_layout(self, search, slug, now):
        assert found(search, now)[0] == slug

    @pytest.mark.parametrize(
        "search", ["!!!", "'", "\\", "a & b | !", "<->", "(((", '"', "*", "%", "трактор", ":*"]
    )
    def test_finds_nothing_where_nothing_is_meant(self, search, now):
        assert found(search, now) == []

    def test_ranks_the_name_above_the_composition(self, make_product, now):
        make_product("stew", name_ru="Рагу", name_en="Stew", composition_ru="пельмени, вода")

        assert found("пельмени", now)[0] == "siberian"

    def test_keeps_to_the_other_filters(self, now):
        assert found("пельмени", now, category="pizza") == []
        assert set(found("пельмени", now, category="dumplings")) == {"siberian", "cherry"}

    def test_ranks_only_so_many(self, make_product, make_category, monkeypatch, now):
        shelf = make_category()
        for _ in range(6):
            make_product(category_id=shelf.pk, name_ru="Мороженое", name_en="Ice cream")
        monkeypatch.setattr(searching, "RANKED_AT_MOST", 4)

        assert len(found("мороженое", now)) == 4

    def test_is_one_statement_whatever_it_has_to_try(self, now, django_assert_num_queries):
        with django_assert_num_queries(2):  # The categories, and the search that found nothing.
            found("ничегопохожего", now)

    def test_follows_a_new_name_and_a_renamed_category(self, make_category, now):
        product_id = selectors.product_id_by_slug(slug="margherita")
        services.save_product(product_id=product_id, name_ru="Кальцоне")
        category_id = selectors.category_id_by_slug(slug="pizza")
        services.save_category(category_id=category_id, name_ru="Итальянское")

        assert found("кальцоне", now) == ["margherita"]
        assert found("итальянское", now) == ["margherita"]
        assert "margherita" not in found("маргариту", now)

    def test_does_not_find_what_was_removed(self, now):
        services.remove_product(product_id=selectors.product_id_by_slug(slug="siberian"), now=now)

        assert "siberian" not in found("сибирские", now)
