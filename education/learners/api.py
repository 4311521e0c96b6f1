"""What a new device needs of a learner, over the API: a lost device loses nothing that was sent."""

from uuid import UUID

from django.db.models import Q
from django.utils.timezone import now
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.serializers import ReadSerializer
from education.courses.api.lessons import LessonProgressOut
from education.courses.api.shared import ENROLMENT, ClassEnrolmentOut, CourseCertificateOut
from education.courses.models import Course, Enrolment
from education.courses.models.classes import READ_ROLL
from education.courses.queries import certificates_of, progress_of
from education.homework.api.shared import HANDED_IN, TASK, HomeworkTaskOut
from education.homework.models import READ_HOMEWORK, HomeworkTask
from education.learners.queries import homework_of
from education.packages.api.learners import RESULT as PACKAGE_RESULT
from education.packages.api.learners import LearnerPackageOut
from education.packages.queries import packages_of
from education.quizzes.api.shared import RESULT as QUIZ_RESULT
from education.quizzes.api.shared import QuizResultOut
from education.quizzes.queries import results_of
from stations.people.models import Person
from stations.people.queries import merged_into
from stations.people.refused_reads import LogsRefusedReads, load_of_resident
from stations.people.services import log_read
from stations.requests import signed_in

#: What is shown of a homework that was handed in.
SHOWN = ("id", "status", "submitted_at", "comment", "grade")


class HandedInOut(ReadSerializer):
    """How what was handed in stands; its photos are read with it (`homework-submissions/{id}/`)."""

    id = serializers.UUIDField()
    status = serializers.CharField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    comment = serializers.CharField(allow_blank=True)
    grade = serializers.CharField(allow_blank=True)


class LearnerHomeworkOut(serializers.Serializer):
    """A task of a learner; `submission` is what was handed in, null before that."""

    task = HomeworkTaskOut()
    submission = HandedInOut(source="line.submission", allow_null=True)


class LearnerRecordOut(serializers.Serializer):
    """Everything that a new device needs of a learner."""

    enrolments = ClassEnrolmentOut(many=True)
    progress = LessonProgressOut(many=True)
    certificates = CourseCertificateOut(many=True)
    quizzes = QuizResultOut(many=True)
    packages = LearnerPackageOut(many=True)
    homework = LearnerHomeworkOut(many=True)


class LearnerRecord(LogsRefusedReads):
    """Show a learner's classes, quizzes, packages and homework here, progress and certificates.

    Of a record that was merged those of the person, under each record. The reading is recorded.
    """

    requires = READ_ROLL
    one_object = True
    serializer_class = LearnerRecordOut
    out_example = {
        "enrolments": [ENROLMENT],
        "progress": [{"lesson": 1, "seconds": 300, "progress_bp": 1250}],
        "certificates": [],
        "quizzes": [QUIZ_RESULT],
        "packages": [PACKAGE_RESULT],
        "homework": [{"task": TASK, "submission": {name: HANDED_IN[name] for name in SHOWN}}],
    }

    def get(self, request: Request, pk: UUID) -> Response:
        user = signed_in(request)
        people = Person.objects.living().select_related("home_station__county")
        learner = load_of_resident(people, user, READ_ROLL, resident="pk", pk=merged_into(pk) or pk)
        records = list(Person.objects.of_people(learner.pk).values_list("pk", flat=True))
        log_read(user=user, person=learner, what="learning_record", at=now())
        reached = Enrolment.objects.open_to(user, READ_ROLL).filter(learner__in=records)
        mine = list(reached.select_related("run").order_by("-id"))
        courses = Course.objects.filter(pk__in={each.run.course_id for each in mine}).prefetch_related("lessons")
        progress = [each for course in courses for each in progress_of(learner, course)]
        theirs = Q(pk__in=HomeworkTask.objects.open_to(user, READ_HOMEWORK).order_by().values("pk"))
        homework = homework_of(learner, {each.run_id for each in mine}, within=theirs)
        record = {
            "enrolments": ClassEnrolmentOut(mine, many=True).data,
            "progress": LessonProgressOut(progress, many=True).data,
            "certificates": CourseCertificateOut(certificates_of(records), many=True).data,
            "quizzes": QuizResultOut(results_of(*mine), many=True).data,
            "packages": LearnerPackageOut(packages_of(*mine), many=True).data,
            "homework": LearnerHomeworkOut(homework, many=True).data,
        }
        return Response(record)
