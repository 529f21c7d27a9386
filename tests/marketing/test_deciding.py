"""Accept, decline, take back."""

from decimal import Decimal

import pytest

from apps.cart import selectors as carts
from apps.cart import services as cart
from apps.catalog import services as catalog
from apps.catalog.models import Variant
from apps.core.time import now as present
from apps.inventory import errors as stock_errors
from apps.inventory import services as inventory
from apps.inventory.dto import Demand
from apps.inventory.models import StockLevel, StockMovement
from apps.marketing import errors, selectors, services
from apps.marketing.dto import MarkdownState
from apps.marketing.models import MarkdownProposal
from tests.factories import (
    CustomerFactory,
    OrderFactory,
    OrderLineFactory,
    StaffFactory,
    make_promotion,
    stocked_variant,
)
from tests.factories.inventory import snapshot
from tests.factories.marketing import accepted, leaving_lot, proposed

pytestmark = pytest.mark.django_db

S = MarkdownState


def accept(proposal, **more):
    values = {"actor_id": StaffFactory().pk, "now": present(), **more}
    return services.accept_markdown(proposal_id=proposal.pk, **values)


def decline(proposal, reason="sells well"):
    return services.decline_markdown(
        proposal_id=proposal.pk, reason=reason, actor_id=StaffFactory().pk, now=present()
    )


def undo_clearance(proposal):
    return services.take_back_markdown(
        proposal_id=proposal.pk, actor_id=StaffFactory().pk, now=present()
    )


def picture(proposal):
    """Return all that a decision could change."""
    row = MarkdownProposal.objects.values().get(pk=proposal.pk)
    return row, snapshot(proposal.lot.variant), Variant.objects.count()


class TestAcceptMarkdown:
    def test_moves_the_free_units_and_remembers_the_decision(self, manager):
        proposal = proposed(leaving_lot(10), percent=20)

        done = accept(proposal, actor_id=manager.pk)

        done.refresh_from_db()
        assert (done.state, done.units, done.decided_by) == (S.ACCEPTED, 10, manager)
        assert (done.old_price, done.new_price) == (Decimal("300.00"), Decimal("240.00"))
        assert done.clearance.price == Decimal("240.00")
        assert StockLevel.objects.get(variant=done.clearance).available == 10
        reason = StockMovement.objects.filter(variant=done.clearance).get().reason
        assert "20" in reason
        assert inventory.check_books() == []

    def test_takes_another_percentage(self):
        done = accept(proposed(percent=20), percent=45)

        done.refresh_from_db()
        assert (done.percent, done.new_price) == (45, Decimal("165.00"))

    def test_takes_off_from_what_customers_pay_now(self):
        variant = stocked_variant(0, regular_price=Decimal(300), price=Decimal(250))

        done = accept(proposed(leaving_lot(variant=variant), percent=20))

        assert (done.old_price, done.new_price) == (Decimal("250.00"), Decimal("200.00"))
        assert done.clearance.regular_price == Decimal("300.00")

    def test_stands_beside_promotions_and_is_not_lowered_by_them(self):
        lot = leaving_lot()
        make_promotion(scope="product", value=Decimal(50), products=[lot.variant.product_id])
        assert Variant.objects.get(pk=lot.variant_id).price == Decimal("150.00")

        done = accept(proposed(lot, percent=20))

        assert (done.old_price, done.clearance.price) == (Decimal("150.00"), Decimal("120.00"))
        buyer = CustomerFactory()
        cart.add(customer_id=buyer.pk, variant_id=done.clearance_id, now=present())
        (line,) = carts.cart_view(customer_id=buyer.pk, now=present()).lines
        assert (line.unit_price, line.discount) == (Decimal("120.00"), 0)

    def refuse(self, proposal, error, **more):
        before = picture(proposal)
        with pytest.raises(error) as refusal:
            accept(proposal, **more)
        assert picture(proposal) == before
        return refusal.value

    @pytest.mark.parametrize("percent", [0, 91, -5])
    def test_refuses_an_absurd_percentage_and_changes_nothing(self, percent):
        self.refuse(proposed(), errors.InvalidPercent, percent=percent)

    def test_refuses_a_price_that_has_moved_and_names_both(self):
        proposal = proposed()
        catalog.set_price(
            variant_id=proposal.lot.variant_id,
            regular_price=Decimal(310),
            price=Decimal(310),
            now=present(),
        )

        said = str(self.refuse(proposal, errors.MarkdownPriceMoved, seen_price=Decimal(300)))

        assert "300" in said
        assert "310" in said

    def test_refuses_what_was_decided_before(self):
        self.refuse(accepted(), errors.MarkdownDecided)
        self.refuse(decline(proposed()), errors.MarkdownDecided)

    def test_refuses_a_lot_that_was_blocked_meanwhile(self):
        proposal = proposed()
        inventory.quarantine_lot(lot_id=proposal.lot_id, reason="thawed", actor_id=None)

        self.refuse(proposal, stock_errors.LotUnusable)

    def test_refuses_a_lot_whose_units_went_meanwhile(self):
        proposal = proposed(leaving_lot(2))
        line = OrderLineFactory(order=OrderFactory(lines=0), variant=proposal.lot.variant)
        inventory.reserve(demands=[Demand(line.pk, proposal.lot.variant_id, 2)])

        self.refuse(proposal, stock_errors.NothingFree)

    def test_refuses_what_is_not_there(self):
        with pytest.raises(errors.MarkdownNotFound):
            services.accept_markdown(proposal_id=0, actor_id=1, now=present())


class TestDeclineMarkdown:
    def test_leaves_stock_alone_and_remembers_why(self):
        proposal = proposed()
        before = snapshot(proposal.lot.variant)

        done = decline(proposal)

        assert (done.state, done.reason) == (S.DECLINED, "sells well")
        assert snapshot(proposal.lot.variant) == before

    @pytest.mark.parametrize("reason", ["", "  \n "])
    def test_asks_why(self, reason):
        proposal = proposed()

        with pytest.raises(errors.ReasonNeeded):
            decline(proposal, reason)

        proposal.refresh_from_db()
        assert proposal.state == S.OPEN

    def test_refuses_what_was_decided_before(self):
        proposal = accepted()
        before = picture(proposal)

        with pytest.raises(errors.MarkdownDecided):
            decline(proposal)

        assert picture(proposal) == before


class TestTakeBackMarkdown:
    def test_returns_the_units_to_the_lot(self):
        proposal = accepted(leaving_lot(10))

        done = undo_clearance(proposal)

        assert (done.state, done.returned) == (S.UNDONE, 10)
        assert StockLevel.objects.get(variant=proposal.lot.variant).available == 10
        assert StockLevel.objects.get(variant=proposal.clearance).available == 0
        assert inventory.check_books() == []

    def test_returns_later_what_was_promised_and_given_up(self):
        proposal = accepted(leaving_lot(10))
        line = OrderLineFactory(order=OrderFactory(lines=0), variant=proposal.clearance)
        inventory.reserve(demands=[Demand(line.pk, proposal.clearance_id, 4)])
        assert undo_clearance(proposal).returned == 6
        inventory.release_reservations(order_line_ids=[line.pk])
        assert selectors.left_on_clearance(proposal=proposal) == 4

        assert undo_clearance(proposal).returned == 10

    @pytest.mark.parametrize("make", [proposed, lambda: decline(proposed())])
    def test_refuses_what_was_never_accepted(self, make):
        proposal = make()

        with pytest.raises(errors.MarkdownNotAccepted):
            undo_clearance(proposal)

    def test_refuses_where_all_is_sold(self):
        proposal = accepted(leaving_lot(2))
        line = OrderLineFactory(order=OrderFactory(lines=0), variant=proposal.clearance)
        inventory.reserve(demands=[Demand(line.pk, proposal.clearance_id, 2)])
        before = picture(proposal)

        with pytest.raises(stock_errors.NothingFree):
            undo_clearance(proposal)

        assert picture(proposal) == before


class TestMarkdownCards:
    def test_show_units_and_prices_of_now_while_open(self):
        proposal = proposed(leaving_lot(10, days=4), percent=20)
        catalog.set_price(
            variant_id=proposal.lot.variant_id,
            regular_price=Decimal(400),
            price=Decimal(400),
            now=present(),
        )

        card = selectors.markdown_card(proposal_id=proposal.pk, now=present())

        assert (card.units, card.days_left, card.old_price, card.new_price) == (
            10, 4, Decimal("400.00"), Decimal("320.00"),
        )  # fmt: skip
        assert card.given_up == Decimal("800.00")
        # Nothing was sold for weeks, and the lot's cost is unknown: all of it, at its price.
        assert card.loss == Decimal("4000.00")

    def test_count_the_loss_at_cost_where_it_is_known(self):
        lot = leaving_lot(10)
        type(lot).objects.filter(pk=lot.pk).update(cost=Decimal("99.50"))

        card = selectors.markdown_card(proposal_id=proposed(lot).pk, now=present())

        assert card.loss == Decimal("995.00")

    def test_show_what_was_decided_afterwards(self):
        proposal = accepted(leaving_lot(10), percent=20)
        catalog.set_price(
            variant_id=proposal.lot.variant_id,
            regular_price=Decimal(400),
            price=Decimal(400),
            now=present(),
        )

        card = selectors.markdown_card(proposal_id=proposal.pk, now=present())

        assert (card.units, card.old_price, card.new_price, card.loss) == (
            10, Decimal("300.00"), Decimal("240.00"), 0,
        )  # fmt: skip

    def test_ask_the_same_number_of_questions_for_any_length(self, django_assert_num_queries):
        rows = [proposed(leaving_lot(days=days)) for days in range(6)]

        for some in (rows[:1], rows):
            with django_assert_num_queries(5):
                assert len(selectors.markdown_cards(proposals=some, now=present())) == len(some)

    def test_refuse_what_is_not_there(self):
        with pytest.raises(errors.MarkdownNotFound):
            selectors.markdown_card(proposal_id=0, now=present())
