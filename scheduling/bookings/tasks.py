"""Clocks of bookings."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from scheduling.bookings import services


@job("bookings.expire_holds")
def expire_holds(payload: dict[str, Any], at: dt.datetime) -> None:
    """Places that nobody has confirmed in time are released."""
    services.expire_holds(at=at)


@job("bookings.expire_offers")
def expire_offers(payload: dict[str, Any], at: dt.datetime) -> None:
    """Offers without an answer go to the next in line."""
    services.expire_offers(at=at)


@job("bookings.expire_answers")
def expire_answers(payload: dict[str, Any], at: dt.datetime) -> None:
    """Who was asked about a new time and has not answered gives the place up."""
    services.expire_answers(at=at)


@job("bookings.end_attendance")
def end_attendance(payload: dict[str, Any], at: dt.datetime) -> None:
    """What is over was attended or missed, as its policy says."""
    services.end_attendance(at=at)


@job("bookings.check_validity")
def check_validity(payload: dict[str, Any], at: dt.datetime) -> None:
    """Owners hear of what is booked after a resource's last valid day."""
    services.announce_ending_validity(zone=payload["zone"], on_date=dt.date.fromisoformat(payload["date"]), at=at)


@job("bookings.end_series")
def end_series(payload: dict[str, Any], at: dt.datetime) -> None:
    """Series whose dates are over end."""
    services.end_finished_series(at=at)


@job("bookings.send_reminders")
def send_reminders(payload: dict[str, Any], at: dt.datetime) -> None:
    """People are reminded of what they have booked."""
    services.send_reminders(at=at)
