"""Sending messages."""

from typing import Any

from core.jobs.registry import job
from core.notices.models import Notice
from core.notices.services import close_late_notices as close
from core.notices.services import send_notice as send


@job("notices.send_notice")
def send_notice(payload: dict[str, Any], at: Any) -> None:
    """Hand one message to the SMS provider."""
    send(notice=Notice.objects.get(pk=payload["notice"]), at=at)


@job("notices.close_late_notices")
def close_late_notices(payload: dict[str, Any], at: Any) -> None:
    """Mark what was not sent in time as missed."""
    close(at=at)
