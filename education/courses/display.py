"""How courses, classes, lessons and certificates read on pages."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from core.history import reasons_of
from education.courses.models import AttendanceRecord, ClassRun, ClassSession, Course, CourseCertificate, Enrolment
from education.safeguarding.queries import is_child
from stations.people.masking import STAR, mask_name
from stations.people.models import Person

PRESENCES = {"present": "ok", "late": "wait", "excused": "info", "absent": "bad"}


def status_of_course(course: Course) -> str:
    """The colour of a course."""
    return {"draft": "info", "in_review": "wait", "approved": "ok"}.get(course.status, "info")


def status_of_class(run: ClassRun) -> str:
    """The colour of a class."""
    return {"open": "ok", "running": "ok", "cancelled": "bad"}.get(run.status, "info")


def status_of_lesson(session: ClassSession) -> str:
    """The colour of a lesson of a class."""
    if session.differs:
        return "bad"
    return {"open": "ok", "planned": "wait", "missed": "bad", "cancelled": "bad"}.get(session.status, "info")


def status_of_enrolment(enrolment: Enrolment) -> str:
    """The colour of an enrolment."""
    return {"enrolled": "ok", "completed": "ok", "waitlisted": "wait"}.get(enrolment.status, "info")


def status_of_certificate(certificate: CourseCertificate) -> str:
    """The colour of a certificate."""
    return {"issued": "ok", "revoked": "bad"}.get(certificate.status, "wait")


def status_of_mark(mark: AttendanceRecord) -> str:
    """The colour of a mark of a roll call."""
    return PRESENCES[mark.presence]


def public_name(certificate: CourseCertificate) -> str:
    """The name that anybody reads: of a minor the first character alone."""
    learner: Person = certificate.learner
    if is_child(learner, certificate.issued_date):
        return learner.full_name[0] + STAR * 2
    return mask_name(learner.full_name)


def status_of_broadcast(session: ClassSession, *, is_linked: bool, why: str = "") -> tuple[str, str]:
    """The colour of a broadcast's room and its words: whether it is open and sees the teacher, or why it did not."""
    if session.status == ClassSession.Status.OPEN:
        return ("ok", _("open, sees the teacher")) if is_linked else ("bad", _("open, does not see the teacher"))
    return status_of_lesson(session), why or str(session.get_status_display())


def why_missed(sessions: Sequence[ClassSession]) -> dict[UUID, str]:
    """Of lessons that did not take place the words with the reason; one statement."""
    missed = [each for each in sessions if each.status == ClassSession.Status.MISSED]
    reasons = reasons_of(missed, new=ClassSession.Status.MISSED)
    return {each.pk: _missed_words(each, reasons.get(str(each.pk), "")) for each in missed}


def _missed_words(session: ClassSession, reason: str) -> str:
    known = reason if reason in ClassSession.WhyMissed.values else ClassSession.WhyMissed.NOT_BEGUN
    about = {"state": session.get_status_display(), "why": ClassSession.WhyMissed(known).label}
    return _("%(state)s: %(why)s") % about
