"""Tutors: recorded by a clerk, approved by another person, with hours; paused, ended, and followed as checks end."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.countries import country_of
from core.database.db import lock
from core.days import day_in
from core.errors import Refused, SamePerson, WrongState, refused_by, refuses
from core.fields import uuid7
from core.history import record_change
from core.language.reasons import needs_words
from core.notices.services import notify
from education.safeguarding.queries import VettedDays
from education.safeguarding.services import require_vetting
from education.tutoring.machine import TUTOR
from education.tutoring.models import Tutor
from education.tutoring.queries import WARNED_DAYS, sessions, today_of, uncovered
from education.tutoring.services.ending import cancel_ahead
from education.tutoring.services.paying import programme_account
from finance.settlement.queries.places import counties
from scheduling.calendars.models import BookingPolicy, HolidayCalendar, Offering, PartOfDay, Resource
from scheduling.calendars.services import (
    WeeklyHours,
    define_offering,
    define_policy,
    offer_series,
    register_resource,
    set_resource_validity,
    set_weekly_availability,
)
from scheduling.violations import refused_as
from stations.accounts.models import Role, User
from stations.accounts.queries import people_in_role
from stations.people.models import Person
from stations.two_persons import require_two_persons

TUTOR_KIND, POLICY = "education.tutor", "education.tutoring"
CANCEL_MINUTES = 12 * 60
_S = Tutor.Status


class TutorKnown(Refused):
    """The person is recorded as a tutor."""

    code = "tutor_known"
    message = _("This person is already recorded as a tutor.")


class TutorWithoutLogin(Refused):
    """A tutor signs in to end lessons and is paid under that login."""

    code = "tutor_without_login"
    status = 422
    message = _("The tutor needs a login with the role of a teacher in this county first.")


class TutorHours(Refused):
    """Not one lesson fits."""

    code = "tutor_hours"
    status = 422
    message = _("At least one lesson must fit into the hours, on at least one day.")


@refuses(TutorKnown, TutorWithoutLogin, *refused_by(require_vetting, register_resource))
@transaction.atomic
def register_tutor(
    *,
    person: Person,
    subjects: Sequence[str],
    languages: Sequence[str],
    max_per_day: int,
    max_per_week: int,
    rate_minor: int | None,
    by: User,
    at: dt.datetime,
) -> Tutor:
    """Record a tutor of the person's own county, to be approved by another person.

    `rate_minor` is for an hour in the currency of the county's country; None: for nothing. Raises `VettingExpired`
    unless both checks hold today, `TutorWithoutLogin`, `TutorKnown`.
    """
    station = person.home_station
    county, today = station.county, day_in(station.zone, at)
    require_vetting(person=person, on_dates=[today])
    login = _login_of(person, at=at)
    if Tutor.objects.filter(person__in=Person.objects.of_people(person.pk).values("pk")).exists():
        raise TutorKnown
    ref = uuid7().hex
    resource = register_resource(
        kind=Resource.Kind.TUTOR,
        name=person.full_name,
        zone=station.zone,
        owner_kind=TUTOR_KIND,
        owner_ref=ref,
        person=person,
        valid_until_date=VettedDays(person).last_from(today),
        holiday_calendar=HolidayCalendar.objects.filter(code=county.country).first(),
        by=by,
        at=at,
    )
    offering = _lessons_of(ref, by=by, at=at)
    with refused_as({"education_tutor_person_id_key": TutorKnown}):
        tutor = Tutor.objects.create(
            person=person,
            login=login,
            county=county,
            subjects=list(subjects),
            languages=list(languages),
            max_per_day=max_per_day,
            max_per_week=max_per_week,
            rate_minor=rate_minor,
            currency=country_of(county.country).currency,
            resource=resource,
            offering=offer_series(offering=offering, is_offered=True, by=by, at=at),
            recorded_by=by,
        )
    record_change(tutor, old="", new=tutor.status, at=at, actor=by.pk)
    return tutor


def _lessons_of(ref: str, *, by: User, at: dt.datetime) -> Offering:
    """What can be booked of the tutor whom `ref` names to the scheduler."""
    return define_offering(
        owner_kind=TUTOR_KIND,
        owner_ref=ref,
        label="Lesson",
        label_zh="课业辅导",
        policy=_policy(by=by, at=at),
        by=by,
        at=at,
    )


@refuses(WrongState)
@transaction.atomic
def change_tutor(
    *,
    tutor: Tutor,
    subjects: Sequence[str],
    languages: Sequence[str],
    max_per_day: int,
    max_per_week: int,
    rate_minor: int | None,
    by: User,
    at: dt.datetime,
) -> Tutor:
    """Write down what changed; another person approves it before lessons are booked. Booked ones keep their rate."""
    tutor = lock(tutor)
    TUTOR.check("change_tutor", tutor.status)
    tutor.subjects, tutor.languages = list(subjects), list(languages)
    tutor.max_per_day, tutor.max_per_week, tutor.rate_minor = max_per_day, max_per_week, rate_minor
    tutor.recorded_by, tutor.approved_by = by, None
    return _move(tutor, _S.APPLIED, by=by, at=at)


@refuses(WrongState, SamePerson, *refused_by(require_vetting))
@transaction.atomic
def activate_tutor(*, tutor: Tutor, by: User, at: dt.datetime) -> Tutor:
    """Lessons can be booked from now on. Raises `SamePerson` for who recorded it and for the tutor."""
    tutor = lock(tutor)
    TUTOR.check("activate_tutor", tutor.status)
    require_two_persons(by, tutor.person_id, tutor.recorded_by_id)
    require_vetting(person=tutor.person, on_dates=[today_of(tutor, at)])
    if tutor.reason or tutor.active_since is None:
        # Only who begins or was stopped begins anew; what was changed meanwhile wipes nothing off the count.
        tutor.active_since = at
    tutor.approved_by, tutor.reason = by, ""
    # The county's money for learning has an account from now on, which the bank's lines can be booked to.
    programme_account(tutor.county, tutor.currency, at=at)
    tutor = _move(tutor, _S.ACTIVE, by=by, at=at)
    _tell_tutor(tutor, "tutor_approved", key=at.isoformat(), at=at)
    return tutor


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def pause_tutor(*, tutor: Tutor, reason: str, by: User, at: dt.datetime) -> Tutor:
    """No more lessons are booked; those that are booked take place."""
    tutor = lock(tutor)
    TUTOR.check("pause_tutor", tutor.status)
    tutor.reason = reason
    return _move(tutor, _S.PAUSED, by=by, at=at, reason=reason)


@refuses(WrongState, *refused_by(cancel_ahead, set_weekly_availability))
@needs_words("reason")
@transaction.atomic
def end_tutor(*, tutor: Tutor, reason: str, by: User, at: dt.datetime) -> Tutor:
    """The tutor leaves: the lessons to come are cancelled, and everybody is told. What took place stays."""
    tutor = lock(tutor)
    TUTOR.check("end_tutor", tutor.status)
    tutor.reason = reason
    tutor = _move(tutor, _S.ENDED, by=by, at=at, reason=reason)
    set_weekly_availability(resource=tutor.resource, hours=[], from_date=today_of(tutor, at), by=by, at=at)
    cancel_ahead(sessions().filter(tutor=tutor), "tutor-ended", by=by, at=at)
    return tutor


@refuses(WrongState, TutorHours, *refused_by(set_weekly_availability))
@transaction.atomic
def set_tutor_hours(
    *,
    tutor: Tutor,
    weekdays: Sequence[int],
    opens_at: dt.time,
    closes_at: dt.time,
    minutes: int,
    by: User,
    at: dt.datetime,
) -> Tutor:
    """Free hours of each week from today on, cut into lessons of so many minutes; local times of the tutor's calendar.

    Lessons that are booked stay. Raises `TutorHours`.
    """
    tutor = lock(tutor)
    TUTOR.check("set_tutor_hours", tutor.status)
    lessons = _cut(opens_at, closes_at, minutes)
    if not lessons or not weekdays:
        raise TutorHours(field="closes_at")
    week = [
        WeeklyHours(tutor.offering, weekday, begins, ends, PartOfDay.OTHER, slot_minutes=minutes)
        for weekday in sorted(set(weekdays))
        for begins, ends in lessons
    ]
    set_weekly_availability(resource=tutor.resource, hours=week, from_date=today_of(tutor, at), by=by, at=at)
    record_change(tutor, old=tutor.status, new=tutor.status, at=at, actor=by.pk)
    return tutor


@transaction.atomic
def follow_vettings(*, person: Person, by: User, at: dt.datetime) -> None:
    """A check was confirmed or revoked: lessons are booked until the earliest end, and those beyond it are flagged."""
    records = Person.objects.of_people(person.pk).values("pk")
    rows = Tutor.objects.filter(person__in=records).select_related("resource", "login", "person__home_station")
    tutor = rows.order_by("pk").first()
    if tutor is None:
        return
    before, until = tutor.resource.valid_until_date, VettedDays(person).last_from(today_of(tutor, at))
    if before == until:
        return
    set_resource_validity(resource=tutor.resource, valid_until_date=until, by=by, at=at)
    if before is not None and until < before:
        _warn(tutor, until, at=at)


@transaction.atomic
def warn_of_uncovered(*, zone: str, at: dt.datetime) -> int:
    """Tell counties of a zone's clock, and tutors, of lessons after a check that ends in 14 days, once; how many."""
    today = day_in(zone, at)
    told = counties(zone=zone, date=today)
    soon = today + dt.timedelta(days=WARNED_DAYS)
    flagged = uncovered(until=soon).filter(tutor__county__code__in=told).values("tutor")
    rows = Tutor.objects.filter(pk__in=flagged).select_related("resource", "login", "person__home_station")
    for tutor in rows.order_by("pk"):
        until = tutor.resource.valid_until_date
        if until is not None:
            _warn(tutor, until, at=at)
    return len(rows)


def _warn(tutor: Tutor, until: dt.date, *, at: dt.datetime) -> None:
    count = uncovered(until=until).filter(tutor=tutor).count()
    if not count:
        return
    managers = people_in_role(Role.COUNTY_MANAGER, at=at, station=tutor.person.home_station)
    for reader in [tutor.login, *managers]:
        notify(
            template="tutor_check_ends",
            params={"day": until.isoformat(), "count": count},
            language=reader.language,
            user=reader,
            link="" if reader == tutor.login else f"/education/tutoring/tutors/{tutor.pk}/",
            dedupe_key=f"edu:vetting:{tutor.pk}:{until}:{reader.pk}",
            at=at,
        )


def _tell_tutor(tutor: Tutor, template: str, *, key: str, at: dt.datetime) -> None:
    notify(
        template=template,
        params={},
        language=tutor.login.language,
        user=tutor.login,
        dedupe_key=f"edu:{template}:{tutor.pk}:{key}",
        at=at,
    )


def _login_of(person: Person, *, at: dt.datetime) -> User:
    """The login under which the tutor works: the person's own, with a teacher's post that reaches the station."""
    records = Person.objects.of_people(person.pk).values("pk")
    teachers = people_in_role(Role.TEACHER, at=at, station=person.home_station)
    found = teachers.filter(person__in=records).first()
    if found is None:
        raise TutorWithoutLogin(field="person")
    return found


def _cut(opens_at: dt.time, closes_at: dt.time, minutes: int) -> list[tuple[dt.time, dt.time]]:
    """Lessons one after another; each is a session of its own, which can be booked until it begins."""
    first, last = opens_at.hour * 60 + opens_at.minute, closes_at.hour * 60 + closes_at.minute
    return [(_clock(start), _clock(start + minutes)) for start in range(first, last - minutes + 1, minutes)]


def _clock(minute: int) -> dt.time:
    return dt.time(minute // 60, minute % 60)


def _policy(*, by: User, at: dt.datetime) -> BookingPolicy:
    return BookingPolicy.objects.filter(code=POLICY).order_by("-revision").first() or define_policy(
        code=POLICY,
        opens_days_before=28,
        release_local_time=dt.time(),
        closes_minutes_before=0,
        cancel_minutes_before=CANCEL_MINUTES,
        noshow_grace_minutes=60,
        by=by,
        at=at,
    )


def _move(tutor: Tutor, status: str, *, by: User, at: dt.datetime, reason: str = "") -> Tutor:
    before, tutor.status = tutor.status, status
    tutor.save()
    record_change(tutor, old=before, new=status, at=at, actor=by.pk, reason=reason)
    return tutor
