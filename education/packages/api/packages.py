"""Packages over the API: brought, offered, approved, blocked and closed."""

import datetime as dt
import hashlib
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import generics, serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from education.courses.models import Course, Lesson
from education.courses.models.courses import READ as READ_COURSE
from education.packages import services
from education.packages.models import LONGEST_REASON, READ, ContentPackage
from stations.accounts.models import User
from stations.requests import signed_in

EDIT = "education.edit_package"
APPROVE, BLOCK = "education.approve_package", "education.block_package"
PACKAGE_ID = "0193f0c2-7a11-7c55-9a3e-5b1d2f6a1a01"
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


class NewestFirst(CursorPages):
    ordering = "-id"


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
