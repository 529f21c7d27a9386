"""Receipts' lines (54-FZ), fitted to the sum that really moves: the provider refuses others."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core.money import split
from apps.payments.dto import Receipt, ReceiptLine


def fitted(lines: Sequence[ReceiptLine], amount: Decimal) -> list[ReceiptLine]:
    """Return the lines with totals that sum to an amount, each by its share; none of nothing.

    Usually they sum to it already. They don't where a part had gone back before, say.
    """
    worth = [line for line in lines if line.total > 0]
    if not worth:
        return []
    totals = split(amount, [line.total for line in worth])
    return [
        replace(line, total=total) for line, total in zip(worth, totals, strict=True) if total > 0
    ]


def plain(lines: Sequence[ReceiptLine], amount: Decimal) -> list[dict[str, Any]]:
    """Return fitted lines as a row keeps them."""
    return [asdict(line) | {"total": str(line.total)} for line in fitted(lines, amount)]


def read(rows: Sequence[dict[str, Any]], *, amount: Decimal, number: str, phone: str) -> Receipt:
    """Return the receipt of lines that a row kept; without any the order as such stands for them.

    Without a phone it is the receipt of somebody who asked to be forgotten.
    """
    lines = [ReceiptLine(**row | {"total": Decimal(row["total"])}) for row in rows]
    if not lines:
        # A receipt is in the shop's own language, whoever asked for it.
        with translation.override(settings.LANGUAGE_CODE):
            name = _("Order %s: part of the price") % number
        lines = [ReceiptLine(name=name, quantity=1, total=amount)]
    return Receipt(lines=tuple(lines), phone=phone)
