"""Work of settlement that comes round by the clock."""

import datetime as dt
from typing import Any

from core.jobs.registry import calling_job, job
from core.jobs.runner import RunningJob
from finance.settlement import services
from finance.settlement.queries.places import county_of
from ledger.models import Book

DAY = dt.timedelta(days=1)
#: Another worker has the rest of the county in hand.
LOOK_AGAIN = 5


@calling_job("settlement.settle_day")
def settle_day(running: RunningJob) -> None:
    """Settle the date before `date` of one county (`place`, its code): many short transactions, each done once."""
    county = county_of(running.payload["place"])
    business_date = dt.date.fromisoformat(running.payload["date"]) - DAY
    done = services.settle_day(county=county, business_date=business_date, zone=running.payload["zone"], at=running.at)
    if not done:
        running.retry_in(LOOK_AGAIN)
        return
    with running.finishing() as at:
        services.close_book_date_when_settled(country=county.country, date=business_date, at=at)


@job("settlement.close_book_date")
def close_book_date(payload: dict[str, Any], at: dt.datetime) -> None:
    """At six: close the date before `date` of one book (`place`, its code), whatever is still held."""
    book = Book.objects.get(code=payload["place"])
    services.close_book_date(book=book, date=dt.date.fromisoformat(payload["date"]) - DAY, at=at)


@calling_job("settlement.close_statements")
def close_statements(running: RunningJob) -> None:
    """Close what a day held back that two people have closed (`county`, its code)."""
    services.close_statements(county=county_of(running.payload["county"]), at=running.at)
    with running.finishing():
        pass


@calling_job("settlement.resume_held_days")
def resume_held_days(running: RunningJob) -> None:
    """Settle the held days whose findings have been cleared."""
    services.resume_held_days(at=running.at)
    with running.finishing():
        pass
