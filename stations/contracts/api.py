"""Contracts over the API."""

import datetime as dt
from collections.abc import Callable
from typing import Any, ClassVar

from rest_framework import generics, serializers

from core.access import load
from core.api import VerbView
from core.errors import Refused, WrongState, refused_by
from core.language.typed import Line
from stations.accounts.models import User
from stations.contracts import services
from stations.contracts.models import Termination
from stations.recruitment.models import Contract


class ContractReasonIn(serializers.Serializer):
    reason = Line(max_length=200)


class FindingIn(serializers.Serializer):
    finding = Line(max_length=200, help_text="What was looked into.")


class ContractOut(serializers.Serializer):
    id = serializers.IntegerField()
    user = serializers.CharField(source="user.username")
    name = serializers.CharField(source="user.shown_name")
    station = serializers.CharField(source="station.code")
    kind = serializers.ChoiceField(Contract.Kind.choices)
    status = serializers.ChoiceField(Contract.Status.choices)
    from_date = serializers.DateField()
    to_date = serializers.DateField()


EXAMPLE = {
    "id": 4,
    "user": "sungl",
    "name": "孙桂兰",
    "station": "321324-0007",
    "kind": "partner",
    "status": "active",
    "from_date": "2026-06-01",
    "to_date": "2027-05-31",
}


class Contracts(generics.ListAPIView):
    """List contracts within reach, newest first."""

    requires = "stations.read_contract"
    serializer_class = ContractOut
    out_example = EXAMPLE

    def get_queryset(self) -> Any:
        return Contract.objects.open_to(self.request.user, self.requires).select_related("user", "station")


class MoveContract(VerbView):
    """One arrow of a contract; each subclass names the verb that carries it and the service that takes it."""

    one_object = True
    take: ClassVar[Callable[..., Contract]]
    In: ClassVar[type[serializers.Serializer] | None] = ContractReasonIn
    Out = ContractOut
    refusals: ClassVar[tuple[type[Refused], ...]] = (WrongState,)
    in_example = {"reason": "家中有事，请假两周"}
    out_example = EXAMPLE

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        rows = Contract.objects.select_related("station__county", "user")
        row = load(rows, user, self.requires, pk=path["contract_id"])
        return ContractOut(self.take(contract=row, actor=user, at=at, **data)).data


class StartLeave(MoveContract):
    """Start a leave: somebody else has a post, or the station is closed."""

    requires = "stations.start_leave"
    take = staticmethod(services.start_leave)
    refusals = refused_by(services.start_leave)
    out_example = {**EXAMPLE, "status": "on_leave"}


class EndLeave(MoveContract):
    """End a leave: the person is back."""

    requires = "stations.end_leave"
    take = staticmethod(services.end_leave)
    refusals = refused_by(services.end_leave)


class Suspend(MoveContract):
    """Suspend a contract at once: the person can only look."""

    requires = "stations.suspend_partner"
    take = staticmethod(services.suspend_partner)
    refusals = refused_by(services.suspend_partner)
    in_example = {"reason": "投诉核实中"}
    out_example = {**EXAMPLE, "status": "suspended"}


class Reinstate(MoveContract):
    """Reinstate a contract, after somebody other than who suspended it has looked into it."""

    requires = "stations.reinstate_partner"
    take = staticmethod(services.reinstate_partner)
    refusals = refused_by(services.reinstate_partner)
    In = FindingIn
    in_example = {"finding": "投诉不属实，已回访三户村民"}


class TerminationOut(serializers.Serializer):
    id = serializers.IntegerField()
    contract = serializers.IntegerField(source="contract_id")
    status = serializers.ChoiceField(Termination.Status.choices)
    reason = serializers.CharField()
    asked_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    binding = serializers.SerializerMethodField(help_text="What has to be settled first, in words.")

    def get_binding(self, row: Termination) -> list[str]:
        return services.binding_of(row.contract) if row.status == Termination.Status.ASKED else []


TERMINATION_EXAMPLE = {
    "id": 2,
    "contract": 4,
    "status": "asked",
    "reason": "多次挪用备用金",
    "asked_at": "2026-11-25T06:30:00.000Z",
    "ended_at": None,
    "binding": ["till 0.01 CNY"],
}


class AskTermination(VerbView):
    """Ask to end a contract before its time; a second person of the county ends it."""

    requires = "stations.terminate_partner"
    one_object = True
    In, Out, success_status = ContractReasonIn, TerminationOut, 201
    refusals = refused_by(services.ask_termination)
    in_example = {"reason": "多次挪用备用金"}
    out_example = TERMINATION_EXAMPLE

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        row = load(Contract.objects.select_related("station"), user, self.requires, pk=path["contract_id"])
        return TerminationOut(services.ask_termination(contract=row, actor=user, at=at, **data)).data


class ConfirmTermination(VerbView):
    """Confirm that a contract ends: posts end, certificates are revoked. Nothing may be owed."""

    requires = "stations.terminate_partner"
    one_object = True
    Out = TerminationOut
    refusals = refused_by(services.terminate_partner)
    out_example = {**TERMINATION_EXAMPLE, "status": "confirmed", "ended_at": "2026-11-26T01:00:00.000Z", "binding": []}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        row = load_termination(user, self.requires, path["termination_id"])
        return TerminationOut(services.terminate_partner(termination=row, actor=user, at=at)).data


class WithdrawTermination(VerbView):
    """Withdraw the request to end a contract: it goes on."""

    requires = "stations.terminate_partner"
    one_object = True
    In, Out = ContractReasonIn, TerminationOut
    refusals = refused_by(services.withdraw_termination)
    in_example = {"reason": "已当面谈妥"}
    out_example = {**TERMINATION_EXAMPLE, "status": "withdrawn", "ended_at": "2026-11-26T01:00:00.000Z", "binding": []}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        row = load_termination(user, self.requires, path["termination_id"])
        return TerminationOut(services.withdraw_termination(termination=row, actor=user, at=at, **data)).data


def load_termination(user: User, verb: str, termination_id: int) -> Termination:
    """The termination that a post carrying the verb reaches."""
    rows = Termination.objects.select_related("contract__station", "contract__user")
    return load(rows, user, verb, pk=termination_id)
