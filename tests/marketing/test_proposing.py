"""What is proposed to be marked down, when, and when no longer."""

from datetime import timedelta
from functools import partial

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from apps.core.time import now as present
from apps.inventory import services as inventory
from apps.inventory.dto import Demand
from apps.inventory.errors import LotNotFound
from apps.marketing import errors, services
from apps.marketing.dto import MarkdownState
from apps.marketing.models import MarkdownProposal, MarkdownRule
from tests.factories import OrderFactory, OrderLineFactory, StaffFactory, stocked_variant
from tests.factories.inventory import receive
from tests.factories.marketing import accepted, leaving_lot, proposed, set_rules
from tests.races import raised, together

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]

S = MarkdownState


def propose(*, days=0):
    """Propose as the clock will, so many days from now."""
    return services.propose_markdowns(now=present() + timedelta(days=days))


def states(lot):
    rows = MarkdownProposal.objects.filter(lot=lot).order_by("pk")
    return [(row.days, row.percent, row.state) for row in rows]


class TestProposeMarkdowns:
    @pytest.mark.parametrize(("days", "percent"), [(14, 20), (8, 20), (7, 35), (3, 50), (0, 50)])
    def test_takes_the_step_that_a_lot_has_come_to(self, days, percent):
        lot = leaving_lot(days=days)

        assert propose() == 1

        row = MarkdownProposal.objects.get()
        assert (row.lot, row.percent, row.state, row.proposed_by) == (lot, percent, S.OPEN, None)

    def test_leaves_alone_what_has_time_or_is_not_sold(self):
        leaving_lot(days=15)
        stocked_variant(5)
        leaving_lot(days=3, variant=stocked_variant(0, is_active=False))
        bad, gone = leaving_lot(days=3), leaving_lot(3, days=3)
        inventory.quarantine_lot(lot_id=bad.pk, reason="thawed", actor_id=None)
        inventory.write_off(lot_id=gone.pk, quantity=3, reason="torn", actor_id=None)

        assert propose() == 0

    def test_leaves_clearance_alone(self):
        accepted(leaving_lot(days=14))

        assert propose(days=8) == 0

    def test_leaves_alone_what_is_promised(self):
        lot = leaving_lot(2, days=3)
        line = OrderLineFactory(order=OrderFactory(lines=0), variant=lot.variant)
        inventory.reserve(demands=[Demand(line.pk, lot.variant_id, 2)])

        assert propose() == 0

    def test_proposes_once_however_often_it_is_called(self):
        lot = leaving_lot(days=14)

        assert [propose(), propose(), propose(days=2)] == [1, 0, 0]

        assert states(lot) == [(14, 20, S.OPEN)]

    def test_comes_back_with_the_next_step_only(self):
        lot = leaving_lot(days=14)
        propose()
        row = MarkdownProposal.objects.get()
        services.decline_markdown(
            proposal_id=row.pk, reason="sells well", actor_id=StaffFactory().pk, now=present()
        )

        assert [propose(), propose(days=6), propose(days=7), propose(days=8)] == [0, 0, 1, 0]

        assert states(lot) == [(14, 20, S.DECLINED), (7, 35, S.OPEN)]

    def test_follows_an_undecided_step_with_the_next(self):
        lot = leaving_lot(days=14)
        propose()

        assert propose(days=8) == 1

        assert states(lot) == [(14, 20, S.LAPSED), (7, 35, S.OPEN)]

    @pytest.mark.parametrize("end", ["emptied", "blocked", "hidden", "past", "no rule"])
    def test_lets_lapse_what_can_no_longer_be_marked_down(self, end):
        lot = leaving_lot(5, days=3)
        propose()
        if end == "emptied":
            inventory.write_off(lot_id=lot.pk, quantity=5, reason="torn", actor_id=None)
        elif end == "blocked":
            inventory.quarantine_lot(lot_id=lot.pk, reason="thawed", actor_id=None)
        elif end == "hidden":
            type(lot.variant).objects.filter(pk=lot.variant_id).update(is_active=False)
        elif end == "no rule":
            MarkdownRule.objects.all().delete()

        propose(days=4 if end == "past" else 0)

        assert states(lot) == [(3, 50, S.LAPSED)]

    def test_proposes_again_what_had_lapsed_and_is_back(self):
        lot = leaving_lot(5, days=3)
        propose()
        inventory.quarantine_lot(lot_id=lot.pk, reason="?", actor_id=None)
        propose()
        inventory.release_quarantine(lot_id=lot.pk, reason="good", actor_id=None, now=present())

        assert propose() == 1

        assert states(lot) == [(3, 50, S.LAPSED), (3, 50, S.OPEN)]

    def test_adds_nothing_to_what_a_person_proposed(self):
        lot = leaving_lot(days=5)
        proposed(lot, percent=15)

        assert propose() == 0

        assert states(lot) == [(None, 15, S.OPEN)]

    def test_does_nothing_without_rules(self):
        MarkdownRule.objects.all().delete()
        leaving_lot(days=1)

        assert propose() == 0

    def test_asks_the_same_number_of_questions_for_any_length(self, django_assert_max_num_queries):
        for days in range(6):
            leaving_lot(days=days)

        with django_assert_max_num_queries(12):
            assert propose() == 6


class TestProposeMarkdown:
    def test_remembers_who_thinks_so(self):
        lot, member = leaving_lot(days=30), StaffFactory()

        row = services.propose_markdown(
            lot_id=lot.pk, percent=15, actor_id=member.pk, now=present()
        )

        assert (row.percent, row.state, row.proposed_by, row.days) == (15, S.OPEN, member, None)

    def test_stays_open_while_there_is_something_to_decide(self):
        lot = leaving_lot(days=30)
        proposed(lot, percent=15)

        propose()

        assert states(lot) == [(None, 15, S.OPEN)]

    def refuse(self, error, **more):
        before = MarkdownProposal.objects.count()
        values = {"percent": 20, "actor_id": StaffFactory().pk, "now": present(), **more}
        with pytest.raises(error):
            services.propose_markdown(**values)
        assert MarkdownProposal.objects.count() == before

    @pytest.mark.parametrize("percent", [0, -1, 91, 100, 2**31])
    def test_refuses_an_absurd_percentage(self, percent):
        self.refuse(errors.InvalidPercent, lot_id=leaving_lot().pk, percent=percent)

    def test_refuses_a_second_one_while_the_first_waits(self):
        lot = leaving_lot()
        proposed(lot)

        self.refuse(errors.MarkdownOpen, lot_id=lot.pk)

    def test_refuses_what_is_not_on_sale(self):
        lot = leaving_lot()
        inventory.quarantine_lot(lot_id=lot.pk, reason="thawed", actor_id=None)

        self.refuse(errors.NothingToMarkDown, lot_id=lot.pk)

    def test_refuses_clearance(self):
        cleared = accepted(leaving_lot())

        self.refuse(errors.NothingToMarkDown, lot_id=cleared.lot.clearance.pk)

    def test_refuses_what_is_not_there(self):
        self.refuse(LotNotFound, lot_id=0)


class TestTheDatabase:
    def refuses(self, **fields):
        with pytest.raises(IntegrityError), transaction.atomic():
            MarkdownProposal.objects.create(**{"lot": leaving_lot(), "percent": 20, **fields})

    def test_holds_one_open_proposal_a_lot(self):
        lot = leaving_lot()
        proposed(lot)

        self.refuses(lot=lot)

    def test_holds_one_decision_a_step(self):
        lot = leaving_lot()
        decided = {"lot": lot, "days": 7, "decided_at": present(), "reason": "no"}
        MarkdownProposal.objects.create(percent=20, state=S.DECLINED, **decided)

        self.refuses(**decided)

    @pytest.mark.parametrize("percent", [0, 91])
    def test_holds_the_percentage(self, percent):
        self.refuses(percent=percent)

    def test_holds_that_what_is_accepted_has_units_and_prices(self):
        self.refuses(state=S.ACCEPTED, decided_at=present())

    def test_holds_that_who_declines_says_why(self):
        self.refuses(state=S.DECLINED, decided_at=present())

    @pytest.mark.parametrize(("days", "percent"), [(5, 0), (5, 91), (366, 20)])
    def test_holds_the_rules(self, days, percent):
        with pytest.raises(IntegrityError), transaction.atomic():
            MarkdownRule.objects.create(days=days, percent=percent)


class TestFirstRules:
    def test_are_there_from_the_start(self):
        from importlib import import_module

        MarkdownRule.objects.all().delete()
        migration = import_module("apps.marketing.migrations.0002_first_rules")

        migration.make_rules(apps, connection.schema_editor)

        rules = MarkdownRule.objects.order_by("-days").values_list("days", "percent")
        assert list(rules) == [(14, 20), (7, 35), (3, 50)]


class TestRules:
    def test_are_added_changed_and_removed_with_who_did_it(self, manager):
        rule = services.save_rule(days=21, percent=10, actor_id=manager.pk)
        services.save_rule(rule_id=rule.pk, days=20, percent=15, actor_id=manager.pk)
        services.remove_rule(rule_id=rule.pk, actor_id=manager.pk)

        story = MarkdownRule.history.filter(id=rule.pk).order_by("history_id")
        assert [(row.history_type, row.percent, row.history_user) for row in story] == [
            ("+", 10, manager), ("~", 15, manager), ("-", 15, manager),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("days", "percent", "error"),
        [(-1, 20, errors.InvalidDays), (366, 20, errors.InvalidDays),
         (5, 0, errors.InvalidPercent), (5, 91, errors.InvalidPercent), (7, 9, errors.RuleExists)],
    )  # fmt: skip
    def test_refuse_what_makes_no_sense(self, days, percent, error):
        with pytest.raises(error):
            services.save_rule(days=days, percent=percent)

        assert MarkdownRule.objects.count() == 3


@pytest.mark.django_db(transaction=True)
class TestTwoTicks:
    def test_propose_no_lot_twice(self):
        set_rules(d14=20)
        lots = [leaving_lot(days=14) for _ in range(5)]
        receive(stocked_variant(0), 5)

        outcomes = together([partial(services.propose_markdowns, now=present())] * 4)

        assert raised(outcomes) == []
        assert MarkdownProposal.objects.open().count() == len(lots)
