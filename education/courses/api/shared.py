"""What the endpoints of courses show."""

from rest_framework import serializers

from core.language.typed import Line
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from education.courses.models import ClassRun, Course, CourseCertificate, Lesson

PERSON = "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0b01"


class ByNumber(CursorPages):
    ordering = "-id"


class CourseReasonIn(serializers.Serializer):
    """Why."""

    reason = Line(max_length=200)


class LessonOut(ReadSerializer):
    """One lesson of a course."""

    id = serializers.IntegerField()
    position = serializers.IntegerField()
    title = serializers.CharField()
    planned_minutes = serializers.IntegerField()
    has_recording = serializers.BooleanField()


class CourseOut(ReadSerializer):
    """A version of a course. `minutes_required_bp` are basis points of the planned minutes."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    version = serializers.IntegerField()
    title = serializers.CharField()
    subject = serializers.CharField()
    audience = serializers.CharField()
    age_from = serializers.IntegerField(allow_null=True)
    age_to = serializers.IntegerField(allow_null=True)
    minutes_required_bp = serializers.IntegerField()
    gives_certificate = serializers.BooleanField()
    status = serializers.CharField()
    lessons = LessonOut(many=True)

    @staticmethod
    def get_lessons(course: Course) -> list[Lesson]:
        return list(course.lessons.all())


class ClassRunOut(ReadSerializer):
    """A class of a station; its dates are those of the station."""

    id = serializers.UUIDField()
    course = serializers.UUIDField(source="course_id")
    title = serializers.CharField(source="course.title")
    station = serializers.CharField(source="station.code")
    mode = serializers.CharField()
    seats = serializers.IntegerField()
    seats_taken = serializers.IntegerField()
    starts_date = serializers.DateField()
    ends_date = serializers.DateField()
    status = serializers.CharField()
    sessions = serializers.ListField(child=serializers.UUIDField())

    @staticmethod
    def get_sessions(run: ClassRun) -> list[str]:
        """The ids of the lessons in their order."""
        rows = sorted(run.sessions.all(), key=lambda each: each.slot.starts_at)
        return [str(each.pk) for each in rows]


class ClassEnrolmentOut(ReadSerializer):
    """A learner in a class, or in the line for a seat."""

    id = serializers.UUIDField()
    run = serializers.UUIDField(source="run_id")
    learner = serializers.UUIDField(source="learner_id")
    requested_at = serializers.DateTimeField()
    status = serializers.CharField()
    minutes = serializers.IntegerField(allow_null=True)


class CourseCertificateOut(ReadSerializer):
    """A certificate; `verify` is the path that its QR code opens, without sign-in."""

    id = serializers.UUIDField()
    serial = serializers.CharField()
    course = serializers.UUIDField(source="course_id")
    learner = serializers.UUIDField(source="learner_id")
    issued_date = serializers.DateField()
    expires_date = serializers.DateField(allow_null=True)
    minutes = serializers.IntegerField()
    status = serializers.CharField()
    verify = serializers.CharField()

    @staticmethod
    def get_verify(certificate: CourseCertificate) -> str:
        return f"/verify/{certificate.token}/"


COURSE = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c01",
    "code": "ENG1",
    "version": 1,
    "title": "英语一",
    "subject": "english",
    "audience": "child",
    "age_from": 7,
    "age_to": 12,
    "minutes_required_bp": 8000,
    "gives_certificate": True,
    "status": "approved",
    "lessons": [{"id": 1, "position": 1, "title": "天气", "planned_minutes": 40, "has_recording": True}],
}
RUN = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c02",
    "course": COURSE["id"],
    "title": "英语一",
    "station": "321324-0007",
    "mode": "online",
    "seats": 30,
    "seats_taken": 1,
    "starts_date": "2026-12-05",
    "ends_date": "2026-12-05",
    "status": "open",
    "sessions": ["0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c03"],
}
ENROLMENT = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c04",
    "run": RUN["id"],
    "learner": PERSON,
    "requested_at": "2026-11-25T02:41:00.000Z",
    "status": "enrolled",
    "minutes": None,
}
CERTIFICATE = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c05",
    "serial": "ENG1-2026-000123-3",
    "course": COURSE["id"],
    "learner": PERSON,
    "issued_date": "2026-07-10",
    "expires_date": None,
    "minutes": 372,
    "status": "issued",
    "verify": "/verify/GUBTITI2XVBLGWHX6EI6BO77GY/",
}
