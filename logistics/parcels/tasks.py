"""Clocks of parcels."""

import datetime as dt
from typing import Any
from uuid import UUID

from core.jobs.registry import job
from logistics.parcels import services


@job("parcels.mark_uncollected")
def mark_uncollected(payload: dict[str, Any], at: dt.datetime) -> None:
    """What nobody collected until the end of its last day goes back."""
    services.mark_uncollected(county=payload["place"], zone=payload["zone"], at=at)


@job("parcels.issue_codes")
def issue_codes(payload: dict[str, Any], at: dt.datetime) -> None:
    """The receivers of what a van brought get their codes."""
    services.issue_codes(parcels=[UUID(each) for each in payload["parcels"]], at=at)


@job("parcels.remind_pickup")
def remind_pickup(payload: dict[str, Any], at: dt.datetime) -> None:
    """Receivers are reminded."""
    services.remind_receivers(county=payload["place"], zone=payload["zone"], at=at)


@job("parcels.forget_receivers")
def forget_receivers(payload: dict[str, Any], at: dt.datetime) -> None:
    """Names and phones of long ago are forgotten."""
    services.forget_receivers(at=at)
