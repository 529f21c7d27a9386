"""Free nets: every button is answered and fits into Telegram; lists cost the same with more."""

from decimal import Decimal

import pytest
from django.utils import translation

from apps.cart import selectors as cart_selectors
from apps.catalog import selectors as catalog_selectors
from apps.catalog.services import save_tag
from apps.core.time import now
from apps.notifications.buttons import pack
from bot import browsing, selectors, texts
from bot.filters import Filters
from bot.keyboards import Action, page_row
from bot.routes import BUTTONS, COMMANDS
from bot.screens import cart, catalogue, product
from bot.setup import commands
from tests import factories


class TestButtons:
    def test_each_have_somebody_who_answers(self):
        assert set(BUTTONS) == set(Action)

    def test_listed_commands_exist(self):
        assert {command.command for command in commands()} <= set(COMMANDS)

    @pytest.mark.parametrize("action", list(Action))
    def test_fit_with_the_longest_arguments(self, action):
        assert len(pack(action, 10**12, 10**12, 999, "c99999-99").encode()) <= 64

    def test_turn_pages_in_a_ring(self):
        (row,) = page_row(Action.PRODUCTS, 7, page=1, pages=3)

        assert [button.data for button in row] == ["1:list:7:3", "1:nop", "1:list:7:2"]

    @pytest.mark.parametrize(
        ("origin", "target"),
        [("c7-2", (Action.PRODUCTS, 7, 2)), ("s-3", (Action.FOUND, 3)), ("k", (Action.CART,)),
         ("m", (Action.CATEGORIES,)), ("", (Action.CATEGORIES,)), ("c-", (Action.CATEGORIES,)),
         ("cx-y", (Action.CATEGORIES,)), ("s²-²", (Action.CATEGORIES,))],
    )  # fmt: skip
    def test_lead_back_where_one_came_from(self, origin, target):
        assert catalogue.back_target(origin) == target


@pytest.mark.django_db
class TestQueries:
    @pytest.mark.parametrize("count", [1, 6, 13])
    def test_of_a_catalogue_page_are_three_at_most(self, count, django_assert_max_num_queries):
        category = factories.CategoryFactory()
        for _ in range(count):
            factories.VariantFactory(product=factories.ProductFactory(category=category))

        with django_assert_max_num_queries(3):
            node, page = browsing.category_products(category_id=category.pk, page=1, now=now())

        assert page.total == node.product_count == count

    def test_of_a_page_with_every_limit_are_three_at_most(self, django_assert_max_num_queries):
        category = factories.CategoryFactory()
        variant = factories.stocked_variant(9, product=factories.ProductFactory(category=category))
        variant.product.tags.add(save_tag(code="vegan", name_ru="веганское", name_en="vegan"))
        limits = Filters(("vegan",), ("milk",), Decimal(10_000), on_sale=False, in_stock=True)

        with django_assert_max_num_queries(3):
            _node, page = browsing.category_products(
                category_id=category.pk, page=1, now=now(), filters=limits
            )

        assert (page.total, page.tag_names) == (1, ("веганское",))
        assert Filters.of({"filters": limits.as_json()}) == limits

    def test_of_the_list_of_orders_do_not_grow(self, django_assert_max_num_queries):
        customer = factories.CustomerFactory()
        factories.OrderFactory.create_batch(7, customer=customer, lines=3)

        with django_assert_max_num_queries(4):
            page = selectors.orders_page(customer_id=customer.pk, page=9, now=now())

        assert (page.page, page.pages, len(page.items)) == (2, 2, 1)


@pytest.mark.django_db
class TestGoodsByWeight:
    def test_say_what_a_kilogram_costs_and_that_the_scales_decide(self):
        customer = factories.CustomerFactory(language="en")
        variant = factories.stocked_variant(
            9, sold_by="weight", pack_weight_g=600, regular_price=Decimal(750)
        )
        factories.fill_cart(customer, {variant: 2})
        view = cart_selectors.cart_view(customer_id=customer.pk, now=now())
        detail = catalog_selectors.product_detail(slug=variant.product.slug, now=now())
        shown = browsing.ProductView(detail, view)

        with translation.override("en"):
            card = product.card(view=shown, variant=detail.variants[0], origin="k", link="").text
            basket = cart.cart(view=view).text

        for said in (card, basket):
            assert "up to 600 g" in said
            assert "By weight, 1,250\xa0₽ per kg. You pay for what it weighs." in said
        assert "At most: you pay for what the goods by weight really weigh." in basket


class TestTexts:
    @pytest.mark.parametrize(
        ("grams", "language", "text"),
        [(450, "ru", "450"), (1000, "ru", "1"), (1500, "ru", "1,5"), (1500, "en", "1.5 kg")],
    )
    def test_weigh(self, grams, language, text):
        with translation.override(language):
            assert texts.weight(grams).startswith(text)

    def test_escape_and_cut_what_people_write(self):
        assert texts.safe("<b>\u202eabc&" + "x" * 400).startswith("&lt;b&gt;abc&amp;xxx")
        assert texts.safe("x" * 400).endswith("…")
