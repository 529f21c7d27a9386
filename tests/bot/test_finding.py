"""Anna finds what she wants: by a link, by limits, among what she likes, and takes more along."""

from decimal import Decimal
from io import BytesIO

import pytest
from PIL import Image

from apps.analytics import services as analytics
from apps.cart.models import CartItem
from apps.catalog import services as catalog
from apps.catalog.models import ProductImage
from apps.core.time import now
from apps.marketing import services as marketing
from apps.marketing.models import CampaignVisit, Favourite
from apps.notifications.deep_links import Link, Target, payload_of
from bot.models import Dialogue
from tests import factories
from tests.factories.promotions import make_code

pytestmark = pytest.mark.django_db(transaction=True)


def picture(colour: str) -> bytes:
    content = BytesIO()
    Image.new("RGB", (600, 400), colour).save(content, "PNG")
    return content.getvalue()


def quantity() -> int:
    return sum(CartItem.objects.values_list("quantity", flat=True))


class TestALink:
    def test_opens_a_shelf(self, dumplings, regular, anna):
        anna.starts(f"c-{dumplings.product.category_id}")

        anna.presses("Siberian dumplings")
        anna.presses("Back")
        anna.sees("1 product")

    @pytest.mark.parametrize(
        "payload", ["p-999999", "c-999999", "go-nowhere", "promo-NOSUCH", "p-abc", "promo64-_"]
    )
    def test_that_leads_nowhere_shows_the_menu_with_a_kind_sentence(self, regular, anna, payload):
        anna.starts(payload)

        menu = anna.sees("🔗")
        assert "What would you like?" in menu["text"]

    def test_of_somebody_elses_order_shows_nothing_of_it(self, regular, anna):
        order = factories.OrderFactory()

        anna.starts(f"order-{order.pk}")

        assert order.number not in anna.sees("🔗")["text"]

    @pytest.mark.parametrize("word", ["SPRING", "ВЕСНА24"])
    def test_puts_a_promo_code_into_a_cart_that_is_still_empty(
        self, dumplings, regular, anna, word
    ):
        make_code(word)

        anna.starts(payload_of(Link(Target.CODE, word=word)))
        anna.starts(payload_of(Link(Target.CODE, word=word)))
        anna.sees("The promo code waits in your cart")
        anna.starts(f"p-{dumplings.product_id}")
        anna.presses("🛒 Add")
        anna.presses("🛒 Cart")

        assert "540" in anna.sees("With your offers")["text"]

    def test_of_a_campaign_counts_a_person_once(self, dumplings, regular, anna, john):
        marketing.save_link(word="fall_ad", name="Ad", product_id=dumplings.product_id)

        for person in (anna, anna, john):
            person.starts("go-fall_ad")
            person.sees("Siberian dumplings")

        assert sorted(CampaignVisit.objects.values_list("is_new", flat=True)) == [False, True]


class TestFavourites:
    def test_are_kept_by_a_heart_and_lead_to_the_card(self, dumplings, regular, anna):
        anna.says("/favourites")
        anna.sees("You have no favourites yet")
        anna.starts(f"p-{dumplings.product_id}")

        anna.presses("🤍 Favourite")

        assert "❤️ Favourite" in anna.buttons()
        anna.says("/favourites")
        anna.presses("Siberian dumplings")
        anna.presses("Back")
        anna.sees("Your favourites")
        anna.presses("✖️")
        anna.sees("You have no favourites yet")
        assert not Favourite.objects.exists()

    def test_that_left_the_shop_say_so(self, dumplings, regular, anna):
        marketing.add_favourite(customer_id=regular.pk, product_id=dumplings.product_id, now=now())
        type(dumplings.product).objects.update(is_active=False)

        anna.says("/favourites")

        assert "Siberian dumplings" in anna.sees("No longer sold")["text"]
        anna.presses("🚫")
        anna.presses("✖️")
        assert not Favourite.objects.exists()


class TestLimits:
    def test_narrow_the_list_and_go_with_one_press(self, dumplings, regular, anna):
        shelf = dumplings.product.category
        cheap = factories.stocked_variant(
            5, regular_price=Decimal(100),
            product=factories.ProductFactory(
                category=shelf, name_en="Vegan cutlets", allergens=["gluten"]
            ),
        )  # fmt: skip
        tag = catalog.save_tag(code="vegan", name_ru="веганское", name_en="vegan")
        cheap.product.tags.add(tag)
        anna.starts(f"c-{shelf.pk}")
        anna.sees("2 products")
        anna.presses("⚙️ Filter")
        anna.presses("vegan")
        anna.presses("In stock")
        anna.presses("Show 1 product")

        listed = anna.sees("vegan · in stock")
        assert "1 product" in listed["text"]
        assert not any("Siberian" in label for label in anna.buttons())
        anna.presses("⚙️ Filter")
        anna.presses("Without allergens")
        anna.presses("gluten")
        anna.presses("Done")
        anna.sees("Nothing fits just now")
        anna.presses("Show all")

        anna.sees("2 products")
        assert Dialogue.objects.get().draft["filters"] == {}

    def test_of_any_age_and_forged_presses_break_nothing(self, dumplings, regular, anna):
        anna.starts()
        anna.sees("What would you like?")
        Dialogue.objects.update(draft={"filters": {"tags": 5, "up_to": "x", "without": ["rocks"]}})

        for data in ("1:filters:²", "1:filter:t:999999:c1-1", "1:filter:w:99:m", "1:filter:zz:1:m",
                     "1:filter-off:", "1:filter:p", "1:filters:c999999-1"):  # fmt: skip
            anna.forges(data, message_id=anna.sees()["message_id"])
        anna.starts(f"c-{dumplings.product.category_id}")

        anna.sees("1 product")


class TestATypedNumber:
    def test_is_meant_for_the_product_on_the_screen(self, dumplings, regular, anna):
        anna.starts(f"p-{dumplings.product_id}")
        anna.says("три")
        anna.sees("In the cart: 3")
        assert quantity() == 3

        anna.says("a dozen")
        anna.sees("Only 10 left")
        assert quantity() == 3
        anna.says("1.5")
        anna.sees("We sell whole packs")
        anna.says("0")
        anna.sees("Taken out")
        assert quantity() == 0

    def test_is_a_search_anywhere_else(self, dumplings, regular, anna):
        anna.starts(f"p-{dumplings.product_id}")
        anna.presses("Back")
        anna.says("3")

        anna.sees("Nothing found for “3”")
        assert quantity() == 0


class TestPictures:
    def test_come_as_an_album_above_the_card(self, dumplings, regular, anna):
        for colour in ("navy", "teal", "olive"):
            catalog.add_image(product_id=dumplings.product_id, content=picture(colour))
        anna.starts(f"p-{dumplings.product_id}")

        for times in (1, 2):
            anna.presses("🖼 3 photos")
            anna.sim.wait_for(
                lambda times=times: (
                    len(anna.sim.calls("sendMediaGroup")) == times
                    and ["media_group_id" in m for m in anna.messages() if "photo" in m]
                    == [True, True, True, False]
                ),
                what="one album, and the card below it",
            )

        assert "Siberian dumplings" in anna.messages()[-1]["caption"]
        assert all(ProductImage.objects.values_list("telegram_file_id", flat=True))


class TestWhatGoesWell:
    def test_is_offered_on_the_card_and_in_the_cart(self, dumplings, regular, anna):
        cream = factories.stocked_variant(9, product=factories.ProductFactory(name_en="Sour cream"))
        for _ in range(2):
            order = factories.OrderFactory(lines=0)
            for variant in (dumplings, cream):
                factories.OrderLineFactory(order=order, variant=variant)
        analytics.count_tastes(now=now())
        anna.starts(f"p-{dumplings.product_id}")
        assert not any("🤝" in label for label in anna.buttons())

        anna.presses("🛒 Add")
        anna.presses("🤝 Sour cream")
        anna.presses("Back")
        anna.presses("🛒 Cart")
        anna.sees("Others take this along")
        anna.presses("🤝 Sour cream")
        anna.presses("🛒 Add")
        anna.presses("🛒 Cart")

        assert not any("🤝" in label for label in anna.buttons())


class TestTheNameTypedInAnyChat:
    def test_offers_cards_in_the_language_of_who_types(self, dumplings, anna, john):
        answer = john.asks_inline("dumplings")

        (card,) = answer["results"]
        assert (card["title"], card["description"]) == (
            "Siberian dumplings", "800 g · 600\xa0₽ · few left",
        )  # fmt: skip
        assert answer["is_personal"] is True
        assert 0 < answer["cache_time"] <= 60
        assert anna.asks_inline("пельмени")["results"][0]["title"] == "Пельмени Сибирские"
        message = john.sends_result(answer, "Siberian")
        url = message["reply_markup"]["inline_keyboard"][0][0]["url"]
        john.starts(url.partition("start=")[2])
        john.presses("🛒 Add")

    def test_shows_what_is_popular_page_by_page(self, dumplings, john):
        shelf = dumplings.product.category
        for _ in range(22):
            variant = factories.stocked_variant(3, product=factories.ProductFactory(category=shelf))
            factories.OrderLineFactory(order=factories.OrderFactory(lines=0), variant=variant)
        assert len(john.asks_inline()["results"]) == 20  # nothing is popular yet

        analytics.count_tastes(now=now())
        first = john.asks_inline()
        rest = john.asks_inline(offset=first["next_offset"])

        seen = [card["id"] for card in (*first["results"], *rest["results"])]
        assert (len(seen), len(set(seen)), rest["next_offset"]) == (22, 22, "")

    def test_leads_into_the_shop_where_nothing_is_found(self, dumplings, john):
        answer = john.asks_inline("x" * 256, offset="-7")

        assert answer["results"] == []
        john.starts(john.asks_inline("qwrtzp")["button"]["start_parameter"])
        john.sees("What would you like?")
