"""A person is forgotten: what claims hold of their health and accounts goes, what was paid stays."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from core.files.services import forget_file
from finance.insurance.models import Claim, ClaimAccount, ClaimAccountKey, ClaimDecision, ClaimEvidence
from stations.people.models import Person

#: What stands in place of a holder's name and of words about somebody.
NOBODY = "–"


@transaction.atomic
def forget_claims(*, person: UUID, at: dt.datetime) -> int:
    """Delete photos and bills of a forgotten person's claims and the keys of their accounts; how many claims."""
    records = Person.objects.of_people(person)
    claims = list(Claim.objects.filter(Q(person__in=records) | Q(payee__in=records)).values_list("pk", flat=True))
    ClaimAccountKey.objects.filter(account__in=claims).delete()
    ClaimAccount.objects.filter(claim__in=claims).update(holder_name=NOBODY)
    own = Claim.objects.filter(person__in=records).values_list("pk", flat=True)
    papers = ClaimEvidence.objects.filter(claim__in=list(own)).exclude(file=None).select_related("file")
    files = [row.file for row in papers]
    papers.update(file=None, bill_number="", issuer="", dhash64=None, dhash_parts=[], updated_at=at)
    for file in files:
        if file is not None and not ClaimEvidence.objects.filter(file=file).exists():
            forget_file(file)
    visits = ClaimDecision.objects.filter(claim__in=list(own))
    for visit in visits.filter(step=ClaimDecision.Step.VISITED):
        visit.photos.clear()
    return len(claims)
