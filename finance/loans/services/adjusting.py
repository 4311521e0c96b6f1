"""A change of a loan is asked for by one person and decided by another, whatever it is."""

import datetime as dt
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.errors import Refused, refuses
from core.history import record_change
from finance.loans.models import Loan, LoanAdjustment
from finance.loans.queries import asked_adjustment, open_adjustment
from stations.accounts.models import User


class AdjustmentAsked(Refused):
    """One change of a loan waits at a time."""

    code = "adjustment_asked"
    message = _("A colleague has already asked for a change of this loan.")


class AdjustmentDecided(Refused):
    """Nobody waits for it any more; another may have been asked for since."""

    code = "adjustment_decided"
    message = _("This change of the loan is decided already. Look at the loan again.")


@refuses(AdjustmentAsked)
def refuse_second(loan: Loan) -> None:
    """A second change of a held loan waits for the first."""
    if open_adjustment(loan) is not None:
        raise AdjustmentAsked


def ask(wanted: LoanAdjustment, *, by: User, at: dt.datetime) -> LoanAdjustment:
    """Store what somebody asks for."""
    wanted.asked_by, wanted.asked_at = by, at
    wanted.save(force_insert=True)
    record_change(wanted, old="", new=wanted.status, at=at, actor=by.pk, reason=wanted.reason)
    return wanted


def decide(adjustment: LoanAdjustment, status: str, *, by: User, at: dt.datetime) -> LoanAdjustment:
    """Store what another person has decided."""
    before, adjustment.status = adjustment.status, status
    adjustment.decided_by, adjustment.decided_at = by, at
    adjustment.save()
    record_change(adjustment, old=before, new=status, at=at, actor=by.pk)
    return adjustment


@refuses(AdjustmentDecided)
def asked_change(loan: Loan, proposal: UUID, *, kind: str) -> LoanAdjustment:
    """What waits for a decision on this loan, if it is the one that was shown."""
    found = asked_adjustment(loan)
    if found is None or (found.pk, found.kind) != (proposal, kind):
        raise AdjustmentDecided
    return found
