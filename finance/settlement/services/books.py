"""When the book's date closes: once its counties are closed or held, and at six in the morning in any case."""

import datetime as dt

from django.db import transaction

from core.errors import refused_by, refuses
from core.jobs.services import enqueue
from finance.settlement.models import DayClose
from finance.settlement.queries.places import counties_with_stations
from ledger.models import Book
from ledger.services import close_days_before

ENDED = (DayClose.Status.CLOSED, DayClose.Status.HELD)


@refuses(*refused_by(close_days_before))
@transaction.atomic
def close_book_date_when_settled(*, country: str, date: dt.date, at: dt.datetime) -> bool:
    """Close a book's date if every county of it is closed or held; whether it is closed now."""
    book = Book.objects.get(code=country)
    ended = DayClose.objects.filter(business_date=date, status__in=ENDED, county__country=country)
    if set(counties_with_stations(country)) - set(ended.values_list("county", flat=True)):
        return False
    close_book_date(book=book, date=date, at=at)
    return True


@refuses(*refused_by(close_days_before))
@transaction.atomic
def close_book_date(*, book: Book, date: dt.date, at: dt.datetime) -> None:
    """Let nothing be posted on this date or before any more; a later correction stands in the open period.

    Counties that are held, or not settled yet, are settled afterwards all the same: maturing posts nothing.
    """
    if book.first_open_date > date:
        return
    close_days_before(book=book, date=date + dt.timedelta(days=1))
    enqueue("ledger.audit_book", dedupe_key=f"audit:{book.code}:settled:{date}", run_at=at, payload={"book": book.code})
