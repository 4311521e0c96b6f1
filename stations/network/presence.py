"""Anyone who works at a station and opens or sends anything shows that the station is open."""

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable
from uuid import UUID

import structlog
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now

from stations.accounts.middleware import DEVICE
from stations.network.services import HEARTBEAT_EVERY, mark_seen
from stations.scope import posts_granting

#: So many stations and devices are remembered; the one that was written longest ago is forgotten first.
REMEMBERED = 20_000
log = structlog.get_logger(__name__)

Place = tuple[int, UUID | None]


class PresenceMiddleware:
    """Marks station and device as seen when the answer is made: after the request's own transaction, never in it.

    Each web process remembers what it wrote within the last minute, so that most requests ask the database nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.written: OrderedDict[Place, dt.datetime] = OrderedDict()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        place = _place_of(request)
        if place is not None:
            self._note(place, now())
        return response

    def _note(self, place: Place, at: dt.datetime) -> None:
        last = self.written.get(place)
        if last is not None and at - last < HEARTBEAT_EVERY:
            return
        self.written[place] = at
        self.written.move_to_end(place)
        if len(self.written) > REMEMBERED:
            self.written.popitem(last=False)
        _mark(place, at)


def _mark(place: Place, at: dt.datetime) -> None:
    """What the person asked for is done and answered: a sign that cannot be written spoils nothing."""
    station, device = place
    try:
        mark_seen(stations=[station], devices=[device] if device else [], at=at)
    except DatabaseError:
        log.warning("sign_not_written", station=station, exc_info=True)


def _place_of(request: HttpRequest) -> Place | None:
    """The first station at which this person works, and the device in their hands."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    posts = posts_granting(user, "stations.send_heartbeat")
    station = next((post.station_id for post in posts if post.station_id), None)
    return None if station is None else (station, _device_of(request))


def _device_of(request: HttpRequest) -> UUID | None:
    token = getattr(request, "auth", None)
    if token is not None:
        return getattr(token, "device_id", None)
    device = request.session.get(DEVICE)
    return UUID(device) if device else None
