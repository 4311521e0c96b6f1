"""Photos over the API: stored first, then named by the act that they prove."""

import hashlib
from typing import Any

from rest_framework import serializers
from rest_framework.parsers import MultiPartParser

from core.access import SIGNED_IN
from core.api import VerbView
from core.errors import refused_by
from core.files.services import store_photo, store_recording


class PhotoIn(serializers.Serializer):
    photo = serializers.FileField(help_text="JPEG, PNG or WebP of at most 10 MB; it is drawn anew and shrunk.")


class PhotoOut(serializers.Serializer):
    id = serializers.UUIDField(help_text="Named by the act that the photo proves; until then nobody sees it.")
    size = serializers.IntegerField()


class StorePhoto(VerbView):
    """Upload a photo that one of your next acts names as its proof."""

    requires = SIGNED_IN
    parser_classes = (MultiPartParser,)
    In, Out, success_status = PhotoIn, PhotoOut, 201
    refusals = refused_by(store_photo)
    in_example = {"photo": "the bytes of the file"}
    out_example = {"id": "019ab8f2-6c1e-7d0a-8d4e-2f6a1c9b7e30", "size": 148_201}

    def content_of(self, request: Any) -> Any:
        """The same key with another photo is another request."""
        photo = request.data["photo"]
        digest = hashlib.file_digest(photo, "sha256").hexdigest()
        photo.seek(0)
        return {"photo": digest}

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, **path: Any) -> dict[str, Any]:
        stored = store_photo(upload=data["photo"], by=user.pk, at=at, field="photo")
        return {"id": stored.pk, "size": stored.size}


class RecordingIn(serializers.Serializer):
    recording = serializers.FileField(
        help_text="WebM, Ogg (both Opus) or M4A by its content; at most 60 seconds and 2 MB."
    )


class RecordingOut(serializers.Serializer):
    id = serializers.UUIDField(help_text="Named by the act that the recording belongs to; until then nobody hears it.")
    size = serializers.IntegerField()


class StoreRecording(VerbView):
    """Upload a recording of a voice that one of your next acts names."""

    requires = SIGNED_IN
    parser_classes = (MultiPartParser,)
    In, Out, success_status = RecordingIn, RecordingOut, 201
    refusals = refused_by(store_recording)
    in_example = {"recording": "the bytes of the file"}
    out_example = {"id": "019ab8f2-6c1e-7d0a-8d4e-2f6a1c9b7e31", "size": 96_410}

    def content_of(self, request: Any) -> Any:
        """The same key with another recording is another request."""
        recording = request.data["recording"]
        digest = hashlib.file_digest(recording, "sha256").hexdigest()
        recording.seek(0)
        return {"recording": digest}

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, **path: Any) -> dict[str, Any]:
        stored = store_recording(upload=data["recording"], by=user.pk, at=at, field="recording")
        return {"id": stored.pk, "size": stored.size}
