"""What insurance takes from other apps."""

import datetime as dt
from uuid import UUID

from core.events.models import Event
from finance.insurance import services


def rest_after_withdrawal(event: Event) -> None:
    """The consent about insurance was taken back: what is not decided waits for the family."""
    told = event.payload
    if told["purpose"] == services.CONSENT:
        services.rest_claims(person=UUID(told["person"]), at=dt.datetime.fromisoformat(told["at"]))


def forget_claims(event: Event) -> None:
    """A person was forgotten: papers about their health and the keys of their accounts are deleted."""
    told = event.payload
    services.forget_claims(person=UUID(told["person"]), at=dt.datetime.fromisoformat(told["at"]))
