"""How copies, loans and reservations read on pages."""

from education.libraries.models import BookCrate, Copy, Hold, Loan

_C = Copy.State


def status_of_copy(copy: Copy) -> str:
    """The colour of a copy."""
    if copy.state == _C.AVAILABLE:
        return "ok"
    return "bad" if copy.state in {_C.MISSING, _C.LOST, _C.DAMAGED} else "info"


def status_of_loan(loan: Loan) -> str:
    """The colour of a loan."""
    return {"overdue": "wait", "lost": "bad", "returned": "ok"}.get(loan.status, "info")


def status_of_hold(hold: Hold) -> str:
    """The colour of a reservation."""
    return {"waiting": "ok", "placed": "wait", "in_transit": "wait"}.get(hold.status, "info")


def status_of_crate(crate: BookCrate) -> str:
    """The colour of a crate of books."""
    if crate.status == BookCrate.Status.CLOSED:
        return "bad" if crate.missing else "ok"
    return "info" if crate.status == BookCrate.Status.CANCELLED else "wait"
