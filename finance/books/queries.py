"""What an accountant asks of a book."""

import datetime as dt
from dataclasses import dataclass

from core.days import day_in
from ledger.models import Account, Book, MonthArchive

#: How many months back the page goes.
MONTHS = 24


@dataclass(frozen=True, slots=True)
class MonthState:
    """One month of a book: whether anything can still be posted into it, and the copy that was made of it."""

    first: dt.date
    is_closed: bool
    archive: MonthArchive | None


def months_of(book: Book, *, today: dt.date) -> list[MonthState]:
    """The last months, the newest first, as far back as the book has accounts."""
    oldest = Account.objects.filter(book=book).order_by("pk").first()
    begins = day_in(book.zone, oldest.opened_at) if oldest else today
    archives = {archive.month: archive for archive in MonthArchive.objects.filter(book=book)}
    found, first = [], today.replace(day=1)
    for _number in range(MONTHS):
        after = (first + dt.timedelta(days=31)).replace(day=1)
        found.append(MonthState(first, book.first_open_date >= after, archives.get(first)))
        if first <= begins:
            break
        first = (first - dt.timedelta(days=1)).replace(day=1)
    return found
