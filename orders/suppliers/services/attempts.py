"""When a supplier's system is called again, and what an answer that decides nothing is called."""

import datetime as dt

from core.gateways.client import Answer, NoAnswer, Outcome
from core.gateways.models import Provider
from core.gateways.results import code_in
from core.gateways.signing import ReplayedNonce, claim_nonce

#: Without an answer: again after so many seconds each, then every hour.
AGAIN_AFTER = (2, 5, 60, 600)
EVERY_HOUR = 3_600
#: After so long somebody has to look.
GIVE_UP_AFTER = dt.timedelta(days=3)
#: While the breaker keeps calls back, nothing is counted: news ask again after so many seconds, older ones less often,
#: so that thousands of them for a system that is down for days leave the workers to others.
WHILE_RESTING, LONGEST_REST = 10, 600

#: The supplier had a system when it was to be told, and has none any more.
NO_SYSTEM = "no_system"
#: Signed refusals that mean "later"; any other refusal is final. 401 comes while one side has changed its keys already.
_LATER = frozenset({401, 408, 409, 425, 429})


def is_later(answer: Answer) -> bool:
    """Whether a refusal is for now only."""
    return answer.status in _LATER


def rest_while_open(made_at: dt.datetime, *, at: dt.datetime) -> float:
    """Seconds until somebody looks again whether the breaker is closed."""
    return min(max((at - made_at).total_seconds() / 10, WHILE_RESTING), LONGEST_REST)


def why(outcome: Outcome) -> str:
    """What went wrong, as a code."""
    if isinstance(outcome, Answer):
        return code_in(outcome.content, otherwise=f"http_{outcome.status}")
    return outcome.code if isinstance(outcome, NoAnswer) else "unreachable"


def seconds_to_next(began_at: dt.datetime, outcome: Outcome, *, at: dt.datetime) -> float:
    """The schedule of a round that began then, and no sooner than they have said."""
    since = (at - began_at).total_seconds()
    planned = next((seconds for seconds in AGAIN_AFTER if since < seconds), EVERY_HOUR)
    asked = outcome.retry_after if isinstance(outcome, Answer) else None
    return max(planned, min(asked or 0, EVERY_HOUR))


def unless_replayed(provider: Provider, outcome: Outcome, *, at: dt.datetime) -> Outcome:
    """An answer whose nonce was used before is none."""
    if isinstance(outcome, Answer):
        try:
            claim_nonce(provider=provider, nonce=outcome.nonce, at=at)
        except ReplayedNonce as refusal:
            return NoAnswer(refusal.code)
    return outcome
