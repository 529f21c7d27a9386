"""Managers plan, try, run and stop offers in the admin."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings

from apps.catalog.models import Variant
from apps.core.time import now
from apps.promotions.dto import OfferState
from apps.promotions.models import PromoCode, Promotion
from tests.admin.conftest import desk_of
from tests.factories import (
    CategoryFactory,
    CustomerFactory,
    ProductFactory,
    StaffFactory,
    ZoneFactory,
    fill_cart,
    make_code,
    make_promotion,
    placed_order,
    stocked_variant,
)

PROMOTIONS = "/admin/promotions/promotion/"
CODES = "/admin/promotions/promocode/"


@pytest.fixture
def pack(db):
    shelf = CategoryFactory(name_ru="Пельмени", name_en="Dumplings")
    return stocked_variant(
        30, product=ProductFactory(category=shelf, name_ru="Сибирские", name_en="Siberian")
    )


@pytest.fixture
def marketer(db):
    return StaffFactory(role="marketing", first_name="Марк")


@pytest.fixture
def desk(marketer):
    return desk_of(marketer)


def form(pack=None, **fields):
    """Return a form as the browser sends it: 15 percent on the pack's shelf, from yesterday on."""
    values = {
        "name_ru": "Неделя", "name_en": "Dumpling week", "scope": "category", "reward": "percent",
        "value": "15", "buy": "", "pay": "", "gift_variant": "", "gift_quantity": "1",
        "starts_at_0": "2026-01-05", "starts_at_1": "00:00:00", "ends_at_0": "", "ends_at_1": "",
        "minimum_total": "0", "priority": "0", "budget": "", "is_active": "on",
    }  # fmt: skip
    if pack is not None:
        values["categories"] = [pack.product.category_id]
    return values | fields


def errors_of(answer):
    return answer.context["adminform"].form.errors


class TestThePromotionsForm:
    def test_begins_now_unless_somebody_says_otherwise(self, desk):
        with time_machine.travel("2026-03-04 05:06:07Z", tick=False):
            page = desk.get(f"{PROMOTIONS}add/")

        initial = page.context["adminform"].form.initial["starts_at"]
        assert initial == datetime(2026, 3, 4, 5, 6, tzinfo=UTC)

    def test_makes_a_promotion_and_its_prices(self, desk, marketer, pack):
        answer = desk.post(f"{PROMOTIONS}add/", form(pack))

        promotion = Promotion.objects.get()
        assert answer.status_code == 302
        assert (promotion.value, promotion.scope) == (15, "category")
        assert Variant.objects.get(pk=pack.pk).price_at(now()) == 255
        assert promotion.history.get().history_user == marketer

    def test_reads_its_hours_in_the_shops_time(self, desk, pack):
        desk.post(f"{PROMOTIONS}add/", form(pack, starts_at_1="18:30:00"))

        zone = ZoneInfo(settings.SHOP_TIME_ZONE)
        assert Promotion.objects.get().starts_at == datetime(2026, 1, 5, 18, 30, tzinfo=zone)

    def test_changes_only_what_was_changed(self, desk, pack):
        promotion = make_promotion(
            scope="category", categories=[pack.product.category_id], value=Decimal(15),
            name_ru="Неделя", name_en="Dumpling week", ends_at=None,
        )  # fmt: skip
        starts = promotion.starts_at

        desk.post(
            f"{PROMOTIONS}{promotion.pk}/change/",
            form(
                pack,
                value="20",
                starts_at_0=starts.astimezone(ZoneInfo(settings.SHOP_TIME_ZONE)).date(),
                starts_at_1=starts.astimezone(ZoneInfo(settings.SHOP_TIME_ZONE)).time(),
            ),
        )

        promotion.refresh_from_db()
        assert (promotion.value, promotion.starts_at) == (20, starts)
        assert Variant.objects.get(pk=pack.pk).price_at(now()) == 240

    def test_forgets_what_the_chosen_reward_does_not_show(self, desk, pack):
        desk.post(
            f"{PROMOTIONS}add/", form(pack, reward="n_for_m", buy="3", pay="2", value="absurd")
        )

        promotion = Promotion.objects.get()
        assert (promotion.value, promotion.buy, promotion.pay) == (None, 3, 2)

    @pytest.mark.parametrize(
        ("fields", "field", "sentence"),
        [
            ({"value": ""}, "value", "Say how much."),
            ({"value": "150"}, "value", "More than 100 percent can't be taken off."),
            ({"categories": []}, "categories", "Choose the categories that it is for."),
            ({"scope": "product"}, "products", "Choose the products that it is for."),
            ({"reward": "gift"}, "gift_variant", "Choose the gift."),
            ({"scope": "cart", "reward": "n_for_m", "buy": "3", "pay": "2"}, "reward",
             "This reward can't be given for that."),
            ({"reward": "n_for_m", "buy": "2", "pay": "3"}, "pay",
             "Fewer units must be paid than are taken."),
            ({"ends_at_0": "2026-01-04", "ends_at_1": "00:00"}, "ends_at",
             "The end must come after the beginning."),
        ],
    )  # fmt: skip
    def test_says_in_a_sentence_beside_the_field_what_is_wrong(
        self, desk, pack, fields, field, sentence
    ):
        answer = desk.post(f"{PROMOTIONS}add/", form(pack, **fields))

        assert errors_of(answer) == {field: [sentence]}
        assert not Promotion.objects.exists()

    def test_refuses_an_hour_that_the_clocks_skip(self, desk, pack, settings):
        settings.TIME_ZONE = settings.SHOP_TIME_ZONE = "Europe/Berlin"

        answer = desk.post(
            f"{PROMOTIONS}add/", form(pack, starts_at_0="2026-03-29", starts_at_1="02:30:00")
        )

        assert "starts_at" in errors_of(answer)
        assert not Promotion.objects.exists()

    def test_says_why_a_budget_can_not_be_less_than_was_given(self, desk, pack):
        promotion = make_promotion(budget=Decimal(1000))
        placed_order(wanted={pack: 2})

        answer = desk.post(
            f"{PROMOTIONS}{promotion.pk}/change/", form(scope="cart", value="10", budget="50")
        )

        assert "budget" in errors_of(answer) or "More than that" in answer.content.decode()
        promotion.refresh_from_db()
        assert promotion.budget == 1000


class TestThePreview:
    def test_shows_three_real_carts_before_and_after_and_saves_nothing(self, desk, pack):
        ZoneFactory()
        for quantity in (1, 2, 4):
            fill_cart(CustomerFactory(), {pack: quantity})

        answer = desk.post(f"{PROMOTIONS}add/", form(pack, _preview="1"))

        trials = answer.context["trials"]
        assert [trial.lines[0].quantity for trial in trials] == [4, 2, 1]
        first = trials[0]
        assert (first.lines[0].before, first.lines[0].after) == ("1,200\u00a0₽", "1,020\u00a0₽")
        assert first.lines[0].notes == ("“Dumpling week”, −15\u00a0%",)
        assert (first.before, first.after, first.saved) == (
            "1,399\u00a0₽", "1,219\u00a0₽", "−180\u00a0₽",
        )  # fmt: skip
        assert "nothing is saved yet" in answer.content.decode()
        assert not Promotion.objects.exists()
        assert Variant.objects.get(pk=pack.pk).price_at(now()) == 300

    def test_keeps_what_was_typed(self, desk, pack):
        answer = desk.post(f"{PROMOTIONS}add/", form(pack, name_en="My own name", _preview="1"))

        assert 'value="My own name"' in answer.content.decode()

    def test_fills_up_with_orders_where_there_are_few_carts(self, desk, pack):
        order = placed_order(wanted={pack: 3})
        fill_cart(CustomerFactory(), {pack: 1})

        trials = desk.post(f"{PROMOTIONS}add/", form(pack, _preview="1")).context["trials"]

        assert [trial.lines[0].quantity for trial in trials] == [1, 3]
        assert order.number in trials[1].title

    def test_says_so_where_nobody_ever_bought(self, desk, pack):
        answer = desk.post(f"{PROMOTIONS}add/", form(pack, _preview="1"))

        assert answer.context["trials"] == []
        assert "no cart and no order yet" in answer.content.decode()

    def test_compares_a_changed_promotion_with_what_it_gives_now(self, desk, pack):
        promotion = make_promotion(
            scope="category", categories=[pack.product.category_id], value=Decimal(15)
        )
        fill_cart(CustomerFactory(), {pack: 1})

        (trial,) = desk.post(
            f"{PROMOTIONS}{promotion.pk}/change/", form(pack, value="50", _preview="1")
        ).context["trials"]

        assert (trial.lines[0].before, trial.lines[0].after) == ("255\u00a0₽", "150\u00a0₽")
        promotion.refresh_from_db()
        assert promotion.value == 15

    def test_tries_what_is_planned_at_its_beginning(self, desk, pack):
        fill_cart(CustomerFactory(), {pack: 1})
        day = (now() + timedelta(days=30)).date()

        answer = desk.post(f"{PROMOTIONS}add/", form(pack, starts_at_0=day, _preview="1"))

        assert answer.context["trials"][0].saved
        assert answer.context["tried_at"]

    @pytest.mark.parametrize(
        "fields",
        [
            {"scope": "cart"},
            {"reward": "n_for_m", "buy": "2", "pay": "1"},
            {"scope": "delivery", "reward": "free"},
            {"scope": "cart", "first_order_only": "on"},
            {"reward": "fixed_price", "value": "99"},
        ],
    )
    def test_shows_every_kind_of_offer(self, desk, pack, fields):
        ZoneFactory()
        fill_cart(CustomerFactory(), {pack: 2})

        (trial,) = desk.post(f"{PROMOTIONS}add/", form(pack, _preview="1", **fields)).context[
            "trials"
        ]

        assert trial.saved

    def test_shows_a_gift_and_a_code(self, desk, pack):
        gift = stocked_variant(3, product=ProductFactory(name_en="Sorbet"))
        fill_cart(CustomerFactory(), {pack: 2})
        promotion = form(scope="cart", reward="gift", gift_variant=gift.pk, _preview="1")
        promo_code = form(
            code="leto10", note="", scope="cart", per_customer="1", uses_limit="", _preview="1"
        )

        (with_gift,) = desk.post(f"{PROMOTIONS}add/", promotion).context["trials"]
        (with_code,) = desk.post(f"{CODES}add/", promo_code).context["trials"]

        assert with_gift.gifts == ("Sorbet × 1 · “Dumpling week”",)
        assert with_code.notes == ("Promo code LETO10, −15\u00a0%: −90\u00a0₽",)
        assert not PromoCode.objects.exists()

    def test_shows_what_is_wrong_instead_of_carts(self, desk, pack):
        answer = desk.post(f"{PROMOTIONS}add/", form(pack, value="", _preview="1"))

        assert "trials" not in answer.context
        assert errors_of(answer) == {"value": ["Say how much."]}

    def test_costs_the_same_for_carts_of_any_size(self, desk, pack, django_assert_max_num_queries):
        packs = {stocked_variant(5): 1 for _ in range(12)}
        for _ in range(3):
            fill_cart(CustomerFactory(), packs)
        desk.get(f"{PROMOTIONS}add/")

        with django_assert_max_num_queries(40):
            desk.post(f"{PROMOTIONS}add/", form(pack, _preview="1"))


class TestThePromoCodesForm:
    def test_makes_a_code_in_capitals(self, desk):
        desk.post(
            f"{CODES}add/",
            form(code=" leto 10", note="flyer", scope="cart", per_customer="1", uses_limit="100"),
        )

        row = PromoCode.objects.get()
        assert (row.code, row.uses_limit, row.per_customer) == ("LETO10", 100, 1)

    def test_says_above_the_form_that_a_code_is_taken(self, desk):
        make_code("LETO10")

        answer = desk.post(
            f"{CODES}add/", form(code="leto10", scope="cart", per_customer="", uses_limit="")
        )

        assert "LETO10 is in use already" in answer.content.decode()
        assert PromoCode.objects.count() == 1


@pytest.mark.django_db
class TestDeeds:
    def do(self, desk, row, name, base=PROMOTIONS):
        return desk.post(f"{base}{row.pk}/do/{name}/", {"state": "on" if row.is_active else "off"})

    def test_stop_and_switch_on(self, desk, pack):
        promotion = make_promotion(scope="category", categories=[pack.product.category_id])

        self.do(desk, promotion, "stop")
        promotion.refresh_from_db()
        assert not promotion.is_active
        assert Variant.objects.get(pk=pack.pk).price_at(now()) == 300
        self.do(desk, promotion, "activate")
        promotion.refresh_from_db()
        assert promotion.is_active
        assert Variant.objects.get(pk=pack.pk).price_at(now()) == 270

    def test_make_a_copy_and_lead_to_it(self, desk):
        row = make_code("LETO10")

        answer = self.do(desk, row, "duplicate", CODES)

        copy = PromoCode.objects.latest("pk")
        page = desk.get(answer.url).content.decode()
        assert (copy.code, copy.is_active) == ("LETO10", False)
        assert f"{CODES}{copy.pk}/change/" in page

    def test_are_not_offered_twice(self, desk):
        promotion = make_promotion()

        page = desk.get(f"{PROMOTIONS}{promotion.pk}/change/")

        assert [deed.name for deed, _url in page.context["deeds"]] == ["stop", "duplicate"]

    def test_are_not_supports_to_do(self):
        promotion = make_promotion()
        desk = desk_of(StaffFactory(role="support"))

        page = desk.get(f"{PROMOTIONS}{promotion.pk}/change/")
        self.do(desk, promotion, "stop")

        assert (page.status_code, page.context["deeds"]) == (200, [])
        assert "_preview" not in page.content.decode()
        promotion.refresh_from_db()
        assert promotion.is_active

    @pytest.mark.parametrize("role", ["warehouse", "courier"])
    def test_nor_shown_to_the_warehouse(self, db, role):
        assert desk_of(StaffFactory(role=role)).get(PROMOTIONS).status_code == 403


class TestTheLists:
    @pytest.fixture
    def rows(self, db):
        moment = now()
        make_promotion(name_en="Runs")
        make_promotion(name_en="Planned", starts_at=moment + timedelta(days=1))
        make_promotion(name_en="Over", starts_at=moment - timedelta(days=3),
                       ends_at=moment - timedelta(days=1))  # fmt: skip
        make_promotion(name_en="Off", is_active=False)
        used_up = make_promotion(name_en="Spent", budget=Decimal(10))
        Promotion.objects.filter(pk=used_up.pk).update(spent=10)

    @pytest.mark.parametrize(
        ("state", "name"),
        list(zip(OfferState.values, ["Runs", "Planned", "Over", "Off", "Spent"], strict=True)),
    )
    def test_filter_by_state(self, desk, rows, state, name):
        answer = desk.get(PROMOTIONS, {"state": state})

        assert [row.name_en for row in answer.context["cl"].result_list] == [name]

    def test_costs_the_same_with_more(self, desk, rows, django_assert_max_num_queries):
        with django_assert_max_num_queries(12):
            desk.get(PROMOTIONS)

    def test_of_redemptions_belong_to_their_orders(self, desk, pack):
        promotion = make_promotion()
        order = placed_order(wanted={pack: 2})

        page = desk.get("/admin/promotions/redemption/", {"promotion__id__exact": promotion.pk})

        assert order.number in page.content.decode()

    def test_run_on_the_first_page(self, desk, rows):
        page = desk.get("/admin/").content.decode()

        assert "Runs" in page
        assert "Planned" not in page
