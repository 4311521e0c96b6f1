"""The states of a course, a class, a lesson, an enrolment and a certificate, and the verbs that move them."""

from core.state_machines import Machine
from education.courses.models import ClassRun, ClassSession, Course, CourseCertificate, Enrolment

_C, _R, _S, _E, _D = Course.Status, ClassRun.Status, ClassSession.Status, Enrolment.Status, CourseCertificate.Status

COURSE = Machine(
    name="course",
    states=_C,
    arrows={
        "edit_course": frozenset({_C.DRAFT}),
        "submit_course": frozenset({_C.DRAFT}),
        "approve_course": frozenset({_C.IN_REVIEW}),
        "return_course": frozenset({_C.IN_REVIEW}),
        "retire_course": frozenset({_C.APPROVED}),
        "revise_course": frozenset({_C.APPROVED, _C.RETIRED}),
    },
)
CLASS = Machine(
    name="class",
    states=_R,
    arrows={
        "enrol_learner": frozenset({_R.OPEN, _R.RUNNING}),
        "complete_class": frozenset({_R.OPEN, _R.RUNNING}),
        "cancel_class": frozenset({_R.OPEN, _R.RUNNING}),
        "join_broadcast": frozenset({_R.OPEN}),
    },
)
SESSION = Machine(
    name="class session",
    states=_S,
    arrows={
        "open_class_session": frozenset({_S.PLANNED}),
        "call_roll": frozenset({_S.OPEN, _S.CLOSED}),
        "close_class_session": frozenset({_S.OPEN}),
        "see_link": frozenset({_S.OPEN}),
    },
)
ENROLMENT = Machine(
    name="enrolment in a class",
    states=_E,
    arrows={"withdraw_enrolment": frozenset({_E.ENROLLED, _E.WAITLISTED})},
)
CERTIFICATE = Machine(
    name="certificate of a course", states=_D, arrows={"revoke_course_certificate": frozenset({_D.ISSUED, _D.EXPIRED})}
)
