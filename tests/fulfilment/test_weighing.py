"""Goods by weight: held at the most they can weigh, charged for what they do, never more."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from apps.catalog.dto import SoldBy
from apps.core.errors import NotAllowed
from apps.core.time import now
from apps.fulfilment import errors, selectors, services
from apps.fulfilment.dto import ShortCause
from apps.inventory import services as inventory
from apps.inventory.errors import InvalidQuantity, LabelUnreadable
from apps.notifications.models import Message
from apps.orders import errors as order_errors
from apps.orders import selectors as order_selectors
from apps.orders import services as orders
from apps.orders.dto import AdjustmentKind, OrderStatus
from apps.orders.models import Order, OrderLine
from apps.payments import services as payments
from apps.payments.models import Payment, ProviderCall, Refund
from apps.payments.services import StepUp
from tests.factories import (
    CustomerFactory,
    StaffFactory,
    make_promotion,
    placed_order,
    stocked_variant,
)
from tests.factories.inventory import receive
from tests.factories.money import started
from tests.fulfilment.state import whole_state

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-password-of-staff"


@pytest.fixture
def boss(db):
    user = StaffFactory(role="manager")
    user.set_password(PASSWORD)
    user.save()
    return user


def salmon(**fields):
    """Pieces of at most 600 g for 750.00: 1250 a kilogram."""
    fields = {
        "sold_by": SoldBy.WEIGHT,
        "pack_weight_g": 600,
        "regular_price": Decimal(750),
    } | fields
    return stocked_variant(20, **fields)


class Floor:
    """An order of salmon whose box is open."""

    def __init__(self, boss, *, wanted=None, gateway=None, capture=False, **fields):
        self.boss, self.gateway = boss, gateway
        if gateway is not None:
            fields["payment"] = "yookassa"
        self.order = placed_order(wanted=wanted or {salmon(): 2}, **fields)
        if gateway is not None:
            gateway.pay(str(started(self.order).provider_payment_id), capture=capture)
            payments.ask(payment_id=self.payment.pk, now=now())
        for step in (orders.confirm_order, services.start_picking):
            step(order_id=self.order.pk, actor_id=boss.pk, now=now())

    @property
    def line(self):
        return self.order.lines.filter(is_weighed=True).get()

    @property
    def payment(self):
        return Payment.objects.get(order=self.order)

    def weigh(self, grams, *, units=None, line=None, by=None):
        return services.weigh_line(
            order_id=self.order.pk, order_line_id=(line or self.line).pk, weight_g=grams,
            units=units, actor_id=(by or self.boss).pk, now=now(),
        )  # fmt: skip

    def put_in(self, units, line=None):
        line = line or self.line
        services.set_units(
            order_id=self.order.pk, order_line_id=line.pk, lot_id=line.variant.lots.get().pk,
            quantity=units, actor_id=self.boss.pk, now=now(),
        )  # fmt: skip

    def give_up(self):
        services.mark_short(
            order_id=self.order.pk, order_line_id=self.line.pk, cause=ShortCause.NONE_LEFT,
            actor_id=self.boss.pk, now=now(),
        )  # fmt: skip

    def pack(self):
        services.pack_order(order_id=self.order.pk, actor_id=self.boss.pk, now=now())
        self.order.refresh_from_db()
        assert services.check_books() == []
        return self.order

    def settle(self):
        """Let the provider do what it was asked, and ask it."""
        for payment_id in payments.send_due_calls(now=now()):
            payments.ask_quietly(payment_id=payment_id, now=now())
        assert services.check_books() == []

    def refund(self, units):
        return orders.refund_lines(
            order_id=self.order.pk, units={self.line.pk: units}, reason="thawed", key="",
            staff=StepUp(self.boss.pk, self.boss.username, PASSWORD, "10.0.0.1"), now=now(),
        )  # fmt: skip


@pytest.fixture
def floor(boss):
    """Two pieces: at most 1200 g for 1500.00, 199.00 for the delivery, to be paid in cash."""
    return Floor(boss)


class TestTheMoney:
    def test_is_what_the_goods_weigh_for_cash(self, floor):
        floor.weigh(1096)

        order = floor.pack()

        line = floor.line
        assert (line.total, line.weighed_off, line.charged) == (1500, 130, 1370)
        assert (order.total, order.weighed_off, order.shortage) == (1569, 130, 0)
        assert floor.payment.amount == 1569
        (row,) = order.adjustments.filter(kind=AdjustmentKind.WEIGHT)
        assert (row.amount, row.explanation) == (-130, {"grams": {line.sku: 1096}})

    def test_is_taken_of_what_was_set_aside_with_a_receipt(self, boss, gateway):
        floor = Floor(boss, gateway=gateway)
        assert gateway.facts["pay-1"].amount == 1699
        floor.weigh(1096)

        floor.pack()

        (call,) = ProviderCall.objects.all()
        name = f"{floor.line.name_ru}, 1,096 кг"
        assert [(row["name"], row["quantity"], row["total"]) for row in call.lines] == [
            (name, 2, "1370.00"), ("Доставка", 1, "199.00"),
        ]  # fmt: skip
        floor.settle()
        assert gateway.facts["pay-1"].captured == 1569
        assert not Refund.objects.exists()

    def test_goes_back_where_it_was_taken_at_once(self, boss, gateway):
        floor = Floor(boss, gateway=gateway, capture=True)
        floor.weigh(1096)

        floor.pack()

        (back,) = Refund.objects.all()
        assert back.amount == 130
        assert [(row["quantity"], row["total"]) for row in back.lines] == [(1, "130.00")]
        floor.settle()
        assert gateway.facts["pay-1"].refunded == 130

    @pytest.mark.parametrize("grams", [1200, 1201, 2400])
    def test_is_never_above_what_was_agreed(self, boss, gateway, grams):
        floor = Floor(boss, gateway=gateway)
        floor.weigh(grams)

        order = floor.pack()

        assert (floor.line.weight_g, floor.line.weighed_off) == (grams, 0)
        assert (order.total, order.weighed_off) == (1699, 0)
        assert not order.adjustments.filter(kind=AdjustmentKind.WEIGHT).exists()
        floor.settle()
        assert gateway.facts["pay-1"].captured == 1699

    def test_counts_only_the_pieces_that_are_there(self, boss):
        floor = Floor(boss, wanted={salmon(regular_price=Decimal("333.33")): 3})
        floor.put_in(2)
        floor.give_up()
        floor.weigh(1001)

        order = floor.pack()

        # 666.66 for two at most; 1001 of 1200 g of them.
        assert (order.shortage, order.weighed_off) == (Decimal("333.33"), Decimal("110.55"))
        assert floor.line.charged == Decimal("556.11")
        assert order.total == Decimal("556.11") + order.delivery_fee

    def test_keeps_the_share_of_a_discount(self, boss):
        make_promotion(scope="cart")
        floor = Floor(
            boss, wanted={salmon(): 1, stocked_variant(20, regular_price=Decimal("311.11")): 1}
        )
        line = floor.line
        assert line.discount == 75
        floor.weigh(548)

        order = floor.pack()

        # 675.00 × 548 / 600
        assert floor.line.charged == Decimal("616.50")
        assert order.weighed_off == Decimal("58.50")
        assert order.total == sum((line.charged for line in order.lines.all()), order.delivery_fee)

    def test_is_refunded_as_it_was_charged(self, boss, gateway):
        floor = Floor(boss, wanted={salmon(regular_price=Decimal("333.33")): 3}, gateway=gateway)
        floor.weigh(1799)
        floor.pack()
        floor.settle()
        charged = floor.line.charged
        assert charged == Decimal("999.43")

        given = [-floor.refund(1).amount for _ in range(3)]

        assert sum(given) == charged
        assert max(given) - min(given) <= Decimal("0.01")
        with pytest.raises(order_errors.TooManyUnits):
            floor.refund(1)
        floor.settle()

    def _two_lots(self, boss, gateway):
        """Pack two units, of which one is of a younger lot, and leave the money where it is."""
        floor = Floor(boss, gateway=gateway)
        young = receive(floor.line.variant, 5, days=300)
        old = floor.line.variant.lots.exclude(pk=young.pk).get()
        for lot in (old, young):
            services.set_units(
                order_id=floor.order.pk, order_line_id=floor.line.pk, lot_id=lot.pk, quantity=1,
                reason="for the test", actor_id=boss.pk, now=now(),
            )  # fmt: skip
        floor.weigh(1096)
        floor.pack()
        return floor, young

    def test_follows_units_that_are_called_back(self, boss, gateway):
        floor, young = self._two_lots(boss, gateway)
        floor.settle()
        inventory.recall_lot(lot_id=young.pk, reason="smell", actor_id=boss.pk)

        services.take_out_recalled(order_id=floor.order.pk, actor_id=boss.pk, now=now())

        floor.order.refresh_from_db()
        assert floor.line.charged == 685
        assert (floor.order.shortage, floor.order.weighed_off) == (750, 65)
        assert floor.order.total == 685 + floor.order.delivery_fee
        floor.settle()
        assert gateway.facts["pay-1"].refunded == 685

    def test_follows_units_that_are_called_back_before_the_money_is_taken(self, boss, gateway):
        floor, young = self._two_lots(boss, gateway)
        inventory.recall_lot(lot_id=young.pk, reason="smell", actor_id=boss.pk)

        services.take_out_recalled(order_id=floor.order.pk, actor_id=boss.pk, now=now())
        for _ in range(2):
            floor.settle()

        fact = gateway.facts["pay-1"]
        assert (fact.captured, fact.refunded) == (1569, 685)

    def test_is_settled_once(self, floor):
        floor.weigh(1096)
        floor.pack()
        total = floor.order.total

        with pytest.raises(order_errors.OrderMoveRefused):
            floor.pack()
        taken = orders.apply_shortage(order_id=floor.order.pk, picked={floor.line.pk: 2}, now=now())

        floor.order.refresh_from_db()
        assert (taken, floor.order.total) == (0, total)
        assert services.check_books() == []

    def test_is_what_a_substitute_by_weight_weighs(self, boss):
        first = salmon(pack_weight_g=500)
        other = salmon(product__category=first.product.category)
        floor = Floor(boss, wanted={first: 1, stocked_variant(20): 1})
        floor.give_up()
        asked = services.propose_substitute(
            order_id=floor.order.pk, order_line_id=floor.line.pk, variant_id=other.pk,
            actor_id=boss.pk, now=now(),
        )  # fmt: skip
        services.answer_for_customer(
            order_id=floor.order.pk, question_id=asked.id, is_taken=True, actor_id=boss.pk,
            now=now(),
        )  # fmt: skip
        for line in floor.order.lines.filter(quantity=1):
            floor.put_in(1, line)
        taken = floor.order.lines.get(variant=other)
        with pytest.raises(errors.WeightMissing):
            floor.pack()

        floor.weigh(300, line=taken)
        floor.pack()

        taken.refresh_from_db()
        assert taken.charged == 375


class TestWeighLine:
    def test_is_asked_for_before_the_box_is_closed(self, floor):
        before = whole_state(floor.order)

        with pytest.raises(errors.WeightMissing, match=floor.line.name):
            floor.pack()

        assert whole_state(floor.order) == before

    def test_is_asked_for_again_when_the_units_are_others(self, floor):
        floor.put_in(1)
        listed = floor.weigh(548)
        assert not listed.lines[0].needs_weight
        floor.put_in(2)

        (line,) = selectors.pick_list(order_id=floor.order.pk, now=now()).lines
        assert (line.needs_weight, line.is_done) == (True, False)
        with pytest.raises(errors.WeightMissing):
            services.pack_picked(order_id=floor.order.pk, actor_id=floor.boss.pk, now=now())

        assert floor.weigh(1096).is_done

    def test_is_asked_for_again_when_a_unit_was_changed_for_another(self, floor):
        floor.put_in(2)
        floor.weigh(1096)
        floor.put_in(1)
        floor.put_in(2)

        (line,) = selectors.pick_list(order_id=floor.order.pk, now=now()).lines

        assert (line.needs_weight, floor.line.weight_g) == (True, None)

    def test_may_come_before_the_first_scan(self, floor):
        floor.weigh(1096)
        floor.put_in(2)

        assert floor.pack().weighed_off == 130

    @pytest.mark.parametrize("grams", [0, 119, 2401, 10**9])
    def test_refuses_an_absurd_weight_and_changes_nothing(self, floor, grams):
        with pytest.raises(order_errors.WeightImpossible, match=r"120\D+2400"):
            floor.weigh(grams)

        assert floor.line.weight_g is None

    def test_takes_the_limits_themselves(self, floor):
        for grams in (120, 2400):
            assert floor.weigh(grams).lines[0].weight_g == grams

    def test_refuses_and_changes_nothing(self, floor, boss):
        plain = Floor(boss, wanted={stocked_variant(20): 2})
        courier = StaffFactory(role="courier")
        for refusal, deed in (
            (order_errors.NotByWeight, lambda: plain.weigh(700, line=plain.order.lines.get())),
            (errors.LineNotFound, lambda: floor.weigh(1096, line=plain.order.lines.get())),
            (InvalidQuantity, lambda: floor.weigh(1096, units=3)),
            (InvalidQuantity, lambda: floor.weigh(1096, units=0)),
            (NotAllowed, lambda: floor.weigh(1096, by=courier)),
        ):
            with pytest.raises(refusal):
                deed()
        floor.weigh(1096)
        floor.pack()
        with pytest.raises(order_errors.OrderMoveRefused):
            floor.weigh(1000)

        assert floor.line.weight_g == 1096
        assert plain.order.lines.get().weight_g is None

    @pytest.mark.parametrize(
        "fields",
        [
            {"is_weighed": False, "weight_g": 5, "weighed_units": 1},
            {"is_weighed": True, "weight_g": 5, "weighed_units": None},
            {"is_weighed": True, "weight_g": 0, "weighed_units": 1},
            {"is_weighed": True, "weight_g": None, "weighed_units": None, "weighed_off": 1},
            {"is_weighed": True, "weight_g": 5, "weighed_units": 1, "weighed_off": 1501},
            {"is_weighed": True, "weight_g": 5, "weighed_units": 1, "weighed_off": -1},
        ],
    )
    def test_is_guarded_by_the_database(self, floor, fields):
        with pytest.raises(IntegrityError, match="orders_line_"), transaction.atomic():
            OrderLine.objects.filter(pk=floor.line.pk).update(**fields)

    def test_is_audited(self, floor):
        floor.weigh(1096)
        floor.pack()
        OrderLine.objects.filter(pk=floor.line.pk).update(weighed_off=100)

        found = {(one.subject, one.counter) for one in services.check_books()}

        assert (f"order {floor.order.number}", "weight by lines") in found

    def test_does_not_concern_orders_from_before(self, floor):
        OrderLine.objects.filter(pk=floor.line.pk).update(is_weighed=False)

        assert floor.pack().total == 1699


class TestALabelOfTheScales:
    """GS1 310n: (01) the product, (3103) its net weight in grams."""

    @pytest.fixture
    def floor(self, boss):
        return Floor(boss, wanted={salmon(barcode="2000001004432"): 2})

    def scan(self, floor, label, **fields):
        return services.scan_unit(
            order_id=floor.order.pk, code=label, actor_id=floor.boss.pk, now=now(), **fields
        ).listed

    def test_weighs_the_units_as_they_are_scanned(self, floor):
        self.scan(floor, "(01)02000001004432(3103)000548")
        listed = self.scan(floor, "01020000010044323102000055")

        assert (listed.lines[0].weight_g, listed.lines[0].weighed_units) == (1098, 2)
        assert listed.is_done

    def test_leaves_the_sum_to_the_picker_where_a_unit_has_none(self, floor):
        self.scan(floor, "2000001004432")
        listed = self.scan(floor, "(01)02000001004432(3103)000548")

        assert (listed.lines[0].in_box, listed.lines[0].needs_weight) == (2, True)

    def test_is_not_added_to_what_a_unit_weighed_that_was_taken_out(self, floor):
        self.scan(floor, "(01)02000001004432(3103)000500")
        self.scan(floor, "(01)02000001004432(3103)000600")
        floor.put_in(1)
        listed = self.scan(floor, "(01)02000001004432(3103)000300")

        assert (listed.lines[0].in_box, listed.lines[0].needs_weight) == (2, True)
        assert floor.weigh(800).is_done

    def test_is_not_taken_for_several(self, floor):
        listed = self.scan(floor, "(01)02000001004432(3103)000548", quantity=2)

        assert listed.lines[0].needs_weight

    @pytest.mark.parametrize(
        ("weight", "refusal"),
        [("000005", order_errors.WeightImpossible), ("09", LabelUnreadable),
         ("0005x8", LabelUnreadable)],
    )  # fmt: skip
    def test_is_refused_where_it_makes_no_sense(self, floor, weight, refusal):
        before = whole_state(floor.order)

        with pytest.raises(refusal):
            self.scan(floor, f"(01)02000001004432(3103){weight}")

        assert whole_state(floor.order) == before
        assert floor.line.weight_g is None


class TestWhatTheCustomerReads:
    def test_is_the_most_before_and_the_weight_afterwards(self, boss):
        floor = Floor(boss, customer=CustomerFactory(language="en"))

        def card():
            return order_selectors.order_card(
                customer_id=floor.order.customer_id, order_id=floor.order.pk
            )

        before = card()
        assert (before.is_estimate, before.lines[0].weight_there_g) == (True, None)
        floor.weigh(1096)
        assert card().is_estimate

        floor.pack()

        after = card()
        assert (after.is_estimate, after.weighed_off) == (False, 130)
        assert (after.lines[0].weight_there_g, after.lines[0].charged) == (1096, 1370)
        event = floor.order.events.get(to_status="packed")
        told = Message.objects.get(dedupe_key=f"order-event:{event.pk}").body["text"]
        assert "1.096 kg — 1,370\xa0₽, 130\xa0₽ less than reserved" in told
        assert "The final total: 1,569\xa0₽." in told


class TestDoors:
    def test_are_an_endpoint(self, floor, signed_in):
        client = signed_in(StaffFactory(role="warehouse"))
        url = f"/api/v1/staff/orders/{floor.order.public_id}/weights/{floor.line.pk}/"

        refused = client.put(url, {"weight_g": 5}, format="json")
        answer = client.put(url, {"weight_g": 548, "units": 1}, format="json")

        assert (refused.status_code, refused.json()["code"]) == (400, "weight_impossible")
        (line,) = answer.json()["lines"]
        assert (line["is_weighed"], line["weight_g"], line["weighed_units"]) == (True, 548, 1)
        assert not line["needs_weight"]

    def test_show_the_order_to_its_customer(self, floor, signed_in):
        client = signed_in(floor.order.customer)
        floor.weigh(1096)
        floor.pack()

        answer = client.get(f"/api/v1/orders/{floor.order.public_id}/").json()

        assert (answer["weighed_off"], answer["is_estimate"]) == ("130.00", False)
        (line,) = answer["lines"]
        assert (line["weight_g"], line["charged"]) == (1096, "1370.00")
        assert Order.objects.get(pk=floor.order.pk).status == OrderStatus.PACKED


@given(
    price=st.integers(1, 100_000), bought=st.integers(1, 8), gifts=st.integers(0, 2),
    share=st.integers(0, 100), missing=st.integers(0, 3), grams=st.integers(1, 12_000),
    data=st.data(),
)  # fmt: skip
def test_any_weight_is_charged_and_given_back_to_the_cent(
    price, bought, gifts, share, missing, grams, data
):
    total = Decimal(price) / 100 * bought
    line = OrderLine(
        unit_price=Decimal(price) / 100, quantity=bought + gifts, gift_quantity=gifts, total=total,
        discount=(total * share / 100).quantize(Decimal("0.01")), pack_weight_g=600,
        is_weighed=True, picked_quantity=max(0, bought + gifts - missing),
    )  # fmt: skip
    agreed = line.agreed_for(line.there, among=line.there)
    line.weight_g, line.weighed_units = grams, max(1, line.there)

    line.weighed_off = line.less_for_weight()

    most = 600 * line.weighed_units
    assert 0 <= line.weighed_off <= agreed
    assert abs(line.charged - agreed * min(grams, most) / most) <= Decimal("0.005")
    charged = line.charged
    while line.refundable:
        units = data.draw(st.integers(1, line.refundable))
        amount = line.owed_for(units)
        assert amount >= 0
        line.refunded_quantity += units
        line.refunded += amount
    assert line.refunded == charged
