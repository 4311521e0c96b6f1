"""A drawn map of runs: their stations from coordinates, joined in the order of the stops; no outside tiles."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from logistics.routes.models import RunStop
from logistics.routes.queries import Ride
from stations.network.models import Station

#: Percent of the picture that stays empty on each side, and its height as a part of its width.
EDGE, SHAPE = 12.0, 0.6
#: A name begins left of its place when the place lies further right than this.
TURN = 60.0


@dataclass(frozen=True, slots=True)
class Dot:
    """A station: where it stands in percent of the picture, what stands beside it, and how it is drawn."""

    x: str
    y: str
    label: str
    is_start: bool = False
    is_passed: bool = False
    is_here: bool = False
    anchor: str = "start"
    shift: int = 12


@dataclass(frozen=True, slots=True)
class Leg:
    """The way from one station to the next."""

    x1: str
    y1: str
    x2: str
    y2: str
    is_driven: bool


@dataclass(frozen=True, slots=True)
class RunMap:
    """Stations and ways; `note` says what could not be drawn."""

    title: str
    finding: str
    legs: Sequence[Leg]
    dots: Sequence[Dot]
    note: str = ""
    id: str = "run-map"


def map_of(ride: Ride) -> RunMap | None:
    """One run, its stops numbered as in the table; None where no two places are known."""
    passed = sum(stop.status in RunStop.PASSED for stop in ride.stops)
    words = {"done": passed, "all": len(ride.stops)}
    return _drawn([ride], title=ride.run.route.name, finding=_("%(done)s of %(all)s stops done.") % words)


def map_of_day(rides: Sequence[Ride]) -> RunMap | None:
    """All runs of a day, each named at its last stop."""
    count = len(rides)
    finding = ngettext("%(n)s run today.", "%(n)s runs today.", count) % {"n": count}
    return _drawn(rides, title=_("Runs of the day"), finding=finding, by_name=True)


def _drawn(rides: Sequence[Ride], *, title: str, finding: str, by_name: bool = False) -> RunMap | None:
    places = {place.pk: place for ride in rides for place in [ride.run.start, *(stop.station for stop in ride.stops)]}
    at = _positions([place for place in places.values() if place.latitude is not None])
    if len(at) < 2:
        return None
    legs: list[Leg] = []
    dots: list[Dot] = []
    for ride in rides:
        legs += _legs(ride, at)
        dots += _dots(ride, at, by_name=by_name)
    hidden = [place.name for pk, place in places.items() if pk not in at]
    note = _("Without a position on the map: %(names)s.") % {"names": ", ".join(hidden)} if hidden else ""
    return RunMap(title, finding, legs, dots, note)


def _positions(places: Sequence[Station]) -> dict[int, tuple[float, float]]:
    """Percent from the left and from the top, the same scale both ways."""
    if not places:
        return {}
    shrink = math.cos(math.radians(float(places[0].latitude or 0)))
    flat = {place.pk: (float(place.longitude or 0) * shrink, float(place.latitude or 0)) for place in places}
    left, top = min(x for x, _y in flat.values()), max(y for _x, y in flat.values())
    wide = max(x for x, _y in flat.values()) - left
    high = top - min(y for _x, y in flat.values())
    inner = 100 - 2 * EDGE
    scale = min(inner / wide if wide else math.inf, inner * SHAPE / high if high else math.inf)
    scale = 0 if math.isinf(scale) else scale
    return {
        pk: (EDGE + (inner - wide * scale) / 2 + (x - left) * scale, EDGE + (top - y) * scale / SHAPE)
        for pk, (x, y) in flat.items()
    }


def _legs(ride: Ride, at: dict[int, tuple[float, float]]) -> list[Leg]:
    stops = [stop for stop in ride.stops if stop.station_id in at]
    ways = zip([ride.run.start_id, *(stop.station_id for stop in stops)], stops, strict=False)
    return [
        Leg(*_percent(at[before]), *_percent(at[stop.station_id]), is_driven=stop.status == RunStop.Status.LEFT)
        for before, stop in ways
        if before in at
    ]


def _dots(ride: Ride, at: dict[int, tuple[float, float]], *, by_name: bool) -> list[Dot]:
    dots = []
    if ride.run.start_id in at:
        dots.append(Dot(*_percent(at[ride.run.start_id]), label="", is_start=True))
    for stop in ride.stops:
        if stop.station_id not in at:
            continue
        x, _y = at[stop.station_id]
        is_left = x > TURN
        name = ride.run.route.name if stop is ride.stops[-1] else ""
        dots.append(
            Dot(
                *_percent(at[stop.station_id]),
                label=name if by_name else str(stop.position),
                is_passed=stop.status in RunStop.PASSED,
                is_here=stop.status == RunStop.Status.ARRIVED,
                anchor="end" if is_left else "start",
                shift=-12 if is_left else 12,
            )
        )
    return dots


def _percent(place: tuple[float, float]) -> tuple[str, str]:
    return f"{place[0]:.2f}%", f"{place[1]:.2f}%"
