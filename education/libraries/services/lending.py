"""Lending, renewing, taking back; what becomes overdue, and lost."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, lock_all
from core.days import day_in, earliest_day, latest_day
from core.errors import Refused, WrongState, refused_by, refuses
from core.events.services import publish
from core.history import record_change, record_changes
from education.libraries.machine import LOAN
from education.libraries.models import Copy, Hold, Library, Loan, LoanRule
from education.libraries.queries import due_date, hold_waits_for_other, rule_for, running_loans
from education.libraries.services.collection import LibraryClosed
from education.libraries.services.holds import fulfil, settle_copy
from education.libraries.services.steps import leave_crate, move_copy, tell_borrower
from education.safeguarding.queries import is_child
from stations.accounts.models import User
from stations.network.services import refuse_unless_open
from stations.people.models import Person
from stations.people.queries import records_of

#: An adult with more overdue books than these brings some back first; a child never has to.
SERVICE = "library"
OVERDUE_AT_MOST = 2
LOST_AFTER = dt.timedelta(days=60)
#: Borrowers are told so many days after the due date; the first one before it.
TOLD_ON = (-2, 1, 7, 21)
USUAL = LoanRule(max_loans=2, loan_days=14, max_renewals=2, max_holds=3)


class LoanLimit(Refused):
    """As many books as the rule permits are at home."""

    code = "loan_limit"
    message = _("%(most)s books at once are the most. Bring one back first.")


class OverdueFirst(Refused):
    """Too many of an adult's books are overdue."""

    code = "overdue_first"
    message = _("More than %(most)s books are overdue. Bring some back first.")


class HoldWaiting(Refused):
    """The book waits at the desk for somebody else."""

    code = "hold_waiting"
    message = _("This book waits for someone else.")


class CopyNotHere(Refused):
    """By our records the book is somewhere else: on loan, on the way, or in another library."""

    code = "copy_not_here"
    message = _("This book is recorded as “%(state)s” at %(station)s. Scan it as returned or arrived first.")


class NoRenewalsLeft(Refused):
    """It was renewed as often as the rule permits."""

    code = "no_renewals_left"
    message = _("It was renewed %(most)s times already.")


class TitleReserved(Refused):
    """Somebody waits for this title."""

    code = "title_reserved"
    message = _("Someone waits for this book: it cannot be renewed.")


@refuses(LibraryClosed, CopyNotHere, HoldWaiting, LoanLimit, OverdueFirst, *refused_by(refuse_unless_open))
@transaction.atomic
def lend_copy(*, copy: Copy, borrower: Person, library: Library, by: User, at: dt.datetime) -> Loan:
    """Lend a copy that is here. Costs nothing; a child is never blocked for what is overdue.

    Raises `ServiceNotOpen`, `LibraryClosed`, `CopyNotHere`, `HoldWaiting`, `LoanLimit`, `OverdueFirst`.
    """
    refuse_unless_open(library.station, SERVICE, by=by, at=at)
    if not library.is_open:
        raise LibraryClosed
    borrower, copy = lock(borrower), lock(copy)
    records = records_of(borrower)
    if copy.state == Copy.State.WAITING and hold_waits_for_other(copy, {record.pk for record in records}):
        raise HoldWaiting
    if copy.state not in {Copy.State.AVAILABLE, Copy.State.WAITING} or copy.at_library_id != library.pk:
        raise CopyNotHere(state=copy.get_state_display(), station=copy.at_library.station.name)
    day = day_in(library.station.zone, at)
    rule = rule_for(borrower, day) or USUAL
    _check_limits(borrower, rule, day)
    fulfil(copy, records, at=at, by=by)
    loan = Loan.objects.create(
        copy=copy,
        borrower=borrower,
        library=library,
        lent_at=at,
        due_date=due_date(library, day, rule.loan_days),
        lent_by=by,
    )
    copy.last_lent_date = day
    move_copy(copy, Copy.State.ON_LOAN, at=at, by=by)
    record_change(loan, old="", new=loan.status, at=at, actor=by.pk)
    publish("education.book_lent", at=at, loan=str(loan.pk), person=str(borrower.pk), station=library.station_id)
    return loan


@refuses(WrongState, NoRenewalsLeft, TitleReserved)
@transaction.atomic
def renew_loan(*, loan: Loan, by: User, at: dt.datetime) -> Loan:
    """Lend it for another term from today. Raises `TitleReserved` while somebody waits, `NoRenewalsLeft`."""
    loan = lock(loan)
    LOAN.check("renew_loan", loan.status)
    day = day_in(loan.library.station.zone, at)
    rule = rule_for(loan.borrower, day) or USUAL
    if Hold.objects.filter(title=loan.copy.title_id, status=Hold.Status.PLACED).exists():
        raise TitleReserved
    if loan.renewals >= rule.max_renewals:
        raise NoRenewalsLeft(most=rule.max_renewals)
    loan.renewals, loan.due_date = loan.renewals + 1, due_date(loan.library, day, rule.loan_days)
    return _move(loan, Loan.Status.ISSUED, at=at, by=by)


@refuses()
@transaction.atomic
def return_copy(*, copy: Copy, library: Library, by: User, at: dt.datetime) -> Copy:
    """Take a book back, at any library and whatever the records say; it goes to the next in line, home, or stays."""
    copy = lock(copy)
    loan = Loan.objects.filter(copy=copy).exclude(status=Loan.Status.RETURNED).order_by("-lent_at").first()
    if loan is not None:
        loan = lock(loan)
        loan.returned_at = at
        _move(loan, Loan.Status.RETURNED, at=at, by=by)
    else:
        record_change(copy, old=copy.state, new="unexpected_return", at=at, actor=by.pk)
    copy.at_library = library
    leave_crate(copy, library, at=at)
    held = Hold.objects.filter(copy=copy, status__in=[Hold.Status.IN_TRANSIT, Hold.Status.WAITING]).first()
    if held is None:
        return settle_copy(copy, at=at, by=by)
    is_there = held.status == Hold.Status.WAITING and held.pickup_library_id == library.pk
    return move_copy(copy, Copy.State.WAITING if is_there else Copy.State.IN_TRANSIT, at=at, by=by)


@transaction.atomic
def mark_overdue(*, at: dt.datetime) -> int:
    """Loans past their day become overdue, and borrowers are told on their days; how many became overdue."""
    latest, earliest = latest_day(at) + dt.timedelta(days=3), earliest_day(at) - LOST_AFTER
    loans = Loan.objects.running().filter(due_date__lte=latest, due_date__gte=earliest)
    rows = lock_all(loans.select_related("library__station", "copy__title", "borrower__home_station__county"))
    became: list[Loan] = []
    for loan in rows:
        day = day_in(loan.library.station.zone, at)
        if loan.status == Loan.Status.ISSUED and loan.due_date < day:
            became.append(loan)
        if (day - loan.due_date).days in TOLD_ON:
            _remind(loan, (day - loan.due_date).days, day, at=at)
    Loan.objects.filter(pk__in=[loan.pk for loan in became]).update(status=Loan.Status.OVERDUE)
    record_changes(became, old=Loan.Status.ISSUED, new=Loan.Status.OVERDUE, at=at)
    return len(became)


@refuses(WrongState)
@transaction.atomic
def mark_lost(*, at: dt.datetime) -> int:
    """What is overdue for 60 days counts as lost; nobody owes anything. How many."""
    rows = Loan.objects.filter(status=Loan.Status.OVERDUE, due_date__lt=latest_day(at) - LOST_AFTER)
    lost = [
        loan
        for loan in lock_all(rows.select_related("copy", "library__station"))
        if loan.due_date < day_in(loan.library.station.zone, at) - LOST_AFTER
    ]
    for loan in lost:
        LOAN.check("mark_lost", loan.status)
        _move(loan, Loan.Status.LOST, at=at)
        move_copy(lock(loan.copy), Copy.State.LOST, at=at)
    return len(lost)


def _check_limits(borrower: Person, rule: LoanRule, day: dt.date) -> None:
    loans = list(running_loans(borrower))
    if len(loans) >= rule.max_loans:
        raise LoanLimit(most=rule.max_loans)
    overdue = sum(loan.due_date < day for loan in loans)
    if overdue > OVERDUE_AT_MOST and not is_child(borrower, day):
        raise OverdueFirst(most=OVERDUE_AT_MOST)


def _remind(loan: Loan, days: int, day: dt.date, *, at: dt.datetime) -> None:
    tell_borrower(
        loan.borrower,
        "book_is_due" if days < 0 else "book_is_overdue",
        key=f"edu:overdue:{loan.pk}:{loan.renewals}:{days:+d}",
        at=at,
        is_minor=is_child(loan.borrower, day),
        title=loan.copy.title.title[:20],
        day=loan.due_date.isoformat(),
    )


def _move(loan: Loan, status: str, *, at: dt.datetime, by: User | None = None) -> Loan:
    before, loan.status = loan.status, status
    loan.save()
    record_change(loan, old=before, new=status, at=at, actor=by.pk if by else None)
    return loan
