"""The audit of everything that the shop counts beside the rows it counts."""

import logging

from apps.core.books import Discrepancy, audits
from apps.delivery import selectors as delivery
from apps.fulfilment import selectors
from apps.inventory import selectors as stock
from apps.inventory import services as inventory
from apps.orders import selectors as orders
from apps.orders import services as order_services
from apps.payments import selectors as payments
from apps.promotions import selectors as promotions

logger = logging.getLogger(__name__)


def check_books() -> list[Discrepancy]:
    """Return every counter that disagrees with the rows it counts, and log it.

    Windows and orders are read one after the other, and so are lots and open boxes: only what is
    wrong twice counts, for a checkout or a scan between the two readings is no discrepancy.
    """
    wrong = [*inventory.check_books(), *payments.check_books(), *orders.check_books()]
    wrong += [*order_services.check_money(), *promotions.check_books()]
    wrong += selectors.shift_discrepancies()
    for audit in audits():
        wrong += audit()
    suspects = [*_windows(), *_open_boxes()]
    if suspects:
        again = {*_windows(), *_open_boxes()}
        wrong += [suspect for suspect in suspects if suspect in again]
    for discrepancy in wrong:
        logger.error(
            "The books disagree: %s, %s is %s, its rows say %s",
            discrepancy.subject,
            discrepancy.counter,
            discrepancy.found,
            discrepancy.expected,
        )
    return wrong


def _windows() -> list[Discrepancy]:
    return delivery.check_books(booked=orders.slot_bookings())


def _open_boxes() -> list[Discrepancy]:
    """Compare what lots say lies in open boxes with what the pickers put there."""
    by_lots, by_picks = stock.in_hand(), selectors.units_in_hand()
    return [
        Discrepancy(
            f"lot {lot_id}", "in hand",
            expected=str(by_picks.get(lot_id, 0)), found=str(by_lots.get(lot_id, 0)),
        )
        for lot_id in sorted(by_lots.keys() | by_picks.keys())
        if by_lots.get(lot_id, 0) != by_picks.get(lot_id, 0)
    ]  # fmt: skip
