"""Packages over the API: brought, offered, played; what a package says is saved revision by revision."""

import datetime as dt
import hashlib
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from core.wire import dumps
from education.courses.models import ClassSession, Course, Enrolment, Lesson
from education.courses.models.classes import READ_ROLL
from education.courses.models.courses import READ as READ_COURSE
from education.packages import services
from education.packages.models import LONGEST_REASON, READ, READ_RESULT, ContentPackage, ScormState
from education.packages.packs import pack_of
from education.packages.queries import PackageResult, packages_of, states, with_results
from stations.accounts.models import User
from stations.people.masking import mask_name
from stations.people.refused_reads import LogsRefusedReads, load_of_resident
from stations.people.services import log_read
from stations.requests import signed_in

EDIT, PLAY = "education.edit_package", "education.play_package"
APPROVE, BLOCK = "education.approve_package", "education.block_package"
#: From the state of a package to its learner.
LEARNER = "enrolment__learner"
#: Bytes of the data of a package; the standard lets it keep 64,000 characters of its own.
LARGEST_CMI = 256_000
PACKAGE_ID, STATE_ID = "0193f0c2-7a11-7c55-9a3e-5b1d2f6a1a01", "0193f0c2-7a11-7c55-9a3e-5b1d2f6a1a02"
ENROLMENT_ID = "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c02"
PACKAGE = {
    "id": PACKAGE_ID,
    "lesson": 1,
    "title": "正确洗手",
    "standard": "scorm_1_2",
    "licence": "",
    "creators": "",
    "size": 9_412,
    "status": "offered",
}
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


_DIGEST = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
PACK = {
    "lesson": 1,
    "version": _DIGEST,
    "size": 9_412,
    "packages": [
        {
            "package": PACKAGE_ID,
            "title": PACKAGE["title"],
            "standard": PACKAGE["standard"],
            "launch": "index.html",
            "address": "https://content.example/p/0193f0c2.1vPq/",
            "files": [{"path": "index.html", "media_type": "text/html", "size": 9_412, "sha256": _DIGEST}],
        }
    ],
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


class ContentPackageOut(ReadSerializer):
    """A content package of a lesson; its size is that of its files in bytes. Licence and creators are as it says."""

    id = serializers.UUIDField()
    lesson = serializers.IntegerField(source="lesson_id")
    title = serializers.CharField()
    standard = serializers.CharField()
    licence = serializers.CharField()
    creators = serializers.CharField()
    size = serializers.IntegerField()
    status = serializers.CharField()


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


class NewestFirst(CursorPages):
    ordering = "-id"


class ByLearner(CursorPages):
    ordering = ("-id", "package")  # type: ignore[assignment]  # what is read has two keys


class ContentPackages(generics.ListAPIView):
    """List the content packages of the county's courses, newest first."""

    requires = READ
    serializer_class = ContentPackageOut
    pagination_class = NewestFirst
    out_example = PACKAGE

    def get_queryset(self) -> QuerySet[ContentPackage]:
        return ContentPackage.objects.open_to(signed_in(self.request), READ)


class AddPackageIn(serializers.Serializer):
    """A SCORM or H5P package for a lesson."""

    lesson = serializers.IntegerField()
    file = serializers.FileField(help_text="A zip of at most 50 MB: SCORM 1.2 or 2004, or H5P.")


class AddPackage(VerbView):
    """Bring a content package for a lesson; nobody plays it before it was approved."""

    requires = EDIT
    parser_classes = (MultiPartParser,)
    In, Out, success_status = AddPackageIn, ContentPackageOut, 201
    refusals = refused_by(services.add_package)
    in_example = {"lesson": 1, "file": "the bytes of the file"}
    out_example = PACKAGE | {"status": "draft"}

    def content_of(self, request: Request) -> dict[str, str]:
        """The same key with another file is another request."""
        file = request.data["file"]
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        return {"lesson": request.data.get("lesson", ""), "file": digest}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> ContentPackage:
        course = load(Course.objects, user, READ_COURSE, lessons=data["lesson"])
        lesson = Lesson.objects.select_related("course").get(pk=data["lesson"], course=course)
        return services.add_package(lesson=lesson, file=data["file"], by=user, at=at)


class PackageReasonIn(serializers.Serializer):
    """Why."""

    reason = serializers.CharField(max_length=LONGEST_REASON)


class _PackageVerb(VerbView):
    one_object = True
    Out = ContentPackageOut

    def package(self, user: User, pk: UUID) -> ContentPackage:
        found: ContentPackage = load(ContentPackage.objects.select_related("lesson"), user, self.requires, pk=pk)
        return found


class OfferPackage(_PackageVerb):
    """Ask the county to approve a package; until then nobody plays it."""

    requires = EDIT
    refusals = refused_by(services.offer_package)
    out_example = PACKAGE | {"status": "in_review"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> ContentPackage:
        return services.offer_package(package=self.package(user, pk), by=user, at=at)


class ApprovePackage(_PackageVerb):
    """Approve a package that another person has brought."""

    requires = APPROVE
    refusals = refused_by(services.approve_package)
    out_example = PACKAGE

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> ContentPackage:
        return services.approve_package(package=self.package(user, pk), by=user, at=at)


class ReturnPackage(_PackageVerb):
    """Send a package back to its author, with what is wrong with it."""

    requires = APPROVE
    In = PackageReasonIn
    refusals = refused_by(services.return_package)
    in_example = {"reason": "第二页的图片太模糊"}
    out_example = PACKAGE | {"status": "draft"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> ContentPackage:
        return services.return_package(package=self.package(user, pk), **data, by=user, at=at)


class ClosePackage(_PackageVerb):
    """Close a package, also a draft: nobody plays it any more, until it is offered and approved again."""

    requires = EDIT
    refusals = refused_by(services.close_package)
    out_example = PACKAGE | {"status": "closed"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> ContentPackage:
        return services.close_package(package=self.package(user, pk), by=user, at=at)


class BlockPackage(_PackageVerb):
    """Block a package that does harm: open pages are refused at once, and its classes are told why."""

    requires = BLOCK
    In = PackageReasonIn
    refusals = refused_by(services.block_package)
    in_example = {"reason": "有不适合儿童的图片"}
    out_example = PACKAGE | {"status": "blocked"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> ContentPackage:
        return services.block_package(package=self.package(user, pk), **data, by=user, at=at)


class UnblockPackage(_PackageVerb):
    """Open a blocked package again; refused to its author and to whoever has blocked it."""

    requires = BLOCK
    In = PackageReasonIn
    refusals = refused_by(services.unblock_package)
    in_example = {"reason": "图片已核实"}
    out_example = PACKAGE

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> ContentPackage:
        return services.unblock_package(package=self.package(user, pk), **data, by=user, at=at)


class PackFileOut(ReadSerializer):
    """One file of a package; a device keeps it once its bytes have this SHA-256."""

    path = serializers.CharField()
    media_type = serializers.CharField(source="stored.media_type")
    size = serializers.IntegerField(source="stored.size")
    sha256 = serializers.CharField(source="stored.sha256")


class PackedPackageOut(ReadSerializer):
    """A package to keep; each file is found at `address` with its path behind, for eleven hours at least."""

    package = serializers.UUIDField(source="package.pk")
    title = serializers.CharField(source="package.title")
    standard = serializers.CharField(source="package.standard")
    launch = serializers.CharField(source="package.launch")
    address = serializers.CharField()
    files = PackFileOut(many=True)


class ContentPackOut(ReadSerializer):
    """What a device keeps of a lesson; `version` changes with any file, and `size` counts their bytes."""

    lesson = serializers.IntegerField(source="lesson.pk")
    version = serializers.CharField()
    size = serializers.IntegerField()
    packages = PackedPackageOut(many=True)


class ContentPackView(APIView):
    """Read which files a device of the room keeps, so that the packages of a lesson are played there without a line.

    A package that is not named any more was closed or blocked: the device deletes it.
    """

    requires = READ_ROLL
    one_object = True
    serializer_class = ContentPackOut
    out_example = PACK

    def get(self, request: Request, pk: UUID) -> Response:
        sessions = ClassSession.objects.select_related("lesson")
        found = load(sessions, signed_in(request), READ_ROLL, pk=pk)
        return Response(ContentPackOut(pack_of(found.lesson)).data)


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
