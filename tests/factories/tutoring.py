"""Tutors with hours, and booked lessons for tests."""

import datetime as dt
from typing import Any

from django.utils.timezone import now

from core.days import day_in, instant_of
from core.money import Money
from education.tutoring.models import Tutor, TutoringSession
from education.tutoring.services import (
    Wish,
    activate_tutor,
    book_tutoring,
    register_tutor,
    set_tutor_hours,
)
from finance import chart
from ledger.models import Account
from ledger.queries import business_date_of
from ledger.services import SYSTEM, Leg, post_transfers
from stations.network.models import Station
from stations.people.models import Person
from tests.factories.education import agreed, child_of, teacher_of
from tests.factories.finance import book, switch_on
from tests.factories.stations import PostFactory, UserFactory, county_clerk_of, county_manager_of, partner_of

DAY, HOUR, MINUTE = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1)


def tutor_of(
    station: Station, *, rate: int | None = 30_10, until: dt.date | None = None, active: bool = True, **values: Any
) -> Tutor:
    """A tutor of the station's county with two checks and a login, free each day from 16:00 for 45 minutes a lesson."""
    at = values.pop("at", now())
    switch_on(station, "tutoring")
    book(station.county.country, station.zone)
    person = teacher_of(station, until=until)
    PostFactory(user=UserFactory(person=person), role="teacher", division=station.county)
    hours = {"opens_at": dt.time(16), "closes_at": dt.time(20), "minutes": 45, "weekdays": range(1, 8)}
    hours |= {name: values.pop(name) for name in list(values) if name in hours}
    about = {"subjects": ["maths", "english"], "languages": ["zh"], "max_per_day": 4, "max_per_week": 16, **values}
    clerk = county_clerk_of(station.county)
    tutor = register_tutor(person=person, rate_minor=rate, **about, by=clerk, at=at)
    tutor = set_tutor_hours(tutor=tutor, **hours, by=clerk, at=at)
    return activate_tutor(tutor=tutor, by=county_manager_of(station.county), at=at) if active else tutor


def learner_at(station: Station, *, at: dt.datetime | None = None, **values: Any) -> Person:
    """A child whose grandmother has agreed to lessons."""
    child = child_of(station, **values)
    agreed(child, at=at)
    return child


def wish_of(tutor: Tutor, *learners: Person, **values: Any) -> Wish:
    """Maths on the screen at the first learner's station."""
    return Wish(
        **{
            "tutor": tutor,
            "learners": learners,
            "station": learners[0].home_station,
            "subject": "maths",
            "mode": "remote",
            **values,
        }
    )


def lesson_at(tutor: Tutor, days: int, clock: dt.time = dt.time(16)) -> dt.datetime:
    """The instant of a lesson so many days from today, by the tutor's calendar."""
    zone = tutor.resource.zone
    return instant_of(zone, day_in(zone, now()) + days * DAY, clock)


def booked(
    tutor: Tutor, *learners: Person, days: int = 2, clock: dt.time = dt.time(16), **values: Any
) -> TutoringSession:
    """A lesson so many days from today."""
    by, at = values.pop("by", None), values.pop("at", now())
    key = values.pop("key", f"lesson-{days}-{clock}")
    wish = wish_of(tutor, *learners, **values)
    starts_at = lesson_at(tutor, days, clock)
    return book_tutoring(wish=wish, starts_at=starts_at, by=by or partner_of(wish.station), at=at, key=key)


def money_for_learning(station: Station, minor: int) -> Account:
    """So much has come in for the county's programme of learning."""
    country, currency, at = station.county.country, station.currency, now()
    target = chart.open_one(chart.subsidy(station.county, "education"), country=country, currency=currency, at=at)
    bank = chart.open_one(chart.bank("main"), country=country, currency=currency, at=at)
    post_transfers(
        legs=[Leg(bank, target, Money(minor, currency), "paid in")],
        event_type="test",
        event_id=f"learning-{station.pk}-{minor}",
        business_date=business_date_of(target.book, at),
        made_by=SYSTEM,
        at=at,
    )
    return target
