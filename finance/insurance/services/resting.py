"""The insured takes the consent back: claims that are not decided rest until it is recorded anew or they end.

What was approved is owed, and is paid.
"""

import datetime as dt
from uuid import UUID

from django.db import transaction

from core.history import record_change
from finance.insurance.models import Claim
from finance.insurance.services.filing import has_consent
from finance.insurance.services.steps import tell, tell_family
from stations.people.models import Person

#: In the history of a claim.
CONSENT_WITHDRAWN = "consent_withdrawn"


@transaction.atomic
def rest_claims(*, person: UUID, at: dt.datetime) -> int:
    """Stop the clocks of a person's undecided claims, and ask the family what shall become of them; how many rest.

    Whoever has agreed again meanwhile is not asked.
    """
    own = Claim.objects.open().filter(person__in=Person.objects.of_people(person)).select_related("station", "payee")
    rows = own.select_related("person", "filer").order_by("pk").select_for_update(of=("self",), no_key=True)
    return sum(rest_without_consent(claim, at=at) for claim in rows)


def rest_without_consent(claim: Claim, *, at: dt.datetime) -> bool:
    """Let a claim that is not decided rest where the insured does not agree; whether it does. Its row is held."""
    if has_consent(claim):
        return False
    if claim.documents_asked_at is None:
        claim.documents_asked_at = at
        claim.save(update_fields=["documents_asked_at", "updated_at"])
    record_change(claim, old=claim.status, new=claim.status, at=at, reason=CONSENT_WITHDRAWN)
    tell([claim.filer], "claim_rests", claim, at=at, turn=at.isoformat())
    tell_family(claim, "claim_rests_family", at=at, turn=at.isoformat())
    return True
