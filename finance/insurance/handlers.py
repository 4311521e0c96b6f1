"""What insurance takes from other apps."""

import datetime as dt
from typing import Any
from uuid import UUID

from finance.insurance import services


def forget_claims(event: Any) -> None:
    """A person was forgotten: papers about their health and the keys of their accounts are deleted."""
    told = event.payload
    services.forget_claims(person=UUID(told["person"]), at=dt.datetime.fromisoformat(told["at"]))
