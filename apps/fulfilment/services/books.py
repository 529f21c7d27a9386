"""The audit of everything that the shop counts beside the rows it counts."""

import logging

from apps.core.books import Discrepancy, audits
from apps.delivery import selectors as delivery
from apps.inventory import services as inventory
from apps.orders import selectors as orders
from apps.payments import selectors as payments

logger = logging.getLogger(__name__)


def check_books() -> list[Discrepancy]:
    """Return every counter of stock, money and windows that disagrees with its rows, and log it.

    Windows and orders are read one after the other, so only what is wrong twice counts: a checkout
    between the two readings is no discrepancy.
    """
    wrong = [*inventory.check_books(), *payments.check_books()]
    for audit in audits():
        wrong += audit()
    suspects = _windows()
    if suspects:
        again = set(_windows())
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
