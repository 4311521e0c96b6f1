"""Work of accounts that is done later."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from stations.accounts.models import User
from stations.accounts.services import send_login_code as send


@job("accounts.send_login_code")
def send_login_code(payload: dict[str, Any], at: dt.datetime) -> None:
    """Send the code that somebody asked for, if there is such a person."""
    user = User.objects.filter(pk=payload["user"], is_active=True).first()
    if user is not None:
        send(user=user, at=at)
