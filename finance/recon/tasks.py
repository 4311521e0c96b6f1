"""Reconciliation that is done later."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from core.jobs.services import enqueue
from finance.recon import services
from finance.recon.models import ProviderFile, ProviderLine
from finance.recon.queries import files_to_tie


@job("recon.apply_line")
def apply_line(payload: dict[str, Any], at: dt.datetime) -> None:
    """Let one line of a daily file be heard: under the locks of its own payment alone."""
    line = ProviderLine.objects.select_related("file__provider", "payment").get(pk=payload["line"])
    services.apply_line(line=line, at=at)


@job("recon.settle_sums")
def settle_sums(payload: dict[str, Any], at: dt.datetime) -> None:
    """Find the bank lines that settle the companies' days."""
    services.settle_sums(at=at)


@job("recon.raise_items")
def raise_items(payload: dict[str, Any], at: dt.datetime) -> None:
    """What nothing has explained for a day needs a person."""
    services.raise_recon_items(at=at)


@job("recon.add_up_tallies")
def add_up_tallies(payload: dict[str, Any], at: dt.datetime) -> None:
    """Keep the counts of the board few."""
    services.add_up_tallies()


@job("recon.end_day")
def end_day(payload: dict[str, Any], at: dt.datetime) -> None:
    """Each morning: yesterday's files that are not here, what no bank line settled, who is told, files to be tied."""
    date = dt.date.fromisoformat(payload["date"])
    services.note_missing_files(file_date=date - dt.timedelta(days=1), at=at)
    services.note_unsettled_sums(at=at)
    services.tell_of_aged_items(date=date, at=at)
    for file in files_to_tie(at=at):
        enqueue("recon.tie_file", dedupe_key=f"tie:{file}:{date}", payload={"file": file}, run_at=at)


@job("recon.tie_file")
def tie_file(payload: dict[str, Any], at: dt.datetime) -> None:
    """Lay one file beside our ledger."""
    services.tie_to_ledger(file=ProviderFile.objects.select_related("provider").get(pk=payload["file"]), at=at)


@job("settlement.find_risks")
def find_risks(payload: dict[str, Any], at: dt.datetime) -> None:
    """What stood out in the last thirty days."""
    services.find_risks(date=dt.date.fromisoformat(payload["date"]), at=at)
