"""Work on floats that is done later."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from finance.floats.services import match_by_reference
from finance.recon.models import BankStatementLine


@job("floats.match_line")
def match_line(payload: dict[str, Any], at: dt.datetime) -> None:
    """Find the top-up whose reference stands in a bank line's text."""
    match_by_reference(bank_line=BankStatementLine.objects.get(pk=payload["line"]), at=at)
