"""Who cannot pay as agreed gets a new plan: two officers agree to it, and the borrower signs it at the counter."""

import datetime as dt
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import atomic_but_tries, lock, present
from core.days import day_in
from core.errors import Refused, SamePerson, WrongState, refused_by, refuses
from core.history import record_change
from core.language.reasons import needs_words
from core.models import StoredFile
from core.money import Money
from finance.loans.machine import LOAN
from finance.loans.models import Loan, LoanAdjustment, LoanContract, LoanInstallment
from finance.loans.queries import agreed_plan, borrower_now, calendar_of, terms_of
from finance.loans.schedules import (
    Schedule,
    ScheduleDoesNotAmortise,
    TermsMalformed,
    price_of,
    read_terms,
    schedule_of,
    write_terms,
)
from finance.loans.services.adjusting import (
    AdjustmentAsked,
    AdjustmentDecided,
    ask,
    asked_change,
    decide,
    refuse_second,
)
from finance.loans.services.allocating import unpaid
from finance.loans.services.applying import BorrowerUnknown
from finance.loans.services.closing import WATCHED, LoanSkipped
from finance.loans.services.deciding import OFFER_STANDS
from finance.loans.services.expiring import tell_of_plan
from finance.loans.services.prepaying import PlanChanged
from finance.loans.services.repaying import LoanBeingClosed, business_date, hold_loan
from finance.loans.services.signing import SignatureMissing
from finance.ties import OfficerIsTied, refuse_tied
from stations.accounts.models import User
from stations.people.models import PhoneCode
from stations.people.services import send_plan_code
from stations.people.services.codes import use_code
from stations.two_persons import require_two_persons

_K, _S, _I = LoanAdjustment.Kind, LoanAdjustment.Status, LoanInstallment.Status
#: In the history of a loan.
RESTRUCTURED = "restructured"
#: So long a borrower has for signing an agreed plan, as for an offer.
PLAN_STANDS = OFFER_STANDS


class RestructuresUsedUp(Refused):
    """The product allows no further new plan."""

    code = "restructures_used_up"
    status = 422
    message = _("This loan may be restructured at most %(most)s times.")


class PlanOutsideProduct(Refused):
    """The product has no so long a plan, or no so long a grace."""

    code = "plan_outside_product"
    status = 422
    message = _("A new plan has 1 to %(most)s instalments, of which at most %(grace)s repay no principal.")


class PlanExpired(Refused):
    """The borrower did not sign the new plan in time."""

    code = "new_plan_expired"
    message = _("The new plan was to be signed by %(date)s. Ask the lender for another one.")


@dataclass(frozen=True, slots=True)
class Restructure:
    """What an agreed new plan would be on a date: the plan of the principal, and what is carried to its first day.

    `odd` is principal below the money step of the product. Nothing is given up and nothing is added.
    """

    loan: Loan
    on: dt.date
    schedule: Schedule
    left: Money
    interest: Money
    penalty: Money
    odd: Money

    @property
    def carried(self) -> Money:
        """What is owed to date besides the principal of the plan; due with the first instalment."""
        return self.interest + self.penalty + self.odd


@refuses(
    *(WrongState, LoanBeingClosed, LoanSkipped, RestructuresUsedUp, OfficerIsTied, PlanOutsideProduct),
    *(AdjustmentAsked, TermsMalformed, ScheduleDoesNotAmortise),
)
@needs_words("reason")
@transaction.atomic
def propose_restructure(
    *, loan: Loan, installments: int, grace_principal: int = 0, reason: str, by: User, at: dt.datetime
) -> LoanAdjustment:
    """Ask for a new plan of so many instalments, the first of them without principal; another officer decides.

    Rate, method and fees stay those of the contract.
    """
    loan = hold_loan(loan, at=at)
    LOAN.check("propose_restructure", loan.status)
    _check(loan, by)
    refuse_second(loan)
    wanted = LoanAdjustment(
        loan=loan, kind=_K.RESTRUCTURE, reason=reason, installments=installments, grace_principal=grace_principal
    )
    quote_restructure(loan=loan, adjustment=wanted)
    return ask(wanted, by=by, at=at)


@refuses(WrongState, SamePerson, RestructuresUsedUp, OfficerIsTied, AdjustmentDecided)
@transaction.atomic
def approve_restructure(*, loan: Loan, proposal: UUID, by: User, at: dt.datetime) -> LoanAdjustment:
    """Agree to the new plan that a colleague has asked for; it stands once the borrower has signed it.

    The borrower, who is told, has 30 days for that.
    """
    loan = lock(loan)
    LOAN.check("approve_restructure", loan.status)
    asked = asked_change(loan, proposal, kind=_K.RESTRUCTURE)
    require_two_persons(by, asked.asked_by_id)
    _check(loan, by)
    asked.sign_by_date = day_in(loan.station.zone, at) + PLAN_STANDS
    decide(asked, _S.AGREED, by=by, at=at)
    tell_of_plan(asked, "loan_plan_agreed", at=at)
    return asked


@refuses(WrongState, SamePerson, OfficerIsTied, AdjustmentDecided)
@transaction.atomic
def reject_restructure(*, loan: Loan, proposal: UUID, by: User, at: dt.datetime) -> LoanAdjustment:
    """Leave the plan as it is: of a colleague's proposal, or of one that was agreed to and nobody has signed."""
    loan = lock(loan)
    LOAN.check("reject_restructure", loan.status)
    found = agreed_plan(loan)
    if found is None or found.pk != proposal:
        found = asked_change(loan, proposal, kind=_K.RESTRUCTURE)
    require_two_persons(by, found.asked_by_id)
    refuse_tied(by, loan.borrower_id)
    return decide(found, _S.REFUSED, by=by, at=at)


@refuses(TermsMalformed, ScheduleDoesNotAmortise, PlanOutsideProduct)
def quote_restructure(*, loan: Loan, adjustment: LoanAdjustment) -> Restructure:
    """The new plan as it would be on the loan's business date; nothing is stored."""
    contract, on = present(loan.contract), business_date(loan)
    version = contract.product_version
    longest, grace = max(version.installments_offered), version.grace_principal_max
    number, rows_of_grace = present(adjustment.installments), present(adjustment.grace_principal)
    if not 1 <= number <= longest or not 0 <= rows_of_grace <= grace:
        raise PlanOutsideProduct(most=longest, grace=grace)
    odd = loan.outstanding_minor % version.money_step_minor
    terms = terms_of(
        version,
        principal=loan.outstanding_minor - odd,
        installments=number,
        rate_ppm=read_terms(contract.terms).rate_on(on),
        start=on,
        grace_principal=rows_of_grace,
    )
    if terms.grace_interest == "capitalise":  # what is lent does not grow
        terms = replace(terms, grace_interest="pay", grace_interest_rows=0)
    return Restructure(
        loan=loan,
        on=on,
        schedule=schedule_of(terms, calendar_of(loan.product.country, start=on)),
        left=loan.outstanding,
        interest=Money(loan.interest_accrued_minor - loan.interest_paid_minor, loan.currency),
        penalty=Money(loan.penalty_left_minor, loan.currency),
        odd=Money(odd, loan.currency),
    )


def plan_today(*, loan: Loan, adjustment: LoanAdjustment) -> Restructure | None:
    """The new plan as pages show it; None where so little is left by now that it cannot be made."""
    try:
        return quote_restructure(loan=loan, adjustment=adjustment)
    except (TermsMalformed, ScheduleDoesNotAmortise, PlanOutsideProduct):
        return None


@refuses(
    *(WrongState, LoanBeingClosed, LoanSkipped, AdjustmentDecided, PlanExpired),
    *refused_by(quote_restructure, send_plan_code),
)
@transaction.atomic
def send_restructure_code(*, loan: Loan, by: User, at: dt.datetime) -> Loan:
    """Send the borrower the code that signs the new plan as it is today, and no other; it lives ten minutes."""
    loan = hold_loan(loan, at=at)
    LOAN.check("sign_restructure", loan.status)
    found = _to_sign(loan, at=at)
    quote = quote_restructure(loan=loan, adjustment=found)
    about = _what_is_signed(found, quote)
    send_plan_code(person=borrower_now(loan), amount=quote.left, about=about, by=by, at=at)
    return loan


@refuses(
    *(WrongState, LoanBeingClosed, LoanSkipped, AdjustmentDecided, PlanExpired),
    *(BorrowerUnknown, PlanChanged, SignatureMissing),
    *refused_by(quote_restructure, use_code),
)
@atomic_but_tries
def sign_restructure(
    *,
    loan: Loan,
    left: Money,
    on: dt.date,
    code: str = "",
    paper: UUID | None = None,
    by: User,
    at: dt.datetime,
) -> LoanContract:
    """Put the agreed plan in the place of the one before: by the code that was sent, or by a photo of the signed print.

    `left` (principal) and `on` are those of the plan that the borrower saw. A wrong code uses up a try. What was paid
    stays on the former instalments; what is owed to date is due with the first new one.
    """
    loan = hold_loan(loan, at=at)
    LOAN.check("sign_restructure", loan.status)
    found, person = lock(_to_sign(loan, at=at)), borrower_now(loan)
    if person.died_date:
        raise BorrowerUnknown
    quote = quote_restructure(loan=loan, adjustment=found)
    if (quote.left, quote.on) != (left, on):
        raise PlanChanged
    if paper is None:
        if not code:
            raise SignatureMissing(field="code")
        about = _what_is_signed(found, quote)
        use_code(person=person, purpose=PhoneCode.Purpose.LOAN_PLAN, code=code, about=about, at=at)
    elif not StoredFile.objects.filter(pk=paper, stored_by=by.pk).exists():
        raise SignatureMissing(field="paper")
    contract = _follow(quote, paper=paper, by=by, at=at)
    found.principal_minor, found.interest_minor = quote.odd.minor, quote.interest.minor
    found.penalty_minor, found.business_date, found.new_contract = quote.penalty.minor, on, contract
    before, found.status = found.status, _S.DONE
    found.save()
    record_change(found, old=before, new=found.status, at=at, actor=by.pk)
    loan.watched_days, loan.watch_left = loan.class_days, WATCHED
    loan.contract, loan.days_past_due = contract, 0
    loan.restructure_count += 1
    loan.save()
    record_change(loan, old=loan.status, new=loan.status, at=at, actor=by.pk, reason=RESTRUCTURED)
    return contract


@refuses(AdjustmentDecided, PlanExpired)
def _to_sign(loan: Loan, *, at: dt.datetime) -> LoanAdjustment:
    """The agreed plan, while it can be signed."""
    found = agreed_plan(loan)
    if found is None:
        raise AdjustmentDecided
    until = present(found.sign_by_date)
    if until < day_in(loan.station.zone, at):
        raise PlanExpired(date=until)
    return found


def _what_is_signed(adjustment: LoanAdjustment, quote: Restructure) -> str:
    """What the code of the borrower is bound to: the agreed plan, its day, and what it plans and carries."""
    return f"{adjustment.pk}:{quote.on}:{quote.left.minor}:{quote.carried.minor}"


@refuses(RestructuresUsedUp, OfficerIsTied)
def _check(loan: Loan, by: User) -> None:
    most = present(loan.contract).product_version.restructures_max
    if loan.restructure_count >= most:
        raise RestructuresUsedUp(most=most)
    refuse_tied(by, loan.borrower_id)


def contract_of(quote: Restructure) -> LoanContract:
    """The contract that the borrower is to sign, not stored: for the print, and as it is stored once signed."""
    loan, before, schedule = quote.loan, present(quote.loan.contract), quote.schedule
    price = price_of(schedule)
    return LoanContract(
        loan=loan,
        version=loan.contracts.count() + 1,
        replaces=before,
        product_version=before.product_version,
        terms=write_terms(schedule.terms, currency=loan.currency),
        currency=loan.currency,
        principal_minor=schedule.terms.principal,
        total_interest_minor=schedule.total_interest,
        apr_nominal_bp=price.nominal_bp,
        apr_effective_bp=price.effective_bp,
        penalty_ppm=before.penalty_ppm,
        penalty_grace_days=before.penalty_grace_days,
        penalty_cap_bp=before.penalty_cap_bp,
    )


def _follow(quote: Restructure, *, paper: UUID | None, by: User, at: dt.datetime) -> LoanContract:
    """Store the contract of the new plan with its instalments; the former ones keep what was paid on them."""
    loan, contract = quote.loan, contract_of(quote)
    contract.manner = LoanContract.Manner.SIGNATURE if paper else LoanContract.Manner.CODE
    contract.paper_id, contract.witness, contract.signed_at = paper, by, at
    contract.save(force_insert=True)
    unpaid(loan).update(status=_I.RESCHEDULED)
    rows = [
        LoanInstallment(
            loan=loan,
            contract=contract,
            n=row.n,
            start_date=row.start,
            end_date=row.end,
            due_date=row.due,
            principal_minor=row.principal,
            interest_minor=row.interest,
        )
        for row in quote.schedule.rows
    ]
    if quote.carried.minor:
        rows.append(_carried_row(quote, contract))
    LoanInstallment.objects.bulk_create(rows)
    return contract


def _carried_row(quote: Restructure, contract: LoanContract) -> LoanInstallment:
    """What is owed to date is an instalment of its own, number 0, due with the first of the new plan."""
    return LoanInstallment(
        loan=quote.loan,
        contract=contract,
        n=0,
        start_date=quote.on,
        end_date=quote.on,
        due_date=quote.schedule.rows[0].due,
        principal_minor=quote.odd.minor,
        interest_minor=quote.interest.minor,
        interest_accrued_minor=quote.interest.minor,
        penalty_minor=quote.penalty.minor,
        penalty_exact=quote.penalty.minor,
    )
