"""The rate of a running loan changes: two officers agree, the borrower is told before, and undone it is until then."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, present
from core.days import day_in
from core.errors import Refused, SamePerson, WrongState, refuses
from core.language.reasons import needs_words
from core.notices.services import notify
from finance.loans.machine import LOAN
from finance.loans.models import Loan, LoanAdjustment
from finance.loans.queries import agreed_adjustment, borrower_now
from finance.loans.schedules import ScheduleDoesNotAmortise, TermsMalformed, price_of
from finance.loans.services.adjusting import (
    AdjustmentAsked,
    AdjustmentDecided,
    ask,
    asked_change,
    decide,
    refuse_second,
)
from finance.loans.services.closing import DAY, LoanSkipped
from finance.loans.services.quotes import PriceAboveCeiling
from finance.loans.services.rate_plans import RatePlan, rate_plan
from finance.loans.services.repaying import LoanBeingClosed, business_date, hold_loan
from finance.loans.services.steps import tell
from finance.ties import OfficerIsTied, refuse_tied
from stations.accounts.models import User
from stations.two_persons import require_two_persons

_K, _S = LoanAdjustment.Kind, LoanAdjustment.Status
#: So many days a borrower has known of a new rate before it holds.
NOTICE_DAYS = 15


class RateUnfit(Refused):
    """The rate that holds already, or none of the product."""

    code = "rate_unfit"
    status = 422
    message = _("A new rate differs from the present one, and is from %(least)s to %(most)s a year.")


class NoticeTooShort(Refused):
    """The borrower would hear of it too late."""

    code = "notice_too_short"
    status = 422
    message = _("The borrower is told %(days)s days before: a new rate holds from %(earliest)s on at the earliest.")


class RateAfterPlan(Refused):
    """All is repaid before it would hold."""

    code = "rate_after_plan"
    status = 422
    message = _("The plan ends on %(end)s, before the new rate would hold.")


@refuses(
    *(WrongState, LoanBeingClosed, LoanSkipped, OfficerIsTied, AdjustmentAsked, RateUnfit, NoticeTooShort),
    *(RateAfterPlan, PriceAboveCeiling, TermsMalformed, ScheduleDoesNotAmortise),
)
@needs_words("reason")
@transaction.atomic
def propose_rate_change(
    *, loan: Loan, rate_ppm: int, valid_from: dt.date, reason: str, by: User, at: dt.datetime
) -> LoanAdjustment:
    """Ask for a rate (ppm a year, or a period of the product) from this night on; another officer decides."""
    loan = hold_loan(loan, at=at)
    LOAN.check("propose_rate_change", loan.status)
    refuse_tied(by, loan.borrower_id)
    refuse_second(loan)
    _refuse_short(loan, valid_from, at=at)
    quote_rate_change(loan=loan, rate_ppm=rate_ppm, valid_from=valid_from)
    wanted = LoanAdjustment(
        loan=loan, kind=_K.RATE_CHANGE, reason=reason, rate_ppm=rate_ppm, valid_from_date=valid_from
    )
    return ask(wanted, by=by, at=at)


@refuses(
    *(WrongState, SamePerson, LoanBeingClosed, LoanSkipped, OfficerIsTied, AdjustmentDecided, NoticeTooShort),
    *(RateUnfit, RateAfterPlan, PriceAboveCeiling, TermsMalformed, ScheduleDoesNotAmortise),
)
@transaction.atomic
def approve_rate_change(*, loan: Loan, proposal: UUID, by: User, at: dt.datetime) -> LoanAdjustment:
    """Agree to the rate that a colleague has asked for, and tell the borrower; it holds from its night on.

    Where too few days are left for the notice, it is refused: the colleague asks for a later day.
    """
    loan = hold_loan(loan, at=at)
    LOAN.check("approve_rate_change", loan.status)
    asked = asked_change(loan, proposal, kind=_K.RATE_CHANGE)
    require_two_persons(by, asked.asked_by_id)
    refuse_tied(by, loan.borrower_id)
    valid_from = present(asked.valid_from_date)
    _refuse_short(loan, valid_from, at=at)
    quote_rate_change(loan=loan, rate_ppm=present(asked.rate_ppm), valid_from=valid_from)
    asked.notified_date = day_in(loan.station.zone, at)
    decide(asked, _S.AGREED, by=by, at=at)
    _tell_borrower(asked, "loan_rate_changes", at=at)
    tell([loan.recommender], "loan_rate_notice", loan.application, at=at, turn=str(asked.pk))
    return asked


@refuses(WrongState, SamePerson, OfficerIsTied, AdjustmentDecided)
@transaction.atomic
def reject_rate_change(*, loan: Loan, proposal: UUID, by: User, at: dt.datetime) -> LoanAdjustment:
    """Leave the rate as it is: of a colleague's proposal, or of one that was agreed and does not hold yet.

    A borrower who was told of it hears that it does not come.
    """
    loan = lock(loan)
    LOAN.check("reject_rate_change", loan.status)
    found = agreed_adjustment(loan)
    if found is None or (found.pk, found.kind) != (proposal, _K.RATE_CHANGE):
        found = asked_change(loan, proposal, kind=_K.RATE_CHANGE)
    require_two_persons(by, found.asked_by_id)
    refuse_tied(by, loan.borrower_id)
    decide(found, _S.REFUSED, by=by, at=at)
    if found.notified_date is not None and loan.status == Loan.Status.ACTIVE:
        _tell_borrower(found, "loan_rate_stays", at=at)
        tell([loan.recommender], "loan_rate_undone", loan.application, at=at, turn=str(found.pk))
    return found


@refuses(RateUnfit, RateAfterPlan, PriceAboveCeiling, TermsMalformed, ScheduleDoesNotAmortise)
def quote_rate_change(*, loan: Loan, rate_ppm: int, valid_from: dt.date) -> RatePlan:
    """The plan with this rate from this night on, within the product and its ceiling; nothing is stored."""
    contract = present(loan.contract)
    version = contract.product_version
    plan = rate_plan(loan=loan, rate_ppm=rate_ppm, valid_from=valid_from)
    if rate_ppm == plan.rate_before_ppm or not version.rate_min_ppm <= rate_ppm <= version.rate_max_ppm:
        least, most = rate_words(version.rate_min_ppm), rate_words(version.rate_max_ppm)
        raise RateUnfit(field="rate_ppm", least=least, most=most)
    if not plan.rows:
        raise RateAfterPlan(field="valid_from", end=plan.before.rows[-1].end)
    effective = price_of(plan.schedule, fee_at_payout=contract.fee_minor).effective_bp
    if effective > version.apr_max_bp:
        raise PriceAboveCeiling(price=f"{effective / 100:.2f}", most=f"{version.apr_max_bp / 100:.2f}")
    return plan


def rate_words(ppm: int) -> str:
    """`10.8%` of 108,000 parts per million; as many decimals as it has, but at least one."""
    percent = Decimal(ppm).scaleb(-4).normalize()
    return f"{percent:.1f}%" if percent == round(percent, 1) else f"{percent:f}%"


def earliest_start(loan: Loan, *, at: dt.datetime) -> dt.date:
    """The first day from which a rate may hold of which the borrower is told today (of the station)."""
    return max(day_in(loan.station.zone, at) + NOTICE_DAYS * DAY, business_date(loan) + DAY)


@refuses(NoticeTooShort)
def _refuse_short(loan: Loan, valid_from: dt.date, *, at: dt.datetime) -> None:
    earliest = earliest_start(loan, at=at)
    if valid_from < earliest:
        raise NoticeTooShort(field="valid_from", days=NOTICE_DAYS, earliest=earliest)


def _tell_borrower(change: LoanAdjustment, template: str, *, at: dt.datetime) -> None:
    """A message to the phone of a living borrower; the station hands over the notice on paper."""
    loan, person = change.loan, borrower_now(change.loan)
    if person.died_date or not person.phone:
        return
    day = present(change.valid_from_date).isoformat()
    params = {"number": loan.number[-4:], "station": loan.station.name, "day": day}
    notify(
        template=template,
        params=params | {"rate": rate_words(present(change.rate_ppm))},
        language=person.language,
        phone=str(person.phone),
        dedupe_key=f"{template}:{change.pk}",
        at=at,
        zone=loan.station.zone,
    )
