"""Pay rests on the word of the station, and what tutors write about children is forgotten in time."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import override

from core.errors import SamePerson, WrongState
from core.models import Notice
from education.models import TutoringSession
from education.tutoring import services
from education.tutoring.console import CONSOLE
from education.tutoring.display import stipend_words, words_of_lesson
from education.tutoring.figures import numbers_of
from education.tutoring.services import TutoringNotNow
from scheduling.bookings.services import send_reminders
from stations.models import Station
from tests.education.test_tutoring_pages import browser_of
from tests.factories.education import agreed, child_of, farmer_of
from tests.factories.people import guardian_of, resident, second_login_of
from tests.factories.stations import (
    PostFactory,
    StationFactory,
    api_client,
    county,
    county_clerk_of,
    county_manager_of,
    helper_of,
    partner_of,
    send,
)
from tests.factories.tutoring import booked, money_for_learning, tutor_of
from tests.races import together

DAY = dt.timedelta(days=1)


@pytest.fixture
def station(db):
    return StationFactory()


def ended(station, **values):
    """A lesson of an adult that its tutor has ended."""
    learner = farmer_of(station)
    session = booked(tutor_of(station, **values), learner, days=1)
    slot, tutor = session.booking.slot, session.tutor.login
    begun = services.start_tutoring(session=session, by=tutor, at=slot.starts_at)
    about = {"present_learners": [learner.pk], "by": tutor, "notes": "分数加减"}
    return services.finish_tutoring(session=begun, at=slot.ends_at, **about)


def test_nothing_is_owed_on_the_word_of_the_tutor_alone(station):
    session = ended(station)
    money_for_learning(station, 100_00)
    at = session.booking.slot.ends_at
    assert (session.status, session.stipend_minor, session.stipend_line) == ("fulfilled", None, None)
    need = next(each for each in CONSOLE.needs if each.name == "tutoring.confirm")
    partner = partner_of(station)
    assert list(need.rows(user=partner, at=at)) == [session]
    own = {"session": session, "by": session.tutor.login, "at": at}
    with pytest.raises(SamePerson):
        services.confirm_tutoring(**own)
    with pytest.raises(SamePerson):
        services.contest_tutoring(**own, reason="没有上课")
    with pytest.raises(IntegrityError, match="stipend_of_a_held_lesson_is_confirmed"), transaction.atomic():
        TutoringSession.objects.filter(pk=session.pk).update(stipend_minor=1)
    for _again in range(2):
        confirmed = services.confirm_tutoring(session=session, by=partner, at=at)
    assert (confirmed.stipend_minor, confirmed.stipend_line.amount_minor) == (22_58, 22_58)
    with pytest.raises(WrongState):
        services.contest_tutoring(session=session, reason="没有上课", by=partner, at=at)
    assert not need.rows(user=partner, at=at).exists()


def test_two_who_confirm_at_once_owe_it_once(own_database):
    place = StationFactory()
    session, partner = ended(place), partner_of(place)
    money_for_learning(place, 100_00)
    at = session.booking.slot.ends_at
    answers = together(*[lambda: services.confirm_tutoring(session=session, by=partner, at=at)] * 2)
    assert {answer.stipend_line_id for answer in answers} == {TutoringSession.objects.get().stipend_line_id}


def test_what_the_station_contests_is_not_paid_and_the_tutor_hears_of_it(station):
    session, partner = ended(station), partner_of(station)
    at = session.booking.slot.ends_at
    contested = services.contest_tutoring(session=session, reason="没有上课", by=partner, at=at)
    assert (contested.stipend_minor, contested.confirmed_at, contested.stipend_line) == (0, None, None)
    assert Notice.objects.get(template="tutor_contested").user == session.tutor.login_id
    with pytest.raises(WrongState):
        services.confirm_tutoring(session=session, by=partner, at=at)


def test_a_lesson_that_did_not_take_place_reads_so_and_is_counted_as_held_nowhere(station):
    session, partner = ended(station), partner_of(station)
    manager, tutor, at = county_manager_of(station.county), session.tutor, session.ended_at
    with override("en"):
        assert stipend_words(session) == "once the station confirms the lesson"
        contested = services.contest_tutoring(session=session, reason="没有上课", by=partner, at=at)
        assert words_of_lesson(contested) == "did not take place, says the station"
    [row] = numbers_of(manager, at.date())
    assert (row.held, row.minutes, row.learners) == (0, 0, "0")
    assert browser_of(manager).get(reverse("tutoring:tutor", args=[tutor.pk])).context["held"] == 0
    free = ended(StationFactory(), rate=None)
    assert not free.is_contested, "nothing is owed for it, and nobody is asked"


def test_the_county_decides_what_was_contested_by_two_persons_and_the_money_follows(station):
    session, partner = ended(station), partner_of(station)
    money_for_learning(station, 100_00)
    at, manager = session.booking.slot.ends_at, county_manager_of(station.county)
    about = {"session": session, "decision": "held", "reason": "家长证实上了课", "at": at}
    with pytest.raises(WrongState), transaction.atomic():
        services.decide_tutoring(**about, by=manager)
    services.contest_tutoring(session=session, reason="没有上课", by=partner, at=at)
    own_posts = [second_login_of(partner), session.tutor.login]
    for login in own_posts:
        PostFactory(user=login, role="county_manager", division=station.county)
        with pytest.raises(SamePerson), transaction.atomic():
            services.decide_tutoring(**about, by=login)
    row = TutoringSession.objects.filter(pk=session.pk)
    with pytest.raises(IntegrityError, match="contested_tutoring_is_decided_by"), transaction.atomic():
        row.update(decision="not_held", decided_by=own_posts[0], decided_at=at)
    for _again in range(2):
        decided = services.decide_tutoring(**about, by=manager)
    assert (decided.stipend_minor, decided.stipend_line.amount_minor, decided.is_contested) == (22_58, 22_58, False)
    assert Notice.objects.get(template="tutor_lesson_held").user == session.tutor.login_id
    with pytest.raises(WrongState):
        services.decide_tutoring(**about | {"decision": "not_held"}, by=manager)


def test_where_nobody_answers_for_a_station_the_county_decides_on_its_page_and_reads_no_learner(db):
    abroad = StationFactory(county=county(country="KW"), zone="Asia/Kuwait", currency="KWD")
    silent, paid = ended(abroad, rate=3_000), ended(abroad, rate=3_000)
    money_for_learning(abroad, 10_000)
    manager, at = county_manager_of(abroad.county), silent.ended_at
    undecided = TutoringSession.objects.undecided
    assert [undecided(at=at + days * DAY).count() for days in (13, 14)] == [0, 2]
    Station.objects.filter(pk=abroad.pk).update(status="closed", closed_date=at.date())
    assert undecided(at=at).count() == 2
    browser, learner = browser_of(manager), paid.learners.get().learner
    for session in (silent, paid):
        here = reverse("tutoring:contested", args=[session.pk])
        assert browser_of(partner_of(abroad)).get(here).status_code == 403
        assert browser_of(county_manager_of(StationFactory().county)).get(here).status_code == 404
        page = browser.get(here)
        assert learner.full_name not in page.content.decode()
    body = {"decision": "held", "reason": "家长证实", "key": page.context["decide"]["key"].value()}
    assert browser.post(f"{here}decide/", body).status_code == 303
    paid.refresh_from_db()
    assert (paid.stipend_minor, paid.stipend_line.amount_minor, paid.currency) == (2_250, 2_250, "KWD")
    path = f"/api/v1/contested-lessons/{silent.pk}/decide/"
    answer = send(api_client(manager), path, decision="not_held", reason="无人证实").json()
    assert (answer["decision"], answer["stipend"], "learners" in answer) == ("not_held", "0.000", False)
    assert not undecided(at=now() + 90 * DAY).exists()
    assert browser.get(reverse("tutoring:contested-lessons") + "?state=decided").status_code == 200


def test_two_managers_who_decide_at_once_make_one_decision(own_database):
    place = StationFactory()
    session = ended(place)
    money_for_learning(place, 100_00)
    at = session.ended_at + 14 * DAY
    managers = [county_manager_of(place.county), PostFactory(role="county_manager", division=place.county).user]

    def decide(manager, decision):
        about = {"session": session, "decision": decision, "reason": "查过", "at": at}
        return services.decide_tutoring(**about, by=manager).decision

    answers = together(lambda: decide(managers[0], "held"), lambda: decide(managers[1], "not_held"))
    [kept] = set(answers) - {"wrong_state"}
    row = TutoringSession.objects.get(pk=session.pk)
    assert (len(answers), row.decision, row.stipend_minor) == (2, kept, 22_58 if kept == "held" else 0)


def test_a_lesson_does_not_end_before_its_time_has_begun(station):
    learner = farmer_of(station)
    session = booked(tutor_of(station), learner, days=1)
    starts, tutor = session.booking.slot.starts_at, session.tutor.login
    begun = services.start_tutoring(session=session, by=tutor, at=starts - dt.timedelta(minutes=15))
    about = {"session": begun, "present_learners": [learner.pk], "by": tutor}
    with pytest.raises(TutoringNotNow):
        services.finish_tutoring(at=starts - dt.timedelta(seconds=1), **about)
    assert services.finish_tutoring(at=starts, **about).status == "fulfilled"


def test_the_station_confirms_on_its_page_and_over_the_api(station):
    first, second = ended(station), ended(StationFactory())
    here = reverse("tutoring:lesson", args=[first.pk])
    browser = browser_of(partner_of(station))
    key = browser.get(here).context["confirm"]["key"].value()
    assert browser.post(f"{here}confirm/", {"key": key}).status_code == 303
    path = f"/api/v1/tutoring-sessions/{second.pk}/"
    assert send(api_client(partner_of(station)), f"{path}confirm/").status_code == 404
    assert send(api_client(second.tutor.login), f"{path}confirm/").status_code == 403
    assert send(api_client(helper_of(second.station)), f"{path}contest/", reason="没有上课").json()["stipend"] == "0.00"


def test_those_at_a_counter_read_neither_rates_nor_why_a_tutor_is_paused(station):
    tutor = tutor_of(station)
    services.pause_tutor(tutor=tutor, reason="家里有事", by=county_clerk_of(station.county), at=now())
    page = reverse("tutoring:tutor", args=[tutor.pk])
    for reader, sees in ((partner_of(station), False), (county_clerk_of(station.county), True)):
        shown = browser_of(reader).get(page).content.decode()
        assert [words in shown for words in ("30.10", "家里有事")] == [sees, sees]
        [row] = api_client(reader).get("/api/v1/tutors/").json()["results"]
        assert (row["hourly_rate"] is not None) == sees


def test_notes_are_forgotten_after_two_years_and_with_the_learner(station):
    old, kept = ended(station), ended(StationFactory())
    at = old.ended_at + 730 * DAY
    assert services.forget_notes(at=at) == 0
    TutoringSession.objects.filter(pk=kept.pk).update(ended_at=at)
    assert services.forget_notes(at=at + dt.timedelta(seconds=1)) == 1
    old.refresh_from_db()
    kept.refresh_from_db()
    assert (old.notes, kept.notes) == ("", "分数加减")
    services.forget_notes_about(person=kept.learners.get().learner, at=at)
    kept.refresh_from_db()
    assert kept.notes == ""


def test_what_was_to_be_learnt_in_a_lesson_that_did_not_take_place_is_forgotten_after_two_years_too(station):
    session = booked(tutor_of(station), farmer_of(station), days=1, topic="分数加减")
    slot = session.booking.slot
    services.miss_tutoring(
        session=session, missing="learners", by=partner_of(station), at=slot.starts_at + dt.timedelta(minutes=20)
    )
    assert services.forget_notes(at=slot.starts_at + 729 * DAY) == 0
    assert services.forget_notes(at=slot.starts_at + 732 * DAY) == 1
    assert TutoringSession.objects.get().topic == ""


def test_a_closed_station_has_no_lessons_to_come(station):
    session = booked(tutor_of(station), farmer_of(station), days=3)
    assert services.end_lessons_at(station=station, at=now()) == 1
    assert services.end_lessons_at(station=station, at=now()) == 0
    session.booking.refresh_from_db()
    assert (session.booking.status, session.booking.reason_code) == ("cancelled", "station-closed")


def test_of_a_lesson_of_a_minor_the_guardian_is_reminded(station):
    child = child_of(station, guardian=False)
    grandmother = resident(
        "王秀英", station, birth_date=dt.date(1955, 3, 8), birth_precision="day", phone="13812345670"
    )
    guardian_of(child, grandmother, from_date=dt.date(2020, 1, 5))
    type(child).objects.filter(pk=child.pk).update(phone="+8613812345671")
    agreed(child)
    session = booked(tutor_of(station), child, days=3)
    assert send_reminders(at=session.booking.slot.starts_at - dt.timedelta(hours=1)) == 1
    told = Notice.objects.get(template__startswith="booking_reminder")
    assert told.phone_tail == "5670"
