"""A lot that is called back: who got it, who is told, what is given back."""

from decimal import Decimal
from functools import partial
from itertools import count

import pytest
from django.contrib.auth.models import Group

from apps.catalog.models import Variant
from apps.core.errors import NotAllowed
from apps.core.time import now as present
from apps.fulfilment import errors, selectors, services, tasks
from apps.fulfilment.models import Pick, Recall, RecallOrder, RecallRefund
from apps.fulfilment.selectors.recalls import paid_for
from apps.fulfilment.services import recalling
from apps.inventory import services as inventory
from apps.inventory.dto import LotStatus, Unusable
from apps.inventory.errors import LotNotFound, LotStateWrong, LotUnusable, ReasonMissing
from apps.inventory.models import Lot, StockLevel
from apps.notifications.models import Message, MessageState
from apps.orders.dto import Method
from apps.orders.errors import NotPaidYet
from apps.payments import selectors as money
from apps.payments.errors import RefundTooLarge
from apps.payments.services import StepUp
from apps.users.errors import WrongPassword
from tests.factories import (
    CustomerFactory,
    StaffFactory,
    make_promotion,
    placed_order,
    stocked_variant,
)
from tests.factories.money import paid_online
from tests.fulfilment.state import whole_state
from tests.races import raised, together

pytestmark = pytest.mark.django_db

_moments = count()


@pytest.fixture
def variant(db):
    return stocked_variant(60)


@pytest.fixture
def lot(variant):
    return variant.lots.get()


@pytest.fixture
def at(order_at, variant):
    """Return an order of three units of the lot at a status."""
    return partial(order_at, variant=variant)


@pytest.fixture
def recall(lot, boss):
    def run(**fields):
        values = {
            "lot_id": lot.pk, "reason": "plastic found", "confirmation": lot.code,
            "actor_id": boss.pk, "now": present(),
        }  # fmt: skip
        return services.recall_lot(**(values | fields))

    return run


def notices():
    return Message.objects.filter(dedupe_key__startswith="recall:").order_by("pk")


class TestRecallLot:
    def test_stops_the_lot_for_good(self, lot, variant, recall):
        recall()

        lot.refresh_from_db()
        level = StockLevel.objects.get(variant=variant)
        assert (lot.status, lot.is_blocked) == (LotStatus.RECALLED, True)
        assert (level.blocked, level.available) == (60, 0)
        with pytest.raises(LotStateWrong):
            inventory.release_quarantine(
                lot_id=lot.pk, reason="x", actor_id=None, now=present()
            )  # fmt: skip
        assert services.check_books() == []

    def test_lists_everybody_who_has_units_of_it(self, at, recall, boss):
        statuses = ("delivered", "out_for_delivery", "packed", "delivery_failed")
        orders = {at(status).pk: status for status in statuses}
        pickup = at("ready_for_pickup", method=Method.PICKUP)
        orders[pickup.pk] = "ready_for_pickup"
        open_box = at("picking")
        services.scan_unit(
            order_id=open_box.pk, code=open_box.lines.get().sku, actor_id=boss.pk, now=present()
        )
        at("confirmed")
        at("picking")

        recall()

        listed = RecallOrder.objects.values_list("order", "status", "units")
        assert set(listed) == {(pk, status, 3) for pk, status in orders.items()} | {
            (open_box.pk, "picking", 1)
        }
        assert set(RecallOrder.objects.filter(is_out=True).values_list("status", flat=True)) == {
            "delivered", "out_for_delivery",
        }  # fmt: skip

    def test_takes_along_what_is_on_clearance(self, lot, variant, recall, boss, order_at):
        cleared = inventory.clear_lot(
            lot_id=lot.pk, price=Decimal(200), actor_id=None, reason="old", now=present()
        )
        pack = Variant.objects.get(pk=cleared.variant_id)
        sold = order_at("delivered", variant=pack)
        open_one = order_at("confirmed", variant=pack)
        preview = selectors.recall_preview(lot_id=cleared.lot_id)
        assert (preview.lot_id, preview.on_shelf) == (lot.pk, 57)
        assert [row.order_id for row in preview.holders] == [sold.pk]
        assert [row.order_id for row in preview.promised] == [open_one.pk]

        recall(lot_id=cleared.lot_id)
        recall()

        states = Lot.objects.values_list("status", "is_blocked")
        assert set(states) == {(LotStatus.RECALLED, True)}
        assert StockLevel.objects.get(variant=pack).available == 0
        assert Recall.objects.get().lot == lot
        assert list(RecallOrder.objects.values_list("order", "units")) == [(sold.pk, 3)]
        assert notices().count() == 1
        assert selectors.recall_report(recall_id=Recall.objects.get().pk).blocked == 57
        assert services.check_books() == []

    def test_prepares_no_refund_for_gifts(self, at, recall, variant):
        make_promotion(reward="gift", gift_variant_id=variant.pk)
        order = at("delivered", variant=stocked_variant(9))

        recall()

        assert list(RecallOrder.objects.values_list("order", "units")) == [(order.pk, 1)]
        assert not RecallRefund.objects.exists()

    def test_leaves_out_what_came_back_or_went_elsewhere(self, at, recall, step):
        step(at("delivered"), "returned", reason="thawed")
        step(at("packed"), "cancelled", reason="x", put_back=True)
        step(at("picking"), "cancelled", reason="x")

        recall()

        assert not RecallOrder.objects.exists()

    def test_tells_each_customer_once_in_their_language(self, at, recall, settings):
        settings.SHOP_PHONE = "+7 495 000-00-00"
        english = CustomerFactory(language="en", first_name="<Ann>")
        orders = [at("delivered", customer=english), at("out_for_delivery", customer=english)]
        at("delivered")
        Message.objects.all().delete()

        recall()

        first, second = notices()
        assert first.recipient == english
        assert "do not eat" in first.body["text"]
        assert all(order.number in first.body["text"] for order in orders)
        assert "6 packs" in first.body["text"]
        assert "+7 495 000-00-00" in first.body["text"]
        assert second.recipient != english
        assert second.body["text"] != first.body["text"]

    def test_tells_nobody_whose_food_is_still_in_the_house(self, at, recall):
        at("packed")
        at("ready_for_pickup", method=Method.PICKUP)

        recall()

        assert not notices().exists()

    def test_asks_for_a_person_at_orders_that_are_not_delivered(self, at, recall, lot, variant):
        packed, sent, delivered = at("packed"), at("out_for_delivery"), at("delivered")

        recall()

        for order in (packed, sent):
            order.refresh_from_db()
            assert lot.code in order.attention
            assert f"{variant.product.name_ru} × 3" in order.attention
        delivered.refresh_from_db()
        assert delivered.attention == ""

    def test_shortens_promises_that_the_lot_was_to_keep(self, at, recall):
        waiting = at("confirmed")

        recall()
        services.report_shortages(now=present())

        waiting.refresh_from_db()
        assert "× 3" in waiting.attention

    def test_prepares_refunds_for_what_left_the_house(self, at, recall):
        delivered = at("delivered")
        at("packed")

        recall()

        refund = RecallRefund.objects.get()
        line = delivered.lines.get()
        assert (refund.order_line, refund.units, refund.state) == (line, 3, "prepared")
        assert refund.amount == line.unit_price * 3
        assert money.captured(order_id=delivered.pk) == delivered.total

    def test_happens_once(self, at, recall):
        at("delivered")
        first = recall()
        at_first = [list(model.objects.values()) for model in (Recall, RecallOrder, RecallRefund)]
        message = notices().get()

        second = recall(reason="another reason")

        assert second.pk == first.pk
        assert [
            list(model.objects.values()) for model in (Recall, RecallOrder, RecallRefund)
        ] == at_first
        assert notices().get() == message

    def test_says_so_when_nothing_was_ever_sold(self, recall, lot):
        preview = selectors.recall_preview(lot_id=lot.pk)
        done = recall()

        report = selectors.recall_report(recall_id=done.pk)

        assert (preview.was_sold, preview.promised) == (False, ())
        assert (report.is_listed, report.rows) == (True, ())
        assert not notices().exists()

    @pytest.mark.parametrize(
        ("fields", "refusal"),
        [
            ({"confirmation": ""}, errors.RecallUnconfirmed),
            ({"confirmation": "yes"}, errors.RecallUnconfirmed),
            ({"reason": " \t"}, ReasonMissing),
            ({"lot_id": 2**40}, LotNotFound),
        ],
    )
    def test_refuses_and_changes_nothing(self, at, recall, fields, refusal):
        order = at("delivered")
        before = whole_state(order)

        with pytest.raises(refusal):
            recall(**fields)

        assert whole_state(order) == before

    @pytest.mark.parametrize("role", ["warehouse", "courier", "support", "marketing", None])
    def test_is_for_owner_and_manager_only(self, at, recall, role):
        order = at("delivered")
        before = whole_state(order)

        with pytest.raises(NotAllowed):
            recall(actor_id=StaffFactory(role=role).pk)

        assert whole_state(order) == before

    def test_takes_a_lot_out_of_quarantine_too(self, lot, recall):
        inventory.quarantine_lot(lot_id=lot.pk, reason="smell", actor_id=None)

        recall()

        lot.refresh_from_db()
        assert lot.status == LotStatus.RECALLED
        assert services.check_books() == []


class TestFinishRecalls:
    def test_goes_on_where_somebody_stopped(self, at, recall, monkeypatch):
        orders = [at("delivered") for _ in range(2)]
        enter = recalling._enter

        def fail_at_the_second(**fields):
            if fields["order_id"] == orders[1].pk:
                raise ConnectionError
            enter(**fields)

        monkeypatch.setattr(recalling, "_enter", fail_at_the_second)
        with pytest.raises(ConnectionError):
            recall()
        assert selectors.recall_report(recall_id=Recall.objects.get().pk).is_listed is False
        monkeypatch.undo()

        tasks.finish_recalls()

        assert RecallOrder.objects.count() == RecallRefund.objects.count() == notices().count() == 2
        assert Recall.objects.get().listed_at is not None
        assert services.finish_recalls(now=present()) == 0

    def test_takes_what_is_too_much_for_a_browser(self, at, recall, monkeypatch):
        monkeypatch.setattr(recalling, "_AT_ONCE", 1)
        for _ in range(2):
            at("delivered")

        recall()
        assert not RecallOrder.objects.exists()
        services.finish_recalls(now=present())

        assert RecallOrder.objects.count() == 2


class TestPreview:
    def test_shows_who_has_it_and_who_was_promised_it(self, at, lot, boss):
        delivered, waiting, picking = at("delivered"), at("confirmed"), at("picking")
        services.scan_unit(
            order_id=picking.pk, code=lot.code, actor_id=boss.pk, now=present()
        )  # fmt: skip

        preview = selectors.recall_preview(lot_id=lot.pk)

        assert [(row.number, row.units, row.status) for row in preview.holders] == [
            (delivered.number, 3, "delivered"), (picking.number, 1, "picking"),
        ]  # fmt: skip
        assert {row.number for row in preview.promised} == {waiting.number, picking.number}
        assert (preview.on_shelf, preview.in_hand, preview.recall_id) == (56, 1, None)

    def test_changes_nothing(self, at, lot):
        order = at("delivered")
        before = whole_state(order)

        selectors.recall_preview(lot_id=lot.pk)

        assert whole_state(order) == before


class TestReport:
    def test_tells_how_far_it_has_come(self, at, recall, boss):
        sent, waiting, blocked, nobody = (at("delivered") for _ in range(4))
        nobody.customer.telegram_id = None
        nobody.customer.username = "by-phone"
        nobody.customer.save()
        packed = at("packed")
        done = recall()
        for order, state in ((sent, MessageState.SENT), (blocked, MessageState.FAILED)):
            notices().filter(recipient=order.customer).update(state=state)

        report = selectors.recall_report(recall_id=done.pk)

        told = {row.number: row.told for row in report.rows}
        assert told == {
            sent.number: "sent", waiting.number: "waiting", blocked.number: "call",
            nobody.number: "call", packed.number: "",
        }  # fmt: skip
        assert (report.told, report.waiting, report.to_call, report.to_settle) == (1, 1, 2, 4)

    def test_asks_the_same_number_of_questions_for_any_length(
        self, at, recall, django_assert_max_num_queries
    ):
        for _ in range(5):
            at("delivered")
        done = recall()

        with django_assert_max_num_queries(7):
            report = selectors.recall_report(recall_id=done.pk)

        assert len(report.rows) == 5

    def test_knows_no_other_recalls(self, db):
        with pytest.raises(errors.RecallNotFound):
            selectors.recall_report(recall_id=2**40)


class TestNoteCall:
    def test_is_remembered_once(self, at, recall, boss):
        at("delivered")
        done = recall()
        entry = RecallOrder.objects.get()
        for _ in range(2):
            services.note_call(
                recall_id=done.pk, entry_id=entry.pk, actor_id=boss.pk, now=present()
            )
            other = StaffFactory(role="manager")
            services.note_call(
                recall_id=done.pk, entry_id=entry.pk, actor_id=other.pk, now=present()
            )

        (row,) = selectors.recall_report(recall_id=done.pk).rows

        assert (row.told, row.called_by) == ("called", str(boss))

    def test_refuses_who_need_not_be_called(self, at, recall, boss):
        order = at("packed")
        done = recall()
        before = whole_state(order)

        for entry_id in (RecallOrder.objects.get().pk, 2**40):
            with pytest.raises(errors.RecallNotFound):
                services.note_call(
                    recall_id=done.pk, entry_id=entry_id, actor_id=boss.pk, now=present()
                )

        assert whole_state(order) == before


PASSWORD = "Sesam-1234-öffne"


@pytest.fixture
def keeper(db):
    """A manager with a password."""
    manager = StaffFactory(role="manager")
    manager.set_password(PASSWORD)
    manager.save()
    return manager


def proven(who, password=PASSWORD, *, as_whom=None):
    return StepUp(
        actor_id=(as_whom or who).pk, username=who.username, password=password, address="unknown"
    )


class TestSettleRefunds:
    @pytest.fixture
    def refund(self, at, recall):
        at("delivered")
        recall()
        return RecallRefund.objects.get()

    def settle(self, refund, staff, *more):
        return services.settle_refunds(
            recall_id=refund.recall_id, refund_ids=[refund.pk, *more], staff=staff, now=present()
        )

    def test_give_cash_back_through_the_ledger(self, refund, keeper):
        order = refund.order_line.order
        refused = self.settle(refund, proven(keeper))

        refund.refresh_from_db()
        assert refused == ()
        assert (refund.state, refund.settled_by) == ("settled", keeper)
        assert money.captured(order_id=order.pk) == order.total - refund.amount
        assert order.payments.get().entries.latest("pk").amount == -refund.amount
        assert services.check_books() == []

    def test_send_online_money_back_the_way_it_came(self, gateway, recall, variant, step, keeper):
        payment = paid_online(gateway, variant)
        promised = payment.refunding
        for target in ("confirmed", "picking", "packed", "out_for_delivery"):
            step(payment.order, target)
        recall()
        refund = RecallRefund.objects.get()

        refused = self.settle(refund, proven(keeper))

        payment.refresh_from_db()
        assert refused == ()
        assert payment.refunding == promised + refund.amount
        assert payment.refunds.latest("pk").amount == refund.amount
        assert services.check_books() == []

    def test_refuse_what_is_settled(self, refund, keeper):
        self.settle(refund, proven(keeper))
        before = whole_state(refund.order_line.order)

        (refusal,) = self.settle(refund, proven(keeper))

        assert isinstance(refusal, errors.RefundClosed)
        assert whole_state(refund.order_line.order) == before

    def test_spare_the_others_when_one_is_refused(self, refund, keeper):
        refused = self.settle(refund, proven(keeper), 2**40)

        refund.refresh_from_db()
        assert [type(refusal) for refusal in refused] == [errors.RecallNotFound]
        assert refund.state == "settled"

    @pytest.mark.parametrize("role", ["warehouse", "courier", "support"])
    def test_are_for_owner_and_manager_only(self, refund, keeper, role):
        before = whole_state(refund.order_line.order)
        keeper.groups.clear()
        keeper.groups.add(Group.objects.get(name=role))

        with pytest.raises(NotAllowed):
            self.settle(refund, proven(keeper))

        assert whole_state(refund.order_line.order) == before

    def test_want_the_password_of_whoever_asks(self, refund, keeper, boss):
        before = whole_state(refund.order_line.order)

        with pytest.raises(WrongPassword):
            self.settle(refund, proven(keeper, "guess"))
        with pytest.raises(NotAllowed):
            self.settle(refund, proven(keeper, as_whom=boss))

        assert whole_state(refund.order_line.order) == before

    def test_refuse_an_order_that_is_not_paid_yet(self, at, recall, keeper):
        order = at("out_for_delivery")
        recall()
        before = whole_state(order)

        (refusal,) = self.settle(RecallRefund.objects.get(), proven(keeper))

        assert isinstance(refusal, NotPaidYet)
        assert whole_state(order) == before

    def test_refuse_more_than_is_left(self, refund, keeper):
        RecallRefund.objects.update(amount=Decimal("99999.00"))
        before = whole_state(refund.order_line.order)

        (refusal,) = self.settle(refund, proven(keeper))

        assert isinstance(refusal, RefundTooLarge)
        assert whole_state(refund.order_line.order) == before

    def test_are_not_needed_once_the_order_came_back(self, refund, step):
        order = refund.order_line.order

        step(order, "returned", reason="recalled")

        refund.refresh_from_db()
        assert refund.state == "waived"
        assert money.captured(order_id=order.pk) == 0
        assert services.check_books() == []

    @pytest.mark.django_db(transaction=True)
    def test_happen_once_for_two_presses(self, refund, keeper):
        outcomes = together([partial(self.settle, refund, proven(keeper))] * 3)

        assert raised(outcomes) == []
        assert sum(len(refused) for refused in outcomes) == 2
        assert services.check_books() == []


class TestWaiveRefund:
    def waive(self, refund, who):
        return services.waive_refund(
            recall_id=refund.recall_id, refund_id=refund.pk, actor_id=who.pk, now=present()
        )

    def test_closes_it_once(self, at, recall, boss):
        at("delivered")
        recall()
        refund = RecallRefund.objects.get()

        assert self.waive(refund, boss).state == "waived"

        with pytest.raises(errors.RefundClosed):
            self.waive(refund, boss)

    @pytest.mark.parametrize("role", ["warehouse", "courier", "support"])
    def test_is_for_owner_and_manager_only(self, at, recall, role):
        order = at("delivered")
        recall()
        before = whole_state(order)

        with pytest.raises(NotAllowed):
            self.waive(RecallRefund.objects.get(), StaffFactory(role=role))

        assert whole_state(order) == before


class TestPaidFor:
    def test_takes_discounts_on_the_whole_cart_off(self):
        first, second = stocked_variant(9), stocked_variant(9, regular_price=Decimal("100.00"))
        make_promotion(reward="amount", value=Decimal("70.01"))
        order = placed_order(wanted={first: 2, second: 1})
        one, two = order.lines.order_by("pk")

        paid = [
            paid_for(order_id=order.pk, units=units)
            for units in ({one.pk: 1}, {one.pk: 2, two.pk: 1}, {})
        ]

        # 600 and 100 bear 60.01 and 10.00 of the discount; 539.99 are 270.00 and 269.99.
        assert paid[0] == {one.pk: Decimal("269.99")}
        assert paid[1] == {one.pk: Decimal("539.99"), two.pk: Decimal("90.00")}
        assert paid[2] == {}

    def test_counts_gifts_first_and_for_nothing(self):
        variant = stocked_variant(9)
        make_promotion(reward="gift", gift_variant_id=variant.pk)
        order = placed_order(wanted={variant: 2})
        line = order.lines.get()

        paid = [paid_for(order_id=order.pk, units={line.pk: units}) for units in (1, 2, 3)]

        assert paid == [{line.pk: 0}, {line.pk: 300}, {line.pk: 600}]

    def test_knows_what_was_short(self, at, step, boss):
        order = at("picking")
        line = order.lines.get()
        services.scan_unit(
            order_id=order.pk, code=line.sku, quantity=2, actor_id=boss.pk, now=present()
        )
        services.mark_short(
            order_id=order.pk, order_line_id=line.pk, cause="none_left", actor_id=boss.pk,
            now=present(),
        )  # fmt: skip
        step(order, "packed")

        assert paid_for(order_id=order.pk, units={line.pk: 9}) == {line.pk: 2 * line.unit_price}


class TestPickAgainstRecall:
    """Either the pick is refused, or the recall lists its order: never neither."""

    pytestmark = pytest.mark.django_db(transaction=True)

    def race(self, orders, lot, boss):
        calls = [
            partial(
                services.scan_unit, order_id=order.pk, code=lot.code, actor_id=boss.pk,
                now=present(),
            )
            for order in orders
        ]  # fmt: skip
        calls.insert(
            next(_moments) % (len(calls) + 1),
            partial(
                services.recall_lot, lot_id=lot.pk, reason="x", confirmation=lot.code,
                actor_id=boss.pk, now=present(),
            ),
        )  # fmt: skip
        outcomes = together(calls)
        refusals = raised(outcomes)
        assert {type(refusal) for refusal in refusals} <= {LotUnusable}
        assert all(r.facts["cause"] == Unusable.RECALLED for r in refusals)
        picked = set(Pick.objects.values_list("order_line__order", flat=True))
        listed = set(RecallOrder.objects.values_list("order", flat=True))
        assert len(refusals) + len(picked) == len(orders)
        return picked, listed

    def orders(self, order_at, variant):
        return [order_at("picking", variant=variant) for _ in range(5)]

    @pytest.mark.parametrize("rounds", [2, pytest.param(40, marks=pytest.mark.deep)])
    def test_never_loses_an_order(self, order_at, boss, rounds):
        for _ in range(rounds):
            variant = stocked_variant(40)
            Pick.objects.all().delete()
            RecallOrder.objects.all().delete()
            Lot.objects.update(in_hand=0)

            picked, listed = self.race(
                self.orders(order_at, variant), variant.lots.get(), boss
            )  # fmt: skip

            assert picked == listed
            assert services.check_books() == []

    def test_would_lose_orders_without_the_guard(self, order_at, boss, monkeypatch):
        """The negative control: the lot is looked at first, and taken without looking again."""

        def look_then_take(*, lot_id, quantity, now):
            lot = Lot.objects.get(pk=lot_id)
            if lot.status == LotStatus.RECALLED:
                raise LotUnusable(lot=lot.code, cause=Unusable.RECALLED)
            Lot.objects.filter(pk=lot_id).update(in_hand=lot.in_hand + quantity)

        monkeypatch.setattr(inventory, "take_in_hand", look_then_take)
        lost = set()
        for _ in range(40):
            variant = stocked_variant(40)
            Pick.objects.all().delete()
            RecallOrder.objects.all().delete()
            picked, listed = self.race(self.orders(order_at, variant), variant.lots.get(), boss)
            lost = picked - listed
            if lost:
                break

        assert lost


class TestSendOutAgainstRecall:
    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("rounds", [2, pytest.param(40, marks=pytest.mark.deep)])
    def test_tells_the_customer_or_keeps_the_box(self, order_at, boss, rounds):
        for _ in range(rounds):
            variant = stocked_variant(40)
            order = order_at("packed", variant=variant)
            lot = variant.lots.get()
            calls = [
                partial(
                    services.send_out, order_id=order.pk, actor_id=boss.pk, now=present()
                ),
                partial(
                    services.recall_lot, lot_id=lot.pk, reason="x", confirmation=lot.code,
                    actor_id=boss.pk, now=present(),
                ),
            ]  # fmt: skip

            refusals = raised(together(calls))

            entry = RecallOrder.objects.get(order=order)
            assert {type(refusal) for refusal in refusals} <= {errors.RecalledInBox}
            assert entry.is_out == (not refusals)
            assert notices().filter(recipient=order.customer).exists() == entry.is_out
