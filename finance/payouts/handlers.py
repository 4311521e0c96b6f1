"""What payouts take from other apps."""

import datetime as dt
from typing import Any
from uuid import UUID

from finance.payouts import services


def forget_accounts(event: Any) -> None:
    """A person was forgotten: the numbers of their bank accounts can be read by nobody from now on."""
    told = event.payload
    services.forget_accounts(person=UUID(told["person"]), at=dt.datetime.fromisoformat(told["at"]))
