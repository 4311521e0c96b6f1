"""Work on drawers that is done later."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from finance.recon.models import BankStatementLine
from finance.tills.models import CashDay
from finance.tills.services import age_cash as age_cash_of
from finance.tills.services import match_slip_by_reference
from finance.tills.services import remind_close as remind_to_close


@job("tills.remind_close")
def remind_close(payload: dict[str, Any], at: dt.datetime) -> None:
    """Remind of a day that is still open half an hour after closing."""
    remind_to_close(cash_day=CashDay.objects.select_related("station").get(pk=payload["day"]), at=at)


@job("tills.age_cash")
def age_cash(payload: dict[str, Any], at: dt.datetime) -> None:
    """See how long the cash of a county's drawers has been lying there, and tell who is to be told."""
    age_cash_of(county=payload["place"], date=dt.date.fromisoformat(payload["date"]), at=at)


@job("tills.match_slip")
def match_slip(payload: dict[str, Any], at: dt.datetime) -> None:
    """Find the bank slip whose reference stands in a bank line's text."""
    match_slip_by_reference(bank_line=BankStatementLine.objects.get(pk=payload["line"]), at=at)
