"""Sending messages."""

from typing import Any

from core.jobs.registry import job
from core.notices.models import Notice
from core.notices.services import send_notice as send


@job("notices.send_notice")
def send_notice(payload: dict[str, Any], at: Any) -> None:
    """Hand one message to the SMS provider."""
    send(notice=Notice.objects.get(pk=payload["notice"]), at=at)
