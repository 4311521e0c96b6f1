"""Clocks of insurance."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from core.days import instant_of
from core.jobs.registry import job
from finance.insurance import services
from finance.insurance.models import Claim
from finance.settlement.queries.places import county_of, zone_of
from ledger.models import Book


@job("insurance.start_policies")
def start_policies(payload: dict[str, Any], at: dt.datetime) -> None:
    """Policies begin and end, a part at a time, until none is left; the county hears whose cover ends soon.

    It hears so also where the work of a day is made up for later.
    """
    county = county_of(payload["place"])
    while any(services.start_policies(county=county, zone=zone_of(county), at=at).values()):
        pass
    services.tell_of_renewals(county=county, on_date=dt.date.fromisoformat(payload["date"]), at=at)


@job("insurance.check_claim")
def check_claim(payload: dict[str, Any], at: dt.datetime) -> None:
    """A claim was filed, or papers were brought; one that ended meanwhile is not checked."""
    claim = Claim.objects.get(pk=payload["claim"])
    if claim.status in (Claim.Status.ENTERED, Claim.Status.CHECKED):
        services.check_claim(claim=claim, at=at)


@job("insurance.claim_clock")
def mind_claim_clocks(payload: dict[str, Any], at: dt.datetime) -> None:
    """Deadlines come near, or were missed."""
    county = county_of(payload["place"])
    services.mind_claim_clocks(county=county, zone=zone_of(county), at=at)


@job("insurance.close_claims")
def close_claims(payload: dict[str, Any], at: dt.datetime) -> None:
    """What was paid long ago is closed."""
    services.close_claims(at=at)


@job("insurance.ask_about_payments")
def ask_about_payments(payload: dict[str, Any], at: dt.datetime) -> None:
    """Ask the bank about payments of which it has said nothing for a day."""
    services.ask_about_payments(at=at)


@job("insurance.build_register")
def build_register(payload: dict[str, Any], at: dt.datetime) -> None:
    """The month before is written into the public register of a country."""
    book = Book.objects.get(code=payload["place"])
    this_month = at.astimezone(ZoneInfo(book.zone)).date().replace(day=1)
    month = (this_month - dt.timedelta(days=1)).replace(day=1)
    services.build_register(
        country=book.country,
        month=month,
        since=instant_of(book.zone, month, dt.time()),
        until=instant_of(book.zone, this_month, dt.time()),
    )


@job("insurance.pay_parametric")
def pay_parametric(payload: dict[str, Any], at: dt.datetime) -> None:
    """Windows of a country that are over are settled, and what they pay goes to the bank, a part at a time."""
    country = Book.objects.get(code=payload["place"]).country
    while services.settle_index_windows(country=country, at=at):
        pass
    after = None
    while (after := services.pay_index_payouts(country=country, after=after, at=at)) is not None:
        pass
