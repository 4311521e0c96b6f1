"""Series of appointments over the API: previewed, booked, moved and cancelled."""

import datetime as dt
from typing import Any, ClassVar

from django.http import Http404
from rest_framework import serializers

from core.api import VerbView
from core.errors import refused_by
from core.serializers import ReadSerializer
from finance.payments.services import Tender
from health.appointments import services
from health.appointments.api.appointments import BOOK, AppointmentOut, AppointmentVerb, resident_of
from health.appointments.models import Appointment
from health.appointments.queries import appointments, of_series
from health.appointments.services import MOST_DATES, Reason, Rhythm
from scheduling.bookings.models import FEWEST_OCCURRENCES
from scheduling.bookings.services import Scope, SeriesReport
from scheduling.calendars.models import Slot
from stations.accounts.models import User
from stations.network.queries import station_at

MOVE = "health.move_appointment"


class SeriesProposalIn(serializers.Serializer):
    """Who would come, from which slot on, how often and how many times."""

    resident = serializers.UUIDField()
    slot = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    station = serializers.CharField(max_length=11)
    rhythm = serializers.ChoiceField(Rhythm.choices)
    count = serializers.IntegerField(min_value=FEWEST_OCCURRENCES, max_value=MOST_DATES)


class SeriesDateOut(ReadSerializer):
    """One date: `free`, or what stands against it, with up to three other times near it."""

    no = serializers.IntegerField()
    date = serializers.DateField()
    starts_at = serializers.DateTimeField()
    state = serializers.CharField()
    words = serializers.CharField()
    alternatives = serializers.ListField(child=serializers.DateTimeField())


class SeriesReportOut(ReadSerializer):
    """Every date that was asked for, in order. Nothing is booked."""

    dates = SeriesDateOut(many=True)

    @staticmethod
    def get_dates(report: SeriesReport) -> Any:
        return report.occurrences


REPORT_EXAMPLE: dict[str, Any] = {
    "dates": [
        {
            "no": 1,
            "date": "2026-12-02",
            "starts_at": "2026-12-02T01:00:00.000Z",
            "state": "free",
            "words": "free",
            "alternatives": [],
        },
        {
            "no": 2,
            "date": "2026-12-09",
            "starts_at": "2026-12-09T01:00:00.000Z",
            "state": "slot_full",
            "words": "full",
            "alternatives": ["2026-12-10T01:00:00.000Z"],
        },
    ]
}
PROPOSAL_EXAMPLE: dict[str, Any] = {
    "resident": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0003",
    "slot": 4711,
    "station": "321324-0007",
    "rhythm": "week",
    "count": 8,
}


class PreviewSeries(VerbView):
    """Say of each date of a series whether it is free, before anything is booked.

    `state` is `free`, `slot_full`, `resource_away`, `resource_taken`, `person_busy`, `already_booked`, `holiday`,
    `not_valid_then`, `outside_hours`, `booking_closed` or `refused`. Refused: `series_not_allowed`,
    `too_many_occurrences`, `hospital_not_served`.
    """

    requires = BOOK
    In = SeriesProposalIn
    Out = SeriesReportOut
    refusals = refused_by(services.preview_series)
    in_example = PROPOSAL_EXAMPLE
    out_example = REPORT_EXAMPLE

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> SeriesReport:
        return services.preview_series(proposal=_proposal(user, data), at=at)


class ChosenDateIn(serializers.Serializer):
    """A date of the series by its number, at its own instant or at one of its alternatives."""

    no = serializers.IntegerField(min_value=1, max_value=MOST_DATES)
    starts_at = serializers.DateTimeField()


class BookSeriesIn(SeriesProposalIn):
    """The proposal, and which of its dates are booked."""

    chosen = ChosenDateIn(many=True, allow_empty=False)


class SeriesOut(ReadSerializer):
    """The dates of a series that are booked."""

    appointments = AppointmentOut(many=True)

    @staticmethod
    def get_appointments(first: Appointment) -> list[Appointment]:
        return of_series(first)


class BookSeries(VerbView):
    """Register a resident for chosen dates of a series, all or none. The fee of each is taken in cash.

    Refused besides what registering once refuses: `preview_stale` (a chosen date is not free any more; nothing is
    booked), `nothing_chosen`, `series_not_allowed`, `too_many_occurrences`.
    """

    requires = BOOK
    In = BookSeriesIn
    Out = SeriesOut
    success_status = 201
    refusals = refused_by(services.book_series)
    in_example = PROPOSAL_EXAMPLE | {"chosen": [{"no": 1, "starts_at": "2026-12-02T01:00:00.000Z"}]}
    out_example: ClassVar[dict[str, Any]] = {"appointments": [AppointmentOut.example]}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> Appointment:
        proposal = _proposal(user, data)
        first = services.book_series(
            proposal=proposal,
            chosen={each["no"]: each["starts_at"] for each in data["chosen"]},
            tender=Tender(payer=proposal.resident),
            by=user,
            at=at,
            key=key,
        )
        return appointments().get(pk=first.pk)


class MoveIn(serializers.Serializer):
    """Where this date goes by the clock of the hospital, and which others go with it by as many days."""

    scope = serializers.ChoiceField(Scope.choices)
    to_date = serializers.DateField()
    clock = serializers.TimeField()


MOVE_EXAMPLE = {"scope": "this_and_following", "to_date": "2026-12-03", "clock": "09:00:00"}


class PreviewMove(AppointmentVerb):
    """Say of each date that would be moved whether its new time is free; nothing is moved.

    Refused: `not_in_series`, `nothing_to_move`, `too_many_occurrences` (by or to more than 400 days).
    """

    requires = MOVE
    In = MoveIn
    Out = SeriesReportOut
    refusals = refused_by(services.preview_move)
    in_example = MOVE_EXAMPLE
    out_example = REPORT_EXAMPLE

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: Any) -> Any:
        return services.preview_move(appointment=self.appointment(user, pk), **data, at=at)


class MoveSeries(AppointmentVerb):
    """Move a date of a series, this and the later ones, or all that are ahead: all or none. What was paid stays paid.

    Refused: `series_has_conflicts`, `nothing_to_move`, `not_in_series`, `too_many_occurrences`.
    """

    requires = MOVE
    In = MoveIn
    refusals = refused_by(services.move_series)
    in_example = MOVE_EXAMPLE

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: Any) -> Appointment:
        return services.move_series(appointment=self.appointment(user, pk), **data, by=user, at=at, key=key)


class CancelSeriesIn(serializers.Serializer):
    """Which dates are given up, and why."""

    scope = serializers.ChoiceField(Scope.choices)
    reason = serializers.ChoiceField(Reason.choices)


class CancelSeries(AppointmentVerb):
    """Cancel a date of a series, this and the later ones, or all that are ahead; each fee comes back by the rules.

    Refused: `not_in_series`, `session_started`, `wrong_state`.
    """

    requires = "health.cancel_appointment"
    In = CancelSeriesIn
    service = services.cancel_series
    refusals = refused_by(services.cancel_series)
    in_example = {"scope": "all", "reason": "not-needed"}
    out_example = AppointmentOut.example | {"status": "cancelled"}


def _proposal(user: User, data: dict[str, Any]) -> services.Proposal:
    station = station_at(user, BOOK, data["station"])
    slots = Slot.objects.select_related("session__resource", "session__offering")
    slot = slots.filter(pk=data["slot"]).first()
    if slot is None:
        raise Http404
    return services.Proposal(
        slot=slot,
        resident=resident_of(user, data["resident"]),
        station=station,
        rhythm=data["rhythm"],
        count=data["count"],
    )
