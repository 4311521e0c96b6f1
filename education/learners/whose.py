"""Whose page a form stood on: a tablet has several windows, and one may be sent when the next learner sits there."""

from uuid import UUID

from django.core.signing import BadSignature, Signer

from education.learners.models import LearnerVisit

_SIGNER = Signer(salt="education.learners.whose")


def mark_of(visit: LearnerVisit) -> str:
    """What a form on this page says of its learner; the same each time, so that a form sent twice is the same."""
    return _SIGNER.sign(visit.enrolment_id.hex)


def is_of(visit: LearnerVisit, mark: str) -> bool:
    """Whether the form stood on a page of the learner whose page is open now."""
    try:
        return UUID(_SIGNER.unsign(mark)) == visit.enrolment_id
    except (BadSignature, ValueError):
        return False
