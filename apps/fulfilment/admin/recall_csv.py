"""A recall's report for spreadsheets."""

import csv
import io
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.fulfilment.admin.words import told
from apps.fulfilment.dto import RecallReport, RecallRow

# A cell that begins like this is run as a formula by spreadsheets.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(report: RecallReport) -> str:
    """Return the report with a byte order mark, so that Russian opens right everywhere."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([_("Order"), _("Status"), _("Customer"), _("Phone"), _("Units"), _("Told"),
                     _("Refund"), _("State of the refund")])  # fmt: skip
    for row in report.rows:
        writer.writerow([_cell(value) for value in _values(row)])
    return "\ufeff" + file.getvalue()


def _values(row: RecallRow) -> list[str]:
    amount = sum((refund.amount for refund in row.refunds), Decimal("0.00"))
    states = ", ".join(dict.fromkeys(refund.state_name for refund in row.refunds))
    return [row.number, row.status_name, row.customer, row.phone, str(row.units), told(row.told),
            str(amount) if row.refunds else "", states]  # fmt: skip


def _cell(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value
