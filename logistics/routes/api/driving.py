"""What the driver's phone sends."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from core.errors import refused_by
from core.language.typed import Line
from core.serializers import ReadSerializer
from logistics.parcels.services import Scan
from logistics.routes import services
from logistics.routes.api.rows import RunOut, RunVerb, run_of
from logistics.routes.models import RouteRun
from logistics.routes.queries import Ride, RunStep
from logistics.routes.services import RunScan, RunScanKind, RunScanned
from stations.accounts.models import User
from stations.network.models import Station

DRIVE = "logistics.drive_run"
MOST = 1_000


class AdvanceIn(serializers.Serializer):
    """The step that the run expects next (`next_step`), and when the phone was pressed."""

    step = serializers.ChoiceField(RunStep.choices)
    made_at = serializers.DateTimeField(required=False)


class AdvanceRun(RunVerb):
    """Take the next step of a run: start loading, depart, arrive at a stop, drive on, come back.

    Who starts to load a run without a driver drives it. Refused: `not_the_driver`, `step_not_next`.
    """

    requires = DRIVE
    In = AdvanceIn
    refusals = refused_by(services.advance_run)
    in_example: ClassVar[dict[str, Any]] = {"step": "start_loading", "made_at": "2026-11-25T00:21:00.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> RouteRun:
        return services.advance_run(run=run_of(user, DRIVE, pk), **data, by=user, at=at)


class RunReasonIn(serializers.Serializer):
    """Why."""

    reason = Line(max_length=200)


class SkipStop(RunVerb):
    """Leave the next stop of a run out.

    Refused: `not_the_driver`, `step_not_next`.
    """

    requires = DRIVE
    In = RunReasonIn
    refusals = refused_by(services.skip_stop)
    in_example: ClassVar[dict[str, Any]] = {"reason": "雨天路断"}
    out_example = RunOut.example | {"status": "departed"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> RouteRun:
        return services.skip_stop(run=run_of(user, DRIVE, pk), **data, by=user, at=at)


class RunScanIn(serializers.Serializer):
    """One scan of a parcel or a bag; `made_at` and `key` are the phone's, `station` where it was made."""

    code = serializers.CharField(max_length=20, help_text="Number of a parcel, or seal of a bag.")
    kind = serializers.ChoiceField(RunScanKind.choices)
    made_at = serializers.DateTimeField()
    key = serializers.RegexField(r"^[A-Za-z0-9._-]{8,64}$")
    station = serializers.CharField(max_length=11, required=False, help_text="Without it: where the van stands now.")


class RunScansIn(serializers.Serializer):
    """At most 1,000 scans in their order."""

    scans = serializers.ListField(child=RunScanIn(), min_length=1, max_length=MOST)


class RunScanOut(ReadSerializer):
    """What became of one scan."""

    code = serializers.CharField()
    key = serializers.CharField()
    outcome = serializers.CharField(help_text="`accepted`, `duplicate`, `conflict` or `refused`.")
    refusal = serializers.CharField(allow_null=True, help_text="Why it is a conflict, or refused.")
    detail = serializers.CharField(allow_null=True)
    parcels = serializers.IntegerField(help_text="How many parcels it was about: those of a bag are all of them.")


class RunScansOut(ReadSerializer):
    """What became of each, in their order."""

    results = RunScanOut(many=True)


@dataclass(frozen=True, slots=True)
class _Answered:
    """A scan with what became of it, as `RunScanOut` reads it."""

    code: str
    key: str
    outcome: str
    refusal: str | None
    detail: str | None
    parcels: int


@dataclass(frozen=True, slots=True)
class _Batch:
    """All of them."""

    results: list[_Answered]


class ScanRun(RunVerb):
    """Send scans of what goes into the van and comes out of it, also those that were made without a network.

    Each is taken over for itself, and custody of the parcels changes with it: the same scan again is a duplicate, and
    what another phone has unloaded is a conflict that says who did it. Refused: `not_the_driver`, `wrong_state`.
    """

    requires = DRIVE
    In = RunScansIn
    Out = RunScansOut
    refusals = refused_by(services.scan_run)
    in_example: ClassVar[dict[str, Any]] = {
        "scans": [
            {
                "code": "P261125-K7P2QXM",
                "kind": "load",
                "made_at": "2026-11-25T00:24:00.000Z",
                "key": "phone-3-0001842",
            }
        ]
    }
    out_example: ClassVar[dict[str, Any]] = {
        "results": [
            {
                "code": "P261125-K7P2QXM",
                "key": "phone-3-0001842",
                "outcome": "accepted",
                "refusal": None,
                "detail": None,
                "parcels": 1,
            }
        ]
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> _Batch:
        run, sent = run_of(user, DRIVE, pk), data["scans"]
        places = _places(run, {each["station"] for each in sent if "station" in each})
        scans = [
            RunScan(
                code=each["code"],
                kind=each["kind"],
                scan=Scan(made_at=each["made_at"], key=each["key"]),
                station=places.get(each.get("station", "")),
            )
            for each in sent
        ]
        done = services.scan_run(run=run, scans=scans, by=user, at=at)
        return _Batch([_answered(each, outcome) for each, outcome in zip(sent, done, strict=True)])


def _places(run: RouteRun, codes: set[str]) -> dict[str, Station]:
    """The places of the run that have these codes."""
    if not codes:
        return {}
    ride = Ride.of(run)
    found = {code: ride.station_of(code) for code in codes}
    if unknown := sorted(code for code, station in found.items() if station is None):
        raise ValidationError({"scans": [f"This run does not stop at {', '.join(unknown)}."]})
    return {code: station for code, station in found.items() if station is not None}


def _answered(sent: dict[str, Any], done: RunScanned) -> _Answered:
    return _Answered(
        code=sent["code"],
        key=sent["key"],
        outcome=done.outcome,
        refusal=done.refusal.code if done.refusal else None,
        detail=str(done.refusal) if done.refusal else None,
        parcels=len(done.parcels),
    )
