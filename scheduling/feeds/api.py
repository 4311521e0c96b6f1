"""One's own calendar, and the one that a resident is sent, over the API."""

import datetime as dt
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import SIGNED_IN, load
from core.api import VerbView
from core.errors import refused_by
from core.serializers import ReadSerializer
from scheduling.feeds import services
from scheduling.feeds.addresses import address_of
from scheduling.feeds.models import SEND, CalendarFeed
from scheduling.feeds.queries import standing_feed
from stations.accounts.models import User
from stations.people.models import Person


class OwnCalendarOut(serializers.Serializer):
    """The address that a phone or computer subscribes to; null where there is none. Whoever has it reads the times."""

    address = serializers.CharField(allow_null=True)
    made_at = serializers.DateTimeField(allow_null=True)


EXAMPLE = {
    "address": "https://ecomnet.example/calendar/AZSkPU6aAWe-bCrOfQs6.ics",
    "made_at": "2026-11-20T02:14:00.000Z",
}


def _shown(feed: CalendarFeed | None) -> dict[str, Any]:
    return {"address": address_of(feed) if feed else None, "made_at": feed.made_at if feed else None}


class OwnCalendar(VerbView):
    """Make a new address of one's own calendar.

    The one before is good no more. Refused: `no_own_file`.
    """

    requires = SIGNED_IN
    Out = OwnCalendarOut
    success_status = 201
    refusals = refused_by(services.make_own_feed)
    out_example = EXAMPLE

    @extend_schema(operation_id="ownCalendarRetrieve", responses=OwnCalendarOut)
    def get(self, request: Request) -> Response:
        """Read the address of one's own calendar."""
        user: Any = request.user
        return Response(OwnCalendarOut(_shown(standing_feed(user.person) if user.person else None)).data)

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> dict[str, Any]:
        return _shown(services.make_own_feed(by=user, at=at))


class EndOwnCalendar(VerbView):
    """End the address of one's own calendar; without one nothing happens."""

    requires = SIGNED_IN
    Out = OwnCalendarOut
    out_example = {"address": None, "made_at": None}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> dict[str, Any]:
        services.end_own_feed(by=user, at=at)
        return _shown(None)


class CalendarSentOut(ReadSerializer):
    """Whose phone the address was sent to; the address itself is shown to the resident alone."""

    person = serializers.UUIDField(source="pk")


class SendCalendar(VerbView):
    """Send a resident the address of the calendar by SMS; the one before is good no more.

    Refused: `phone_missing`, `person_deceased`.
    """

    requires = SEND
    one_object = True
    Out = CalendarSentOut
    refusals = refused_by(services.send_feed)
    out_example = {"person": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c11"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Person:
        return services.send_feed(person=load(Person.objects.living(), user, SEND, pk=pk), by=user, at=at)


class EndCalendar(VerbView):
    """End the address that a resident was sent; without one nothing happens."""

    requires = SEND
    one_object = True
    Out = CalendarSentOut
    out_example = {"person": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c11"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Person:
        return services.end_feed(person=load(Person.objects.living(), user, SEND, pk=pk), by=user, at=at)
