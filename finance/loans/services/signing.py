"""The borrower signs: with plan and true price before their eyes, by a code to their phone or on paper."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import atomic_but_tries, lock, present
from core.days import day_in
from core.errors import Refused, WrongState, refused_by, refuses
from core.history import record_change
from core.models import StoredFile
from finance.credit.services import release_exposure
from finance.loans.machine import APPLICATION
from finance.loans.models import Loan, LoanApplication, LoanContract
from finance.loans.schedules import write_terms
from finance.loans.services.applying import BorrowerUnknown
from finance.loans.services.books import loan_book_of
from finance.loans.services.prepaying import PlanChanged
from finance.loans.services.quotes import Quote, TermsOutsideProduct, quote_loan
from finance.loans.services.signed import end_signed_loan, loan_of
from finance.loans.services.steps import move, tell
from stations.accounts.models import Role, User
from stations.accounts.queries import people_in_role
from stations.people.models import PhoneCode
from stations.people.services import send_loan_code
from stations.people.services.codes import use_code

_S = LoanApplication.Status


class OfferExpired(Refused):
    """The offer was not taken up in time."""

    code = "offer_expired"
    message = _("This offer ended on %(date)s. Apply again.")


class SignedAlready(Refused):
    """One contract for one application."""

    code = "loan_signed_already"
    message = _("The borrower has signed this loan already.")


class SignatureMissing(Refused):
    """Neither a code nor a photo of the signed paper."""

    code = "signature_missing"
    status = 422
    message = _("Type the code that the borrower reads aloud, or photograph the signed contract.")


@refuses(WrongState, OfferExpired, SignedAlready, *refused_by(quote_loan, send_loan_code))
@transaction.atomic
def send_signing_code(*, application: LoanApplication, by: User, at: dt.datetime) -> LoanApplication:
    """Send the code with which the borrower signs the plan of today of what was approved, and no other."""
    application = _to_sign(application, at=at)
    quote = _quote_of(application, at=at)
    about = _what_is_signed(application, quote)
    send_loan_code(person=application.person, amount=quote.amount, about=about, by=by, at=at)
    return application


@refuses(
    *(WrongState, OfferExpired, SignedAlready, SignatureMissing, BorrowerUnknown, TermsOutsideProduct, PlanChanged),
    *refused_by(quote_loan, use_code),
)
@atomic_but_tries
def sign_contract(
    *, application: LoanApplication, on: dt.date, code: str = "", paper: UUID | None = None, by: User, at: dt.datetime
) -> Loan:
    """Freeze the contract of what was approved: by the code that was sent, or by a photo (`paper`) of the signed print.

    A wrong code uses up a try. `on` is the day of the plan that the borrower saw; that of another day than today is
    refused (`quote_expired`). It is dated again when the money arrives.
    """
    application = _to_sign(application, at=at)
    person = application.person
    if person.died_date or person.merged_into_id:
        raise BorrowerUnknown
    quote = _quote_of(application, at=at)
    if quote.on != on:
        raise PlanChanged
    if quote.schedule.total_capitalised:
        raise TermsOutsideProduct(least=quote.version.smallest.display(), most=quote.version.largest.display())
    if paper is None:
        if not code:
            raise SignatureMissing(field="code")
        about = _what_is_signed(application, quote)
        use_code(person=person, purpose=PhoneCode.Purpose.LOAN, about=about, code=code, at=at)
    elif not StoredFile.objects.filter(pk=paper, stored_by=by.pk).exists():
        raise SignatureMissing(field="paper")
    loan = _begin(application, quote, at=at)
    loan.contract = _freeze(loan, quote, paper=paper, by=by, at=at)
    loan.save(update_fields=["contract", "updated_at"])
    record_change(loan, old="", new=loan.status, at=at, actor=by.pk, reason=loan.contract.manner)
    officers = people_in_role(Role.FINANCE_OFFICER, at=at)
    tell(officers, "loan_signed", application, at=at, loan=loan)
    return loan


@refuses(WrongState)
@transaction.atomic
def cancel_loan(*, loan: Loan, by: User, at: dt.datetime) -> Loan:
    """End a signed loan before it is paid out, and its application; what was reserved for it is free again."""
    application = lock(loan.application)
    loan = end_signed_loan(lock(loan), at=at, by=by)
    release_exposure(loan_ref=application.pk, amount=None, event_ref="cancelled")
    application.offer_valid_until_date, application.reasons = None, []
    move(application, _S.WITHDRAWN, at=at, by=by)
    return loan


def _to_sign(application: LoanApplication, *, at: dt.datetime) -> LoanApplication:
    application = lock(application)
    APPLICATION.check("sign_contract", application.status)
    until = present(application.offer_valid_until_date)
    if day_in(application.station.zone, at) > until:
        raise OfferExpired(date=until)
    if loan_of(application):
        raise SignedAlready
    return application


@refuses(*refused_by(quote_loan))
def _quote_of(application: LoanApplication, *, at: dt.datetime) -> Quote:
    return quote_loan(
        version=application.version,
        amount=present(application.approved),
        installments=present(application.approved_installments),
        at=at,
    )


def _what_is_signed(application: LoanApplication, quote: Quote) -> str:
    """What the code of the borrower is bound to: the application, the day of the plan, and what it plans."""
    first = quote.schedule.rows[0].due
    return f"{application.pk}:{quote.on}:{quote.amount.minor}:{quote.to_pay.minor}:{first}"


def _begin(application: LoanApplication, quote: Quote, *, at: dt.datetime) -> Loan:
    return Loan.objects.create(
        number=application.number,
        application=application,
        book=loan_book_of(application.product.lender, application.station, at=at),
        station=application.station,
        borrower=application.person,
        product=application.product,
        recommender_id=application.recommender_id,
        appraiser_id=present(application.appraiser_id),
        approver_id=present(application.approver_id),
        approver2_id=application.approver2_id,
        currency=application.currency,
        principal_minor=quote.amount.minor,
    )


def _freeze(loan: Loan, quote: Quote, *, paper: UUID | None, by: User, at: dt.datetime) -> LoanContract:
    version = quote.version
    return LoanContract.objects.create(
        loan=loan,
        product_version=version,
        terms=write_terms(quote.schedule.terms, currency=loan.currency),
        currency=loan.currency,
        principal_minor=quote.amount.minor,
        fee_minor=quote.fee.minor,
        total_interest_minor=quote.schedule.total_interest,
        apr_nominal_bp=quote.price.nominal_bp,
        apr_effective_bp=quote.price.effective_bp,
        penalty_ppm=version.penalty_ppm,
        penalty_grace_days=version.penalty_grace_days,
        penalty_cap_bp=version.penalty_cap_bp,
        manner=LoanContract.Manner.SIGNATURE if paper else LoanContract.Manner.CODE,
        paper_id=paper,
        witness=by,
        signed_at=at,
    )
