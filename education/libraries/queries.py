"""Which rule holds for a borrower, when a book is due, what nobody borrows, and figures of a library."""

import datetime as dt
from uuid import UUID

from django.db.models import Count, F, Max, Q, QuerySet
from django.db.models.functions import Coalesce

from education.libraries.barcodes import isbn13_of
from education.libraries.models import Copy, Hold, Library, Loan, LoanRule, Title
from education.safeguarding.queries import is_child
from stations.people.models import Person

#: What is not lent for so long travels on first.
UNREAD_DAYS = 365
#: After so many days the books of a library are exchanged for others.
ROTATED_DAYS = 90


def borrower_kind(person: Person, day: dt.date) -> str:
    """By whose rule this person borrows."""
    return LoanRule.Borrower.CHILD if is_child(person, day) else LoanRule.Borrower.ADULT


def rule_for(person: Person, day: dt.date) -> LoanRule | None:
    """The rule of the day for this borrower, by the country of the home station; none where there is no library law."""
    rules = LoanRule.objects.filter(
        Q(to_date=None) | Q(to_date__gte=day),
        country=person.home_station.county.country,
        borrower=borrower_kind(person, day),
        from_date__lte=day,
    )
    return rules.order_by("-from_date").first()


def due_date(library: Library, day: dt.date, days: int) -> dt.date:
    """So many days later, or the next day on which the library is open."""
    due = day + dt.timedelta(days=days)
    for _number in range(7):
        if due.isoweekday() not in library.closed_weekdays:
            return due
        due += dt.timedelta(days=1)
    return due


def running_loans(person: Person) -> QuerySet[Loan]:
    """What this person has at home, the first due first."""
    loans = Loan.objects.filter(borrower__in=Person.objects.of_people(person.pk).values("pk")).running()
    return loans.select_related("copy__title", "library__station").order_by("due_date", "pk")


def live_holds(person: Person) -> QuerySet[Hold]:
    """What this person waits for."""
    holds = Hold.objects.filter(borrower__in=Person.objects.of_people(person.pk).values("pk")).live()
    return holds.select_related("title", "pickup_library__station").order_by("placed_at", "pk")


def titles_matching(text: str) -> QuerySet[Title]:
    """Titles by ISBN, by words of title or author, or by the label of a copy."""
    isbn, words = isbn13_of(text), text.strip()
    if isbn:
        return Title.objects.filter(isbn13=isbn)
    labelled = Copy.objects.filter(barcode=words.upper()).values("title")
    return Title.objects.filter(Q(title__icontains=words) | Q(author__icontains=words) | Q(pk__in=labelled))


def unread(copies: QuerySet[Copy], day: dt.date) -> QuerySet[Copy]:
    """Copies on the shelf that nobody has borrowed in twelve months, those added since left out."""
    since = day - dt.timedelta(days=UNREAD_DAYS)
    lent_before = Q(last_lent_date=None) | Q(last_lent_date__lt=since)
    return copies.filter(lent_before, state=Copy.State.AVAILABLE, added_date__lt=since)


def to_pack_first(library: Library) -> QuerySet[Copy]:
    """What travels on first from a library: books of its shelf, those borrowed longest ago (or never) first."""
    shelf = Copy.objects.filter(at_library=library, state=Copy.State.AVAILABLE)
    return shelf.select_related("title").order_by(F("last_lent_date").asc(nulls_first=True), "added_date", "pk")


def goals_from(library: Library) -> QuerySet[Library]:
    """To where a crate of this library can go: the other open libraries of its county, the county's store first."""
    others = Library.objects.filter(station__county=library.station.county_id, is_open=True).exclude(pk=library.pk)
    return others.select_related("station").order_by("station__code")


def to_rotate(libraries: QuerySet[Library], at: dt.datetime) -> QuerySet[Library]:
    """Those to which no crate has come for `ROTATED_DAYS`, with the instant since when they have the same books."""
    came = Coalesce(Max("crates_in__arrived_at"), "created_at")
    return (
        libraries.filter(is_open=True)
        .annotate(same_since=came)
        .filter(same_since__lte=at - dt.timedelta(days=ROTATED_DAYS))
    )


def copies_by_library(title: Title) -> list[tuple[str, int, int]]:
    """Station, copies and how many of them stand on the shelf, for each library that has one; one statement."""
    rows = (
        Copy.objects.filter(title=title)
        .exclude(state__in=[Copy.State.LOST, Copy.State.WITHDRAWN])
        .order_by()
        .values("at_library__station__name")
        .annotate(all=Count("pk"), free=Count("pk", filter=Q(state=Copy.State.AVAILABLE)))
    )
    return sorted((row["at_library__station__name"], row["all"], row["free"]) for row in rows)


def hold_waits_for_other(copy: Copy, borrowers: set[UUID]) -> bool:
    """Whether this copy waits at the desk for somebody else."""
    return Hold.objects.filter(copy=copy, status=Hold.Status.WAITING).exclude(borrower__in=borrowers).exists()
