"""A recall's report for spreadsheets."""

from decimal import Decimal

from django.utils.translation import gettext as _

from apps.core.sheets import Cell, csv_bytes
from apps.fulfilment.admin.words import told
from apps.fulfilment.dto import RecallReport, RecallRow


def as_csv(report: RecallReport) -> bytes:
    """Return the report as a file."""
    heading = (_("Order"), _("Status"), _("Customer"), _("Phone"), _("Units"), _("Told"),
               _("Refund"), _("State of the refund"))  # fmt: skip
    return csv_bytes(heading, [_values(row) for row in report.rows])


def _values(row: RecallRow) -> list[Cell]:
    amount = sum((refund.amount for refund in row.refunds), Decimal("0.00"))
    states = ", ".join(dict.fromkeys(refund.state_name for refund in row.refunds))
    return [row.number, row.status_name, row.customer, row.phone, row.units, told(row.told),
            amount if row.refunds else None, states]  # fmt: skip
