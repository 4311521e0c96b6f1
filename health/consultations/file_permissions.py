"""Who may look at the photos of a case: the one who reads the case, and each look stands in the resident's log."""

from django.utils.timezone import now

from core.files.models import StoredFile
from health.consultations.models import READ_CASE
from health.consultations.queries import cases
from health.consultations.services import record_case_reads
from stations.accounts.models import User


def may_see(user: User, file: StoredFile) -> bool:
    """A photo that the resident has shown; a look that is permitted is written down."""
    row = cases().open_to(user, READ_CASE).filter(messages__photos=file).first()
    if row is None:
        return False
    record_case_reads(rows=[row], user=user, at=now())
    return True
