"""The verbs of certificates."""

from stations.recruitment.services.certifying import (
    CertificateStands,
    CoursesMissing,
    CoursesNotNamed,
    NotAtStation,
    issue_certificate,
    keep_course_report,
)
from stations.recruitment.services.register import (
    NotRegistered,
    NumberMistyped,
    answer_report,
    count_look_up,
    look_up,
    report_miss,
    report_number,
    set_certificate_photo,
)
