import re

from apps.orders.numbers import order_number


class TestOrderNumber:
    def test_never_comes_twice(self):
        circle = 1_100_000

        numbers = {order_number(serial) for serial in range(0, circle * 2 + 10, 7)}
        first_round = {order_number(serial) for serial in range(circle)}

        assert len(numbers) == len(range(0, circle * 2 + 10, 7))
        assert len(first_round) == circle

    def test_is_short_and_reads_the_same_in_both_alphabets(self):
        assert all(
            re.fullmatch(r"[ABCEHKMPTXY]-\d{5}", order_number(serial)) for serial in range(500)
        )

    def test_does_not_tell_how_many_there_were(self):
        first, second = (int(order_number(serial)[2:]) for serial in (1, 2))

        assert abs(first - second) > 100
