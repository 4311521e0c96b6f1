"""Loan books: opened with the first loan of a lender in a county."""

import datetime as dt

from core.days import day_in
from finance.loans.models import Lender, LoanBook
from ledger.models import Book
from ledger.services import book_of
from stations.network.models import Station


def loan_book_of(lender: Lender, station: Station, *, at: dt.datetime) -> LoanBook:
    """The lender's book of the station's county; its first business date is that day."""
    today = day_in(station.zone, at)
    book, _is_new = LoanBook.objects.select_related("county", "book", "lender").get_or_create(
        lender=lender,
        county=station.county,
        currency=lender.currency,
        defaults={
            "zone": station.zone,
            "book": _ledger_book(lender, today),
            "business_date": today,
            "last_closed_date": today - dt.timedelta(days=1),
        },
    )
    return book


def _ledger_book(lender: Lender, today: dt.date) -> Book:
    """The lender's own book in the ledger, beside the one of its country; its days begin with the first loan."""
    book, _is_new = Book.objects.get_or_create(
        code=f"lender-{lender.pk}",
        defaults={"country": lender.country, "zone": book_of(lender.country).zone, "first_open_date": today},
    )
    return book
