"""The lists of calls home: calls of the station, children with people to call, booths."""

from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.web.list_filters import State
from core.web.lists import Empty, Row
from education.hotlines.display import status_of_call, words_of_call
from education.hotlines.models import READ_BOOTH, READ_CALL, Booth, Call, Caller
from education.hotlines.queries import SILENT, with_calls_of_month
from stations.lists import StationList
from stations.people.masking import mask_name

STATION, STATE = gettext_lazy("Station"), gettext_lazy("State")


class Calls(StationList):
    """The calls of the own station; those to come first."""

    name, grant = "hotlines:calls", READ_CALL
    title = gettext_lazy("Calls home")
    place = "booth__station"
    headings = {
        "name": gettext_lazy("Child"),
        "what": gettext_lazy("Booth"),
        "where": STATION,
        "at": gettext_lazy("Time"),
        "state": STATE,
    }
    order = ("-booking__slot__starts_at", "-pk")
    states = (
        State(
            "to-come",
            pgettext_lazy("call", "to come"),
            Q(booking__status__in=["booked", "arrived"]),
            order=("booking__slot__starts_at", "pk"),
        ),
        State("talked", gettext_lazy("talked"), Q(outcome="talked")),
        State("missed", gettext_lazy("not reached"), Q(outcome__in=["unanswered", "cut_short"])),
        State("cancelled", gettext_lazy("cancelled"), Q(booking__status="cancelled")),
    )
    state = "to-come"
    empty = Empty(gettext_lazy("No calls."), gettext_lazy("Open a child and book a time."), "phone")

    def rows(self, request: HttpRequest) -> QuerySet[Call]:
        """Those of the reader's station."""
        rows = Call.objects.open_to(request.user, self.grant)
        return rows.select_related("booking__slot", "child", "booth__station")

    def row(self, row: Call, known: None) -> Row:
        """Who calls when, and what became of it."""
        slot = row.booking.slot
        return Row(
            name=mask_name(row.child.full_name),
            href=reverse("hotlines:call", args=[row.pk]),
            what=row.booth.name,
            where=row.booth.station.name,
            at=timezone.localtime(slot.starts_at) if slot else None,
            status=status_of_call(row),
            words=words_of_call(row),
        )


class Callers(StationList):
    """Children with people to call, those who have waited longest first."""

    name, grant = "hotlines:children", READ_CALL
    title = gettext_lazy("Children who call home")
    place = "child__home_station"
    headings = {
        "name": gettext_lazy("Child"),
        "where": STATION,
        "at": gettext_lazy("No call since"),
        "state": STATE,
    }
    order = ("silent_since", "pk")
    states = (State("silent", gettext_lazy("no call for 30 days"), Q(silent_since__lte=Now() - SILENT)),)
    empty = Empty(
        gettext_lazy("No child has people to call yet."),
        gettext_lazy("Find the child among the residents and press “Call home”."),
        "phone",
    )

    def rows(self, request: HttpRequest) -> QuerySet[Caller]:
        """Those who have somebody to call."""
        return Caller.objects.open_to(request.user, self.grant).reachable().select_related("child__home_station")

    def row(self, row: Caller, known: None) -> Row:
        """Who, and since when."""
        is_silent = row.silent_since <= timezone.now() - SILENT
        return Row(
            name=mask_name(row.child.full_name),
            href=reverse("hotlines:child", args=[row.child.merged_into_id or row.child_id]),
            where=row.child.home_station.name,
            at=timezone.localtime(row.silent_since),
            status="wait" if is_silent else "ok",
            words=_("no call for 30 days") if is_silent else _("in touch"),
        )


class Booths(StationList):
    """Booths within reach with how many calls were talked; no child stands here."""

    name, grant = "hotlines:booths", READ_BOOTH
    title = gettext_lazy("Call booths")
    headings = {"name": gettext_lazy("Booth"), "what": gettext_lazy("Calls in 30 days"), "where": STATION}
    order = ("station__code", "name", "pk")
    empty = Empty(gettext_lazy("No call booth yet."), icon="phone")

    def rows(self, request: HttpRequest) -> QuerySet[Booth]:
        """Each with its calls of the last 30 days."""
        rows = Booth.objects.open_to(request.user, self.grant).select_related("station")
        return with_calls_of_month(rows, timezone.now())

    def row(self, row: Any, known: None) -> Row:
        """How much it is used."""
        return Row(name=row.name, what=_("%(calls)s calls") % {"calls": row.talked}, where=row.station.name)


CALLS, CALLERS, BOOTHS = Calls(), Callers(), Booths()
