"""Clocks of loans."""

import datetime as dt
from typing import Any

from core.jobs.registry import calling_job, job
from core.jobs.runner import RunningJob
from finance.loans import services
from finance.loans.models import LoanBook
from stations.places.models import Division


@job("loans.expire_offers")
def expire_offers(payload: dict[str, Any], at: dt.datetime) -> None:
    """Offers that nobody took up end; so do new plans that nobody signed, and new rates of loans that have ended."""
    services.expire_offers(at=at)
    services.expire_plans(at=at)
    services.lapse_rates(at=at)


@job("loans.ask_about_disbursements")
def ask_about_disbursements(payload: dict[str, Any], at: dt.datetime) -> None:
    """Ask the bank about loans of which it has said nothing for a day."""
    services.ask_about_disbursements(at=at)


@job("loans.close_day")
def close_day(payload: dict[str, Any], at: dt.datetime) -> None:
    """The days of the loan books of one zone that are over are closed, by jobs of their own (`zone`)."""
    services.schedule_closes(zone=payload["zone"], at=at)


@calling_job("loans.close_book")
def close_book(running: RunningJob) -> None:
    """Close the days of a book up to a date (`book`, `date`), each chunk of loans in a transaction of its own.

    Several share the chunks; one that is killed goes on where it stopped.
    """
    book = LoanBook.objects.select_related("county", "lender", "book").get(pk=running.payload["book"])
    date = dt.date.fromisoformat(running.payload["date"])
    services.close_until(book=book, date=date, at=running.at, after_chunk=running.still_working)
    with running.finishing():
        pass


@job("credit.measure_vintages")
def measure_vintages(payload: dict[str, Any], at: dt.datetime) -> None:
    """After a close: how the loans of a county's partners do (`county`, `date` of the close)."""
    county = Division.objects.get(pk=payload["county"])
    services.measure_vintages(county=county, date=dt.date.fromisoformat(payload["date"]), at=at)


@calling_job("loans.accrue_recommendation_fees")
def accrue_recommendation_fees(running: RunningJob) -> None:
    """After a close: what partners have earned for the loans of a book (`book`, `date` of the close); a transaction for
    each loan, so that none is held until all were looked at.
    """
    book = LoanBook.objects.select_related("county", "lender").get(pk=running.payload["book"])
    date = dt.date.fromisoformat(running.payload["date"])
    services.accrue_recommendation_fees(book=book, date=date, at=running.at)
    with running.finishing():
        pass


@job("loans.remind_instalment")
def remind_borrowers(payload: dict[str, Any], at: dt.datetime) -> None:
    """Before an instalment is due, on its day, and while it is late: for a county (`place`, `zone`, `date`)."""
    date = dt.date.fromisoformat(payload["date"])
    services.remind_borrowers(county=payload["place"], zone=payload["zone"], date=date, at=at)
