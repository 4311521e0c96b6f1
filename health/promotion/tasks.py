"""Clocks of health promotion."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from health.promotion.services import forget_photos, tell_of_ended_reviews


@job("promotion.tell_of_ended_reviews")
def tell(payload: dict[str, Any], at: dt.datetime) -> None:
    """Whoever edited an article whose review is over, also where the work of the day is made up for later."""
    tell_of_ended_reviews(zone=payload["place"], on_date=dt.date.fromisoformat(payload["date"]), at=at)


@job("promotion.forget_photos")
def forget(payload: dict[str, Any], at: dt.datetime) -> None:
    """Photos are deleted when the names of their day are."""
    forget_photos(at=at)
