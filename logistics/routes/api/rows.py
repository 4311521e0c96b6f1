"""How runs read over the API."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import serializers

from core.access import load
from core.api import VerbView
from core.serializers import ReadSerializer
from logistics.routes.models import RouteRun, RunStop
from logistics.routes.models.runs import RouteRunQuerySet
from logistics.routes.queries import Ride, Tally, tally_of
from stations.accounts.models import User

READ = "logistics.read_run"


class RunOut(ReadSerializer):
    """One run; the counters are written when it is reconciled."""

    id = serializers.UUIDField(source="pk")
    route = serializers.CharField(source="route.code")
    route_name = serializers.CharField(source="route.name")
    run_date = serializers.DateField()
    start = serializers.CharField(source="start.code")
    driver = serializers.CharField(allow_null=True)
    status = serializers.CharField()
    departs_at = serializers.DateTimeField()
    departed_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    scanned_in = serializers.IntegerField()
    scanned_out = serializers.IntegerField()
    exceptions = serializers.IntegerField()

    @staticmethod
    def get_driver(run: RouteRun) -> str | None:
        """The user's name."""
        return run.driver.username if run.driver else None

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0077",
        "route": "SH-NORTH",
        "route_name": "城北线",
        "run_date": "2026-11-25",
        "start": "321324-0001",
        "driver": "helper7",
        "status": "loading",
        "departs_at": "2026-11-25T00:30:00.000Z",
        "departed_at": None,
        "finished_at": None,
        "scanned_in": 0,
        "scanned_out": 0,
        "exceptions": 0,
    }


class RunStopOut(ReadSerializer):
    """One stop, in the order in which they are driven."""

    position = serializers.IntegerField()
    station = serializers.CharField(source="station.code")
    planned_at = serializers.DateTimeField()
    status = serializers.CharField()
    arrived_at = serializers.DateTimeField(allow_null=True)
    left_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)


class TallyOut(ReadSerializer):
    """What the scans say now."""

    scanned_in = serializers.IntegerField()
    scanned_out = serializers.IntegerField()
    exceptions = serializers.IntegerField()
    missing = serializers.ListField(child=serializers.CharField(), help_text="Numbers of parcels still on the run.")

    @staticmethod
    def get_missing(tally: Tally) -> list[str]:
        """What went in and did not come out."""
        return [parcel.number for parcel in tally.missing]


class RunDetailOut(RunOut):
    """A run with its stops, its next step, and what it carries."""

    next_step = serializers.CharField(allow_null=True, help_text="What `advance/` expects; null when it is over.")
    stops = RunStopOut(many=True)
    tally = TallyOut()

    @staticmethod
    def get_next_step(run: RouteRun) -> str | None:
        """What the driver does next."""
        step = Ride.of(run).next_step
        return str(step) if step else None

    @staticmethod
    def get_stops(run: RouteRun) -> QuerySet[RunStop]:
        """In their order."""
        return run.stops.select_related("station").order_by("position")

    @staticmethod
    def get_tally(run: RouteRun) -> Tally:
        """From the steps of the parcels."""
        return tally_of(run)


def runs() -> RouteRunQuerySet:
    """With what a row shows of other tables."""
    rows: RouteRunQuerySet = RouteRun.objects.select_related("route", "start__county", "driver")
    return rows


def run_of(user: User, verb: str, pk: UUID) -> RouteRun:
    """The run, within reach of the one who acts."""
    return load(runs(), user, verb, pk=pk)


class RunVerb(VerbView):
    """A verb on one run."""

    one_object = True
    Out: ClassVar[type[serializers.Serializer] | None] = RunOut
    out_example: ClassVar[dict[str, Any]] = RunOut.example
