"""What bringing costs, for every worth and distance."""

from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from apps.delivery import tariffs
from apps.delivery.dto import FeeReason, FeeRule, Tariff
from apps.delivery.errors import FeesContradict

D = Decimal


def rule(from_total, from_km, fee):
    return FeeRule(D(from_total), D(from_km), D(fee))


CITY = Tariff(
    fee=D(199),
    free_from=D(3000),
    steps=(rule(1500, 0, 99), rule(0, 10, 299), rule(1500, 10, 249)),
)

sums = st.decimals(0, 500, places=2)
kilometres = st.decimals(0, 30, places=2)
tables = st.builds(
    Tariff,
    fee=sums,
    free_from=st.none() | sums,
    steps=st.lists(st.builds(FeeRule, sums, kilometres, sums), max_size=4).map(tuple),
)
good_tables = tables.filter(lambda tariff: tariffs.contradiction(tariff) is None)


class TestFeeAt:
    @pytest.mark.parametrize(
        ("total", "km", "fee"),
        [
            ("0", "0", 199), ("1499.99", "9.999", 199), ("1500", "9.999", 99),
            ("1499.99", "10", 299), ("1500", "10", 249), ("2999.99", "300", 249),
            ("3000", "300", 0), ("3000", "0", 0),
        ],
    )  # fmt: skip
    def test_changes_at_the_edge_itself(self, total, km, fee):
        assert tariffs.fee_at(CITY, total=D(total), km=D(km)) == fee

    @settings(max_examples=60)
    @given(good_tables, sums, sums, kilometres, kilometres)
    def test_never_rises_with_the_worth_nor_falls_with_the_distance(self, tariff, a, b, c, d):
        (less, more), (near, far) = sorted((a, b)), sorted((c, d))

        fee = tariffs.fee_at(tariff, total=less, km=near)

        assert tariffs.fee_at(tariff, total=more, km=near) <= fee
        assert tariffs.fee_at(tariff, total=less, km=far) >= fee

    @settings(max_examples=60)
    @given(tables, sums, kilometres)
    def test_is_nothing_from_the_sum_that_makes_it_free(self, tariff, total, km):
        assume(tariff.free_from is not None and total >= tariff.free_from)

        assert tariffs.fee_at(tariff, total=total, km=km) == 0


class TestExplained:
    def test_says_what_the_next_edges_bring(self):
        fee = tariffs.explained(CITY, total=D(1000), km=D(3))

        assert (fee.fee, fee.reason) == (199, FeeReason.BASE)
        assert (fee.less_from, fee.less_fee, fee.free_from) == (1500, 99, 3000)

    @pytest.mark.parametrize(
        ("total", "km", "reason"),
        [(1500, 1, FeeReason.BY_TOTAL), (0, 12, FeeReason.BY_DISTANCE), (3000, 9, FeeReason.FREE)],
    )
    def test_names_the_reason(self, total, km, reason):
        assert tariffs.explained(CITY, total=D(total), km=D(km)).reason == reason

    @settings(max_examples=60)
    @given(good_tables, sums, kilometres)
    def test_promises_what_comes_true_and_not_a_kopeck_earlier(self, tariff, total, km):
        fee = tariffs.explained(tariff, total=total, km=km)
        assume(fee.less_from is not None)

        assert tariffs.fee_at(tariff, total=fee.less_from, km=km) == fee.less_fee < fee.fee
        assert tariffs.fee_at(tariff, total=fee.less_from - D("0.01"), km=km) == fee.fee


class TestRefuseContradictions:
    @pytest.mark.parametrize(
        ("steps", "total", "km"),
        [
            ([rule(1000, 0, 300)], "1000", "0"),
            ([rule(0, 5, 100)], "0.00", "5"),
            ([rule(500, 0, 100), rule(900, 0, 150)], "900", "0"),
            ([rule(1000, 10, 250)], "1000", "10"),
        ],
    )
    def test_names_the_place_where_the_fee_goes_the_wrong_way(self, steps, total, km):
        with pytest.raises(FeesContradict) as refusal:
            tariffs.refuse_contradictions(Tariff(D(199), None, tuple(steps)))

        assert refusal.value.facts == {"total": total, "km": km}

    def test_lets_a_sensible_table_pass(self):
        tariffs.refuse_contradictions(CITY)
