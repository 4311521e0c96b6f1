"""Who may look at the photo of a paper by which a resident allows somebody to read the record."""

from core.files.models import StoredFile
from health.records.models import GranteeConsent, HealthRecord
from stations.accounts.models import User
from stations.people.models import Person, StandingRecord


def may_see(user: User, file: StoredFile) -> bool:
    """Who may record such a consent: the resident's station, and the clinics that act for the record."""
    rows = GranteeConsent.objects.filter(evidence=file)
    records = HealthRecord.objects.open_to(user, "health.allow_grantee").values("pk")
    residents = Person.objects.open_to(user, "health.allow_at_station").values("pk")
    of_station = rows.alias(stands=StandingRecord("record__resident")).filter(stands__in=residents)
    return rows.filter(record__in=records).exists() or of_station.exists()
