"""Reconciliation that is done later."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from finance.recon import services
from finance.recon.models import ProviderLine


@job("recon.apply_line")
def apply_line(payload: dict[str, Any], at: dt.datetime) -> None:
    """Let one line of a daily file be heard: under the locks of its own payment alone."""
    line = ProviderLine.objects.select_related("file__provider", "payment").get(pk=payload["line"])
    services.apply_line(line=line, at=at)


@job("recon.settle_sums")
def settle_sums(payload: dict[str, Any], at: dt.datetime) -> None:
    """Find the bank lines that settle the companies' days."""
    services.settle_sums(at=at)
