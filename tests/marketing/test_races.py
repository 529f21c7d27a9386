"""Two managers, and buyers of the last units, on real connections; and without the guards."""

import random
from functools import partial

import pytest
from django.db import IntegrityError

from apps.catalog.models import Variant
from apps.core.time import now as present
from apps.inventory import services as inventory
from apps.inventory.dto import Demand
from apps.inventory.errors import OutOfStock
from apps.inventory.models import Lot, Reservation, StockLevel
from apps.inventory.services import clearance
from apps.marketing import errors, services
from apps.marketing.dto import MarkdownState
from apps.marketing.models import BackInStockAlert, LowStockAlert, MarkdownProposal
from apps.marketing.services import back_in_stock, deciding, waves
from apps.notifications.models import Message
from tests.conftest import scaled
from tests.factories import (
    CustomerFactory,
    OrderFactory,
    OrderLineFactory,
    StaffFactory,
    add_stock,
    stocked_variant,
)
from tests.factories.marketing import accepted, leaving_lot, proposed, waiting
from tests.races import raised, together

pytestmark = pytest.mark.django_db(transaction=True)

S = MarkdownState


def accepting(proposal, **more):
    return partial(
        services.accept_markdown, proposal_id=proposal.pk, actor_id=StaffFactory().pk,
        now=present(), **more,
    )  # fmt: skip


def declining(proposal):
    return partial(
        services.decline_markdown, proposal_id=proposal.pk, reason="no",
        actor_id=StaffFactory().pk, now=present(),
    )  # fmt: skip


def buying(variant, count):
    """Return calls that each reserve one unit for an order of its own."""
    first = OrderFactory(lines=0)
    calls = []
    for _ in range(count):
        order = OrderFactory(lines=0, customer=first.customer, slot=first.slot)
        line = OrderLineFactory(order=order, variant=variant)
        calls.append(partial(inventory.reserve, demands=[Demand(line.pk, variant.pk, 1)]))
    return calls


def unguarded(proposal_id):
    """Read a proposal as somebody would who forgot to lock it."""
    return MarkdownProposal.objects.get(pk=proposal_id)


class TestTwoManagers:
    def test_decide_once(self):
        for _ in range(3):
            proposal = proposed(leaving_lot(10))

            outcomes = together([accepting(proposal, percent=20), accepting(proposal, percent=50)])

            (refusal,) = raised(outcomes)
            assert isinstance(refusal, errors.MarkdownDecided)
            proposal.refresh_from_db()
            pack = Variant.objects.get(clearance_of=proposal.lot.variant)
            assert (proposal.clearance, pack.price) == (pack, proposal.new_price)
            assert StockLevel.objects.get(variant=pack).on_hand == 10
            assert inventory.check_books() == []

    def test_never_accept_and_decline(self):
        for _ in range(3):
            proposal = proposed(leaving_lot(10))

            assert len(raised(together([accepting(proposal), declining(proposal)]))) == 1

            proposal.refresh_from_db()
            moved = Variant.objects.filter(clearance_of=proposal.lot.variant).exists()
            assert moved == (proposal.state == S.ACCEPTED)

    def test_would_do_both_without_the_lock(self, monkeypatch):
        """The negative control: units move for a markdown that says it was declined."""
        monkeypatch.setattr(deciding, "_locked", unguarded)
        contradictions = 0
        for _ in range(20):
            proposal = proposed(leaving_lot(10))
            if not raised(together([accepting(proposal), declining(proposal)])):
                contradictions += 1
                break

        assert contradictions

    def test_would_move_units_twice_without_any_lock(self, monkeypatch):
        """The negative control of the locks below: only the lot's own CHECK is left to stop it."""

        def read_both(lot_id):
            return Lot.objects.get(pk=lot_id), Lot.objects.filter(cleared_from=lot_id).first()

        monkeypatch.setattr(deciding, "_locked", unguarded)
        monkeypatch.setattr(clearance, "_lock_both", read_both)
        refusals = []
        for _ in range(20):
            proposal = proposed(leaving_lot(10))
            refusals += raised(together([accepting(proposal), accepting(proposal)]))
            if any(isinstance(refusal, IntegrityError) for refusal in refusals):
                break

        assert any(isinstance(refusal, IntegrityError) for refusal in refusals)


class TestAcceptWhileBuying:
    @pytest.mark.parametrize("rounds", [3, pytest.param(40, marks=pytest.mark.deep)])
    def test_gives_each_unit_to_one_side(self, rounds):
        for number in range(scaled(rounds)):
            proposal = proposed(leaving_lot(6))
            variant = proposal.lot.variant
            calls = [accepting(proposal), *buying(variant, 6)]
            random.Random(number).shuffle(calls)

            refusals = raised(together(calls))

            sold = Reservation.objects.filter(variant=variant).count()
            moved = Lot.objects.filter(cleared_from=proposal.lot)
            cleared = sum(moved.values_list("remaining", flat=True))
            assert sold + cleared == 6
            assert len([r for r in refusals if isinstance(r, OutOfStock)]) == 6 - sold
            assert inventory.check_books() == []

    def test_gives_each_unit_on_clearance_to_one_side(self):
        for _ in range(3):
            proposal = accepted(leaving_lot(6))
            back = partial(
                services.take_back_markdown, proposal_id=proposal.pk, actor_id=StaffFactory().pk,
                now=present(),
            )  # fmt: skip

            together([back, *buying(proposal.clearance, 6)])

            sold = Reservation.objects.filter(variant=proposal.clearance).count()
            assert StockLevel.objects.get(variant=proposal.lot.variant).available == 6 - sold
            assert inventory.check_books() == []


class TestTwoSweeps:
    def test_tell_staff_once(self, settings):
        settings.TELEGRAM_STAFF_CHAT_ID = -100777
        for _ in range(4):
            stocked_variant(3)

        outcomes = together([partial(services.tell_low_stock, now=present())] * 4)

        assert sorted(outcomes)[-1] == 4
        assert sum(outcomes) == LowStockAlert.objects.count() == 4
        assert Message.objects.count() == 1

    def hungry(self):
        variant = stocked_variant(0, availability="none")
        for _ in range(12):
            waiting(variant)
        add_stock(variant, 2)
        return variant

    def test_tell_no_more_people_than_units_allow(self):
        self.hungry()

        outcomes = together([partial(services.tell_back_in_stock, now=present())] * 4)

        assert sum(outcomes) == BackInStockAlert.objects.exclude(told_at=None).count() == 6
        assert Message.objects.count() == 6

    def test_would_tell_too_many_without_the_name_that_is_held(self, monkeypatch):
        """The negative control: each sweep tells a wave of its own."""
        monkeypatch.setattr(waves, "try_to_hold", lambda name: True)
        told = 0
        for _ in range(10):
            self.hungry()
            told = sum(together([partial(services.tell_back_in_stock, now=present())] * 4))
            if told > 6:
                break

        assert told > 6


class TestFiftyAlerts:
    def asks(self, customer):
        variants = [stocked_variant(0, availability="none") for _ in range(6)]
        return [
            partial(
                services.ask_alert, customer_id=customer.pk, variant_id=variant.pk, now=present()
            )
            for variant in variants
        ]

    def test_are_the_most_that_anybody_gets(self, monkeypatch):
        monkeypatch.setattr(back_in_stock, "MOST_ALERTS", 2)
        customer = CustomerFactory()

        refusals = raised(together(self.asks(customer)))

        assert {type(refusal) for refusal in refusals} == {errors.TooManyAlerts}
        assert BackInStockAlert.objects.count() == 2

    def test_would_be_more_without_the_name_that_is_held(self, monkeypatch):
        """The negative control: all count before any has written."""
        monkeypatch.setattr(back_in_stock, "MOST_ALERTS", 2)
        monkeypatch.setattr(back_in_stock, "hold", lambda name: None)
        for _ in range(10):
            BackInStockAlert.objects.all().delete()
            together(self.asks(CustomerFactory()))
            if BackInStockAlert.objects.count() > 2:
                break

        assert BackInStockAlert.objects.count() > 2

    def test_hold_one_ask_of_a_pack_however_often_it_is_pressed(self):
        customer, variant = CustomerFactory(), stocked_variant(0, availability="none")
        ask = partial(
            services.ask_alert, customer_id=customer.pk, variant_id=variant.pk, now=present()
        )

        outcomes = together([ask] * 6)

        assert raised(outcomes) == []
        assert BackInStockAlert.objects.count() == 1
