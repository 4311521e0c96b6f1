"""What a hospital's system answers to a question: read only where it is whole, signed and fresh."""

import datetime as dt

from core.gateways.client import Answer, Outcome
from core.gateways.models import Provider
from core.gateways.signing import ReplayedNonce, claim_nonce


def content_of(system: Provider, ending: Outcome, *, at: dt.datetime) -> bytes | None:
    """The bytes of a good answer; None without one, or where it was heard before."""
    if not isinstance(ending, Answer) or ending.status != 200:
        return None
    try:
        claim_nonce(provider=system, nonce=ending.nonce, at=at)
    except ReplayedNonce:
        return None
    return ending.content
