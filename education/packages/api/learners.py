"""Packages as learners play them: what a package says is saved revision by revision; and how far learners are."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from core.wire import dumps
from education.courses.models import Enrolment
from education.courses.models.classes import READ_ROLL
from education.packages import services
from education.packages.api.packages import PACKAGE_ID
from education.packages.models import READ, READ_RESULT, ContentPackage, ScormState
from education.packages.queries import PackageResult, packages_of, states, with_results
from stations.accounts.models import User
from stations.people.masking import mask_name
from stations.people.refused_reads import LogsRefusedReads, load_of_resident
from stations.people.services import log_read
from stations.requests import signed_in

PLAY = "education.play_package"
#: From the state of a package to its learner.
LEARNER = "enrolment__learner"
#: Bytes of the data of a package; the standard lets it keep 64,000 characters of its own.
LARGEST_CMI = 256_000
STATE_ID = "0193f0c2-7a11-7c55-9a3e-5b1d2f6a1a02"
ENROLMENT_ID = "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c02"
CMI = {"core": {"lesson_status": "passed", "score": {"raw": "80", "min": "0", "max": "100"}}, "suspend_data": "3"}
STATE = {
    "id": STATE_ID,
    "enrolment": ENROLMENT_ID,
    "package": PACKAGE_ID,
    "revision": 1,
    "status": "passed",
    "score_bp": 8_000,
    "saved_at": "2026-12-05T08:46:00.000Z",
    "cmi": CMI,
}


RESULT = {
    "enrolment": ENROLMENT_ID,
    "package": PACKAGE_ID,
    "title": "正确洗手",
    "status": "passed",
    "score_bp": 8_000,
    "seconds_spent": 540,
}
RESULT_IN_LIST = RESULT | {
    "learner_masked": "张*",
    "station": "321324-0007",
    "course": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c01",
}


class ScormStateOut(ReadSerializer):
    """Where a learner is in a package: its data as it said them, and what they mean. `score_bp` are basis points."""

    id = serializers.UUIDField()
    enrolment = serializers.UUIDField(source="enrolment_id")
    package = serializers.UUIDField(source="package_id")
    revision = serializers.IntegerField()
    status = serializers.CharField()
    score_bp = serializers.IntegerField(allow_null=True)
    saved_at = serializers.DateTimeField()
    cmi = serializers.DictField()


class LearnerPackageOut(ReadSerializer):
    """A package of a learner of a class; `status`, `score_bp` and `seconds_spent` are null until it is opened."""

    enrolment = serializers.UUIDField()
    package = serializers.UUIDField(source="package.pk")
    title = serializers.CharField(source="package.title")
    status = serializers.CharField(allow_null=True)
    score_bp = serializers.IntegerField(allow_null=True)
    seconds_spent = serializers.IntegerField(allow_null=True)

    @staticmethod
    def get_status(result: PackageResult) -> str | None:
        return result.state.status if result.state else None

    @staticmethod
    def get_score_bp(result: PackageResult) -> int | None:
        return result.state.score_bp if result.state else None

    @staticmethod
    def get_seconds_spent(result: PackageResult) -> int | None:
        return result.state.seconds_spent if result.state else None


class ContentPackageResultOut(ReadSerializer):
    """A learner of a class with one package; names are masked. What is null is so until the package is opened."""

    enrolment = serializers.UUIDField(source="pk")
    learner_masked = serializers.CharField()
    station = serializers.CharField(source="run.station.code")
    course = serializers.UUIDField(source="run.course_id")
    package = serializers.UUIDField()
    title = serializers.CharField(source="package_title")
    status = serializers.CharField(source="reached", allow_null=True)
    score_bp = serializers.IntegerField(allow_null=True)
    seconds_spent = serializers.IntegerField(allow_null=True)

    @staticmethod
    def get_learner_masked(row: Enrolment) -> str:
        return mask_name(row.learner.full_name)


class ByLearner(CursorPages):
    ordering = ("-id", "package")  # type: ignore[assignment]  # what is read has two keys


class StartPackageIn(serializers.Serializer):
    """Which package."""

    content_package = serializers.UUIDField()


class StartPackage(LogsRefusedReads, VerbView):
    """Let a learner begin a package, or go on where the learner was; the reading is recorded."""

    requires = PLAY
    one_object = True
    In, Out = StartPackageIn, ScormStateOut
    refusals = refused_by(services.start_package)
    in_example = {"content_package": PACKAGE_ID}
    out_example = STATE | {"revision": 0, "status": "initialized", "score_bp": None, "cmi": {}}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> ScormState:
        learners = Enrolment.objects.select_related("run", "learner__home_station")
        enrolment = load_of_resident(learners, user, PLAY, resident="learner", pk=pk)
        package = load(ContentPackage.objects.select_related("lesson"), user, READ, pk=data["content_package"])
        state = services.start_package(enrolment=enrolment, package=package, by=user, at=at)
        log_read(user=user, person=enrolment.learner, what="content_packages", at=at)
        return state


class ContentPackageResults(generics.ListAPIView):
    """List each learner with each content package: of the own classes for teachers, else of the station's."""

    requires = READ_RESULT
    serializer_class = ContentPackageResultOut
    pagination_class = ByLearner
    out_example = RESULT_IN_LIST

    def get_queryset(self) -> QuerySet[Enrolment]:
        return with_results(Enrolment.objects.open_to(signed_in(self.request), READ_RESULT).seated())


class LearnerPackages(LogsRefusedReads):
    """Where a learner of a class is in each content package; the reading is recorded."""

    requires = READ_RESULT
    one_object = True
    serializer_class = LearnerPackageOut(many=True)
    out_example = [RESULT]

    @extend_schema(responses=LearnerPackageOut(many=True), operation_id="learnerPackagesList")
    def get(self, request: Request, pk: UUID) -> Response:
        learners = Enrolment.objects.seated().select_related("run", "learner__home_station__county")
        found = load_of_resident(learners, signed_in(request), READ_RESULT, resident="learner", pk=pk)
        log_read(user=signed_in(request), person=found.learner, what="content_packages", at=now())
        return Response(LearnerPackageOut(packages_of(found), many=True).data)


class ScormStateView(LogsRefusedReads, generics.RetrieveAPIView):
    """Read where a learner is in a package; the reading is recorded."""

    requires = READ_ROLL
    one_object = True
    serializer_class = ScormStateOut
    out_example = STATE

    def get_object(self) -> ScormState:
        user = signed_in(self.request)
        found: ScormState = load_of_resident(states(), user, READ_ROLL, resident=LEARNER, pk=self.kwargs["pk"])
        log_read(user=user, person=found.enrolment.learner, what="content_packages", at=now())
        return found


class SaveIn(serializers.Serializer):
    """The data of a package as its player holds them, and the revision from which it began."""

    revision = serializers.IntegerField(min_value=0)
    cmi = serializers.DictField()

    def validate_cmi(self, value: dict[str, Any]) -> dict[str, Any]:
        """Not larger than a package needs, and without what no database can keep."""
        written = dumps(value)
        if len(written) > LARGEST_CMI or b"\\u0000" in written:
            raise serializers.ValidationError("These data are too large, or no text.")
        return value


class SaveScormState(LogsRefusedReads, VerbView):
    """Save what a package says. Refused where another page has saved since: `state_outdated`."""

    requires = PLAY
    one_object = True
    In, Out = SaveIn, ScormStateOut
    refusals = refused_by(services.save_scorm_state)
    in_example = {"revision": 0, "cmi": CMI}
    out_example = STATE

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> ScormState:
        state = load_of_resident(states(), user, PLAY, resident=LEARNER, pk=pk)
        return services.save_scorm_state(state=state, **data, by=user, at=at)
