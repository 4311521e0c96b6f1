"""What every arrow of a claim does, and whom it tells."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from core.history import record_change
from core.notices.services import notify
from finance.insurance.models import Claim, ClaimDecision
from stations.accounts.models import User
from stations.people.queries import standing_record


def move(
    claim: Claim, status: str, *, at: dt.datetime, by: User | None = None, reason: str = "", actor_kind: str = ""
) -> Claim:
    """Store a claim in its new state, with a trace."""
    before, claim.status = claim.status, status
    claim.save()
    actor = by.pk if by else None
    record_change(claim, old=before, new=status, at=at, actor=actor, actor_kind=actor_kind, reason=reason[:200])
    return claim


def note(
    claim: Claim,
    step: str,
    *,
    by: User,
    at: dt.datetime,
    amount_minor: int | None = None,
    reasons: Sequence[str] = (),
    words: str = "",
) -> ClaimDecision:
    """Write down a step of a person."""
    return ClaimDecision.objects.create(
        claim=claim,
        step=step,
        amount_minor=amount_minor,
        currency=claim.currency,
        reasons=list(reasons),
        words=words,
        by=by,
        at=at,
    )


def tell(users: Iterable[Any], template: str, claim: Claim, *, at: dt.datetime, turn: str = "") -> None:
    """A message in the console of each of these people; it names no illness."""
    for user in users:
        notify(
            template=template,
            params={"number": claim.number, "station": claim.station.name},
            language=user.language,
            user=user,
            link=f"/finance/insurance/claims/{claim.pk}/",
            dedupe_key=f"{template}:{claim.pk}:{turn}:{user.pk}",
            at=at,
        )


def tell_family(claim: Claim, template: str, *, at: dt.datetime, turn: str = "", **params: Any) -> None:
    """A message to the phone of the insured, or of the one who is paid, whoever lives; it names no illness."""
    people = [standing_record(each) for each in (claim.person, claim.payee)]
    person = next((each for each in people if each.phone and each.died_date is None), None)
    if person is None:
        return
    amounts = {
        name: value.display(person.language) if hasattr(value, "display") else value for name, value in params.items()
    }
    notify(
        template=template,
        params={"number": claim.number[-6:], "station": claim.station.name, **amounts},
        language=person.language,
        phone=str(person.phone),
        dedupe_key=f"{template}:{claim.pk}:{turn}",
        at=at,
        zone=claim.station.zone,
    )
