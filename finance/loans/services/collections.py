"""What counters take on loans reaches the lender: a line for each repayment, a statement for each day, a payout."""

import datetime as dt
from uuid import UUID

from django.db import transaction

from core.errors import refused_by, refuses
from core.money import Money
from finance import chart
from finance.fees.models import PayableLine
from finance.loans.accounts import LoanAccounts
from finance.loans.models import Loan
from finance.loans.queries import loan_book_of_payee
from finance.payments.models import Payment
from finance.settlement.models import PayeeKind
from finance.settlement.services import accrue_payable, enrol_payee
from ledger.queries import transfers_of
from ledger.services import SYSTEM, Leg, post_transfers

REPAID, SETTLED, RETURNED = "loan_repaid", "collections_settled", "collections_returned"


@refuses(*refused_by(accrue_payable))
def owe_lender(*, loan: Loan, payment: Payment, amount: Money, at: dt.datetime) -> PayableLine:
    """Owe the lender what was taken: customer_funds -> the lender's account, for the statement of that day."""
    keys = chart.customer_funds(payment.station), chart.lender(loan.book)
    country = payment.station.county.country
    opened = chart.open_all(keys, country=country, currency=amount.currency, at=at)
    funds, owed = (opened[key] for key in keys)
    enrol_payee(account=owed, kind=PayeeKind.LENDER, county=loan.book.county)
    return accrue_payable(
        event_type=REPAID,
        event_id=str(payment.pk),
        account=owed,
        amount=amount,
        source=funds,
        eligible_at=at,
        explanation={"loan": loan.number},
        station=payment.station,
        at=at,
    )


@transaction.atomic
def settle_collections(*, payout: UUID, payee: str, amount: Money, at: dt.datetime) -> None:
    """A payout has reached a lender: in the lender's book bank -> collections_due; once, and nothing for others."""
    book = loan_book_of_payee(payee)
    if book is None or transfers_of(SETTLED, str(payout)):
        return
    accounts = LoanAccounts(book, at=at)
    post_transfers(
        legs=[Leg(accounts.of("bank"), accounts.of("collections_due"), amount, "collections settled")],
        event_type=SETTLED,
        event_id=str(payout),
        business_date=book.business_date,
        made_by=SYSTEM,
        at=at,
    )


@transaction.atomic
def return_collections(*, payout: UUID, payee: str, amount: Money, at: dt.datetime) -> None:
    """A payout to a lender has come back: the lender is owed it again, whichever of the two words came first."""
    book = loan_book_of_payee(payee)
    if book is None or transfers_of(RETURNED, str(payout)):
        return
    settle_collections(payout=payout, payee=payee, amount=amount, at=at)
    [moved] = transfers_of(SETTLED, str(payout))
    post_transfers(
        legs=[Leg(moved.credit, moved.debit, moved.money, "collections came back", reversal_of=moved.id)],
        event_type=RETURNED,
        event_id=str(payout),
        business_date=book.business_date,
        made_by=SYSTEM,
        at=at,
    )
