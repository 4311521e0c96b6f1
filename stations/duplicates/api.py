"""Merges over the API."""

import datetime as dt
from typing import Any

from rest_framework import generics, serializers

from core.access import load
from core.api import VerbView
from core.errors import WrongState, refused_by
from core.language.typed import Line
from stations.accounts.models import User
from stations.duplicates import services
from stations.duplicates.models import PersonMerge
from stations.people.masking import mask_name
from stations.people.models import Person
from stations.people.services import log_look

REFUSALS = (
    services.SameRecord,
    services.MergeElsewhere,
    services.DifferentDocuments,
    services.MergeStands,
    WrongState,
)


class MergeIn(serializers.Serializer):
    keep = serializers.UUIDField()
    merge = serializers.UUIDField()
    reason = Line(max_length=200)


class MergeReasonIn(serializers.Serializer):
    reason = Line(max_length=200)


class MergeOut(serializers.Serializer):
    id = serializers.IntegerField()
    keep = serializers.UUIDField(source="kept_id")
    merge = serializers.UUIDField(source="merged_id")
    keep_masked = serializers.SerializerMethodField()
    merge_masked = serializers.SerializerMethodField()
    status = serializers.ChoiceField(PersonMerge.Status.choices)
    reason = serializers.CharField()
    proposed_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    undone_at = serializers.DateTimeField(allow_null=True)

    def get_keep_masked(self, row: PersonMerge) -> str:
        return mask_name(row.kept.full_name)

    def get_merge_masked(self, row: PersonMerge) -> str:
        return mask_name(row.merged.full_name)


EXAMPLE = {
    "id": 7,
    "keep": "01999b5e-7f30-7c3e-9d52-0d1f6a3c4b11",
    "merge": "01999b5e-7f30-7c3e-9d52-0d1f6a3c4b33",
    "keep_masked": "王*英",
    "merge_masked": "王*英",
    "status": "proposed",
    "reason": "同一张身份证，本人到场",
    "proposed_at": "2026-11-25T02:10:00.000Z",
    "decided_at": None,
    "undone_at": None,
}


class ProposeMerge(VerbView):
    """Propose a merge: two records are one person; another person of the county decides."""

    requires = "stations.merge_persons"
    one_object = True
    In, Out, success_status = MergeIn, MergeOut, 201
    refusals = refused_by(services.propose_merge)
    in_example = {"keep": EXAMPLE["keep"], "merge": EXAMPLE["merge"], "reason": "同一张身份证，本人到场"}
    out_example = EXAMPLE

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        people = Person.objects.living().select_related("home_station")
        keep, merge = (load(people, user, self.requires, pk=data[name]) for name in ("keep", "merge"))
        for person in (keep, merge):
            log_look(user=user, person=person, verb=self.requires, at=at)
        row = services.propose_merge(keep=keep, merge=merge, actor=user, at=at, reason=data["reason"])
        return MergeOut(row).data


class Merges(generics.ListAPIView):
    """List merges of the counties within reach, newest first."""

    requires = "stations.read_person_merge"
    serializer_class = MergeOut
    out_example = EXAMPLE

    def get_queryset(self) -> Any:
        return PersonMerge.objects.open_to(self.request.user, self.requires).select_related("kept", "merged")


class ApproveMerge(VerbView):
    """Approve a merge; it can be undone for 30 days."""

    requires = "stations.merge_persons"
    one_object = True
    Out = MergeOut
    refusals = refused_by(services.merge_persons)
    out_example = {**EXAMPLE, "status": "merged", "decided_at": "2026-11-25T03:00:00.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        row = load_merge(user, self.requires, path["merge_id"])
        return MergeOut(services.merge_persons(merge=row, actor=user, at=at)).data


class RefuseMerge(VerbView):
    """Refuse a merge: they are two people."""

    requires = "stations.merge_persons"
    one_object = True
    In, Out = MergeReasonIn, MergeOut
    refusals = refused_by(services.refuse_merge)
    in_example = {"reason": "同名的两姐妹"}
    out_example = {**EXAMPLE, "status": "refused", "decided_at": "2026-11-25T03:00:00.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        row = load_merge(user, self.requires, path["merge_id"])
        return MergeOut(services.refuse_merge(merge=row, actor=user, at=at, **data)).data


class UndoMerge(VerbView):
    """Undo a merge, within 30 days."""

    requires = "stations.unmerge_persons"
    one_object = True
    In, Out = MergeReasonIn, MergeOut
    refusals = refused_by(services.unmerge_persons)
    in_example = {"reason": "其实是两个人"}
    out_example = {
        **EXAMPLE,
        "status": "undone",
        "decided_at": "2026-11-25T03:00:00.000Z",
        "undone_at": "2026-11-26T03:00:00.000Z",
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        row = load_merge(user, self.requires, path["merge_id"])
        return MergeOut(services.unmerge_persons(merge=row, actor=user, at=at, **data)).data


def load_merge(user: User, verb: str, merge_id: int) -> PersonMerge:
    """The merge that a post carrying the verb reaches."""
    return load(PersonMerge.objects.select_related("kept__home_station", "merged"), user, verb, pk=merge_id)
