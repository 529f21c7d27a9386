from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import translation

from apps.orders import texts
from apps.orders.dto import LineCard, OrderCard, OrderStatus, StepCard

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LINE = LineCard(1, "DUMP-1", "Dumplings", 800, 2, None, Decimal(300), Decimal(600))


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def an_order(**changes) -> OrderCard:
    card = OrderCard(
        id=7,
        public_id=uuid4(),
        number="K-48213",
        status="placed",
        status_name="placed",
        method="delivery",
        created_at=NOW,
        items_total=Decimal(600),
        delivery_fee=Decimal(199),
        shortage=Decimal(0),
        total=Decimal(799),
        payment="cash",
        is_paid=False,
        address="Moscow, Lesnaya 1",
        contact_name="Anna",
        contact_phone="+79160000000",
        comment="",
        slot_starts_at=NOW + timedelta(hours=6),
        slot_ends_at=NOW + timedelta(hours=8),
        pickup_code="",
        can_cancel=True,
        lines=(LINE,),
    )
    return replace(card, **changes)


class TestWindow:
    @pytest.mark.parametrize(
        ("days", "language", "said"),
        [
            (0, "en", "today, 18:00–20:00"),
            (1, "en", "tomorrow, 18:00–20:00"),
            (2, "en", "Thursday, 26 November, 18:00–20:00"),
            (2, "ru", "четверг, 26 ноября, 18:00–20:00"),
        ],
    )
    def test_is_said_in_the_shops_zone(self, days, language, said):
        starts_at = NOW + timedelta(days=days, hours=6)

        with translation.override(language):
            text = texts.window(
                starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), now=NOW
            )

        assert text == said

    def test_knows_that_midnight_comes_earlier_in_the_shop(self):
        late = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)

        text = texts.window(starts_at=late, ends_at=late + timedelta(hours=1), now=NOW)

        assert text == "tomorrow, 01:00–02:00"


class TestStatusBar:
    @pytest.mark.parametrize(
        ("status", "bar"),
        [
            ("placed", "✅ Placed → ▫️ Packed → ▫️ On its way → ▫️ Delivered"),
            ("packed", "✅ Placed → 📦 Packed → ▫️ On its way → ▫️ Delivered"),
            ("out_for_delivery", "✅ Placed → 📦 Packed → 🚚 On its way → ▫️ Delivered"),
            ("delivered", "✅ Placed → 📦 Packed → 🚚 On its way → 🏠 Delivered"),
            ("cancelled", ""),
        ],
    )
    def test_shows_how_far_it_is(self, status, bar):
        assert texts.status_bar(an_order(status=status)) == bar


class TestCard:
    @pytest.mark.parametrize("status", OrderStatus)
    @pytest.mark.parametrize("method", ["delivery", "pickup"])
    def test_speaks_for_every_status(self, status, method):
        order = an_order(status=status, method=method, pickup_code="0412")

        assert "K-48213" in texts.card(order, now=NOW).text
        assert "K-48213" in texts.staff_card(order, now=NOW).text

    def test_escapes_what_people_wrote(self):
        evil = '<b>&"</a>'
        order = an_order(
            address=evil, comment=evil, contact_name=evil, attention=evil,
            lines=(replace(LINE, name=evil),),
        )  # fmt: skip

        for content in (texts.card(order, now=NOW), texts.staff_card(order, now=NOW)):
            assert evil not in content.text
            assert "&lt;b&gt;&amp;" in content.text

    def test_fits_a_message_whatever_was_written(self):
        line = replace(LINE, name="Щ" * 160, picked_quantity=1)
        order = an_order(
            address="Щ" * 400, address_details="Щ" * 400, comment="Щ" * 500, attention="Щ" * 200,
            contact_name="Щ" * 200, lines=(line,) * 100,
        )  # fmt: skip

        for content in (texts.card(order, now=NOW), texts.staff_card(order, now=NOW)):
            assert len(content.text) <= 4096
            assert "…and 85 more products" in content.text

    def test_offers_to_cancel_only_while_one_can(self):
        assert "1:cancel:7" in str(texts.card(an_order(), now=NOW).buttons)
        assert "1:cancel:7" not in str(texts.card(an_order(can_cancel=False), now=NOW).buttons)

    def test_shows_the_code_to_the_customer_only(self):
        order = an_order(status="ready_for_pickup", method="pickup", pickup_code="0412")

        assert "0412" in texts.card(order, now=NOW).text
        assert "0412" not in texts.staff_card(order, now=NOW).text

    def test_tells_what_was_missing(self):
        short = replace(LINE, picked_quantity=1)
        order = an_order(status="packed", shortage=Decimal(300), total=Decimal(499), lines=(short,))

        assert "(packed: 1)" in texts.card(order, now=NOW).text
        notice = texts.notice(order, reason="", now=NOW)
        assert notice is not None
        assert "RUB" in notice.text or "₽" in notice.text


class TestGoodsByWeight:
    def test_cost_at_most_so_much_before_they_are_weighed(self):
        line = replace(LINE, is_weighed=True, pack_weight_g=600)

        said = texts.card(an_order(lines=(line,)), now=NOW).text

        assert "(at most: by weight, up to 600 g each)" in said
        assert "At most: you pay for what the goods by weight really weigh." in said

    def test_cost_what_they_weigh_afterwards(self):
        line = replace(
            LINE, is_weighed=True, pack_weight_g=600, picked_quantity=LINE.quantity,
            weight_there_g=1096, weighed_off=Decimal(52), charged=Decimal(548),
        )  # fmt: skip
        order = an_order(
            status="packed", lines=(line,), weighed_off=Decimal(52), total=Decimal(747)
        )

        for said in (texts.card(order, now=NOW).text, texts.notice(order, reason="", now=NOW).text):
            assert "1.096 kg — 548\xa0₽, 52\xa0₽ less than reserved" in said
            assert "747\xa0₽" in said
            assert "At most" not in said


class TestNotice:
    @pytest.mark.parametrize("status", ["awaiting_payment", "placed", "picking"])
    def test_is_left_out_where_the_card_is_enough(self, status):
        assert texts.notice(an_order(status=status), reason="", now=NOW) is None

    def test_gives_the_reason_of_a_failure(self):
        notice = texts.notice(an_order(status="delivery_failed"), reason="<nobody>", now=NOW)

        assert notice is not None
        assert "&lt;nobody&gt;" in notice.text


class TestStaffCard:
    @pytest.mark.parametrize(
        ("status", "actions"),
        [("placed", ["confirm", "cancel", "call"]), ("confirmed", ["cancel", "call"]),
         ("out_for_delivery", ["call"]), ("delivered", []), ("awaiting_payment", [])],
    )  # fmt: skip
    def test_has_buttons_for_what_can_be_done_now(self, status, actions):
        rows = texts.staff_card(an_order(status=status), now=NOW).buttons

        order = an_order()
        assert [key.data for row in rows for key in row] == [
            f"1:staff-{action}:{order.id}" for action in actions
        ]

    def test_names_whoever_took_the_last_step(self):
        step = StepCard("A-1", "confirmed", "confirmed", 7, "<Olga>", NOW)

        assert "✍️ &lt;Olga&gt;, " in texts.staff_card(an_order(), now=NOW, step=step).text


class TestPicture:
    def test_is_named_after_the_state_the_way_and_the_language(self):
        assert texts.card(an_order(), now=NOW).drawn == "delivery:placed:en"
        with translation.override("ru"):
            assert texts.card(an_order(method="pickup"), now=NOW).drawn == "pickup:placed:ru"

    def test_is_left_out_where_the_words_would_not_fit_under_it(self):
        order = an_order(lines=tuple(replace(LINE, id=n, name="Ы" * 70) for n in range(15)))

        content = texts.card(order, now=NOW)

        assert len(content.text) > 1024
        assert content.drawn == ""
