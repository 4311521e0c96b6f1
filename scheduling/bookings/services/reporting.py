"""What a series would meet, date by date, before anything is booked or moved."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.days import day_in, instant_of
from core.errors import Refused, refused_by, refuses
from scheduling.bookings.models import Booking, Participant
from scheduling.bookings.patterns import Pattern, dates_of
from scheduling.bookings.services.places import Attendee
from scheduling.calendars.models import Claim, Holiday, Offering, Resource, Session, Slot
from scheduling.calendars.services import make_sessions
from scheduling.calendars.services.sessions import horizon
from stations.network.models import Station
from stations.people.models import Person
from stations.people.queries import standing_record

#: How many other times are named for a date that is not free, at most so far from it.
MOST_ALTERNATIVES = 3
NEAR = dt.timedelta(days=7)


class SeriesNotAllowed(Refused):
    """Only what its owner offers in series is booked so."""

    code = "series_not_allowed"
    status = 422
    message = _("This is not booked in a series.")


class State(models.TextChoices):
    """What stands against a date of a series."""

    FREE = "free", pgettext_lazy("date of a series", "free")
    FULL = "slot_full", pgettext_lazy("date of a series", "full")
    AWAY = "resource_away", pgettext_lazy("date of a series", "closed that day")
    TAKEN = "resource_taken", pgettext_lazy("date of a series", "taken by something else")
    BUSY = "person_busy", pgettext_lazy("date of a series", "the person has another appointment")
    ALREADY = "already_booked", pgettext_lazy("date of a series", "booked already")
    HOLIDAY = "holiday", pgettext_lazy("date of a series", "public holiday")
    INVALID = "not_valid_then", pgettext_lazy("date of a series", "cannot be booked for that day")
    OUTSIDE = "outside_hours", pgettext_lazy("date of a series", "nothing at this time")
    CLOSED = "booking_closed", pgettext_lazy("date of a series", "booking has closed")
    REFUSED = "refused", pgettext_lazy("date of a series", "not possible for this person")


@dataclass(frozen=True)
class SeriesOwner:
    """What the app that books knows and this layer does not, asked for each date.

    `key_of` gives the exclusivity key of a local date, `check` what the owner has against it; `place` and `language`
    are those of the public text. `others` take part in every date besides the one it is booked for.
    """

    kind: str
    station: Station | None = None
    key_of: Callable[[dt.date], str] = lambda _date: ""
    check: Callable[[dt.date], Refused | None] = lambda _date: None
    place: str = ""
    language: str = "zh-hans"
    others: tuple[Attendee, ...] = ()


@dataclass(frozen=True)
class Occurrence:
    """One date of a series: its number, local date and instant, what stands against it, and other times near it."""

    no: int
    date: dt.date
    starts_at: dt.datetime
    ends_at: dt.datetime | None
    state: State
    refusal: Refused | None = None
    alternatives: tuple[dt.datetime, ...] = ()

    @property
    def is_free(self) -> bool:
        """Whether it can be booked as it is wished."""
        return self.state == State.FREE

    @property
    def words(self) -> str:
        """Why it cannot be booked, or that it can."""
        return str(self.refusal) if self.refusal else str(self.state.label)


@dataclass(frozen=True)
class SeriesReport:
    """Every date of a series that was proposed, in order."""

    resource: Resource
    offering: Offering
    occurrences: tuple[Occurrence, ...]

    @property
    def free(self) -> list[Occurrence]:
        """What can be booked as it is wished."""
        return [each for each in self.occurrences if each.is_free]

    @property
    def conflicts(self) -> list[Occurrence]:
        """What cannot."""
        return [each for each in self.occurrences if not each.is_free]


@refuses(SeriesNotAllowed, *refused_by(dates_of, make_sessions))
def preview_series(
    *, offering: Offering, resource: Resource, pattern: Pattern, subject: Person, owner: SeriesOwner, at: dt.datetime
) -> SeriesReport:
    """Say of each date whether it is free, or why it is not and which other times are near. It writes nothing."""
    if not offering.allows_series:
        raise SeriesNotAllowed
    dates = dates_of(pattern, today=day_in(resource.zone, at))
    wished = {no: instant_of(resource.zone, date, pattern.clock) for no, date in dates.items()}
    with as_if_made(resource, max(dates.values()), at=at):
        return report_on(wished, offering=offering, resource=resource, subject=subject, owner=owner, at=at)


@refuses(*refused_by(make_sessions))
@contextmanager
def as_if_made(resource: Resource, last_date: dt.date, *, at: dt.datetime) -> Iterator[None]:
    """Inside, the sessions until a date exist; afterwards those that no job has made yet are gone again."""
    with transaction.atomic():
        reach(resource, last_date, at=at)
        yield
        transaction.set_rollback(True)


@refuses(*refused_by(make_sessions))
def reach(resource: Resource, last_date: dt.date, *, at: dt.datetime) -> None:
    """Make the sessions until a date that lies further ahead than the nightly job makes them."""
    if last_date > horizon(resource, at=at):
        make_sessions(resource=resource, to_date=last_date, at=at)


def report_on(
    wished: Mapping[int, dt.datetime],
    *,
    offering: Offering,
    resource: Resource,
    subject: Person,
    owner: SeriesOwner,
    at: dt.datetime,
    leaving: Collection[Booking] = (),
) -> SeriesReport:
    """What each of these instants meets. `leaving` are bookings that give their places up in the same step."""
    known = _Known(wished.values(), offering, resource, subject, owner, leaving, at=at)
    rows = [known.occurrence(no, starts_at) for no, starts_at in sorted(wished.items())]
    others = known.alternatives([each for each in rows if not each.is_free])
    return SeriesReport(
        resource,
        offering,
        tuple(
            Occurrence(
                each.no, each.date, each.starts_at, each.ends_at, each.state, each.refusal, others.get(each.no, ())
            )
            for each in rows
        ),
    )


class _Known:
    """All that is asked of the database for the dates of one report, each in one statement."""

    def __init__(
        self,
        instants: Iterable[dt.datetime],
        offering: Offering,
        resource: Resource,
        subject: Person,
        owner: SeriesOwner,
        leaving: Collection[Booking],
        *,
        at: dt.datetime,
    ) -> None:
        self.instants = sorted(instants)
        self.offering, self.resource, self.subject, self.owner, self.at = offering, resource, subject, owner, at
        self.leaving = {each.pk for each in leaving}
        self.returned: dict[int | None, int] = {}
        for each in leaving:
            self.returned[each.slot_id] = self.returned.get(each.slot_id, 0) + each.quantity
        self.dates = {each: day_in(resource.zone, each) for each in self.instants}
        self.earlier: set[str | dt.datetime] = set()
        self.slots = {slot.starts_at: slot for slot in self._slots(Q(starts_at__in=self.instants))}
        self.busy = self._busy()
        self.holidays = set(
            Holiday.objects.filter(
                calendar=resource.holiday_calendar_id, kind=Holiday.Kind.HOLIDAY, date__in=self.dates.values()
            ).values_list("date", flat=True)
        )
        self.keys_taken = self._keys_taken(self.dates.values())
        self.claims = list(
            Claim.objects.filter(
                resource=resource,
                is_active=True,
                is_exclusive=True,
                starts_at__lte=self.instants[-1],
                ends_at__gt=self.instants[0],
            ).values_list("starts_at", "ends_at")
            if len(self.slots) < len(self.instants)
            else ()
        )

    def occurrence(self, no: int, starts_at: dt.datetime) -> Occurrence:
        date, slot = self.dates[starts_at], self.slots.get(starts_at)
        ends_at = slot.ends_at if slot else None
        if slot is None:
            return Occurrence(no, date, starts_at, None, self._without_slot(starts_at))
        refusal = self.owner.check(date)
        state = State.REFUSED if refusal else self._with_slot(slot)
        # Two dates of one series may have been given the same other time, or times of which a person has one.
        own = self.owner.key_of(date) or starts_at
        if state == State.FREE and own in self.earlier:
            state = State.ALREADY
        self.earlier.add(own)
        return Occurrence(no, date, starts_at, ends_at, state, refusal)

    def alternatives(self, conflicts: list[Occurrence]) -> dict[int, tuple[dt.datetime, ...]]:
        """The nearest free times of the same resource for each, within a week before and after."""
        if not conflicts:
            return {}
        near = Q()
        for first, last in _windows([each.starts_at for each in conflicts]):
            near |= Q(starts_at__gte=first, starts_at__lte=last)
        slots = [
            slot
            for slot in self._slots(near & Q(starts_at__gt=self.at))
            if slot.starts_at not in self.dates and self._with_slot(slot) == State.FREE
        ]
        taken = self._keys_taken({slot.session.local_date for slot in slots})
        free = [
            slot.starts_at
            for slot in slots
            if self.owner.key_of(slot.session.local_date) not in taken
            and self.owner.check(slot.session.local_date) is None
        ]
        return {each.no: _nearest(free, each.starts_at) for each in conflicts}

    def _slots(self, when: Q) -> Iterable[Slot]:
        rows = Slot.objects.with_free().filter(when, session__offering=self.offering, session__resource=self.resource)
        # What new weekly hours withdrew stands beside what they made.
        rows = rows.exclude(session__unavailable_because=Session.Unavailable.TEMPLATE)
        return rows.select_related("session").order_by("starts_at", "pk")

    def _busy(self) -> list[tuple[dt.datetime, dt.datetime]]:
        others = [each.person.pk for each in self.owner.others if not each.may_overlap]
        people = Participant.objects.filter(
            person__in=[standing_record(self.subject).pk, *others],
            is_active=True,
            may_overlap=False,
            starts_at__lt=self.instants[-1] + 2 * NEAR,
            ends_at__gt=self.instants[0] - NEAR,
        ).exclude(booking__in=self.leaving)
        return list(people.values_list("starts_at", "ends_at"))

    def _keys_taken(self, dates: Iterable[dt.date]) -> set[str]:
        keys = {self.owner.key_of(date) for date in dates} - {""}
        if not keys:
            return set()
        rows = Booking.objects.filter(exclusivity_key__in=keys, status__in=Booking.ACTIVE).exclude(pk__in=self.leaving)
        return set(rows.values_list("exclusivity_key", flat=True))

    def _without_slot(self, starts_at: dt.datetime) -> State:
        if self.dates[starts_at] in self.holidays:
            return State.HOLIDAY
        if any(first <= starts_at < last for first, last in self.claims):
            return State.TAKEN
        return State.OUTSIDE

    def _with_slot(self, slot: Slot) -> State:
        session, valid_until = slot.session, self.resource.valid_until_date
        if session.unavailable_because or slot.state != Slot.State.OPEN:
            return State.AWAY
        if self.at >= session.closes_at:
            return State.CLOSED
        if valid_until is not None and session.local_date > valid_until:
            return State.INVALID
        if self.owner.key_of(session.local_date) in self.keys_taken:
            return State.ALREADY
        if slot.capacity - slot.booked - slot.held + self.returned.get(slot.pk, 0) < 1:
            return State.FULL
        if any(first < slot.ends_at and last > slot.starts_at for first, last in self.busy):
            return State.BUSY
        return State.FREE


def _nearest(instants: list[dt.datetime], wished: dt.datetime) -> tuple[dt.datetime, ...]:
    """Those within a week, the nearest first."""
    near = [each for each in instants if abs(each - wished) <= NEAR]
    return tuple(sorted(near, key=lambda each: (abs(each - wished), each))[:MOST_ALTERNATIVES])


def _windows(instants: list[dt.datetime]) -> list[tuple[dt.datetime, dt.datetime]]:
    """Periods around these instants; those that touch are one."""
    found: list[tuple[dt.datetime, dt.datetime]] = []
    for each in sorted(instants):
        first, last = each - NEAR, each + NEAR
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found
