"""Free times and load of tutors, lessons of a learner, and lessons that no check covers."""

import datetime as dt
from collections import Counter
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from core.days import day_in
from education.courses.queries import learners_at
from education.safeguarding.queries import standing_records
from education.tutoring.models import SessionLearner, Tutor, TutoringSession
from scheduling.bookings.models import Booking
from scheduling.calendars.models import Slot
from scheduling.calendars.queries import free_slots
from stations.network.models import Station
from stations.people.models import Person

AHEAD = dt.timedelta(days=28)
#: County and tutor hear of lessons after the last day of a check so many days before it.
WARNED_DAYS = 14
_S = Booking.Status


def sessions() -> QuerySet[TutoringSession]:
    """Lessons with everything that their pages show."""
    return TutoringSession.objects.select_related(
        *("booking__slot", "booking__session__resource", "booking__series", "station__county"),
        *("tutor__person", "tutor__login", "tutor__resource", "tutor__county", "adult_present"),
    ).prefetch_related("learners__learner__home_station__county")


def tutors() -> QuerySet[Tutor]:
    """Tutors with everything that their pages show."""
    return Tutor.objects.select_related("person__home_station", "login", "county", "resource", "offering")


def tutors_for(station: Station) -> QuerySet[Tutor]:
    """With whom a station's learners can book lessons, by name."""
    rows = Tutor.objects.bookable().filter(county=station.county_id)
    return rows.select_related("person", "resource", "offering").order_by("person__full_name", "pk")


def free_times(tutor: Tutor, *, at: dt.datetime, limit: int = 24) -> list[Slot]:
    """The next free times of a tutor within four weeks, until the last day of the checks."""
    found = free_slots(offerings=[tutor.offering], since=at, until=at + AHEAD, at=at, limit=limit)
    until = tutor.resource.valid_until_date
    return [slot for slot in found if until is None or slot.session.local_date <= until]


def lessons_of(learner: Person) -> QuerySet[TutoringSession]:
    """The lessons of a learner, the newest first."""
    records = Person.objects.of_people(learner.pk).values("pk")
    of_learner = SessionLearner.objects.filter(learner__in=records).values("session")
    return sessions().filter(pk__in=of_learner).order_by("-booking__slot__starts_at", "-pk")


def learners_of(session: TutoringSession) -> list[Person]:
    """Who learns in a lesson, in the order in which they were named; of two records that became one the first."""
    found: dict[UUID, Person] = {}
    named = [each.learner for each in sorted(session.learners.all(), key=lambda each: each.place)]
    people = standing_records(named)
    for learner in named:
        found.setdefault(people[learner.pk].pk, learner)
    return list(found.values())


def standing_learners_of(session: TutoringSession) -> list[Person]:
    """The same, each by the record that stands: of one that was merged since, consents and guardians moved there."""
    return list(standing_records(learners_of(session)).values())


def ahead_of(session: TutoringSession, *, at: dt.datetime) -> QuerySet[TutoringSession]:
    """The lessons of the same series that are booked and to come, this one among them; of a single lesson itself."""
    rows = sessions().filter(booking__status=_S.BOOKED, booking__slot__starts_at__gt=at)
    series = session.booking.series_id
    rows = rows.filter(booking__series=series) if series else rows.filter(pk=session.pk)
    return rows.order_by("booking__slot__starts_at", "pk")


def before_the_county(*, at: dt.datetime) -> QuerySet[TutoringSession]:
    """Lessons about which the county is asked or was asked: contested, unanswered or decided."""
    asked = TutoringSession.objects.undecided(at=at).order_by().values("pk")
    was_asked = Q(contested_by__isnull=False) | ~Q(decision="")
    return sessions().select_related("contested_by", "decided_by").filter(Q(pk__in=asked) | was_asked)


def uncovered(*, until: dt.date) -> QuerySet[TutoringSession]:
    """Booked lessons after the last day of their tutor's checks, where this day lies until a date."""
    last = F("tutor__resource__valid_until_date")
    rows = TutoringSession.objects.filter(booking__status=_S.BOOKED, booking__session__local_date__gt=last)
    return rows.filter(tutor__resource__valid_until_date__lte=until)


def day_of(session: TutoringSession) -> dt.date:
    """The date of a lesson on the tutor's calendar."""
    return session.booking.session.local_date


def week_of(day: dt.date) -> dt.date:
    """The Monday of an ISO week."""
    return day - dt.timedelta(days=day.weekday())


class TutorLoad:
    """How many lessons a tutor has on each day and in each ISO week from a day on; one statement."""

    def __init__(self, tutor: Tutor, *, since: dt.date) -> None:
        rows = Booking.objects.filter(
            offering=tutor.offering_id, status__in=Booking.COUNTED, session__local_date__gte=week_of(since)
        )
        counted = rows.order_by().values_list("session__local_date").annotate(count=Count("pk"))
        self.tutor = tutor
        self.days = Counter(dict(counted))
        self.weeks: Counter[dt.date] = Counter()
        for day, count in self.days.items():
            self.weeks[week_of(day)] += count

    def day_is_full(self, day: dt.date, *, with_lessons: int = 1) -> bool:
        """Whether so many more lessons are too many for the day."""
        return self.days[day] + with_lessons > self.tutor.max_per_day

    def week_is_full(self, day: dt.date, *, with_lessons: int = 1) -> bool:
        """Whether so many more lessons are too many for the week of this day."""
        return self.weeks[week_of(day)] + with_lessons > self.tutor.max_per_week


def today_of(tutor: Tutor, at: dt.datetime) -> dt.date:
    """The date where the tutor's calendar is."""
    return day_in(tutor.resource.zone, at)


def people() -> QuerySet[Person]:
    """Living records with the place that says who reaches them."""
    return Person.objects.living().select_related("home_station__county")


def companions_of(learner: Person, *, limit: int = 20) -> list[Person]:
    """Who may learn along: learners of the same station who had lessons or are in a class, by name."""
    tutored = SessionLearner.objects.filter(session__station=learner.home_station_id).values("learner")
    enrolled = learners_at(learner.home_station)
    rows = people().filter(home_station=learner.home_station_id).exclude(pk=learner.pk)
    rows = rows.filter(Q(pk__in=tutored) | Q(pk__in=enrolled.values("pk")))
    return list(rows.order_by("full_name", "pk")[:limit])


def of_series(session: TutoringSession) -> list[TutoringSession]:
    """All lessons that were booked together with this one, in order; a single one stands for itself."""
    series = session.booking.series_id
    rows = sessions().filter(booking__series=series) if series else sessions().filter(pk=session.pk)
    return list(rows.order_by("booking__slot__starts_at", "pk"))
