"""What classes hold of a person."""

from typing import Any

from education.courses.models import AttendanceRecord, CourseCertificate, Enrolment
from stations.people.models import Person

CLASS = ("run__course__title", "status", "requested_at", "ended_at", "minutes")
MARK = ("session__run__course__title", "session__lesson__title", "presence", "from_at", "made_at", "reason")
CERTIFICATE = ("course__title", "serial", "issued_date", "expires_date", "minutes", "status", "revoked_reason")


def classes(person: Person) -> list[dict[str, Any]]:
    """Each class in which the person has or had a seat, or stands in the line."""
    return list(Enrolment.objects.filter(learner=person).order_by("pk").values(*CLASS))


def roll_calls(person: Person) -> list[dict[str, Any]]:
    """Each mark of a roll call that counts."""
    rows = AttendanceRecord.objects.filter(learner=person, is_current=True).order_by("pk")
    return list(rows.values(*MARK))


def course_certificates(person: Person) -> list[dict[str, Any]]:
    """Each certificate of a course."""
    return list(CourseCertificate.objects.filter(learner=person).order_by("pk").values(*CERTIFICATE))
