"""The audit of what couriers carry, at one instant."""

from django.db import connection

from apps.core.books import Discrepancy

# Each column of each shift beside its entries.
_COLUMNS = """
SELECT s.id, s.cash, s.card,
    coalesce(sum(e.amount) FILTER (WHERE e.provider = 'cash'), 0),
    coalesce(sum(e.amount) FILTER (WHERE e.provider = 'card'), 0)
FROM fulfilment_cashshift s
LEFT JOIN fulfilment_shiftentry e ON e.shift_id = s.id
GROUP BY s.id
ORDER BY s.id
"""
# What was taken at stops, courier by courier as they carry it, beside the money ledger: entries
# that say another sum, and money of a stop that no courier has.
_LEDGER = """
SELECT o.number, m.amount, coalesce(sum(e.amount) FILTER (WHERE e.kind <> 'corrected'), 0)
FROM payments_moneyentry m
JOIN payments_payment p ON p.id = m.payment_id AND p.provider IN ('cash', 'card')
JOIN orders_order o ON o.id = p.order_id
LEFT JOIN fulfilment_shiftentry e ON e.money_entry_id = m.id
WHERE m.kind = 'capture' AND (e.id IS NOT NULL OR EXISTS (
    SELECT 1 FROM fulfilment_stop t WHERE t.order_id = o.id AND t.state = 'done'))
GROUP BY o.number, m.id, m.amount
HAVING m.amount <> coalesce(sum(e.amount) FILTER (WHERE e.kind <> 'corrected'), 0)
ORDER BY o.number
"""


def shift_discrepancies() -> list[Discrepancy]:
    """Compare couriers' purses with their entries, and these with the ledger of money."""
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS)
        columns = cursor.fetchall()
        cursor.execute(_LEDGER)
        ledger = cursor.fetchall()
    wrong = [
        Discrepancy(f"cash shift {pk}", counter, expected=str(expected), found=str(found))
        for pk, cash, card, cash_entries, card_entries in columns
        for counter, found, expected in (
            ("cash", cash, cash_entries), ("card", card, card_entries)
        )
        if found != expected
    ]  # fmt: skip
    return wrong + [
        Discrepancy(f"order {number}", "with couriers", expected=str(money), found=str(carried))
        for number, money, carried in ledger
    ]
