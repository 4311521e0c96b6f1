"""The verbs of programmes."""

from health.chronic.services.enrolling import (
    AlreadyEnrolled,
    ProtocolNotActive,
    confirm_enrolment,
    enrol_resident,
    finish_all_of,
    finish_enrolment,
)
from health.chronic.services.following import NoReferral, record_answer, record_call
from health.chronic.services.sending import (
    EnrolmentNotFound,
    OpIdUsed,
    ResidentMoved,
    VisitMade,
    VisitVerdict,
    record_visits,
)
from health.chronic.services.visiting import (
    NothingMeasured,
    VisitDateWrong,
    correct_visit,
    keep_values,
    record_visit,
)
