"""Queries over products and what stands beside them."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from core.countries import weekend_of
from core.database.db import present
from core.money import Money, total
from finance.chart import LENDER
from finance.loans.models import (
    BorrowerGroup,
    GroupMember,
    Loan,
    LoanAdjustment,
    LoanBook,
    LoanInstallment,
    LoanProductVersion,
    LoanReceipt,
    LoanReversal,
    ProvisionBand,
    ProvisionTable,
)
from finance.loans.schedules import Calendar, Period, Schedule, SeasonalShare, Terms, read_terms, schedule_of
from finance.payouts import account_numbers
from finance.payouts.models import PayoutAccount
from stations.accounts.models import Post
from stations.people.models import Person
from stations.places.models import BusinessDay

#: Due dates move by a holiday at most, and a loan ends within this many years.
YEARS = 31
#: How the payout accounts of borrowers begin.
BORROWER = "person-"


def offered(country: str) -> QuerySet[LoanProductVersion]:
    """What is offered in a country today, in the order of the codes."""
    rows = LoanProductVersion.objects.active().select_related("product__lender")
    return rows.filter(product__country=country).order_by("product__code", "product_id")


def terms_of(
    version: LoanProductVersion,
    *,
    principal: int,
    installments: int,
    rate_ppm: int,
    start: dt.date,
    grace_principal: int = 0,
) -> Terms:
    """The terms of one loan of a version; amounts in minor units. Refused: `loan_terms_malformed`."""
    rows = version.seasonal_rows.order_by("n") if version.principal_method == "seasonal" else ()
    table = tuple(SeasonalShare(row.principal_ppm, row.interest_ppm) for row in rows)
    grace = installments - len(table) if table else grace_principal
    return Terms(
        principal=principal,
        rate_ppm=rate_ppm,
        installments=installments,
        schedule_start=start,
        money_step=version.money_step_minor,
        rounding=version.rounding,
        principal_method=version.principal_method,
        interest_method=version.interest_method,
        day_count=version.day_count,
        every=Period(version.every_count, version.every_unit),
        grace_principal=grace,
        grace_interest=version.grace_interest,
        grace_interest_rows=grace if version.grace_interest != "pay" else 0,
        fixed_share_ppm=version.fixed_share_ppm,
        seasonal_table=table,
        business_day_rule=version.business_day_rule,
    )


def calendar_of(country: str, *, start: dt.date) -> Calendar:
    """The official calendar of a country from a date on."""
    rows = BusinessDay.objects.filter(country=country, date__gte=start, date__lt=start + dt.timedelta(days=YEARS * 366))
    official = rows.filter(official=True).order_by("-date").values_list("date", flat=True).first()
    differing = dict(rows.values_list("date", "is_working"))
    return Calendar(differing, official.year if official else 0, weekend_of(country))


def payee_of(person: Person) -> str:
    """What a borrower's payout accounts are known by."""
    return f"{BORROWER}{person.pk.hex}"


def names_of_borrowers(payees: Iterable[str]) -> dict[str, str]:
    """The names of those payees that are borrowers."""
    ids = {UUID(payee.removeprefix(BORROWER)): payee for payee in payees if payee.startswith(BORROWER)}
    people = Person.objects.filter(pk__in=ids).values_list("pk", "full_name")
    return {ids[pk]: name for pk, name in people}


def names_of_lenders(payees: Iterable[str]) -> dict[str, str]:
    """The names of those payees that are lenders, each with the county of its book."""
    ids = {payee.removeprefix(LENDER): payee for payee in payees if payee.startswith(LENDER)}
    rows = LoanBook.objects.filter(pk__in=ids).select_related("lender", "county") if ids else []
    return {ids[str(row.pk)]: f"{row.lender.shown_name} · {row.county.short_name}" for row in rows}


def loan_book_of_payee(payee: str) -> LoanBook | None:
    """The loan book whose lender is paid under this name; None where the payee is no lender."""
    if not payee.startswith(LENDER):
        return None
    books = LoanBook.objects.select_related("county", "book", "lender")
    return books.filter(pk=payee.removeprefix(LENDER)).first()


def standing_account(person: Person) -> PayoutAccount | None:
    """The account that was entered last, whether it is in use or not."""
    return PayoutAccount.objects.standing().filter(payee=payee_of(person)).first()


def borrower_account(person: Person) -> PayoutAccount | None:
    """Where the borrower is paid, once it is in use."""
    standing = PayoutAccount.objects.standing().filter(payee=payee_of(person), kind=PayoutAccount.Kind.BANK)
    return standing.filter(status=PayoutAccount.Status.ACTIVE).first()


def is_staff(person: Person, *, at: dt.datetime) -> bool:
    """Whether the person works at a station or for the network now, under whichever login."""
    return Post.objects.live(at).filter(user__person__in=Person.objects.of_people(person.pk)).exists()


def shares_account_with_staff(account: PayoutAccount, *, at: dt.datetime) -> bool:
    """Whether somebody who works here is paid to the same number of the same bank."""
    others = PayoutAccount.objects.standing().filter(
        user__isnull=False, kind=account.kind, bank_code=account.bank_code, account_tail=account.account_tail
    )
    known = others.filter(data_key__isnull=False).select_related("data_key")
    number = account_numbers.number_of(PayoutAccount.objects.select_related("data_key").get(pk=account.pk))
    return any(account_numbers.number_of(other) == number for other in known)


def planned(loan: Loan) -> Schedule:
    """The plan of a loan's contract, dated from the day on which it was paid out; a later one from its own day."""
    contract = present(loan.contract)
    terms = read_terms(contract.terms)
    if contract.replaces_id is None:
        terms = replace(terms, schedule_start=present(loan.disbursed_on_date))
    return schedule_of(terms, calendar_of(loan.product.country, start=terms.starts_on))


def borrower_now(loan: Loan) -> Person:
    """The borrower's record that stands: that of the loan, or the one into which it was merged."""
    return Person.objects.of_people(loan.borrower_id).living().get()


def latest_receipt(loan: Loan) -> LoanReceipt | None:
    """The newest payment that was not taken back."""
    standing = loan.receipts.exclude(reversals__status=LoanReversal.Status.DONE)
    return standing.select_related("payment__station__county").order_by("-pk").first()


def asked_reversal(loan: Loan) -> LoanReversal | None:
    """What somebody has asked to take back of a loan and nobody has decided."""
    waiting = LoanReversal.objects.filter(receipt__loan=loan, status=LoanReversal.Status.ASKED)
    return waiting.select_related("receipt__payment__station__county", "asked_by").first()


def waiting_receipts(loan: Loan) -> QuerySet[LoanReceipt]:
    """What was paid while the close had skipped the loan and is not set on it yet, the oldest first."""
    waiting = loan.receipts.standing().filter(status=LoanReceipt.Status.UNALLOCATED)
    return waiting.select_related("payment").order_by("pk")


def with_unallocated(rows: QuerySet[Loan]) -> QuerySet[Loan]:
    """Loans that are read with how much that is, for a page that says it several times."""
    waiting = LoanReceipt.objects.standing().filter(loan=OuterRef("pk"), status=LoanReceipt.Status.UNALLOCATED)
    minor = waiting.order_by().values("loan").values_list(Sum("amount_minor"))
    return rows.annotate(unallocated_minor=Coalesce(Subquery(minor), 0))


def unallocated_of(loan: Loan) -> Money:
    """How much that is; without a query where the loan was read with it."""
    known = getattr(loan, "unallocated_minor", None)
    if known is None:
        known = waiting_receipts(loan).aggregate(minor=Sum("amount_minor", default=0))["minor"]
    return Money(known, loan.currency)


def asked_adjustment(loan: Loan) -> LoanAdjustment | None:
    """The change of a loan for which somebody has asked and on which nobody has decided."""
    return _adjustment_in(loan, LoanAdjustment.Status.ASKED)


def agreed_adjustment(loan: Loan) -> LoanAdjustment | None:
    """The change to which two officers have agreed and which is not in force yet."""
    return _adjustment_in(loan, LoanAdjustment.Status.AGREED)


def agreed_plan(loan: Loan) -> LoanAdjustment | None:
    """The new plan to which two officers have agreed and which the borrower has not signed."""
    agreed = agreed_adjustment(loan)
    return agreed if agreed is not None and agreed.kind == LoanAdjustment.Kind.RESTRUCTURE else None


def open_adjustment(loan: Loan) -> LoanAdjustment | None:
    """The change of a loan that is asked for or agreed: there is one at a time."""
    return asked_adjustment(loan) or agreed_adjustment(loan)


def group_of(person: Person) -> BorrowerGroup | None:
    """The group of borrowers in which a resident is, under whichever of their records."""
    people = Person.objects.of_people(person.pk)
    live = GroupMember.objects.filter(person__in=people, left_at=None)
    return BorrowerGroup.objects.filter(pk__in=live.values("group")).select_related("station__county").first()


def members_of(group: BorrowerGroup) -> QuerySet[GroupMember]:
    """Who is in a group now, its leader first, then by name."""
    live = group.members.filter(left_at=None).select_related("person")
    return live.order_by("-is_leader", "person__full_name", "pk")


def loans_of_group(group: BorrowerGroup) -> QuerySet[Loan]:
    """The running loans that members have as members, in the order in which they are held."""
    rows = Loan.objects.running().filter(application__group=group)
    about = ("borrower__household", "station__county", "product__lender", "contract", "book__lender", "book__county")
    return rows.select_related(*about, "book__book", "application").order_by("pk")


def liable_group_of(loan: Loan) -> BorrowerGroup | None:
    """The group whose members stand up for a loan, where they do."""
    return BorrowerGroup.objects.filter(applications=loan.application_id, joint_liability=True).first()


def loans_with_open_write_off(group: BorrowerGroup) -> QuerySet[Loan]:
    """The loans of a group's members, as members, that were written off and of which not all has come in since.

    Without those from which the group was released.
    """
    done = LoanAdjustment.objects.filter(kind=LoanAdjustment.Kind.RELEASE_GROUP, status=LoanAdjustment.Status.DONE)
    rows = _with_open_write_off().filter(~Exists(done.filter(loan=OuterRef("pk"))), application__group=group)
    return rows.select_related("borrower").order_by("pk")


def written_off_of_borrower(person: Person) -> Money | None:
    """What was written off of the loans of a person and has not come in since, of the oldest of them; else None."""
    owed = _with_open_write_off().filter(borrower__in=Person.objects.of_people(person.pk)).order_by("pk").first()
    return to_recover(owed) if owed else None


def _with_open_write_off() -> QuerySet[Loan]:
    written_off = F("principal_written_off_minor") + F("interest_written_off_minor") + F("penalty_written_off_minor")
    return Loan.objects.filter(status=Loan.Status.WRITTEN_OFF, recovered_minor__lt=written_off)


def written_off_of(group: BorrowerGroup) -> Money:
    """What was written off of the loans of a group and has not come in since."""
    left = (to_recover(loan) for loan in loans_with_open_write_off(group))
    return total(left, currency=group.station.currency)


def announced_rate(loan: Loan) -> LoanAdjustment | None:
    """The newest rate of which the borrower was told and that holds, or will."""
    kind, standing = LoanAdjustment.Kind.RATE_CHANGE, (LoanAdjustment.Status.AGREED, LoanAdjustment.Status.DONE)
    told = [each for each in loan.adjustments.all() if each.kind == kind and each.status in standing]
    return max(told, key=lambda each: present(each.valid_from_date), default=None)


def rate_now(loan: Loan) -> int | None:
    """The rate (ppm) of the nights of a running loan now; None of one that was not paid out."""
    if loan.contract is None or loan.last_closed_date is None:
        return None
    return read_terms(loan.contract.terms).rate_on(loan.last_closed_date + dt.timedelta(days=1))


def write_off_of(loan: Loan) -> LoanAdjustment | None:
    """How a loan was written off, if it was."""
    done = (LoanAdjustment.Kind.WRITE_OFF, LoanAdjustment.Status.DONE)
    return next((each for each in loan.adjustments.all() if (each.kind, each.status) == done), None)


def _adjustment_in(loan: Loan, status: str) -> LoanAdjustment | None:
    """There are few of one loan; a page that asks many times has them at hand."""
    return next((each for each in loan.adjustments.all() if each.status == status), None)


def to_recover(loan: Loan) -> Money:
    """What was written off and has not come in since."""
    return loan.written_off - loan.recovered


def provision_rate(loan: Loan) -> int:
    """The share (0.01 %) that the lender sets aside for a loan of its class; 0 where the country has no rates."""
    closed = present(loan.last_closed_date)
    tables = ProvisionTable.objects.filter(country=loan.book.lender.country, status=ProvisionTable.Status.ACTIVE)
    newest = tables.filter(from_date__lte=closed).order_by("-from_date").values("pk")[:1]
    bands = ProvisionBand.objects.filter(table=Subquery(newest), from_day__lte=loan.class_days)
    return bands.order_by("-from_day").values_list("rate_bp", flat=True).first() or 0


def provision_tables() -> Any:
    """Tables of provision rates, with the people that are shown of them."""
    return ProvisionTable.objects.select_related("maker", "checker")


def due_of(loan: Loan) -> Money:
    """What is due and unpaid as of the last close, less what lies in advance or waits; never below nothing."""
    rows = loan.installments.filter(status__in=LoanInstallment.OPEN)
    minor = sum(row.left_minor for row in rows) - loan.advance_minor - unallocated_of(loan).minor
    return Money(max(minor, 0), loan.currency)


def dues_of(loans: Collection[Loan]) -> dict[UUID, Money]:
    """The same for many loans, in two queries."""
    ids = [loan.pk for loan in loans]
    left = (F(f"{part}_minor") - F(f"{part}_paid_minor") for part in ("principal", "interest", "penalty"))
    open_rows = LoanInstallment.objects.filter(loan__in=ids, status__in=LoanInstallment.OPEN)
    by_loan = open_rows.order_by().values("loan").annotate(minor=Sum(sum(left, Value(0))))
    owed = dict(by_loan.values_list("loan", "minor"))
    waiting = LoanReceipt.objects.standing().filter(loan__in=ids, status=LoanReceipt.Status.UNALLOCATED)
    paid = dict(waiting.order_by().values("loan").annotate(minor=Sum("amount_minor")).values_list("loan", "minor"))
    return {
        loan.pk: Money(max(owed.get(loan.pk, 0) - loan.advance_minor - paid.get(loan.pk, 0), 0), loan.currency)
        for loan in loans
    }


def next_due(loan: Loan) -> LoanInstallment | None:
    """The next instalment that is not due yet."""
    return loan.installments.filter(status=LoanInstallment.Status.UPCOMING).order_by("due_date", "n").first()
