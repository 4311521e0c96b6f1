"""Who takes part in tutoring: those who come of age, records that become one, the dead, and whom the tutor may name."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils.timezone import now

from core.days import day_in
from core.errors import SamePerson
from core.models import Notice
from education.models import SessionLearner
from education.safeguarding.services import AdultNeeded, withdraw_child_consent
from education.tutoring import services
from education.tutoring.console import CONSOLE
from education.tutoring.forms import DatesForm
from education.tutoring.queries import tutors_for
from scheduling.bookings.models import Booking
from stations.people.models import Person
from stations.people.services import record_death
from tests.education.test_tutoring_pages import browser_of
from tests.factories.education import agreed, farmer_of, vetted
from tests.factories.people import guardian_of, merged, resident
from tests.factories.stations import (
    PostFactory,
    StationFactory,
    UserFactory,
    county_clerk_of,
    county_manager_of,
    helper_of,
    partner_of,
)
from tests.factories.tutoring import DAY, MINUTE, booked, learner_at, lesson_at, money_for_learning, tutor_of
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    return StationFactory()


def partner_with_record(station):
    worker = resident("孙小芹", station, birth_date=dt.date(1980, 1, 1), birth_precision="day")
    PostFactory(user=UserFactory(person=worker), role="partner", station=station)
    return worker


def started(session, adult=None):
    at = session.booking.slot.starts_at
    return services.start_tutoring(session=session, adult=adult, by=partner_of(session.station), at=at)


def statuses(tutor):
    rows = Booking.objects.filter(offering=tutor.offering).order_by("slot__starts_at")
    return list(rows.values_list("status", flat=True))


def test_who_comes_of_age_before_the_lesson_needs_neither_consent_nor_another_adult(station):
    day = day_in(station.zone, now()) + 2 * DAY
    born = dt.date(day.year - 18, day.month, min(day.day, 28))
    learner = resident("满仓", station, birth_date=born, birth_precision="day")
    guardian_of(learner, resident("王秀英", station, birth_date=dt.date(1955, 3, 8), birth_precision="day"))
    agreed(learner)
    tutor = tutor_of(station)
    session = booked(tutor, learner, days=3)
    assert not SessionLearner.objects.filter(session=session, consent__isnull=False).exists()
    assert started(session).status == "arrived"


def test_who_was_taken_for_a_minor_when_it_was_booked_still_begins_with_an_adult(station):
    tutor, learner = tutor_of(station), learner_at(station)
    session = booked(tutor, learner)
    Person.objects.filter(pk=learner.pk).update(birth_date=dt.date(1990, 1, 1))
    with pytest.raises(AdultNeeded):
        started(session)
    assert started(session, partner_with_record(station)).status == "arrived"


def test_lessons_of_a_record_that_was_merged_go_on_under_the_consent_that_moved_and_end_with_it(station):
    tutor, child = tutor_of(station), learner_at(station)
    kept = resident("小宝", station, birth_date=child.birth_date, birth_precision="day")
    first = booked(tutor, child, days=2)
    booked(tutor, child, days=3)
    merged(kept, child)
    assert started(first, partner_with_record(station)).status == "arrived"
    by = partner_of(station)
    withdraw_child_consent(child=kept, purpose="education_record", reason="不同意", by=by, at=now())
    assert statuses(tutor) == ["arrived", "cancelled"]


def test_a_tutor_is_one_tutor_under_every_record_and_its_checks_count(station):
    tutor = tutor_of(station, until=day_in(station.zone, now()) + 30 * DAY)
    kept = resident("林雨晴", station, birth_date=dt.date(1985, 4, 6), birth_precision="day")
    merged(kept, tutor.person)
    until = day_in(station.zone, now()) + 400 * DAY
    vetted(kept, until=until)
    tutor.resource.refresh_from_db()
    assert tutor.resource.valid_until_date == until
    about = {"subjects": ["maths"], "languages": ["zh"], "max_per_day": 4, "max_per_week": 16, "rate_minor": None}
    with pytest.raises(services.TutorKnown):
        services.register_tutor(person=kept, **about, by=county_clerk_of(station.county), at=now())


def test_nobody_waits_for_a_tutor_who_has_died_and_the_dead_get_no_message(station):
    tutor, other = tutor_of(station), tutor_of(station)
    learner, friend = farmer_of(station, phone="13805169911"), farmer_of(station, phone="13805169922")
    booked(tutor, friend, days=2)
    booked(other, learner, friend, days=3)
    clerk, today = county_clerk_of(station.county), day_in(station.zone, now())
    record_death(person=tutor.person, died_date=today, by=clerk, at=now())
    run_jobs()
    assert statuses(tutor) == ["cancelled"]
    assert list(tutors_for(station)) == [other]
    with pytest.raises(services.TutorNotActive):
        booked(tutor, friend, days=4)
    assert Notice.objects.filter(template="tutoring_cancelled").count() == 1
    record_death(person=learner, died_date=today, by=clerk, at=now())
    run_jobs()
    assert statuses(other) == ["cancelled"]
    assert Notice.objects.filter(template="tutoring_cancelled").count() == 2


def test_a_change_that_is_approved_wipes_nothing_off_the_count_of_lessons_given_up(station):
    tutor, learner = tutor_of(station), farmer_of(station)
    session = booked(tutor, learner)
    at = session.booking.slot.starts_at - MINUTE
    services.cancel_tutoring(session=session, side="provider", reason="出差", by=tutor.login, at=at)
    about = {"subjects": ["maths"], "languages": ["zh"], "max_per_day": 4, "max_per_week": 16, "rate_minor": 40_00}
    changed = services.change_tutor(tutor=tutor, **about, by=county_clerk_of(station.county), at=at + MINUTE)
    again = services.activate_tutor(tutor=changed, by=county_manager_of(station.county), at=at + 2 * MINUTE)
    assert services.given_up_by(again, at=at + 3 * MINUTE) == 1


def test_a_tutor_who_works_at_the_station_is_no_adult_of_it_and_does_not_say_that_learners_were_missing(station):
    tutor, learner = tutor_of(station), farmer_of(station)
    PostFactory(user=tutor.login, role="helper", station=station)
    with pytest.raises(AdultNeeded):
        started(booked(tutor, learner, days=3), tutor.person)
    session = booked(tutor, learner)
    at = session.booking.slot.starts_at + 15 * MINUTE
    with pytest.raises(SamePerson):
        services.miss_tutoring(session=session, missing="learners", by=tutor.login, at=at)
    said = services.miss_tutoring(session=session, missing="learners", by=helper_of(station), at=at)
    assert said.stipend_minor == 11_29


def test_the_tutor_chooses_the_adult_among_masked_names_and_the_station_among_full_ones(station):
    tutor, child = tutor_of(station), learner_at(station)
    session = booked(tutor, child)
    address = reverse("tutoring:lesson-start", args=[session.pk])
    for reader, shown in ((tutor.login, False), (partner_of(station), True)):
        page = browser_of(reader).post(address, {"adult": ""})
        assert page.status_code == 422
        assert ("王秀英" in page.content.decode()) is shown


def test_of_those_who_are_paused_the_county_is_asked_for_whom_the_count_paused(station):
    tutor, manager = tutor_of(station), county_manager_of(station.county)
    need = next(each for each in CONSOLE.needs if each.name == "tutoring.approve")
    services.pause_tutor(tutor=tutor, reason="期末请假", by=manager, at=now())
    assert not need.rows(user=manager, at=now()).exists()
    type(tutor).objects.filter(pk=tutor.pk).update(reason=tutor.GAVE_UP)
    assert need.rows(user=manager, at=now()).exists()


def test_a_county_without_money_holds_up_nobody_elsewhere(station, monkeypatch):
    monkeypatch.setattr("education.tutoring.services.paying.SWEEP", 1)
    elsewhere = StationFactory()
    for place in (station, elsewhere):
        learner = farmer_of(place)
        session = started(booked(tutor_of(place), learner))
        at = session.booking.slot.ends_at
        about = {"present_learners": [learner.pk], "by": session.tutor.login, "at": at}
        services.confirm_tutoring(
            session=services.finish_tutoring(session=session, **about), by=partner_of(place), at=at
        )
    money_for_learning(elsewhere, 22_58)
    assert services.fund_stipends(zone=station.zone, at=at + DAY) == 1


def test_where_no_date_is_free_as_asked_other_times_are_booked(station):
    at = lesson_at(tutor_of(station), 3)
    sent = {"key": "k" * 32, "shown": "", "mode": "remote", "topic": "", "d1": at.isoformat(), "d2": "no"}
    form = DatesForm(sent, companions=[])
    assert form.is_valid(), form.errors
    assert form.typed["chosen"] == {1: at}
