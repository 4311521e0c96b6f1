"""Borrowers are told before an instalment is due, on its day, and while it is late: once each, and never at night."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import F, Sum
from django.utils import translation

from core.days import instant_of
from core.language import formatting
from core.money import Money
from core.notices.services import notify
from finance.loans.models import Loan, LoanInstallment
from finance.loans.services.closing import IS_SKIPPED

_S = LoanInstallment.Status
#: Days from the due date -> the message; one loan is reminded of its oldest instalment only.
REMINDERS = {-3: "loan_due_soon", 0: "loan_due_today", 1: "loan_late", 7: "loan_late", 15: "loan_late"}
LEFT = (
    F("principal_minor")
    - F("principal_paid_minor")
    + F("interest_minor")
    - F("interest_paid_minor")
    + F("penalty_minor")
    - F("penalty_paid_minor")
)


@dataclass(frozen=True, slots=True)
class Reminder:
    """An instalment, how many days it is from its due date, and what is to be paid with all before it."""

    row: LoanInstallment
    days: int
    amount: Money


@transaction.atomic
def remind_borrowers(*, county: str, zone: str, date: dt.date, at: dt.datetime) -> int:
    """Tell the borrowers of a county what is due in three days or today, or late; how many were told."""
    found = [each for each in _reminders(county, zone, date) if each.amount.minor > 0]
    for each in found:
        _tell(each, date=date, zone=zone, at=at)
    return len(found)


def _reminders(county: str, zone: str, date: dt.date) -> list[Reminder]:
    dates = {date - dt.timedelta(days=days): days for days in REMINDERS}
    rows = LoanInstallment.objects.filter(
        loan__status=Loan.Status.ACTIVE,
        loan__station__county__code=county,
        loan__station__zone=zone,
        loan__borrower__died_date=None,
        loan__in=Loan.objects.exclude(IS_SKIPPED),
        due_date__in=dates,
        status__in=[_S.UPCOMING, *LoanInstallment.OPEN],
    ).exclude(loan__borrower__phone="")
    oldest = rows.order_by("loan", "due_date", "n").distinct("loan")
    due = list(oldest.select_related("loan__borrower", "loan__station", "loan__book"))
    owed = _owed(due, date)
    return [Reminder(row, dates[row.due_date], _amount(row, owed, date)) for row in due]


def _owed(due: Iterable[LoanInstallment], date: dt.date) -> dict[tuple[UUID, bool], int]:
    """By loan: what is unpaid of what was due by the date, and of the instalments up to three days later."""
    rows = LoanInstallment.objects.filter(
        loan__in=[row.loan_id for row in due],
        due_date__lte=date - min(REMINDERS) * dt.timedelta(days=1),
        status__in=[_S.UPCOMING, *LoanInstallment.OPEN],
    )
    found = rows.values_list("loan", "due_date").annotate(minor=Sum(LEFT)).order_by()
    owed: dict[tuple[UUID, bool], int] = {}
    for loan, due_date, minor in found:
        owed[loan, due_date > date] = owed.get((loan, due_date > date), 0) + minor
    return owed


def _amount(row: LoanInstallment, owed: dict[tuple[UUID, bool], int], date: dt.date) -> Money:
    """What brings the loan to order on the day that the message speaks of, less what was paid in advance."""
    minor = owed.get((row.loan_id, False), 0)
    if row.due_date > date:
        minor += owed.get((row.loan_id, True), 0)
    return Money(minor - row.loan.advance_minor, row.loan.currency)


def _tell(reminder: Reminder, *, date: dt.date, zone: str, at: dt.datetime) -> None:
    row, loan = reminder.row, reminder.row.loan
    language = loan.borrower.language
    with translation.override(language):
        day = formatting.day(row.due_date)
    notify(
        template=REMINDERS[reminder.days],
        params={
            "number": loan.number[-4:],
            "amount": reminder.amount.display(language),
            "day": day,
            "station": loan.station.name,
        },
        language=language,
        phone=str(loan.borrower.phone),
        dedupe_key=f"loan-remind:{row.pk}:{reminder.days}",
        at=at,
        use_by=instant_of(zone, date + dt.timedelta(days=1), dt.time()),
        zone=zone,
    )
