"""Something else instead of what ran out: asked once, answered once, never dearer."""

import re
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.catalog.models import ProductImage
from apps.core.errors import Busy, NotAllowed
from apps.core.time import now
from apps.fulfilment import errors, selectors, services
from apps.fulfilment.dto import ShortCause
from apps.fulfilment.models import LineShortage, Substitution
from apps.fulfilment.services import substituting
from apps.inventory import services as stock
from apps.inventory.models import StockLevel, StockMovement
from apps.notifications.models import Message
from apps.orders import services as orders
from apps.orders.dto import IfShort, OrderEdit
from apps.orders.models import Order
from tests.admin.conftest import desk_of
from tests.factories import CategoryFactory, StaffFactory, placed_order, stocked_variant
from tests.fulfilment.state import whole_state
from tests.races import together

pytestmark = pytest.mark.django_db


class Floor:
    """An order that is picked: two packs at 300.00, of which one is not to be had."""

    def __init__(self, boss, if_short=IfShort.LEAVE, **fields):
        shelf = CategoryFactory()
        self.boss = boss
        self.variant = stocked_variant(20, price=Decimal("300.00"), product__category=shelf)
        self.other = stocked_variant(
            9, price=Decimal("350.00"), regular_price=Decimal("350.00"),
            base_price=Decimal("350.00"), product__category=shelf,
        )  # fmt: skip
        more = stocked_variant(5, price=Decimal("100.00"))
        self.order = placed_order(wanted={self.variant: 2, more: 1}, if_short=if_short, **fields)
        for step in (orders.confirm_order, services.start_picking):
            step(order_id=self.order.pk, actor_id=boss.pk, now=now())
        self.line = self.order.lines.get(variant=self.variant)
        for line, units in ((self.line, 1), (self.order.lines.get(variant=more), 1)):
            self.put(line, units)
        services.mark_short(
            order_id=self.order.pk, order_line_id=self.line.pk, cause=ShortCause.NONE_LEFT,
            actor_id=boss.pk, now=now(),
        )  # fmt: skip

    def put(self, line, units):
        services.set_units(
            order_id=self.order.pk, order_line_id=line.pk, lot_id=line.variant.lots.get().pk,
            quantity=units, actor_id=self.boss.pk, now=now(),
        )  # fmt: skip

    def found_damaged(self):
        services.mark_short(
            order_id=self.order.pk, order_line_id=self.line.pk, cause=ShortCause.DAMAGED,
            actor_id=self.boss.pk, now=now(),
        )  # fmt: skip

    def propose(self, variant=None, who=None):
        return services.propose_substitute(
            order_id=self.order.pk, order_line_id=self.line.pk,
            variant_id=(variant or self.other).pk, actor_id=(who or self.boss).pk, now=now(),
        )  # fmt: skip

    def answer(self, asked, is_taken, *, moment=None, who=None):
        return services.answer_substitute(
            question_id=asked.id, customer_id=(who or self.order.customer).pk, is_taken=is_taken,
            now=moment or now(),
        )  # fmt: skip

    def pack(self, moment=None):
        return services.pack_picked(
            order_id=self.order.pk, actor_id=self.boss.pk, now=moment or now()
        )

    def reserved(self):
        return StockLevel.objects.get(variant=self.other).reserved

    @property
    def total(self):
        return Order.objects.get(pk=self.order.pk).total


@pytest.fixture
def boss(db):
    return StaffFactory(role="manager")


@pytest.fixture
def floor(boss):
    return Floor(boss)


class TestProposeSubstitute:
    def test_asks_the_customer_and_keeps_the_units(self, floor):
        (offer,) = selectors.offers_for(
            order_id=floor.order.pk, variant_id=floor.variant.pk, units=1, now=now()
        )
        total = floor.total
        ProductImage.objects.create(product=floor.other.product, large="products/x.webp")

        asked = floor.propose()

        assert offer.variant_id == floor.other.pk
        assert (asked.units, asked.price, asked.state) == (1, Decimal("300.00"), "open")
        assert floor.reserved() == 1
        assert floor.total == total
        message = Message.objects.get(dedupe_key=f"substitution:{asked.id}")
        assert floor.other.product.name_ru in message.body["text"]
        assert message.body["photo"] == "products/x.webp"
        assert [len(row) for row in message.body["buttons"]] == [2]
        assert services.check_books() == []

    def test_refuses_and_changes_nothing(self, floor):
        elsewhere = stocked_variant(5)
        before = whole_state(floor.order)
        with pytest.raises(errors.NoSuchSubstitute):
            floor.propose(elsewhere)
        with pytest.raises(errors.NoSuchSubstitute):
            floor.propose(floor.variant)
        with pytest.raises(NotAllowed):
            floor.propose(who=StaffFactory(role="courier"))
        LineShortage.objects.all().delete()
        with pytest.raises(errors.NotShort):
            floor.propose()

        assert not Substitution.objects.exists()
        assert whole_state(floor.order) == before | {"shortages": []}

    def test_asks_one_thing_at_a_time(self, floor):
        floor.propose()

        with pytest.raises(errors.QuestionOpen):
            floor.propose()
        with pytest.raises(errors.QuestionOpen):
            floor.pack()

        assert Substitution.objects.count() == 1


class TestAnswerSubstitute:
    def test_takes_it_for_no_more_than_before(self, floor):
        total = floor.total
        asked = floor.answer(floor.propose(), True)

        substitute = Substitution.objects.get().substitute
        assert asked.state == "taken"
        assert floor.total == total
        assert (substitute.quantity, substitute.total) == (1, Decimal("300.00"))
        assert substitute.substitute_for == floor.line
        floor.put(substitute, 1)
        floor.pack()
        order = Order.objects.get(pk=floor.order.pk)
        assert order.shortage == 0
        assert order.payments.get().amount == total
        assert services.check_books() == []

    def test_is_cheaper_where_the_substitute_is(self, boss):
        floor = Floor(boss)
        cheap = stocked_variant(
            5, price=Decimal("250.00"), regular_price=Decimal("250.00"),
            base_price=Decimal("250.00"), product__category=floor.variant.product.category,
        )  # fmt: skip
        total = floor.total

        floor.answer(floor.propose(cheap), True)

        assert floor.total == total - 50
        assert floor.order.changes.get().amount == -50
        assert services.check_books() == []

    def test_leaves_it_out(self, floor):
        total = floor.total

        asked = floor.answer(floor.propose(), False)
        floor.pack()

        assert asked.state == "left"
        assert floor.reserved() == 0
        assert floor.total == total - 300
        assert services.check_books() == []

    def test_is_kind_to_old_buttons_and_deaf_to_strangers(self, floor, customer):
        question = floor.propose()
        with pytest.raises(errors.QuestionNotFound):
            floor.answer(question, True, who=customer)
        floor.answer(question, True)
        before = whole_state(floor.order)

        again = floor.answer(question, False)

        assert again.state == "taken"
        assert whole_state(floor.order) == before

    def test_is_too_late_after_the_deadline(self, floor):
        question = floor.propose()

        asked = floor.answer(question, True, moment=question.deadline)

        assert asked.state == "left"
        assert floor.reserved() == 0

    def test_ends_with_the_order(self, floor):
        question = floor.propose()
        services.cancel_picking(
            order_id=floor.order.pk, reason="flood", actor_id=floor.boss.pk, now=now()
        )

        assert floor.answer(question, True).state == "left"
        assert floor.reserved() == 0
        assert services.check_books() == []

    def test_ends_when_the_units_are_found(self, floor):
        question = floor.propose()

        floor.put(floor.line, 2)

        assert floor.answer(question, True).state == "left"
        assert floor.reserved() == 0

    def test_ends_when_the_desk_takes_the_line_out(self, floor):
        question = floor.propose()
        services.edit_order(
            order_id=floor.order.pk, edit=OrderEdit({floor.line.pk: 1}), reason="by telephone",
            actor_id=floor.boss.pk, now=now(),
        )  # fmt: skip

        floor.pack()

        assert floor.answer(question, True).state == "left"
        assert floor.reserved() == 0
        assert services.check_books() == []

    def test_throws_away_what_was_found_damaged_and_is_not_in_the_order_any_more(self, floor):
        floor.found_damaged()

        floor.answer(floor.propose(), True)

        waste = StockMovement.objects.get(kind="waste")
        assert (waste.lot.variant, waste.quantity) == (floor.variant, -1)
        floor.put(floor.order.lines.get(variant=floor.other), 1)
        floor.pack()
        level = StockLevel.objects.get(variant=floor.variant)
        assert (level.on_hand, level.reserved) == (18, 0)
        assert [*services.check_books(), *stock.check_books()] == []

    def test_throws_away_what_was_found_damaged_and_the_desk_takes_out(self, floor):
        floor.found_damaged()
        edit = OrderEdit({floor.line.pk: 1})

        for _again in range(2):
            services.edit_order(
                order_id=floor.order.pk, edit=edit, reason="by telephone", key="once-only",
                actor_id=floor.boss.pk, now=now(),
            )  # fmt: skip
        floor.pack()

        assert StockMovement.objects.get(kind="waste").quantity == -1
        assert StockLevel.objects.get(variant=floor.variant).on_hand == 18
        assert [*services.check_books(), *stock.check_books()] == []


class TestQuestionsTo:
    def asked(self, floor, who=None):
        customer = who or floor.order.customer
        return selectors.questions_to(customer_id=customer.pk, now=now())

    def test_tells_what_the_customer_needs_to_decide(self, floor):
        ProductImage.objects.create(
            product=floor.other.product, small="products/s.webp", large="products/x.webp"
        )
        floor.propose()

        (question,) = self.asked(floor)

        assert question.order_public_id == floor.order.public_id
        assert question.image.endswith("products/s.webp")
        assert question.total == question.worth == Decimal("300.00")
        assert question.regular_total == Decimal("350.00")
        assert (question.state, question.is_late) == ("open", False)

    def test_keeps_what_was_decided_until_the_box_is_closed(self, floor):
        floor.answer(floor.propose(), False)
        assert [question.state for question in self.asked(floor)] == ["left"]

        floor.pack()

        assert self.asked(floor) == []

    def test_tells_strangers_nothing(self, floor, customer):
        floor.propose()

        assert self.asked(floor, customer) == []

    def test_asks_two_things_of_the_database_however_many_there_are(
        self, boss, django_assert_num_queries
    ):
        first = Floor(boss)
        more = [Floor(boss, customer=first.order.customer) for _ in range(2)]
        for floor in (first, *more):
            floor.propose()

        with django_assert_num_queries(2):
            assert len(self.asked(first)) == 3


class TestSettleSubstitutions:
    def late(self, floor, question):
        return services.settle_substitutions(now=question.deadline)

    def test_waits_for_the_deadline(self, floor):
        question = floor.propose()

        assert services.settle_substitutions(now=question.deadline - timedelta(seconds=1)) == 0
        assert Substitution.objects.get().state == "open"

    def test_replaces_for_whom_chose_so_and_tells(self, boss):
        floor = Floor(boss, IfShort.REPLACE)
        question = floor.propose()

        assert self.late(floor, question) == 1
        assert self.late(floor, question) == 0

        assert Substitution.objects.get().state == "taken"
        change = floor.order.changes.get()
        assert Message.objects.filter(dedupe_key=f"order-change:{change.pk}").exists()

    def test_leaves_out_for_whom_chose_so(self, floor):
        self.late(floor, floor.propose())

        assert Substitution.objects.get().state == "left"
        assert floor.reserved() == 0

    def test_has_whom_wants_it_called(self, boss):
        floor = Floor(boss, IfShort.CALL)
        question = floor.propose()

        self.late(floor, question)
        assert self.late(floor, question) == 0

        floor.order.refresh_from_db()
        assert floor.order.attention
        assert Substitution.objects.get().state == "open"
        asked = services.answer_for_customer(
            order_id=floor.order.pk, question_id=question.id, is_taken=True,
            actor_id=boss.pk, now=question.deadline,
        )  # fmt: skip
        assert asked.state == "taken"

    def test_goes_on_where_one_is_refused(self, boss, monkeypatch, caplog):
        stuck, fine = (Floor(boss) for _ in "12")
        questions = [floor.propose() for floor in (stuck, fine)]
        hold = substituting._hold

        def refuse(order_id):
            if order_id == stuck.order.pk:
                raise Busy
            return hold(order_id)

        monkeypatch.setattr(substituting, "_hold", refuse)
        with caplog.at_level("WARNING"):
            assert self.late(stuck, questions[-1]) == 1

        assert list(Substitution.objects.order_by("pk").values_list("state", flat=True)) == [
            "open", "left"
        ]  # fmt: skip
        assert Busy.code in caplog.text

    def test_is_not_answered_in_the_name_of_another_order(self, boss, floor):
        question, other = floor.propose(), Floor(boss)

        with pytest.raises(errors.QuestionNotFound):
            services.answer_for_customer(
                order_id=other.order.pk, question_id=question.id, is_taken=True,
                actor_id=boss.pk, now=now(),
            )  # fmt: skip

        assert Substitution.objects.get().state == "open"

    def test_lets_the_box_be_closed_when_nobody_could_be_reached(self, boss):
        floor = Floor(boss, IfShort.CALL)
        question = floor.propose()

        floor.pack(question.deadline)

        assert Substitution.objects.get().state == "left"
        assert services.check_books() == []


class TestLocks:
    """Stock rows are locked once, in key order, and after the window: else packers deadlock."""

    @staticmethod
    def first_locks(ctx):
        """Return when the window was touched first, and which stock rows were locked how."""
        named = list(enumerate(query["sql"] for query in ctx.captured_queries))
        slots = [i for i, sql in named if "delivery_deliveryslot" in sql and "UPDATE" in sql]
        stock = [
            (i, set(re.findall(r"\d+", sql.split(" IN (")[1].split(")")[0])))
            for i, sql in named
            if '"inventory_stocklevel"' in sql and sql.endswith("FOR UPDATE")
        ]
        return slots, stock

    def test_come_before_those_of_lots_when_a_line_is_complete_after_all(self, floor):
        floor.propose()

        with CaptureQueriesContext(connection) as ctx:
            floor.put(floor.line, 2)

        _slots, stock = self.first_locks(ctx)
        sqls = [query["sql"] for query in ctx.captured_queries]
        lots = [i for i, sql in enumerate(sqls) if sql.startswith('UPDATE "inventory_lot"')]
        assert floor.reserved() == 0
        assert max(place for place, _rows in stock) < lots[0]

    def test_are_taken_at_once_when_the_desk_changes_an_order(self, floor):
        floor.propose()

        with CaptureQueriesContext(connection) as ctx:
            services.edit_order(
                order_id=floor.order.pk, edit=OrderEdit({floor.line.pk: 1}), reason="by telephone",
                actor_id=floor.boss.pk, now=now(),
            )  # fmt: skip

        slots, ((first, rows), *later) = self.first_locks(ctx)
        assert slots[0] < first
        assert all(more <= rows for _place, more in later)

    def test_are_taken_at_once_when_a_box_is_closed_over_questions(self, boss):
        floor = Floor(boss, IfShort.LEAVE)
        question = floor.propose()

        with CaptureQueriesContext(connection) as ctx:
            floor.pack(question.deadline)

        slots, ((first, rows), *later) = self.first_locks(ctx)
        assert slots[0] < first
        assert later
        assert all(more <= rows for _place, more in later)


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_are_answered_once_while_the_deadline_passes(self, boss):
        floor = Floor(boss, IfShort.LEAVE)
        question = floor.propose()
        early = question.deadline - timedelta(seconds=1)

        together([
            partial(floor.answer, question, True, moment=early),
            partial(services.settle_substitutions, now=question.deadline),
        ])  # fmt: skip

        state = Substitution.objects.get().state
        assert floor.reserved() == (1 if state == "taken" else 0)
        assert floor.order.changes.count() == (1 if state == "taken" else 0)
        assert services.check_books() == []


class TestDoors:
    def test_are_buttons_of_the_box(self, floor):
        desk = desk_of(floor.boss)
        url = reverse("admin:orders_order_picking", args=(floor.order.pk,))
        page = desk.get(url).content.decode()
        assert "Offer something instead" in page

        asked = {"deed": "offer", "line": floor.line.pk, "variant": floor.other.pk}
        page = desk.post(url, asked).content.decode()
        assert "They said yes" in page
        question = Substitution.objects.get()
        desk.post(url, {"deed": "answer", "question": question.pk, "taken": "1"})

        question.refresh_from_db()
        assert question.state == "taken"

    def test_are_endpoints(self, floor, signed_in):
        path = f"/api/v1/staff/orders/{floor.order.public_id}/short-lines/{floor.line.pk}/"
        asked = signed_in(floor.boss).post(f"{path}substitute/", {"sku": floor.other.sku})
        assert (asked.status_code, asked.json()["price"]) == (201, "300.00")
        own = f"/api/v1/orders/substitutions/{asked.json()['id']}/"
        mine = signed_in(floor.order.customer)
        assert mine.get(own).json()["state"] == "open"

        assert mine.post(own, {"taken": True}).json()["state"] == "taken"
        assert mine.post(own, {"taken": False}).json()["state"] == "taken"
        assert signed_in(floor.boss).get(own).status_code == 404

    def test_list_what_the_caller_is_asked(self, floor, signed_in, api):
        asked = floor.propose()
        mine = signed_in(floor.order.customer)

        (question,) = mine.get("/api/v1/orders/substitutions/").json()

        assert (question["id"], question["order"]) == (asked.id, str(floor.order.public_id))
        assert (question["worth"], question["total"]) == ("300.00", "300.00")
        assert question["is_late"] is False
        assert signed_in(floor.boss).get("/api/v1/orders/substitutions/").json() == []
        assert api.get("/api/v1/orders/substitutions/").status_code == 401
