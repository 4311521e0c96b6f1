"""Signing in to a session of a training over the API; a device that had no line sends again what it recorded."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers

from core.access import load
from core.api import VerbView
from core.database.db import present
from core.errors import refused_by
from core.files.services import own_file
from core.language.typed import Line
from core.serializers import ReadSerializer
from education.courses.models import ClassSession
from education.skills import services
from education.skills.models import SignIn, SignInSheet
from education.skills.queries import method_of
from stations.accounts.models import User
from stations.people.models import Person

SESSION = "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c13"
PERSON = "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0b01"


class TrainingSignInIn(serializers.Serializer):
    """Who has come: a card, the end of a phone number or a name in `typed`, or a person's id.

    `op_id` is made by the device: the same sign-in sent again is answered as the first one.
    """

    op_id = serializers.UUIDField()
    typed = Line(max_length=80, required=False, default="")
    person = serializers.UUIDField(required=False, default=None)
    came_at = serializers.DateTimeField(help_text="By the device’s clock; never later than the arrival of the request.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of the two."""
        if bool(attrs["typed"]) == bool(attrs["person"]):
            raise serializers.ValidationError({"typed": [_("Send either this or a person.")]})
        return attrs


class TrainingSignInOut(ReadSerializer):
    """A sign-in to a session of a training."""

    op_id = serializers.UUIDField()
    session = serializers.UUIDField(source="session_id")
    learner = serializers.UUIDField(source="learner_id")
    method = serializers.CharField()
    came_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()


class SignInSheetIn(serializers.Serializer):
    """A page that was signed by hand."""

    photo = serializers.UUIDField(help_text="A photo that you have stored (`photos/`).")


class SignInSheetOut(ReadSerializer):
    """A photo of a page that was signed by hand."""

    id = serializers.UUIDField()
    session = serializers.UUIDField(source="session_id")
    photo = serializers.UUIDField(source="photo_id")
    kept_at = serializers.DateTimeField()


class _SessionVerb(VerbView):
    one_object = True
    success_status = 201

    def session(self, user: User, pk: UUID) -> ClassSession:
        """The session that a post carrying the verb reaches."""
        rows = ClassSession.objects.select_related("run__course", "run__station__county", "lesson", "slot")
        return load(rows, user, self.requires, pk=pk)


class SignIns(_SessionVerb):
    """Sign a learner in to a session of a training; whoever has no seat yet gets one while there are any."""

    requires = "education.sign_in_learner"
    In, Out = TrainingSignInIn, TrainingSignInOut
    refusals = refused_by(services.sign_in_learner, services.learner_meant)
    in_example = {
        "op_id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d11",
        "typed": "8412",
        "came_at": "2026-12-05T08:27:00.000Z",
    }
    out_example = {
        "op_id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d11",
        "session": SESSION,
        "learner": PERSON,
        "method": "phone_tail",
        "came_at": "2026-12-05T08:27:00.000Z",
        "received_at": "2026-12-05T08:27:02.000Z",
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> SignIn:
        session = self.session(user, pk)
        typed, person = data.pop("typed"), data.pop("person")
        if person is None:
            learner, method = services.learner_meant(typed=typed, by=user), method_of(typed)
        else:
            learner, method = load(_people(), user, "stations.read_person", pk=person), SignIn.Method.MANUAL
        return services.sign_in_learner(session=session, learner=learner, method=method, **data, by=user, at=at)


class KeepSheet(_SessionVerb):
    """Keep the photo of a sheet that was signed by hand."""

    requires = "education.keep_sign_in_sheet"
    In, Out = SignInSheetIn, SignInSheetOut
    refusals = refused_by(services.keep_sign_in_sheet, own_file)
    in_example = {"photo": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e01"}
    out_example = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e02",
        "session": SESSION,
        "photo": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e01",
        "kept_at": "2026-12-05T10:02:00.000Z",
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> SignInSheet:
        session = self.session(user, pk)
        photo = present(own_file(pk=data["photo"], by=user.pk, field="photo"))
        return services.keep_sign_in_sheet(session=session, photo=photo, by=user, at=at)


def _people() -> QuerySet[Person]:
    return Person.objects.living().select_related("home_station__county")
