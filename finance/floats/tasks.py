"""Work on floats that is done later."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from finance.floats.services import forecast_need, foresee_county, match_by_reference
from finance.recon.models import BankStatementLine


@job("floats.match_line")
def match_line(payload: dict[str, Any], at: dt.datetime) -> None:
    """Find the top-up whose reference stands in a bank line's text."""
    match_by_reference(bank_line=BankStatementLine.objects.get(pk=payload["line"]), at=at)


@job("floats.forecast_need")
def look_ahead(payload: dict[str, Any], at: dt.datetime) -> None:
    """Of an evening for a county (`place`, `zone`, `date`); of a `station` (and `date`) when its float has changed."""
    date = dt.date.fromisoformat(payload["date"])
    if "station" in payload:
        forecast_need(stations=[payload["station"]], date=date, at=at)
    else:
        foresee_county(county=payload["place"], zone=payload["zone"], date=date, at=at)
