"""Questions about runs: where a van is, what it carries, what of it is missing, and who can drive."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from django.db import models
from django.db.models import Count, DateTimeField, DurationField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from logistics.parcels.models import Parcel, ParcelEvent
from logistics.parcels.queries import returning_at
from logistics.routes.models import RouteRun, RunException, RunStop
from stations.accounts.models import Post, Role, User
from stations.network.models import Station

#: Posts in which somebody drives a run.
DRIVERS = (Role.HELPER, Role.PARTNER, Role.COUNTY_CLERK)
OUT = (ParcelEvent.Kind.RECEIVED, ParcelEvent.Kind.ARRIVED, ParcelEvent.Kind.RETURNED)


class RunStep(models.TextChoices):
    """What a driver does next."""

    START_LOADING = "start_loading", _("Start loading")
    DEPART = "depart", _("Depart")
    ARRIVE = "arrive", _("The van is there")
    LEAVE = "leave", _("Drive on")
    FINISH = "finish", _("The van is back")


@dataclass(frozen=True, slots=True)
class Ride:
    """A run with its stops in their order."""

    run: RouteRun
    stops: Sequence[RunStop]

    @classmethod
    def of(cls, run: RouteRun) -> Self:
        """The run as it is now, in one statement."""
        return cls(run, list(run.stops.select_related("station").order_by("position")))

    @property
    def stop(self) -> RunStop | None:
        """Where the van is, else where it goes next."""
        here = [stop for stop in self.stops if stop.status == RunStop.Status.ARRIVED]
        coming = [stop for stop in self.stops if stop.status == RunStop.Status.PLANNED]
        return next(iter(here + coming), None)

    @property
    def place(self) -> Station | None:
        """The station at which the van stands; None on the road."""
        if self.run.status != RouteRun.Status.DEPARTED or self.stop is None:
            return self.run.start
        return self.stop.station if self.stop.status == RunStop.Status.ARRIVED else None

    @property
    def next_step(self) -> RunStep | None:
        """What the driver does next; None when nothing is left to drive."""
        if self.run.status == RouteRun.Status.PLANNED:
            return RunStep.START_LOADING
        if self.run.status == RouteRun.Status.LOADING:
            return RunStep.DEPART
        if self.run.status != RouteRun.Status.DEPARTED:
            return None
        if self.stop is None:
            return RunStep.FINISH
        return RunStep.LEAVE if self.stop.status == RunStop.Status.ARRIVED else RunStep.ARRIVE

    def station_of(self, code: str) -> Station | None:
        """The place of this run that has this code."""
        places = [self.run.start, *(stop.station for stop in self.stops)]
        return next((place for place in places if place.code == code), None)

    def stops_at(self, station: int | None) -> bool:
        """Whether the van passes this station (by id) and does not leave it out."""
        return any(stop.station_id == station for stop in self.stops if stop.status != RunStop.Status.SKIPPED)


@dataclass(frozen=True, slots=True)
class Tally:
    """What a run took in and gave out, as the steps of its parcels say, and what is still on it."""

    scanned_in: int
    scanned_out: int
    exceptions: int
    missing: Sequence[Parcel]


def tally_of(run: RouteRun) -> Tally:
    """Count the steps of the parcels that a run carried; annulled and late scans do not count."""
    steps = ParcelEvent.objects.filter(run=run, annulled_by=None, is_out_of_order=False)
    counts = steps.aggregate(
        loaded=Count("pk", filter=Q(kind=ParcelEvent.Kind.LOADED)),
        out=Count("pk", filter=Q(kind__in=OUT)),
        lost=Count("pk", filter=Q(kind=ParcelEvent.Kind.TROUBLE, new_status=Parcel.Status.LOST)),
    )
    damaged = RunException.objects.filter(run=run, kind=RunException.Kind.DAMAGED).count()
    on_board = Parcel.objects.filter(run=run).select_related("to_station", "from_station").order_by("number")
    return Tally(counts["loaded"], counts["out"] - damaged, counts["lost"] + damaged, list(on_board))


def on_board(run: RouteRun, place: Station) -> QuerySet[Parcel]:
    """What the van hands out at a place: what is collected there, goes back there, or passes through the hub."""
    carried = Parcel.objects.filter(run=run)
    back = Parcel.Status.RETURN_TO_SENDER
    here = (Q(to_station=place) & ~Q(status=back)) | Q(from_station=place, status=back)
    if place.pk == run.start_id:
        here |= Q(status__in=[Parcel.Status.IN_TRANSIT, back])
    return carried.filter(here).order_by("number")


def to_take_along(ride: Ride, place: Station) -> QuerySet[Parcel]:
    """What waits at a place for this run: at the hub for its stops, at a stop for the hub."""
    waits = Parcel.objects.filter(run=None)
    stations = [stop.station_id for stop in ride.stops if stop.status == RunStop.Status.PLANNED]
    lies = Q(custodian=place, status__in=[Parcel.Status.PRE_TRANSIT, *HUBS])
    goes_back = Q(pk__in=returning_at(place))
    if place.pk == ride.run.start_id:
        dispatched = Q(from_station=place, status=Parcel.Status.OUT_FOR_DELIVERY)
        onward = (lies | dispatched) & Q(to_station__in=stations)
        # What a carrier could not deliver, and what came from another route, goes on to the station of its sender.
        back = goes_back & Q(from_station__in=stations)
        return waits.filter(onward | back).order_by("number")
    return waits.filter(lies | goes_back).exclude(to_station=place, custodian=place).order_by("number")


HUBS = (Parcel.Status.AT_COUNTY_HUB, Parcel.Status.AT_TOWNSHIP_HUB)


def late_stops(at: dt.datetime) -> QuerySet[RunStop]:
    """Stops that the van has not reached although it should have, by more than the route allows."""
    allowed = F("run__route__late_after_minutes") * Cast(Value(dt.timedelta(minutes=1)), DurationField())
    due = ExpressionWrapper(F("planned_at") + allowed, output_field=DateTimeField())
    open_ones = RunStop.objects.filter(status=RunStop.Status.PLANNED, run__status__in=RouteRun.RUNNING)
    return open_ones.annotate(due_at=due).filter(due_at__lt=at)


def drivers_for(start: Station, at: dt.datetime) -> QuerySet[User]:
    """Who can drive a run that starts here: the people of the county's stations and its clerks."""
    posts = Post.objects.live(at).filter(
        Q(station__county=start.county_id) | Q(division=start.county_id), role__in=DRIVERS
    )
    return User.objects.filter(is_active=True, pk__in=posts.values("user")).order_by("last_name", "first_name", "pk")
