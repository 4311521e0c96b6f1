"""A loan is repaid at the counter: the money is taken as any payment is, and set on what is due."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.database.db import atomic_but_tries, lock, present
from core.errors import Refused, WrongState, refused_by, refuses
from core.events.services import publish
from core.history import record_change
from core.money import Money
from finance.credit.services import release_exposure
from finance.loans.accounts import LoanAccounts
from finance.loans.machine import LOAN
from finance.loans.models import Loan, LoanContract, LoanInstallment, LoanReceipt, ReceiptAllocation
from finance.loans.queries import liable_group_of, unallocated_of
from finance.loans.services.allocating import Allocation, allocate, allocate_all, set_on, standing
from finance.loans.services.closing import DAY, LoanSkipped, catch_up, is_skipped
from finance.loans.services.collections import REPAID, owe_lender
from finance.loans.services.counted_from import CountedFrom, counted_from
from finance.loans.services.suspending import release_suspended
from finance.loans.services.watching import watch_left_of
from finance.payments.models import Payment
from finance.payments.services import CounterSale, Tender, prove_tender, sell
from ledger.services import Leg, MadeBy, post_transfers
from stations.accounts.models import User
from stations.network.models import Station

LONGEST_WAIT = "3s"
LOCK_NOT_AVAILABLE = "55P03"
#: Which account of the lender's book a part is taken from.
ACCOUNT_OF = {"penalty": "loan_penalty", "interest": "loan_interest", "principal": "loan_principal"}


class LoanBeingClosed(Refused):
    """The close of a day holds the loan just now."""

    code = "loan_being_closed"
    retry_after = 2
    message = _("The day of this loan is being closed. Try again in a moment.")


class AmountOverDebt(Refused):
    """More than is owed."""

    code = "amount_over_debt"
    status = 422
    message = _("Today %(most)s repays the whole loan. More cannot be taken.")


class PayoffChanged(Refused):
    """What ends the loan is another amount than was shown."""

    code = "amount_changed"
    message = _("The amount that ends the loan is now %(amount)s. Check it with the borrower.")


@dataclass(frozen=True, kw_only=True)
class RepaymentSale(CounterSale):
    """An instalment, or all that is left, of one loan; company cash at every station."""

    purpose = Payment.Purpose.LOAN

    loan: Loan
    left: Money
    #: What `left` is, on the slip.
    says: str = "principal_left"
    is_essential: bool = True

    def for_fees(self, *, by: User, at: dt.datetime) -> None:
        """The contract promises that nothing but the debt is taken, and nobody earns by taking it."""

    def slip_lines(self) -> list[dict[str, Any]]:
        """Which loan, its true price of the contract, the group that stands up for it, and what is left afterwards."""
        group = liable_group_of(self.loan)
        stands = [{"name": "liable_group", "value": group.name}] if group is not None else []
        contract = present(self.loan.contract)
        price = [
            {"name": "yearly_cost", "value": f"{contract.apr_effective_bp / 100:.2f}%"},
            {"name": "yearly_cost_plain", "value": f"{contract.apr_nominal_bp / 100:.2f}%"},
        ]
        left = {"name": self.says, "value": self.left.display()}
        return [{"name": "loan", "value": self.loan.number}, *price, *stands, left]

    def store(self, payment: Payment) -> None:
        """Nothing of its own: the loan's receipt follows with the loan's book."""


@refuses(WrongState, LoanBeingClosed, LoanSkipped, AmountOverDebt, *refused_by(sell, owe_lender))
@atomic_but_tries
def receive_repayment(
    *,
    loan: Loan,
    amount: Money,
    station: Station,
    tender: Tender,
    by: User,
    at: dt.datetime,
    key: str,
    since: dt.date | None = None,
) -> Payment:
    """Take an amount on a loan: what is due is paid, the rest waits in advance; the whole debt ends the loan.

    On a loan that the close has skipped it waits, with its date, until the missing days are closed (`retry_close`).
    What was brought to a meeting counts from its day (`since`), if nothing of the loan has changed after it.
    `amount` is in the loan's currency. Refused: `amount_over_debt`, `loan_being_closed`, and those of `sell`.
    """
    loan = hold_loan(loan, also_skipped=True, at=at)
    LOAN.check("receive_repayment", loan.status)
    if is_skipped(loan):
        return _take_for_later(loan, amount=amount, station=station, tender=tender, by=by, at=at, key=key)
    rows = standing(loan)
    debt = debt_of(loan)
    if debt < amount:
        raise AmountOverDebt(field="amount", most=debt.display())
    is_all = amount == debt
    counted = counted_from(loan, rows, since=since, amount=amount, debt=debt)
    made = allocate_all(rows) if is_all else allocate(rows, minor=amount.minor, on=business_date(loan))
    kind = LoanReceipt.Kind.PAYOFF if is_all else LoanReceipt.Kind.REPAYMENT
    return take(
        loan,
        made,
        amount=amount,
        kind=kind,
        counted=counted,
        station=station,
        tender=tender,
        by=by,
        at=at,
        key=key,
    )


@refuses(WrongState, LoanBeingClosed, LoanSkipped, PayoffChanged, *refused_by(sell, owe_lender))
@atomic_but_tries
def pay_off_loan(
    *, loan: Loan, expected: Money, station: Station, tender: Tender, by: User, at: dt.datetime, key: str
) -> Payment:
    """Take all that ends the loan today; `expected` is the amount that was shown."""
    loan = hold_loan(loan, at=at)
    LOAN.check("pay_off_loan", loan.status)
    debt = debt_of(loan)
    if debt != expected:
        raise PayoffChanged(amount=debt.display())
    made = allocate_all(standing(loan))
    kind = LoanReceipt.Kind.PAYOFF
    return take(loan, made, amount=debt, kind=kind, station=station, tender=tender, by=by, at=at, key=key)


@refuses(LoanBeingClosed)
@contextmanager
def waiting_briefly() -> Iterator[None]:
    """What is held in here waits three seconds for a close, and is refused (`loan_being_closed`) after that."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LONGEST_WAIT])
            yield
            cursor.execute("SELECT set_config('lock_timeout', '0', true)")
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") != LOCK_NOT_AVAILABLE:
            raise
        raise LoanBeingClosed from error


@refuses(LoanBeingClosed, LoanSkipped)
def hold_loan(loan: Loan, *, also_skipped: bool = False, at: dt.datetime) -> Loan:
    """The loan, held until the transaction ends and closed up to its book; waits three seconds for a close.

    One that the close has skipped is refused (`loan_skipped`), or left as it is if the verb serves it too.
    """
    with waiting_briefly():
        held = lock(loan)
    if not (also_skipped and is_skipped(held)):
        catch_up(held, at=at)
    return held


def debt_of(loan: Loan) -> Money:
    """What ends a loan on its business date: principal, interest to date, penalties, less what lies in advance."""
    interest = loan.interest_accrued_minor - loan.interest_paid_minor - loan.interest_written_off_minor
    return Money(loan.outstanding_minor + interest + loan.penalty_left_minor - loan.advance_minor, loan.currency)


def payoff_of(loan: Loan) -> Money:
    """What a borrower still pays to end a loan: its debt, less what was paid and is not set on it yet."""
    return debt_of(loan) - unallocated_of(loan)


def business_date(loan: Loan) -> dt.date:
    """The day whose payments a running loan takes: the one after its last closed."""
    return present(loan.last_closed_date) + DAY


def open_day(loan: Loan) -> dt.date:
    """The day of the loan that is not closed; of one that has ended, of which nothing is closed, that of its book."""
    return max(business_date(loan), loan.book.business_date)


@refuses(*refused_by(sell, owe_lender))
def take(
    loan: Loan,
    made: Allocation,
    *,
    amount: Money,
    kind: LoanReceipt.Kind,
    new_contract: LoanContract | None = None,
    counted: CountedFrom | None = None,
    station: Station,
    tender: Tender,
    by: User,
    at: dt.datetime,
    key: str,
) -> Payment:
    """Take an amount that was set on a held loan: the sale, the receipt, the caps, and both books.

    What ends the loan or changes its plan uses what lies in advance first. What counts from an earlier day takes the
    penalties of the nights since with it.
    """
    tender = prove_tender(tender=tender, station=station, by=by, at=at)  # a wrong code leaves the loan as it was
    used = loan.advance_minor if kind in LoanReceipt.USE_ADVANCE else 0
    count(loan, made, used=used, kind=kind)
    spared = counted.settle() if counted else 0
    sale = RepaymentSale(station=station, amount=amount, subject_ref=str(loan.pk), loan=loan, left=loan.outstanding)
    payment = sell(sale=sale, tender=tender, by=by, at=at, key=key)
    receipt = LoanReceipt(
        loan=loan,
        payment=payment,
        kind=kind,
        new_contract=new_contract,
        amount_minor=payment.amount_minor,
        advance_minor=made.advance_minor,
        currency=loan.currency,
        value_date=counted.since if counted else business_date(loan),
        taken_by=by,
        taken_at=at,
    )
    write(receipt, made, used=used, by=by, at=at)
    if counted and loan.restructure_count:
        loan.watch_left = watch_left_of(loan)
        loan.save(update_fields=["watch_left", "updated_at"])
    tell_repaid(receipt, at=at)
    event = (REPAID, str(payment.pk))
    post(receipt, made, used=used, spared=spared, of="collections_due", event=event, by=by, at=at)
    owe_lender(loan=loan, payment=payment, amount=amount, at=at)
    return payment


@refuses(LoanSkipped, AmountOverDebt, *refused_by(sell, owe_lender))
def _take_for_later(
    loan: Loan, *, amount: Money, station: Station, tender: Tender, by: User, at: dt.datetime, key: str
) -> Payment:
    """Take an amount on a held loan of which a day could not be closed; it is at most what was owed at its last close.

    Since then nights have only added to the debt, so that all of it finds its place.
    """
    left = payoff_of(loan)
    if left.minor <= 0:
        raise LoanSkipped
    if left < amount:
        raise AmountOverDebt(field="amount", most=left.display())
    sale = RepaymentSale(
        station=station,
        amount=amount,
        subject_ref=str(loan.pk),
        loan=loan,
        left=loan.outstanding,
        says="principal_before",
    )
    waits = LoanReceipt(kind=LoanReceipt.Kind.REPAYMENT, status=LoanReceipt.Status.UNALLOCATED)
    return take_whole(waits, sale, tender, why="not set on the loan yet", by=by, at=at, key=key)


@refuses(*refused_by(sell, owe_lender))
def take_whole(
    receipt: LoanReceipt, sale: RepaymentSale, tender: Tender, *, why: str, by: User, at: dt.datetime, key: str
) -> Payment:
    """Take an amount on a held loan that is set on no instalment: the sale, its receipt, and both books."""
    loan, amount = sale.loan, sale.amount
    payment = sell(sale=sale, tender=tender, by=by, at=at, key=key)
    receipt.loan, receipt.payment, receipt.value_date = loan, payment, open_day(loan)
    receipt.amount_minor, receipt.currency = payment.amount_minor, loan.currency
    receipt.taken_by, receipt.taken_at = by, at
    receipt.save(force_insert=True)
    tell_repaid(receipt, at=at)
    accounts = LoanAccounts(loan.book, at=at)
    post_transfers(
        legs=[Leg(accounts.of("collections_due"), accounts.of(receipt.lies_in), amount, why)],
        event_type=REPAID,
        event_id=str(payment.pk),
        business_date=receipt.value_date,
        made_by=MadeBy("person", by.pk),
        at=at,
    )
    owe_lender(loan=loan, payment=payment, amount=amount, at=at)
    return payment


def about(loan: Loan) -> dict[str, object]:
    """What events say of a loan."""
    return {"loan": str(loan.pk), "station": loan.station_id, "borrower": str(loan.borrower_id)}


def tell_repaid(receipt: LoanReceipt, *, at: dt.datetime) -> None:
    """Say that money was taken on a loan, and where."""
    payment = receipt.payment
    publish(
        "finance.loan_repaid",
        at=at,
        **about(receipt.loan) | {"station": payment.station_id},
        payment=str(payment.pk),
        amount_minor=receipt.amount_minor,
    )


def count(loan: Loan, made: Allocation, *, used: int, kind: str) -> None:
    """Set it on the instalments and count it on the loan, unsaved of the loan's end."""
    is_all = kind == LoanReceipt.Kind.PAYOFF
    for row in set_on(made.shares):
        row.save()
    loan.principal_paid_minor += made.of("principal")
    loan.interest_paid_minor += made.of("interest")
    loan.penalty_paid_minor += made.of("penalty")
    loan.advance_minor += made.advance_minor - used
    if is_all:
        end(loan)
    else:
        loan.days_past_due = days_past_due(loan)


def end(loan: Loan) -> None:
    """A held loan of which nothing is left has ended, unsaved.

    So have the instalments of which nothing is owed: nights that do not come cost nothing.
    """
    ahead = loan.installments.exclude(status__in=[LoanInstallment.Status.PAID, LoanInstallment.Status.RESCHEDULED])
    ahead.update(interest_minor=F("interest_accrued_minor"), status=LoanInstallment.Status.PAID)
    loan.status, loan.days_past_due = Loan.Status.REPAID, 0


def tell_closed(loan: Loan, *, station: int, by: User, at: dt.datetime) -> None:
    """Say that a loan has ended, and where."""
    record_change(loan, old=Loan.Status.ACTIVE, new=loan.status, at=at, actor=by.pk)
    publish("finance.loan_closed", at=at, **about(loan) | {"station": station}, days_late=loan.most_days_late)


def days_past_due(loan: Loan) -> int:
    """Days since the oldest instalment fell due of which principal or interest is unpaid; 0 where none is."""
    late = loan.installments.filter(status__in=LoanInstallment.OPEN, due_date__lt=business_date(loan))
    unpaid = late.filter(
        Q(principal_minor__gt=F("principal_paid_minor")) | Q(interest_minor__gt=F("interest_paid_minor"))
    )
    oldest = unpaid.order_by("due_date").values_list("due_date", flat=True).first()
    return (business_date(loan) - oldest).days if oldest else 0


def write(receipt: LoanReceipt, made: Allocation, *, used: int, by: User, at: dt.datetime) -> None:
    """Store a loan that was counted, its receipt and what that is set on; the caps get back the principal.

    Of a loan that is paid up with it, suspended interest is earned.
    """
    loan, is_all = receipt.loan, receipt.kind == LoanReceipt.Kind.PAYOFF
    loan.closed_at = at if is_all else None
    receipt.released_minor = release_suspended(loan)
    loan.save()
    receipt.save()
    rows = []
    for share in made.shares:  # what lay in advance is used first
        from_advance = min(used, share.minor)
        used -= from_advance
        for of, minor in ((None, from_advance), (receipt, share.minor - from_advance)):
            if minor:
                rows.append(
                    ReceiptAllocation(
                        receipt=of,
                        installment=share.installment,
                        part=share.part,
                        amount_minor=minor,
                        on_date=receipt.value_date,
                    )
                )
    ReceiptAllocation.objects.bulk_create(rows)
    if paid := made.of("principal"):
        repaid = None if is_all else Money(paid, loan.currency)
        release_exposure(loan_ref=loan.application_id, amount=repaid, event_ref=f"paid:{receipt.pk}")
    if is_all:
        tell_closed(loan, station=receipt.payment.station_id, by=by, at=at)


def post(
    receipt: LoanReceipt,
    made: Allocation,
    *,
    used: int,
    spared: int = 0,
    of: str,
    event: tuple[str, str],
    by: User,
    at: dt.datetime,
) -> None:
    """In the lender's book it is set on the loan, from the account of this kind; what was used, from the advance.

    `spared` are penalties of nights that money has reached too late to spare.
    """
    loan, currency = receipt.loan, receipt.currency
    accounts = LoanAccounts(loan.book, at=at)
    money, advance = accounts.of(of), accounts.of("loan_advance")
    theirs, left = [], used
    for part, kind in ACCOUNT_OF.items():
        minor = made.of(part)
        from_advance = min(left, minor)
        left -= from_advance
        for source, taken in ((advance, from_advance), (money, minor - from_advance)):
            if taken:
                theirs.append(Leg(source, accounts.of(kind), Money(taken, currency), f"loan {part}"))
    if made.advance_minor:
        theirs.append(Leg(money, advance, Money(made.advance_minor, currency), "paid in advance"))
    if receipt.released_minor:
        suspended, income = accounts.of("interest_suspended"), accounts.of("interest_income")
        theirs.append(Leg(suspended, income, Money(receipt.released_minor, currency), "suspended interest earned"))
    if spared:
        income, penalties = accounts.of("penalty_income"), accounts.of("loan_penalty")
        theirs.append(Leg(income, penalties, Money(spared, currency), "penalty since it was brought"))
    post_transfers(
        legs=theirs,
        event_type=event[0],
        event_id=event[1],
        business_date=open_day(loan),
        made_by=MadeBy("person", by.pk),
        at=at,
    )
