"""How the rows of a recall's report read."""

from dataclasses import dataclass

from apps.core.admin import money
from apps.fulfilment.admin.words import told
from apps.fulfilment.dto import RecallReport, RecallRow, RefundRow, RefundState
from apps.payments.dto import ON_DELIVERY

_TOLD = {"sent": "success", "called": "success", "waiting": "warning", "call": "danger"}
_REFUNDS = {RefundState.PREPARED: "warning", RefundState.SETTLED: "success"}


@dataclass(frozen=True)
class RefundView:
    """A refund with its sum, and whether somebody has to settle it."""

    refund: RefundRow
    sum: str
    tone: str

    @property
    def is_open(self) -> bool:
        """Whether it is still to be settled."""
        return self.refund.state == RefundState.PREPARED


@dataclass(frozen=True)
class RowView:
    """An order of the report, with what was said to its customer."""

    row: RecallRow
    told: str
    tone: str
    is_cash: bool
    refunds: tuple[RefundView, ...]

    @property
    def may_be_called(self) -> bool:
        """Whether a call is still worth making."""
        return self.row.told in {"call", "waiting"}


def row_views(report: RecallReport) -> tuple[RowView, ...]:
    """Return the report's orders; those to be called stand in front."""
    rows = sorted(report.rows, key=lambda row: (row.told != "call", not row.is_out, row.id))
    return tuple(
        RowView(
            row=row,
            told=told(row.told),
            tone=_TOLD.get(row.told, "info"),
            is_cash=row.payment in ON_DELIVERY,
            refunds=tuple(
                RefundView(
                    refund, money(refund.amount), _REFUNDS.get(RefundState(refund.state), "")
                )
                for refund in row.refunds
            ),
        )
        for row in rows
    )
