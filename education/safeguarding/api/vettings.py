"""Checks of adults over the API."""

import datetime as dt
from typing import Any
from uuid import UUID

from rest_framework import generics, serializers

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.files.services import own_file
from core.language.typed import Line
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from education.safeguarding import services
from education.safeguarding.api.shared import people
from education.safeguarding.models import Vetting
from stations.accounts.models import User

READ_VETTING, RECORD_VETTING = "education.read_vetting", "education.record_vetting"


class VettingOut(ReadSerializer):
    """A check of an adult."""

    id = serializers.UUIDField()
    person = serializers.UUIDField(source="person_id")
    kind = serializers.CharField()
    issued_date = serializers.DateField()
    valid_to_date = serializers.DateField()
    status = serializers.CharField()
    recorded_by = serializers.CharField(source="recorded_by.username")
    checked_by = serializers.CharField(source="checked_by.username", allow_null=True)


VETTING = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e01",
    "person": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0b05",
    "kind": "police_record",
    "issued_date": "2026-09-01",
    "valid_to_date": "2028-08-31",
    "status": "draft",
    "recorded_by": "clerk",
    "checked_by": None,
}


class VettingPages(CursorPages):
    ordering = "-id"


class Vettings(generics.ListAPIView):
    """List checks of adults within reach, newest first."""

    requires = READ_VETTING
    serializer_class = VettingOut
    pagination_class = VettingPages
    out_example = VETTING

    def get_queryset(self) -> Any:
        return Vetting.objects.open_to(self.request.user, READ_VETTING).select_related("recorded_by", "checked_by")


class VettingIn(serializers.Serializer):
    """A document about an adult, as it stands on paper."""

    kind = serializers.ChoiceField(Vetting.Kind.choices)
    issued_date = serializers.DateField()
    valid_to_date = serializers.DateField()
    document = serializers.UUIDField(required=False, help_text="A photo that you have stored (`photos/`).")


class RecordVetting(VerbView):
    """Record a document about an adult, to be checked by another person."""

    requires = RECORD_VETTING
    one_object = True
    In, Out = VettingIn, VettingOut
    success_status = 201
    refusals = refused_by(services.record_vetting, own_file)
    in_example = {"kind": "police_record", "issued_date": "2026-09-01", "valid_to_date": "2028-08-31"}
    out_example = VETTING

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, person_id: UUID) -> Vetting:
        person = load(people(), user, RECORD_VETTING, pk=person_id)
        document = own_file(pk=data.pop("document", None), by=user.pk, field="document")
        return services.record_vetting(person=person, document=document, **data, by=user, at=at)


class _VettingVerb(VerbView):
    one_object = True
    Out = VettingOut

    def vetting(self, user: User, pk: UUID) -> Vetting:
        rows = Vetting.objects.select_related("person__home_station", "recorded_by", "checked_by")
        return load(rows, user, self.requires, pk=pk)


class ConfirmVetting(_VettingVerb):
    """Confirm a vetting: the document was checked."""

    requires = "education.confirm_vetting"
    refusals = refused_by(services.confirm_vetting)
    out_example = VETTING | {"status": "valid", "checked_by": "manager"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Vetting:
        return services.confirm_vetting(vetting=self.vetting(user, pk), by=user, at=at)


class RevokeVettingIn(serializers.Serializer):
    """Why it counts no more."""

    reason = Line(max_length=200)


class RevokeVetting(_VettingVerb):
    """Revoke a vetting."""

    requires = "education.revoke_vetting"
    In = RevokeVettingIn
    refusals = refused_by(services.revoke_vetting)
    in_example = {"reason": "证明是伪造的"}
    out_example = VETTING | {"status": "revoked"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Vetting:
        return services.revoke_vetting(vetting=self.vetting(user, pk), **data, by=user, at=at)
