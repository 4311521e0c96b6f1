"""Calls, people to call and booths over the API."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext as _
from rest_framework import generics, serializers
from rest_framework.exceptions import ValidationError

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line
from core.web.pagination import CursorPages
from education.hotlines import services
from education.hotlines.api.shared import (
    BOOTH,
    CALL,
    CHILD,
    CONTACT,
    BoothOut,
    ByNumber,
    CallContactOut,
    CallOut,
    UnreachedOut,
)
from education.hotlines.models import READ_BOOTH, READ_CALL, Booth, Call, CallAttempt, CallContact, Caller, CallQuerySet
from education.hotlines.queries import SILENT, contacts_of
from education.safeguarding.api.shared import people
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.recorded_lists import RecordedList
from stations.people.services import log_reads
from stations.requests import signed_in


def _calls() -> CallQuerySet:
    return Call.objects.select_related(
        "booking__slot", "booking__session", "booth__station__county", "child__home_station__county", "contact"
    )


class Calls(RecordedList):
    """List calls of the reader's station, newest first; each child shown gets a row in the access log."""

    requires = READ_CALL
    serializer_class = CallOut
    pagination_class = ByNumber
    out_example = CALL

    def get_queryset(self) -> QuerySet[Call]:
        return _calls().open_to(signed_in(self.request), READ_CALL)

    def record(self, rows: Sequence[Call]) -> None:
        children = {row.child_id: row.child for row in rows}
        log_reads(user=signed_in(self.request), people=children.values(), what="calls", at=now())


class LongestFirst(CursorPages):
    ordering = "silent_since"


class UnreachedChildren(generics.ListAPIView):
    """List children without a call for 30 days, longest first."""

    requires = READ_CALL
    serializer_class = UnreachedOut
    pagination_class = LongestFirst
    out_example = {"child": CHILD, "station": "321324-0007", "silent_since": "2026-10-20T11:00:00.000Z"}

    def get_queryset(self) -> QuerySet[Caller]:
        rows = Caller.objects.open_to(signed_in(self.request), READ_CALL).unreached(now() - SILENT)
        return rows.select_related("child__home_station")


class BookCallIn(serializers.Serializer):
    """Whom the child calls, and when."""

    contact = serializers.UUIDField()
    starts_at = serializers.DateTimeField()


class BookCall(VerbView):
    """Book a free booth for a call; the parent is told in the time of the parent's place."""

    requires = "education.book_call"
    one_object = True
    In, Out = BookCallIn, CallOut
    success_status = 201
    refusals = refused_by(services.book_call)
    in_example = {"contact": CONTACT["id"], "starts_at": CALL["starts_at"]}
    out_example = CALL

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Call:
        child = load(people(), user, self.requires, pk=pk)
        contact = contacts_of(child).filter(pk=data.pop("contact")).first()
        if contact is None:
            raise ValidationError({"contact": [_("This person is no longer on the child’s list.")]})
        return services.book_call(contact=contact, **data, by=user, at=at, key=key)


class AddContactIn(serializers.Serializer):
    """Somebody whose number was called and checked; `zone` (IANA) is where they work."""

    name = Line(max_length=60)
    relation = serializers.ChoiceField(CallContact.Relation.choices)
    phone = Line(max_length=24)
    zone = serializers.CharField(max_length=40)


class AddContact(VerbView):
    """Put somebody on the list of people whom a child may call."""

    requires = "education.add_call_contact"
    one_object = True
    In, Out = AddContactIn, CallContactOut
    success_status = 201
    refusals = refused_by(services.add_contact)
    in_example = {"name": "陈建国", "relation": "father", "phone": "+244923120101", "zone": "Africa/Luanda"}
    out_example = CONTACT

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> CallContact:
        child = load(people(), user, self.requires, pk=pk)
        return services.add_contact(child=child, **data, by=user, at=at)


class RemoveContact(VerbView):
    """Take somebody off the list; calls to come are cancelled at once."""

    requires = "education.remove_call_contact"
    one_object = True
    Out = CallContactOut
    refusals = refused_by(services.remove_contact)
    out_example = CONTACT | {"is_active": False}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> CallContact:
        contact = load(CallContact.objects.select_related("child"), user, self.requires, pk=pk)
        return services.remove_contact(contact=contact, by=user, at=at)


class _CallVerb(VerbView):
    one_object = True
    Out = CallOut

    def call(self, user: User, pk: UUID) -> Call:
        return load(_calls(), user, self.requires, pk=pk)


class DialCallIn(serializers.Serializer):
    """What came of it."""

    result = serializers.ChoiceField(CallAttempt.Result.choices)


class DialCall(_CallVerb):
    """Record that the number was dialled; after three tries in vain the call is given up."""

    requires = "education.dial_call"
    In = DialCallIn
    refusals = refused_by(services.dial_call)
    in_example = {"result": "connected"}
    out_example = CALL | {"status": "arrived", "connected_at": "2026-11-29T11:00:12.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Call:
        return services.dial_call(call=self.call(user, pk), **data, by=user, at=at)


class EndCall(_CallVerb):
    """End a call: from 60 seconds on they have talked."""

    requires = "education.dial_call"
    refusals = refused_by(services.end_call)
    out_example = CALL | {
        "status": "fulfilled",
        "connected_at": "2026-11-29T11:00:12.000Z",
        "ended_at": "2026-11-29T11:21:40.000Z",
        "outcome": "talked",
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Call:
        return services.end_call(call=self.call(user, pk), by=user, at=at)


class CancelCallIn(serializers.Serializer):
    """Why."""

    reason = Line(max_length=200)


class CancelCall(_CallVerb):
    """Cancel a call before it begins; it counts against nobody."""

    requires = "education.cancel_call"
    In = CancelCallIn
    refusals = refused_by(services.cancel_call)
    in_example = {"reason": "家长加班"}
    out_example = CALL | {"status": "cancelled"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Call:
        return services.cancel_call(call=self.call(user, pk), **data, by=user, at=at)


class OpenBoothIn(serializers.Serializer):
    """The name and the hours of a booth, in the station's time; weekdays are ISO, 1 is Monday."""

    name = Line(max_length=60)
    minutes = serializers.ChoiceField(Booth.Minutes.choices)
    opens_at = serializers.TimeField()
    closes_at = serializers.TimeField()
    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=7), min_length=1, max_length=7
    )


class OpenBooth(VerbView):
    """Open a call booth at a station."""

    requires = "education.open_call_booth"
    one_object = True
    In, Out = OpenBoothIn, BoothOut
    success_status = 201
    refusals = refused_by(services.open_booth)
    in_example = {"name": "亲情小屋", "minutes": 30, "opens_at": "16:00", "closes_at": "20:00", "weekdays": [6, 7]}
    out_example = BOOTH

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, code: str) -> Booth:
        station = load(Station.objects.select_related("county"), user, self.requires, code=code)
        return services.open_booth(station=station, **data, by=user, at=at)


class Booths(generics.ListAPIView):
    """List call booths within reach."""

    requires = READ_BOOTH
    serializer_class = BoothOut
    pagination_class = ByNumber
    out_example = BOOTH

    def get_queryset(self) -> QuerySet[Booth]:
        return Booth.objects.open_to(signed_in(self.request), READ_BOOTH).select_related("station")
