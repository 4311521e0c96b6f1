"""What the county does with runs, and bags."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.files.services import own_file
from core.language.typed import Line
from core.serializers import ReadSerializer
from logistics.routes import services
from logistics.routes.api.driving import RunReasonIn
from logistics.routes.api.rows import RunOut, RunVerb, run_of
from logistics.routes.models import Bag, RouteRun, RunException
from stations.accounts.models import User
from stations.network.models import Station

RECONCILE, PLAN, PACK = "logistics.reconcile_run", "logistics.plan_run", "logistics.bag_parcel"
CLOSED = RunOut.example | {"status": "reconciled", "scanned_in": 30, "scanned_out": 28, "exceptions": 2}


class ExceptionIn(serializers.Serializer):
    """What happened to a parcel that went in and did not come out; damage needs a photo."""

    number = serializers.CharField(max_length=20)
    kind = serializers.ChoiceField(RunException.Kind.choices)
    reason = Line(max_length=200)
    photo = serializers.UUIDField(required=False)


class NameException(RunVerb):
    """Name what happened to a parcel that is missing on a run: it is lost, or damaged and at the hub.

    Another person than the driver does it. Refused: `not_missing`, `same_person`, `photo_of_damage`.
    """

    requires = RECONCILE
    In = ExceptionIn
    refusals = refused_by(services.name_exception, own_file)
    in_example: ClassVar[dict[str, Any]] = {"number": "P261125-K7P2QXM", "kind": "lost", "reason": "车上找不到"}
    out_example = RunOut.example | {"status": "finished"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> RouteRun:
        photo = own_file(pk=data.pop("photo", None), by=user.pk, field="photo")
        return services.name_exception(run=run_of(user, RECONCILE, pk), **data, photo=photo, by=user, at=at)


class ReconcileRun(RunVerb):
    """Close a run that is back: everything that went in came out, or an exception is named.

    Another person than the driver does it. Refused: `run_does_not_balance` (with the numbers), `same_person`.
    """

    requires = RECONCILE
    refusals = refused_by(services.reconcile_run)
    out_example = CLOSED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> RouteRun:
        return services.reconcile_run(run=run_of(user, RECONCILE, pk), by=user, at=at)


class CancelRun(RunVerb):
    """Cancel a run that has not departed.

    Refused: `parcels_on_board`, `wrong_state`.
    """

    requires = PLAN
    In = RunReasonIn
    refusals = refused_by(services.cancel_run)
    in_example: ClassVar[dict[str, Any]] = {"reason": "车坏了"}
    out_example = RunOut.example | {"status": "cancelled"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> RouteRun:
        return services.cancel_run(run=run_of(user, PLAN, pk), **data, by=user, at=at)


class BagIn(serializers.Serializer):
    """Where the bag lies, where it goes, and what is in it."""

    from_station = serializers.CharField(max_length=11)
    to_station = serializers.CharField(max_length=11)
    numbers = serializers.ListField(child=serializers.CharField(max_length=20), min_length=1, max_length=200)


class BagOut(ReadSerializer):
    """A bag under its seal."""

    id = serializers.UUIDField(source="pk")
    seal = serializers.CharField()
    from_station = serializers.CharField(source="from_station.code")
    to_station = serializers.CharField(source="to_station.code")
    packed_at = serializers.DateTimeField()


class Bags(VerbView):
    """Close a bag with parcels.

    They lie at one station and go to another; a scan of the bag is a scan of each.
    Refused: `not_for_this_bag` (with the numbers).
    """

    requires = PACK
    In = BagIn
    Out = BagOut
    success_status = 201
    refusals = refused_by(services.pack_bag)
    in_example: ClassVar[dict[str, Any]] = {
        "from_station": "321324-0001",
        "to_station": "321324-0007",
        "numbers": ["P261125-K7P2QXM"],
    }
    out_example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0078",
        "seal": "B261125-M4T9WQA",
        "from_station": "321324-0001",
        "to_station": "321324-0007",
        "packed_at": "2026-11-25T00:10:00.000Z",
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> Bag:
        here = load(Station.objects.all(), user, PACK, code=data["from_station"])
        goal = Station.objects.filter(code=data["to_station"]).first()
        if goal is None:
            raise ValidationError({"to_station": ["No station has this code."]})
        return services.pack_bag(
            from_station=here,
            to_station=goal,
            numbers=data["numbers"],
            by=user,
            at=at,
            key=f"api:{user.pk}:{key}",
        )
