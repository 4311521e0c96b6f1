"""The archive over the API."""

import datetime as dt
from typing import Any

from rest_framework import generics, serializers

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line
from stations.accounts.models import User
from stations.archive import services
from stations.archive.models import ArchiveProposal
from stations.people.masking import mask_name


class ProposalOut(serializers.Serializer):
    id = serializers.IntegerField()
    person = serializers.UUIDField(source="person_id")
    name_masked = serializers.SerializerMethodField()
    last_seen_at = serializers.DateTimeField()
    status = serializers.ChoiceField(ArchiveProposal.Status.choices)
    proposed_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(help_text="Why it is kept.")

    def get_name_masked(self, row: ArchiveProposal) -> str:
        return mask_name(row.person.full_name)


EXAMPLE = {
    "id": 7,
    "person": "01999b5e-7f30-7c3e-9d52-0d1f6a3c4b11",
    "name_masked": "王*英",
    "last_seen_at": "2023-10-03T02:10:00.000Z",
    "status": "proposed",
    "proposed_at": "2026-11-03T03:00:00.000Z",
    "decided_at": None,
    "reason": "",
}


class Proposals(generics.ListAPIView):
    """List archive proposals: people whom nobody has seen for three years, and what was decided, newest first."""

    requires = "stations.read_archive_proposal"
    serializer_class = ProposalOut
    out_example = EXAMPLE

    def get_queryset(self) -> Any:
        return ArchiveProposal.objects.open_to(self.request.user, self.requires).select_related("person")


class ArchiveProposed(VerbView):
    """Archive a record: no search by name finds it. One that something still binds is kept and says why."""

    requires = "stations.archive_person"
    one_object = True
    Out = ProposalOut
    refusals = refused_by(services.archive_proposed)
    out_example = {**EXAMPLE, "status": "archived", "decided_at": "2026-11-25T03:00:00.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        row = load_proposal(user, self.requires, path["proposal_id"])
        return ProposalOut(services.archive_proposed(proposal=row, actor=user, at=at)).data


class KeepIn(serializers.Serializer):
    reason = Line(max_length=200, required=False, default="")


class KeepProposed(VerbView):
    """Keep a record; it is not proposed again for a year."""

    requires = "stations.archive_person"
    one_object = True
    In, Out = KeepIn, ProposalOut
    refusals = refused_by(services.keep_proposed)
    in_example = {"reason": "春节会回来"}
    out_example = {**EXAMPLE, "status": "kept", "decided_at": "2026-11-25T03:00:00.000Z", "reason": "春节会回来"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        row = load_proposal(user, self.requires, path["proposal_id"])
        return ProposalOut(services.keep_proposed(proposal=row, actor=user, at=at, **data)).data


def load_proposal(user: User, verb: str, proposal_id: int) -> ArchiveProposal:
    """The proposal that a post carrying the verb reaches."""
    return load(ArchiveProposal.objects.select_related("person__home_station"), user, verb, pk=proposal_id)
