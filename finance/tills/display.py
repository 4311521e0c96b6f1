"""The colours of the states of what happens to cash."""

from finance.tills.models import CashReport, LossCase, OverShort, Remittance

DIFFERENCE_KINDS = {"absorbed": "ok", "returned": "ok", "cleared": "ok", "charged": "bad", "disputed": "info"}
REMITTANCE_KINDS = {"matched": "ok", "short": "bad", "over": "bad", "lost": "bad", "cancelled": "info"}


def difference_kind(row: OverShort) -> str:
    """The colour of a difference's state."""
    return DIFFERENCE_KINDS.get(row.status, "wait")


def remittance_kind(row: Remittance) -> str:
    """The colour of a remittance's state."""
    return REMITTANCE_KINDS.get(row.status, "wait")


def loss_kind(row: LossCase) -> str:
    """The colour of a loss's state."""
    return "wait" if row.status == LossCase.Status.OPEN else "ok"


def report_kind(row: CashReport) -> str:
    """The colour of a cash report's state."""
    return "ok" if row.status == CashReport.Status.FILED else "wait"
