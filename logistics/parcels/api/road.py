"""Scans of the road, and parcels that go back, were scanned wrongly, or got into trouble."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, ClassVar

from rest_framework import serializers

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.files.services import own_file
from core.language.typed import Line
from core.serializers import ReadSerializer
from logistics.parcels import services
from logistics.parcels.api.counter import ParcelVerb
from logistics.parcels.api.rows import ParcelOut, parcels
from logistics.parcels.models import Parcel
from logistics.parcels.services import CarrierWord, ScanKind, ScanOutcome
from stations.accounts.models import User
from stations.network.models import Station

SCAN = "logistics.scan_parcel"
MOST = 200
VERBS: dict[str, str] = {
    ScanKind.LOAD: "logistics.load_parcel",
    ScanKind.ARRIVE: "logistics.arrive_at_hub",
    ScanKind.RECEIVE: "logistics.receive_at_station",
    ScanKind.COLLECT: "logistics.collect_parcel",
}


class ScanIn(serializers.Serializer):
    """One scan: `made_at` and `key` are the phone's; `code` is the pick-up code of a hand-over."""

    number = serializers.CharField(max_length=20)
    kind = serializers.ChoiceField(ScanKind.choices)
    made_at = serializers.DateTimeField()
    key = serializers.RegexField(r"^[A-Za-z0-9._-]{8,64}$")
    code = serializers.RegexField(r"^[0-9]{6}$", required=False)
    to_station = serializers.CharField(max_length=11, required=False, help_text="Of `load`: a hub on the way.")


class ScansIn(serializers.Serializer):
    """The station where they were made, and at most 200 scans in their order."""

    station = serializers.CharField(max_length=11)
    scans = serializers.ListField(child=ScanIn(), min_length=1, max_length=MOST)


class ScanOut(ReadSerializer):
    """What became of one scan."""

    number = serializers.CharField()
    key = serializers.CharField()
    outcome = serializers.CharField(help_text="`accepted`, `duplicate`, `conflict` or `refused`.")
    code = serializers.CharField(allow_null=True, help_text="Why it is a conflict, or refused.")
    detail = serializers.CharField(allow_null=True)
    status = serializers.CharField(allow_null=True, help_text="Of the parcel, afterwards.")


class ScansOut(ReadSerializer):
    """What became of each, in their order."""

    results = ScanOut(many=True)


@dataclass(frozen=True, slots=True)
class _Answered:
    """A scan with what became of it, as `ScanOut` reads it."""

    number: str
    key: str
    outcome: str
    code: str | None
    detail: str | None
    status: str | None


@dataclass(frozen=True, slots=True)
class _Batch:
    """All of them."""

    results: list[_Answered]


class ScanParcels(VerbView):
    """Send scans of parcels, also those that were made without a network.

    Each is taken over for itself: the same scan again is a duplicate, and a parcel that another phone has handed over
    is a conflict that says who did it. Late scans are stored and never take a parcel back.
    """

    requires = SCAN
    In = ScansIn
    Out = ScansOut
    in_example: ClassVar[dict[str, Any]] = {
        "station": "321324-0007",
        "scans": [
            {
                "number": "P261125-K7P2QXM",
                "kind": "receive",
                "made_at": "2026-11-25T02:41:00.000Z",
                "key": "phone-3-0001842",
            }
        ],
    }
    out_example: ClassVar[dict[str, Any]] = {
        "results": [
            {
                "number": "P261125-K7P2QXM",
                "key": "phone-3-0001842",
                "outcome": "accepted",
                "code": None,
                "detail": None,
                "status": "available_for_pickup",
            }
        ]
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> _Batch:
        station = load(Station.objects.all(), user, SCAN, code=data["station"])
        sent = data["scans"]
        reached = {kind: _reached(user, kind, sent) for kind in {each["kind"] for each in sent}}
        hubs = Station.objects.in_bulk([each["to_station"] for each in sent if "to_station" in each], field_name="code")
        scans = [
            services.Scanned(
                kind=each["kind"],
                parcel=reached[each["kind"]].get(each["number"]),
                scan=services.Scan(made_at=each["made_at"], key=each["key"]),
                code=each.get("code", ""),
                to=hubs.get(each.get("to_station", "")),
            )
            for each in sent
        ]
        done = services.scan_batch(scans=scans, station=station, by=user, at=at)
        return _Batch([_answered(each, outcome) for each, outcome in zip(sent, done, strict=True)])


def _reached(user: User, kind: str, sent: list[dict[str, Any]]) -> dict[str, Parcel]:
    """The parcels of these numbers that this person may scan so, in one statement."""
    numbers = {each["number"] for each in sent if each["kind"] == kind}
    return {each.number: each for each in parcels().open_to(user, VERBS[kind]).filter(number__in=numbers)}


def _answered(sent: dict[str, Any], done: ScanOutcome) -> _Answered:
    return _Answered(
        number=sent["number"],
        key=sent["key"],
        outcome=done.outcome,
        code=done.refusal.code if done.refusal else None,
        detail=str(done.refusal) if done.refusal else None,
        status=done.parcel.status if done.parcel else None,
    )


class ReturnToSender(ParcelVerb):
    """Put a parcel on the way back to the station that sent it."""

    requires = "logistics.return_to_sender"
    refusals = refused_by(services.return_to_sender)
    out_example = ParcelOut.example | {"status": "return_to_sender", "lies_at": None}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, number: str) -> Parcel:
        return services.return_to_sender(parcel=self.parcel(user, number), by=user, at=at)


class ReceiveReturnLeg(ParcelVerb):
    """Take in a parcel that came back to the station that sent it."""

    requires = "logistics.receive_return_leg"
    refusals = refused_by(services.receive_return_leg)
    out_example = ParcelOut.example | {"status": "returned", "lies_at": None}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, number: str) -> Parcel:
        return services.receive_return_leg(parcel=self.parcel(user, number), by=user, at=at)


class TroubleIn(serializers.Serializer):
    """What is wrong; damage needs a photo."""

    exception = serializers.ChoiceField(Parcel.Trouble.choices)
    reason = Line(max_length=200, required=False, allow_blank=True, default="")
    photo = serializers.UUIDField(required=False)


class ReportException(ParcelVerb):
    """Report a parcel as delayed, misrouted, damaged or lost."""

    requires = "logistics.report_exception"
    In = TroubleIn
    refusals = refused_by(services.report_exception, own_file)
    in_example: ClassVar[dict[str, Any]] = {"exception": "delayed", "reason": "雨天路断"}
    out_example = ParcelOut.example | {"exception": "delayed"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, number: str) -> Parcel:
        photo = own_file(pk=data.pop("photo", None), by=user.pk, field="photo")
        return services.report_exception(parcel=self.parcel(user, number), **data, photo=photo, by=user, at=at)


class AnnulIn(serializers.Serializer):
    """Why the scan was wrong."""

    reason = Line(max_length=200)


class AnnulScan(ParcelVerb):
    """Annul the last scan of a parcel: it is where it was before."""

    requires = "logistics.annul_scan"
    In = AnnulIn
    refusals = refused_by(services.annul_scan)
    in_example: ClassVar[dict[str, Any]] = {"reason": "扫错了"}
    out_example = ParcelOut.example | {"status": "out_for_delivery", "lies_at": None, "storage_until": None}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, number: str) -> Parcel:
        return services.annul_scan(parcel=self.parcel(user, number), **data, by=user, at=at)


class CarrierScanIn(serializers.Serializer):
    """What the carrier says, and a note such as the town."""

    word = serializers.ChoiceField(CarrierWord.choices)
    note = Line(max_length=200, required=False, allow_blank=True, default="")


class ExamineContradictionIn(serializers.Serializer):
    """What the carrier and the people here know of the parcel."""

    outcome = Line(max_length=200)


class ExamineContradiction(ParcelVerb):
    """Record what is known where a carrier contradicts a parcel's end."""

    requires = "logistics.examine_contradiction"
    In = ExamineContradictionIn
    refusals = refused_by(services.examine_contradiction)
    in_example: ClassVar[dict[str, Any]] = {"outcome": "the receiver has it and signed"}
    out_example = ParcelOut.example | {
        "status": "delivered",
        "lies_at": None,
        "goes_outside": True,
        "carrier": "express",
        "carrier_number": "YT884122075",
        "available_at": None,
        "storage_until": None,
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, number: str) -> Parcel:
        return services.examine_contradiction(parcel=self.parcel(user, number), **data, by=user, at=at)


class RecordCarrierScan(ParcelVerb):
    """Record what a carrier says of a parcel that it was given: on the way, delivered, or brought back."""

    requires = "logistics.record_carrier_scan"
    In = CarrierScanIn
    refusals = refused_by(services.record_carrier_scan)
    in_example: ClassVar[dict[str, Any]] = {"word": "on_the_way", "note": "南京转运中心"}
    out_example = ParcelOut.example | {
        "status": "out_for_delivery",
        "lies_at": None,
        "goes_outside": True,
        "carrier": "express",
        "carrier_number": "YT884122075",
        "available_at": None,
        "storage_until": None,
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, number: str) -> Parcel:
        return services.record_carrier_scan(parcel=self.parcel(user, number), **data, by=user, at=at)
