"""A group is released from a loan of a member that was written off: the county asks for it, the lender agrees."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, SamePerson, WrongState, refuses
from core.language.reasons import needs_words
from finance.loans.machine import LOAN
from finance.loans.models import GroupMember, Loan, LoanAdjustment
from finance.loans.queries import liable_group_of, loans_with_open_write_off
from finance.loans.services.adjusting import (
    AdjustmentAsked,
    AdjustmentDecided,
    ask,
    asked_change,
    decide,
    refuse_second,
)
from finance.ties import OfficerIsTied, refuse_tied
from stations.accounts.models import User
from stations.two_persons import require_two_persons

_K, _S = LoanAdjustment.Kind, LoanAdjustment.Status


class GroupNotLiable(Refused):
    """No group answers for it, or does not any more."""

    code = "group_not_liable"
    message = _("No group stands up for this loan any more. There is nothing to release it from.")


@refuses(WrongState, GroupNotLiable, OfficerIsTied, AdjustmentAsked)
@needs_words("reason")
@transaction.atomic
def propose_group_release(*, loan: Loan, reason: str, by: User, at: dt.datetime) -> LoanAdjustment:
    """Ask the lender to release the members of a group from what was written off of this loan and is still open."""
    loan = lock(loan)
    LOAN.check("propose_group_release", loan.status)
    _check(loan, by)
    refuse_second(loan)
    return ask(LoanAdjustment(loan=loan, kind=_K.RELEASE_GROUP, reason=reason), by=by, at=at)


@refuses(WrongState, SamePerson, GroupNotLiable, OfficerIsTied, AdjustmentDecided)
@transaction.atomic
def approve_group_release(*, loan: Loan, proposal: UUID, by: User, at: dt.datetime) -> LoanAdjustment:
    """Release the group that was shown: its members borrow and leave again.

    Its borrower still owes what is open, and gets no loan and joins no group before it has come in.
    """
    loan = lock(loan)
    LOAN.check("approve_group_release", loan.status)
    asked = asked_change(loan, proposal, kind=_K.RELEASE_GROUP)
    require_two_persons(by, asked.asked_by_id)
    _check(loan, by)
    asked.business_date = loan.book.business_date
    return decide(asked, _S.DONE, by=by, at=at)


@refuses(WrongState, SamePerson, OfficerIsTied, AdjustmentDecided)
@transaction.atomic
def reject_group_release(*, loan: Loan, proposal: UUID, by: User, at: dt.datetime) -> LoanAdjustment:
    """Hold the members of the group to their promise."""
    loan = lock(loan)
    LOAN.check("reject_group_release", loan.status)
    asked = asked_change(loan, proposal, kind=_K.RELEASE_GROUP)
    require_two_persons(by, asked.asked_by_id)
    _refuse_tied(loan, by)
    return decide(asked, _S.REFUSED, by=by, at=at)


def is_group_liable(loan: Loan) -> bool:
    """Whether members of a group still stand up for what was written off of a loan."""
    group = liable_group_of(loan)
    return group is not None and loans_with_open_write_off(group).filter(pk=loan.pk).exists()


@refuses(GroupNotLiable, OfficerIsTied)
def _check(loan: Loan, by: User) -> None:
    """Nobody releases themselves, nor a member whom they stand close to."""
    if not is_group_liable(loan):
        raise GroupNotLiable
    _refuse_tied(loan, by)


@refuses(OfficerIsTied)
def _refuse_tied(loan: Loan, by: User) -> None:
    members = GroupMember.objects.filter(group__applications=loan.application_id, left_at=None)
    refuse_tied(by, loan.borrower_id, *members.values_list("person", flat=True))
