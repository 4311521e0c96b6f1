"""Photos of signed papers end with their resident; the consents stay as they were recorded."""

from contextlib import suppress
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError

from core.errors import refuses
from core.files.models import StoredFile
from core.files.services import forget_file
from health.records.models import GranteeConsent
from stations.people.models import Person


@refuses()
@transaction.atomic
def forget_proofs(*, person: UUID) -> int:
    """Delete the photos that prove what an erased resident allowed, under all records; how many consents had one."""
    records = Person.objects.of_people(person).values("pk")
    rows = GranteeConsent.objects.filter(record__resident__in=records, evidence__isnull=False)
    photos = list(StoredFile.objects.filter(pk__in=rows.values("evidence")))
    changed = rows.update(evidence=None)
    for photo in photos:
        # One that proves something else, too, stays there.
        with suppress(ProtectedError):
            forget_file(photo)
    return changed
