"""What bringing costs, for every worth and distance."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
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
edges = st.lists(st.tuples(st.decimals(1, 20, places=2), sums), max_size=2)


@st.composite
def tables(draw):
    """Draw a table that rises with the distance and falls with the worth, cell by cell."""
    base, free_from = draw(sums), draw(st.none() | sums)
    farther, bigger = (sorted(dict(draw(edges)).items()) for _axis in range(2))
    steps = []
    for far in range(len(farther) + 1):
        for big in range(len(bigger) + 1):
            rises = sum((fee for _km, fee in farther[:far]), D(0))
            falls = sum((fee for _total, fee in bigger[:big]), D(0))
            from_km = farther[far - 1][0] if far else D(0)
            from_total = bigger[big - 1][0] * 20 if big else D(0)
            if far or big:
                steps.append(FeeRule(from_total, from_km, max(D(0), base + rises - falls)))
    return Tariff(base, free_from, tuple(steps))


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
    @given(tables(), sums, sums, kilometres, kilometres)
    def test_never_rises_with_the_worth_nor_falls_with_the_distance(self, tariff, a, b, c, d):
        (less, more), (near, far) = sorted((a, b)), sorted((c, d))

        fee = tariffs.fee_at(tariff, total=less, km=near)

        assert tariffs.fee_at(tariff, total=more, km=near) <= fee
        assert tariffs.fee_at(tariff, total=less, km=far) >= fee

    @settings(max_examples=60)
    @given(tables(), sums, kilometres)
    def test_is_nothing_from_the_sum_that_makes_it_free(self, tariff, more, km):
        free = replace(tariff, free_from=D(100))

        assert tariffs.fee_at(free, total=D(100) + more, km=km) == 0
        assert tariffs.fee_at(free, total=D("99.99"), km=km) == tariffs.fee_at(
            replace(tariff, free_from=None), total=D("99.99"), km=km
        )


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
    @given(tables(), sums, kilometres)
    def test_promises_what_comes_true_and_not_a_kopeck_earlier(self, tariff, total, km):
        fee = tariffs.explained(tariff, total=total, km=km)

        if fee.less_from is None:
            assert tariffs.fee_at(tariff, total=D(10**6), km=km) == fee.fee
        else:
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

    @settings(max_examples=60)
    @given(tables())
    def test_lets_every_sensible_table_pass(self, tariff):
        tariffs.refuse_contradictions(tariff)
