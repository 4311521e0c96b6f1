"""The loan is paid out: by a fourth person, to the borrower's own account; the bank says what became of it."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, present
from core.errors import Refused, SamePerson, WrongState, refused_by, refuses
from core.fields import uuid7
from core.gateways.models import Instruction
from core.gateways.services import ask_again, instruct
from core.history import record_change
from core.language.text import fold
from finance.credit.queries import assessments_of
from finance.loans.accounts import LoanAccounts
from finance.loans.machine import LOAN
from finance.loans.models import Loan, LoanDisbursement
from finance.loans.queries import borrower_account, borrower_now, is_staff, payee_of, shares_account_with_staff
from finance.loans.services.applying import BorrowerUnknown
from finance.loans.services.deciding import check_ties_again
from finance.loans.services.grouping import refuse_arrears
from finance.payouts import account_numbers
from finance.payouts.models import PayoutAccount
from finance.payouts.services import BankDetails, NameDiffers, NoPayoutBank, set_bank_account
from finance.ties import OfficerIsTied, refuse_tied
from ledger.services import MadeBy, hold
from stations.accounts.models import User
from stations.two_persons import require_two_persons

PATH, PURPOSE = "/v1/payouts", "loan"
ASK_AFTER = dt.timedelta(hours=24)
SWEEP = 500


class BorrowerAccountMissing(Refused):
    """Money goes to an account of the borrower that another person has confirmed, and to no other."""

    code = "borrower_account_missing"
    status = 422
    message = _("No bank account of the borrower is in use. Enter it; another person confirms it, three days later.")


class PayeeIsStaff(Refused):
    """The borrower, or the account, is of somebody who works at a station."""

    code = "payee_is_staff"
    status = 422
    message = _("This account belongs to someone who works here. The loan is not paid out to it.")


@refuses(NameDiffers, PayeeIsStaff)
@transaction.atomic
def set_borrower_account(
    *, loan: Loan, bank_code: str, account_no: str, holder_name: str, by: User, at: dt.datetime
) -> PayoutAccount:
    """Write down where the borrower is paid: an own account. It is used once finance has confirmed it, after 3 days."""
    if fold(holder_name) != fold(loan.borrower.full_name):
        raise NameDiffers(field="holder_name", name=loan.borrower.full_name)
    if is_staff(loan.borrower, at=at):
        raise PayeeIsStaff
    account = set_bank_account(
        payee=payee_of(loan.borrower),
        user=None,
        details=BankDetails(bank_code, account_no, holder_name),
        by=by,
        at=at,
    )
    if shares_account_with_staff(account, at=at):
        raise PayeeIsStaff(field="account_no")
    return account


@refuses(
    WrongState,
    SamePerson,
    OfficerIsTied,
    BorrowerUnknown,
    BorrowerAccountMissing,
    PayeeIsStaff,
    NoPayoutBank,
    *refused_by(check_ties_again, refuse_arrears),
)
@transaction.atomic
def disburse_loan(*, loan: Loan, by: User, at: dt.datetime) -> Loan:
    """Have the bank pay a signed loan to the borrower's own account; the money is set aside until it answers.

    Who has died since the signature is lent nothing: the loan is cancelled, or ends with its offer.
    """
    loan = lock(loan)
    LOAN.check("disburse_loan", loan.status)
    decided = {loan.appraiser_id, loan.approver_id, loan.approver2_id}
    others = {loan.recommender_id, loan.application.fee_partner_id, *decided, *_assessors(loan)}
    require_two_persons(by, *others)
    refuse_tied(by, loan.borrower_id)
    if borrower_now(loan).died_date:
        raise BorrowerUnknown
    account = borrower_account(loan.borrower)
    if account is None:
        raise BorrowerAccountMissing
    if is_staff(loan.borrower, at=at) or shares_account_with_staff(account, at=at):
        raise PayeeIsStaff
    refuse_arrears(loan.borrower)
    check_ties_again(loan.application, at=at)
    provider = loan.book.lender.provider
    if provider is None:
        raise NoPayoutBank(country=loan.book.lender.country, currency=loan.currency)
    disbursement = _set_aside(loan, account, by=by, at=at)
    instruct(
        provider=provider,
        kind=Instruction.Kind.PAYOUT,
        path=PATH,
        request={"amount": str(disbursement.amount), "currency": loan.currency, "purpose": PURPOSE},
        our_ref=disbursement.pk,
        at=at,
    )
    loan.status, loan.disburser = Loan.Status.DISBURSING, by
    loan.save(update_fields=["status", "disburser", "updated_at"])
    record_change(loan, old=Loan.Status.APPROVED, new=loan.status, at=at, actor=by.pk)
    return loan


def body_of_disbursement(our_ref: UUID) -> dict[str, str]:
    """What the bank is told besides amount and reference; the number of the account is stored nowhere in clear."""
    account = LoanDisbursement.objects.select_related("payout_account__data_key").get(pk=our_ref).payout_account
    return {
        "bank_code": account.bank_code,
        "account_no": account_numbers.number_of(account),
        "holder_name": account.holder_name,
    }


@transaction.atomic
def ask_about_disbursements(*, at: dt.datetime) -> int:
    """Ask the bank about loans of which it has said nothing for a day; how many there are."""
    silent = LoanDisbursement.objects.filter(status=LoanDisbursement.Status.SENT, sent_at__lte=at - ASK_AFTER)
    rows = list(silent.order_by("pk").values_list("pk", flat=True)[:SWEEP])
    for our_ref in rows:
        ask_again(our_ref=our_ref, at=at)
    return len(rows)


def _assessors(loan: Loan) -> set[UUID]:
    return set(assessments_of(loan.application_id).values_list("assessor", flat=True))


def _set_aside(loan: Loan, account: PayoutAccount, *, by: User, at: dt.datetime) -> LoanDisbursement:
    our_ref, amount = uuid7(), present(loan.contract).received
    accounts = LoanAccounts(loan.book, at=at)
    held = hold(
        debit=accounts.of("loan_principal"),
        credit=accounts.of("payout_clearing"),
        amount=amount,
        event_type="loan_disbursing",
        event_id=str(our_ref),
        reason="held for the pay-out",
        business_date=loan.book.business_date,
        made_by=MadeBy("staff", by.pk),
        at=at,
    )
    return LoanDisbursement.objects.create(
        our_ref=our_ref,
        loan=loan,
        payout_account=account,
        amount_minor=amount.minor,
        currency=amount.currency,
        hold_transfer_id=held,
        sent_by=by,
        sent_at=at,
    )
