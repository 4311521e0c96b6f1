"""Clocks of courses."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from education.courses.services import close_rooms, end_sessions, expire_certificates


@job("courses.end_sessions")
def end_lessons(payload: dict[str, Any], at: dt.datetime) -> None:
    """Lessons whose time is over are closed; a class whose last lesson is over is completed."""
    end_sessions(at=at)


@job("courses.expire_certificates")
def expire(payload: dict[str, Any], at: dt.datetime) -> None:
    """Certificates whose last day is over."""
    expire_certificates(zone=payload["place"], at=at)


@job("courses.close_rooms")
def end_silent_links(payload: dict[str, Any], at: dt.datetime) -> None:
    """Links of rooms whose device has fallen silent."""
    close_rooms(at=at)
