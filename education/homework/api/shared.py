"""What the endpoints of homework show."""

from rest_framework import serializers

from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from education.homework.models import HomeworkSubmission
from education.homework.queries import photos_of, voice_notes_of

PERSON = "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0b01"


class ByNumber(CursorPages):
    ordering = "-id"


class HomeworkTaskOut(ReadSerializer):
    """Homework of a lesson; `session` is null where a tutor has set it, `tutoring` where a class has it."""

    id = serializers.UUIDField()
    session = serializers.UUIDField(source="session_id", allow_null=True)
    tutoring = serializers.UUIDField(source="tutoring_id", allow_null=True)
    station = serializers.CharField(source="station.code")
    title = serializers.CharField()
    instructions = serializers.CharField(allow_blank=True)
    due_at = serializers.DateTimeField()
    is_mandatory = serializers.BooleanField()
    status = serializers.CharField()


class HomeworkSubmissionOut(ReadSerializer):
    """What a learner has handed in; `photos` and `voice_notes` are files (`/files/{id}/`), deleted in half a year."""

    id = serializers.UUIDField()
    task = serializers.UUIDField(source="task_id")
    learner = serializers.UUIDField(source="learner_id")
    status = serializers.CharField()
    first_submitted_at = serializers.DateTimeField(allow_null=True)
    submitted_at = serializers.DateTimeField(allow_null=True)
    comment = serializers.CharField(allow_blank=True)
    grade = serializers.CharField(allow_blank=True)
    photos = serializers.ListField(child=serializers.UUIDField())
    voice_notes = serializers.ListField(child=serializers.UUIDField())

    @staticmethod
    def get_photos(submission: HomeworkSubmission) -> list[str]:
        return [str(each.photo_id) for each in photos_of(submission)]

    @staticmethod
    def get_voice_notes(submission: HomeworkSubmission) -> list[str]:
        return [str(each.photo_id) for each in voice_notes_of(submission)]


TASK = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a5001",
    "session": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c03",
    "tutoring": None,
    "station": "321324-0007",
    "title": "写三句话",
    "instructions": "用今天学的词写三句话。",
    "due_at": "2026-12-12T16:00:00.000Z",
    "is_mandatory": True,
    "status": "set",
}
PHOTO = "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e01"
HANDED_IN = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a5002",
    "task": TASK["id"],
    "learner": PERSON,
    "status": "submitted",
    "first_submitted_at": "2026-12-08T10:41:00.000Z",
    "submitted_at": "2026-12-08T10:41:00.000Z",
    "comment": "",
    "grade": "",
    "photos": [PHOTO],
    "voice_notes": [],
}
