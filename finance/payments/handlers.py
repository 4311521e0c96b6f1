"""What payments take from other apps."""

import datetime as dt
from typing import Any
from uuid import UUID

from finance.payments import services


def follow_record(event: Any) -> None:
    """Two records of one person were merged, or taken apart again: payments and money owed follow."""
    told = event.payload
    services.follow_record(merged=UUID(told["merged"]), at=dt.datetime.fromisoformat(told["at"]))
