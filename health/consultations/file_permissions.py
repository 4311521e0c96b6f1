"""Who may look at the photos of a case: the one who reads the case, and each look, refused or not, is logged."""

from django.utils.timezone import now

from core.files.models import StoredFile
from health.consultations.loading import log_refused_case
from health.consultations.models import READ_CASE
from health.consultations.queries import cases
from health.consultations.services import record_case_reads
from stations.accounts.models import User


def may_see(user: User, file: StoredFile) -> bool:
    """A photo that the resident has shown; a look that is permitted is written down."""
    shown_in = cases().filter(messages__photos=file)
    row = shown_in.open_to(user, READ_CASE).first()
    if row is None:
        for pk in shown_in.values_list("pk", flat=True):
            log_refused_case(user, pk)
        return False
    record_case_reads(rows=[row], user=user, at=now())
    return True
