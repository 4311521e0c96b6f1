"""Work on payouts that is done later."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from finance.payouts import services
from finance.recon.models import BankStatementLine
from stations.places.models import Division


@job("payouts.activate_accounts")
def activate_accounts(payload: dict[str, Any], at: dt.datetime) -> None:
    """Use payout accounts whose waiting time is over."""
    services.activate_accounts(at=at)


@job("payouts.ask_about_payouts")
def ask_about_payouts(payload: dict[str, Any], at: dt.datetime) -> None:
    """Ask the bank about payouts of which it has said nothing for a day."""
    services.ask_about_payouts(at=at)


@job("payouts.match_return")
def match_return(payload: dict[str, Any], at: dt.datetime) -> None:
    """Find the payout whose reference stands in the text of a bank line that came in."""
    services.match_return_by_reference(bank_line=BankStatementLine.objects.get(pk=payload["line"]), at=at)


@job("settlement.end_waiting")
def end_waiting(payload: dict[str, Any], at: dt.datetime) -> None:
    """Carry statements without an account over, and take back cash that nobody fetched, in one county."""
    services.end_waiting(county=Division.objects.get(code=payload["place"], level="county"), at=at)
