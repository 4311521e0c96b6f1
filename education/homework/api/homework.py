"""Homework over the API: a teacher sets and grades it, a helper hands it in for a learner."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import now
from rest_framework import generics, serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import load
from core.api import VerbView
from core.database.db import present
from core.errors import refused_by
from core.files.services import own_file
from core.language.typed import Line, Words
from education.courses.models import ClassSession
from education.homework import services
from education.homework.api.shared import (
    HANDED_IN,
    PERSON,
    PHOTO,
    TASK,
    ByNumber,
    HomeworkSubmissionOut,
    HomeworkTaskOut,
)
from education.homework.models import READ_HOMEWORK, HomeworkSubmission, HomeworkTask
from education.homework.queries import submissions, tasks
from education.tutoring.models import TutoringSession
from stations.accounts.models import User
from stations.people.models import Person
from stations.people.refused_reads import LogsRefusedReads, load_of_resident
from stations.people.services import log_read
from stations.requests import signed_in


class HomeworkTasks(generics.ListAPIView):
    """List homework of the reader's station, or of the teacher who reads, newest first."""

    requires = READ_HOMEWORK
    serializer_class = HomeworkTaskOut
    pagination_class = ByNumber
    out_example = TASK

    def get_queryset(self) -> QuerySet[HomeworkTask]:
        reached = HomeworkTask.objects.open_to(signed_in(self.request), READ_HOMEWORK)
        return tasks().filter(pk__in=reached.values("pk"))


class SetHomeworkIn(serializers.Serializer):
    """What is to be done after which lesson: of a class (`session`) or with a tutor (`tutoring`)."""

    session = serializers.UUIDField(required=False, allow_null=True, default=None)
    tutoring = serializers.UUIDField(required=False, allow_null=True, default=None)
    title = Line(max_length=80)
    instructions = Words(max_length=1000, required=False, allow_blank=True, default="")
    due_at = serializers.DateTimeField()
    is_mandatory = serializers.BooleanField(default=False, help_text="The certificate of the class asks for it.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One lesson."""
        if (attrs["session"] is None) == (attrs["tutoring"] is None):
            raise serializers.ValidationError({"session": ["Name a session or a tutoring lesson, and not both."]})
        return attrs


class SetHomework(VerbView):
    """Set homework for all who learn in an own lesson that has begun."""

    requires = "education.set_homework"
    In, Out = SetHomeworkIn, HomeworkTaskOut
    success_status = 201
    refusals = refused_by(services.set_homework)
    in_example = {name: TASK[name] for name in ("session", "title", "instructions", "due_at", "is_mandatory")}
    out_example = TASK

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> HomeworkTask:
        lesson = self._lesson(user, data.pop("session"), data.pop("tutoring"))
        return services.set_homework(lesson=lesson, draft=services.HomeworkDraft(**data), by=user, at=at)

    def _lesson(self, user: User, session: UUID | None, tutoring: UUID | None) -> ClassSession | TutoringSession:
        found: ClassSession | TutoringSession | None
        if session is not None:
            found = ClassSession.objects.open_to(user, self.requires).filter(pk=session).first()
        else:
            found = TutoringSession.objects.open_to(user, self.requires).filter(pk=tutoring).first()
        if found is None:
            raise ValidationError({"session" if session else "tutoring": ["There is no such lesson of yours."]})
        return found


class _TaskVerb(VerbView):
    one_object = True

    def task(self, user: User, pk: UUID) -> HomeworkTask:
        """The task that a post carrying the verb reaches."""
        return load(tasks(), user, self.requires, pk=pk)


def _learner(pk: UUID) -> Person:
    """A person of this id; the service knows whether they have the homework."""
    found = Person.objects.select_related("home_station__county").filter(pk=pk).first()
    if found is None:
        raise services.NotTheirHomework
    return found


class WithdrawHomeworkIn(serializers.Serializer):
    """Why."""

    reason = Line(max_length=200)


class WithdrawHomework(_TaskVerb):
    """Take homework back: nobody has to do it."""

    requires = "education.withdraw_homework"
    In, Out = WithdrawHomeworkIn, HomeworkTaskOut
    refusals = refused_by(services.withdraw_homework)
    in_example = {"reason": "布置错了"}
    out_example = TASK | {"status": "withdrawn"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> HomeworkTask:
        return services.withdraw_homework(task=self.task(user, pk), **data, by=user, at=at)


class SubmitHomeworkIn(serializers.Serializer):
    """Whose page, and its photo."""

    learner = serializers.UUIDField()
    photo = serializers.UUIDField(help_text="A photo that you have stored (`photos/`).")
    voice_note = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="A recording that you have stored (`recordings/`)."
    )


class SubmitHomework(_TaskVerb):
    """Hand in a photo for a learner; after it was returned, once more."""

    requires = "education.submit_homework"
    In, Out = SubmitHomeworkIn, HomeworkSubmissionOut
    success_status = 201
    refusals = refused_by(services.submit_homework, own_file)
    in_example = {"learner": PERSON, "photo": PHOTO}
    out_example = HANDED_IN

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> HomeworkSubmission:
        task = self.task(user, pk)
        photo = present(own_file(pk=data["photo"], by=user.pk, field="photo"))
        if not photo.media_type.startswith("image/"):
            raise ValidationError({"photo": ["This file is no photo."]})
        voice = own_file(pk=data["voice_note"], by=user.pk, field="voice_note")
        if voice is not None and not voice.media_type.startswith("audio/"):
            raise ValidationError({"voice_note": ["This file is no recording."]})
        learner = _learner(data["learner"])
        return services.submit_homework(task=task, learner=learner, photo=photo, voice=voice, by=user, at=at)


class ExcuseFromHomeworkIn(serializers.Serializer):
    """Who need not do it, and why."""

    learner = serializers.UUIDField()
    comment = Line(max_length=200)


class ExcuseFromHomework(_TaskVerb):
    """Excuse a learner who has handed in nothing."""

    requires = "education.excuse_from_homework"
    In, Out = ExcuseFromHomeworkIn, HomeworkSubmissionOut
    success_status = 201
    refusals = refused_by(services.excuse_from_homework)
    in_example = {"learner": PERSON, "comment": "住院"}
    out_example = HANDED_IN | {
        "status": "graded",
        "grade": "not_applicable",
        "first_submitted_at": None,
        "submitted_at": None,
        "comment": "住院",
        "photos": [],
        "voice_notes": [],
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> HomeworkSubmission:
        learner = _learner(data["learner"])
        return services.excuse_from_homework(
            task=self.task(user, pk), learner=learner, comment=data["comment"], by=user, at=at
        )


class HomeworkSubmissionView(LogsRefusedReads):
    """What a learner has handed in; the reading is recorded."""

    requires = READ_HOMEWORK
    one_object = True
    serializer_class = HomeworkSubmissionOut
    out_example = HANDED_IN

    def get(self, request: Request, pk: UUID) -> Response:
        found = load_of_resident(submissions(), signed_in(request), READ_HOMEWORK, resident="learner", pk=pk)
        log_read(user=signed_in(request), person=found.learner, what="homework", at=now())
        return Response(HomeworkSubmissionOut(found).data)


class _SubmissionVerb(LogsRefusedReads, VerbView):
    one_object = True
    Out = HomeworkSubmissionOut

    def submission(self, user: User, pk: UUID) -> HomeworkSubmission:
        """The submission that a post carrying the verb reaches."""
        return load_of_resident(submissions(), user, self.requires, resident="learner", pk=pk)


class ReturnHomeworkIn(serializers.Serializer):
    """What is missing."""

    comment = Words(max_length=500)


class ReturnHomework(_SubmissionVerb):
    """Return homework with a comment: it is to be done again, and the family is told."""

    requires = "education.return_homework"
    In = ReturnHomeworkIn
    refusals = refused_by(services.return_homework)
    in_example = {"comment": "第三句少了动词。"}
    out_example = HANDED_IN | {"status": "returned", "comment": "第三句少了动词。"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> HomeworkSubmission:
        return services.return_homework(submission=self.submission(user, pk), **data, by=user, at=at)


class GradeHomeworkIn(serializers.Serializer):
    """The grade, and a word about it."""

    grade = serializers.ChoiceField(choices=HomeworkSubmission.Grade.choices)
    comment = Words(max_length=500, required=False, allow_blank=True, default="")


class GradeHomework(_SubmissionVerb):
    """Grade homework."""

    requires = "education.grade_homework"
    In = GradeHomeworkIn
    refusals = refused_by(services.grade_homework)
    in_example = {"grade": "pass", "comment": "很好"}
    out_example = HANDED_IN | {"status": "graded", "grade": "pass", "comment": "很好"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> HomeworkSubmission:
        return services.grade_homework(submission=self.submission(user, pk), **data, by=user, at=at)
