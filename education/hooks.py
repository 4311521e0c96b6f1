"""What the slices of education ask of each other through the top: safeguarding knows none of them."""

import datetime as dt
from collections.abc import Callable

from core.hooks import Hook
from stations.accounts.models import User
from stations.people.models import Person

CONSENT_ENDED: Hook[Callable[..., int]] = Hook(
    "education.consent_ended",
    "f(*, child: Person, purpose: str, by: User | None, at) -> int: end what of the future rests on this consent, and "
    "say how much. Called in the transaction that withdraws it, and again when the event is heard.",
)


def end_what_rests_on(child: Person, purpose: str, *, by: User | None, at: dt.datetime) -> int:
    """Let every slice end what rests on a consent; how many things ended."""
    return sum(end(child=child, purpose=purpose, by=by, at=at) for end in CONSENT_ENDED)
