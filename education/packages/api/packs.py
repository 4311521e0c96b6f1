"""What a device of the room keeps, over the API."""

from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.serializers import ReadSerializer
from education.courses.models import ClassSession
from education.courses.models.classes import READ_ROLL
from education.packages.api.packages import PACKAGE, PACKAGE_ID
from education.packages.packs import pack_of
from stations.requests import signed_in

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
