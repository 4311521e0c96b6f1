"""Tutoring: every date is agreed to and checked, an adult is there, and the tutor is paid to the minor unit."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from core.days import day_in
from core.errors import SamePerson, WrongState
from core.models import Event, Notice
from core.money import Money
from education.models import SessionLearner, Tutor, TutoringSession
from education.safeguarding.services import (
    AdultNeeded,
    ConsentMissing,
    VettingExpired,
    revoke_vetting,
    withdraw_child_consent,
)
from education.tutoring import services
from education.tutoring.queries import uncovered
from ledger.queries import balance
from scheduling.bookings.models import Booking
from scheduling.bookings.patterns import Pattern
from scheduling.bookings.queries import slots_with_wrong_counters
from scheduling.bookings.services import PersonBusy, PreviewStale, SlotFull, TooEarly, end_attendance
from stations.people.services import record_death
from tests.factories.education import agreed, child_of, farmer_of, vetted
from tests.factories.people import guardian_of, resident
from tests.factories.stations import (
    PostFactory,
    StationFactory,
    UserFactory,
    county,
    county_clerk_of,
    county_manager_of,
    partner_of,
)
from tests.factories.tutoring import (
    DAY,
    HOUR,
    MINUTE,
    booked,
    learner_at,
    lesson_at,
    money_for_learning,
    tutor_of,
    wish_of,
)
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    return StationFactory()


def adult_of(station):
    """A partner who is a resident: the adult in the room."""
    worker = resident("孙小芹", station, birth_date=dt.date(1980, 1, 1), birth_precision="day")
    PostFactory(user=UserFactory(person=worker), role="partner", station=station)
    return worker


def started(session, adult, *, by=None, at=None):
    at = at or session.booking.slot.starts_at
    return services.start_tutoring(session=session, adult=adult, by=by or partner_of(session.station), at=at)


def finished(session, *, by=None):
    learners = [each.learner_id for each in session.learners.all()]
    at = session.booking.slot.ends_at
    ended = services.finish_tutoring(
        session=session, present_learners=learners, by=by or session.tutor.login, at=at, notes="分数加减"
    )
    if ended.confirmed_at is None and ended.stipend_minor is not None:
        return ended
    return services.confirm_tutoring(session=ended, by=partner_of(session.station), at=at)


def statuses(tutor):
    rows = Booking.objects.filter(offering=tutor.offering).order_by("slot__starts_at")
    return list(rows.values_list("status", flat=True))


def states(report):
    return [each.refusal.code if each.refusal else each.state.value for each in report.occurrences]


def test_e1_eight_weeks_of_which_the_consent_covers_five_are_shown_and_five_are_booked(station):
    at = now()
    tutor, child = tutor_of(station), child_of(station, guardian=False)
    grandmother = resident("王秀英", station, birth_date=dt.date(1955, 3, 8), birth_precision="day")
    guardian_of(child, grandmother, from_date=dt.date(2020, 1, 5))
    first = lesson_at(tutor, 3)
    # Twelve months end between the fifth and the sixth lesson: the last day is three days after the fifth.
    day = day_in(tutor.resource.zone, first) + 32 * DAY
    year_ago = dt.date(day.year - 1, day.month, min(day.day, 28))
    agreed(child, at=lesson_at(tutor, (year_ago - day_in(tutor.resource.zone, at)).days, dt.time(10)))
    wish, partner = wish_of(tutor, child), partner_of(station)
    pattern = Pattern(first_date=day_in(tutor.resource.zone, first), clock=dt.time(16), count=8)
    report = services.preview_tutoring_series(wish=wish, pattern=pattern, at=at)
    assert states(report) == ["free"] * 5 + ["child_consent_missing"] * 3
    assert not Booking.objects.filter(offering=tutor.offering).exists()
    dates = {each.no: each.starts_at for each in report.occurrences}
    with pytest.raises(PreviewStale):
        services.book_tutoring_series(wish=wish, pattern=pattern, chosen=dates, by=partner, at=at, key="all")
    assert not TutoringSession.objects.exists()
    five = {no: dates[no] for no in range(1, 6)}
    made = services.book_tutoring_series(wish=wish, pattern=pattern, chosen=five, by=partner, at=at, key="five")
    again = services.book_tutoring_series(wish=wish, pattern=pattern, chosen=five, by=partner, at=at, key="five")
    assert made == again
    assert statuses(tutor) == ["booked"] * 5
    assert SessionLearner.objects.filter(consent__isnull=False).count() == 5
    told = Notice.objects.filter(template="tutor_booked")
    assert [notice.params["count"] for notice in told] == [5]


def test_the_checks_of_the_tutor_full_days_and_other_appointments_are_named_date_by_date(station):
    at, today = now(), day_in(station.zone, now())
    tutor = tutor_of(station, until=today + 20 * DAY, max_per_day=1)
    child, other = learner_at(station), learner_at(station)
    booked(tutor, other, days=9, clock=dt.time(16, 45), key="full")
    pattern = Pattern(first_date=today + 2 * DAY, clock=dt.time(16), count=4)
    report = services.preview_tutoring_series(wish=wish_of(tutor, child), pattern=pattern, at=at)
    assert states(report) == ["free", "tutor_day_full", "free", "vetting_expired"]
    assert report.occurrences[1].alternatives
    with pytest.raises(services.TutorDayFull):
        booked(tutor, child, days=9)
    with pytest.raises(VettingExpired):
        booked(tutor, child, days=21)
    busy = tutor_of(station, max_per_day=2)
    booked(busy, child, days=2, key="busy")
    with pytest.raises(PersonBusy):
        booked(tutor, child, days=2, key="two places")
    with pytest.raises(SlotFull):
        booked(busy, other, days=2, key="taken")
    assert not slots_with_wrong_counters().exists()


def test_a_week_holds_as_many_lessons_as_the_tutor_gives_also_within_one_series(station):
    at, today = now(), day_in(station.zone, now())
    monday = today + (7 - today.weekday()) * DAY
    tutor, child = tutor_of(station, max_per_week=2), learner_at(station)
    ahead = (monday - today).days
    booked(tutor, child, days=ahead, key="a")
    booked(tutor, child, days=ahead + 1, key="b")
    with pytest.raises(services.TutorWeekFull):
        booked(tutor, child, days=ahead + 6, key="c")
    booked(tutor, child, days=ahead + 7, key="d")
    pattern = Pattern(first_date=monday + 14 * DAY, clock=dt.time(16), count=3)
    crowded = {no: lesson_at(tutor, ahead + 14 + no) for no in (1, 2, 3)}
    with pytest.raises(services.TutorWeekFull):
        services.book_tutoring_series(
            wish=wish_of(tutor, child), pattern=pattern, chosen=crowded, by=partner_of(station), at=at, key="crowded"
        )
    assert statuses(tutor) == ["booked"] * 3


def test_e3_a_minor_without_consent_is_not_booked_and_a_withdrawal_ends_the_future_and_keeps_the_past(station):
    tutor, adult = tutor_of(station, rate=None), adult_of(station)
    with pytest.raises(ConsentMissing):
        booked(tutor, child_of(station), key="none")
    assert not TutoringSession.objects.exists()
    child, friend = learner_at(station), learner_at(station)
    past = started(booked(tutor, child, days=1), adult)
    past = finished(past)
    later = [booked(tutor, child, friend, days=days) for days in (3, 4)]
    by, at = partner_of(station), past.booking.slot.ends_at + HOUR
    withdraw_child_consent(child=child, purpose="education_record", reason="不同意", by=by, at=at)
    assert statuses(tutor) == ["fulfilled", "cancelled", "cancelled"]
    later[0].refresh_from_db()
    assert (later[0].booking.reason_code, later[0].booking.cancelled_by) == ("consent-withdrawn", "system")
    assert Notice.objects.filter(template="tutor_cancelled", user=tutor.login_id).get().params["count"] == 2
    assert Notice.objects.filter(template="tutor_cancelled").exclude(user=tutor.login_id).exists()
    free = booked(tutor, friend, days=3, at=at, key="again")
    assert free.status == "booked"


def test_a_lesson_begins_with_consent_and_checks_of_the_day_and_with_an_adult_who_is_not_the_tutor(station):
    tutor, child, adult = tutor_of(station), learner_at(station), adult_of(station)
    session = booked(tutor, child)
    begins = session.booking.slot.starts_at
    for refused, person, at in (
        (AdultNeeded, None, begins),
        (AdultNeeded, tutor.person, begins),
        (AdultNeeded, farmer_of(station), begins),
        (services.TutoringNotNow, adult, begins - 15 * MINUTE - dt.timedelta(seconds=1)),
        (services.TutoringNotNow, adult, session.booking.slot.ends_at),
    ):
        with pytest.raises(refused):
            started(session, person, at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        TutoringSession.objects.filter(pk=session.pk).update(started_at=begins, started_by=tutor.login)
    begun = started(session, adult, at=begins - 15 * MINUTE)
    assert (begun.status, begun.adult_present) == ("arrived", adult)
    other = booked(tutor, child, days=3)
    manager = county_manager_of(station.county)
    for vetting in tutor.person.vettings.filter(kind="police_record"):
        revoke_vetting(vetting=vetting, reason="有疑问", by=manager, at=begins)
    assert uncovered(until=day_in(station.zone, begins)).get() == other
    assert Notice.objects.filter(template="tutor_check_ends").values("user").distinct().count() >= 2
    with pytest.raises(VettingExpired):
        started(other, adult)
    assert statuses(tutor) == ["arrived", "booked"]


def test_adults_learn_without_consent_and_without_another_adult(station):
    tutor, learner = tutor_of(station, rate=None), farmer_of(station)
    session = finished(started(booked(tutor, learner, subject="english", mode="onsite"), None))
    assert (session.status, session.stipend_minor, session.stipend_line) == ("fulfilled", 0, None)
    assert Event.objects.filter(name="education.tutoring_held").count() == 1


@pytest.mark.parametrize(
    ("rate", "minutes", "share", "due"),
    [
        (30_10, 45, 10_000, 22_58),
        (50_00, 25, 10_000, 20_83),
        (30_10, 45, 5_000, 11_29),
        (30_30, 45, 10_000, 22_72),
        (1, 20, 10_000, 0),
    ],
)
def test_a_stipend_is_the_rate_times_planned_minutes_rounded_once_half_to_even(rate, minutes, share, due):
    assert services.stipend_of(Money(rate, "CNY"), minutes, share) == Money(due, "CNY")


def test_the_stipend_waits_for_money_of_the_county_and_is_paid_once_when_it_comes(station):
    tutor, child, adult = tutor_of(station), learner_at(station), adult_of(station)
    session = finished(started(booked(tutor, child), adult))
    assert (session.stipend, session.is_unfunded, session.stipend_line) == (Money(22_58, "CNY"), True, None)
    assert finished(session).stipend_minor == 22_58
    programme = money_for_learning(station, 22_57)
    at = session.booking.slot.ends_at + DAY
    assert services.fund_stipends(zone=station.zone, at=at) == 0
    money_for_learning(station, 1)
    assert services.fund_stipends(zone="Europe/London", at=at) == 0
    assert services.fund_stipends(zone=station.zone, at=at) == 1
    assert services.fund_stipends(zone=station.zone, at=at) == 0
    session.refresh_from_db()
    assert (session.is_unfunded, session.stipend_line.amount_minor, session.stipend_line.unfunded) == (
        False,
        22_58,
        False,
    )
    earned = session.stipend_line.account
    assert (earned.code, balance(earned).posted.minor) == (f"commission:{tutor.login_id.hex}", 22_58)
    assert balance(programme).posted.minor == 0


def test_in_another_country_the_stipend_is_in_its_own_currency():
    abroad = StationFactory(county=county(country="KW"), currency="KWD", zone="Asia/Kuwait")
    tutor, learner = tutor_of(abroad, rate=30_101), farmer_of(abroad)
    money_for_learning(abroad, 100_000)
    session = finished(started(booked(tutor, learner), None))
    line = session.stipend_line
    assert (session.currency, line.currency, line.amount_minor) == ("KWD", "KWD", 22_576)


def test_learners_who_do_not_come_or_cancel_late_owe_half_and_in_time_nothing(station):
    tutor, child = tutor_of(station), learner_at(station)
    money_for_learning(station, 100_00)
    sessions = [booked(tutor, child, days=days) for days in (2, 3, 4, 5)]
    begins = [session.booking.slot.starts_at for session in sessions]
    by = partner_of(station)
    with pytest.raises(TooEarly):
        services.miss_tutoring(
            session=sessions[0], missing="learners", by=by, at=begins[0] + 15 * MINUTE - dt.timedelta(seconds=1)
        )
    missed = services.miss_tutoring(session=sessions[0], missing="learners", by=by, at=begins[0] + 15 * MINUTE)
    assert (missed.status, missed.stipend_line.amount_minor) == ("noshow", 11_29)
    cancel = {"side": "resident", "reason": "孩子发烧", "by": by}
    in_time = services.cancel_tutoring(session=sessions[1], at=begins[1] - 12 * HOUR - MINUTE, **cancel)
    late = services.cancel_tutoring(session=sessions[2], at=begins[2] - 12 * HOUR, **cancel)
    assert (in_time.stipend_minor, late.stipend_minor) == (0, 11_29)
    assert services.cancel_tutoring(session=late, at=begins[2], **cancel).stipend_minor == 11_29
    end_attendance(at=sessions[3].booking.slot.ends_at + HOUR)
    assert sessions_again(sessions[3]).stipend_minor is None
    said = services.miss_tutoring(session=sessions[3], missing="learners", by=by, at=begins[3] + DAY)
    assert (said.status, said.stipend_minor) == ("noshow", 11_29)


def sessions_again(session):
    return TutoringSession.objects.get(pk=session.pk)


def test_three_lessons_given_up_within_ninety_days_pause_the_tutor_and_the_county_begins_to_count_anew(station):
    tutor, child, by = tutor_of(station), learner_at(station), partner_of(station)
    sessions = [booked(tutor, child, days=days) for days in (2, 3, 4, 5)]
    for session in sessions[:2]:
        at = session.booking.slot.starts_at + 20 * MINUTE
        missed = services.miss_tutoring(session=session, missing="tutor", by=by, at=at)
        assert missed.stipend_minor == 0
    tutor.refresh_from_db()
    assert tutor.status == "active"
    at = sessions[2].booking.slot.starts_at - HOUR
    # A tutor speaks for the tutor alone, whatever side is named.
    cancelled = services.cancel_tutoring(session=sessions[2], side="resident", reason="出差", by=tutor.login, at=at)
    assert (cancelled.booking.cancelled_by, cancelled.stipend_minor) == ("provider", 0)
    tutor.refresh_from_db()
    assert tutor.status == "paused"
    assert Notice.objects.filter(template="you_are_paused_as_tutor", user=tutor.login_id).exists()
    with pytest.raises(services.TutorNotActive):
        booked(tutor, child, days=6, at=at)
    assert statuses(tutor)[3] == "booked"
    services.activate_tutor(tutor=tutor, by=county_manager_of(station.county), at=at + MINUTE)
    assert services.given_up_by(Tutor.objects.get(pk=tutor.pk), at=at + MINUTE) == 0


def test_ninety_days_are_counted_to_the_instant(station):
    tutor, child = tutor_of(station), learner_at(station)
    session, at = booked(tutor, child), now() + 100 * DAY
    for days, counted in ((90, 1), (91, 0)):
        TutoringSession.objects.filter(pk=session.pk).update(failed_at=at - days * DAY)
        assert services.given_up_by(tutor, at=at) == counted


def test_a_series_is_cancelled_from_a_lesson_on_and_everybody_is_told_once(station):
    tutor, child, by, at = tutor_of(station), learner_at(station), partner_of(station), now()
    pattern = Pattern(first_date=day_in(station.zone, at) + 2 * DAY, clock=dt.time(16), count=4)
    wish = wish_of(tutor, child)
    report = services.preview_tutoring_series(wish=wish, pattern=pattern, at=at)
    chosen = {each.no: each.starts_at for each in report.free}
    services.book_tutoring_series(wish=wish, pattern=pattern, chosen=chosen, by=by, at=at, key="series")
    second = TutoringSession.objects.order_by("booking__occurrence_no")[1]
    cancel = {"side": "station", "reason": "停电", "by": by, "at": at, "scope": "this_and_following"}
    services.cancel_tutoring(session=second, **cancel)
    assert statuses(tutor) == ["booked", "cancelled", "cancelled", "cancelled"]
    services.cancel_tutoring(session=second, **cancel)
    told = Notice.objects.filter(template="tutor_cancelled", user=tutor.login_id)
    assert [each.params["count"] for each in told] == [3]


def test_a_group_has_one_to_five_learners_and_the_tutor_is_not_one_of_them(station):
    tutor = tutor_of(station)
    six = [learner_at(station) for _ in range(6)]
    for learners in (six, [six[0], six[0]], [tutor.person]):
        with pytest.raises(services.LearnersWrong):
            booked(tutor, *learners, station=station, key=str(len(learners)))
    session = booked(tutor, *six[:5])
    assert session.learners.count() == session.booking.participants.count() == 5
    with pytest.raises(services.SubjectNotTaught):
        booked(tutor, six[5], days=3, subject="music")
    elsewhere = StationFactory()
    tutor_of(elsewhere)
    stranger = learner_at(elsewhere)
    with pytest.raises(services.TutorElsewhere):
        booked(tutor, stranger, days=3)
    adult = adult_of(station)
    begun = started(session, adult)
    at = session.booking.slot.ends_at
    with pytest.raises(services.NoLearnerPresent):
        services.finish_tutoring(session=begun, present_learners=[], by=tutor.login, at=at)
    services.finish_tutoring(session=begun, present_learners=[six[0].pk], by=tutor.login, at=at)
    rows = SessionLearner.objects.filter(session=session).order_by("place")
    assert [row.was_present for row in rows] == [True, False, False, False, False]


def test_a_tutor_is_checked_has_a_login_and_is_approved_by_another_person(station):
    person = resident("林雨晴", station, birth_date=dt.date(1985, 4, 6), birth_precision="day")
    about = {"subjects": ["maths"], "languages": ["zh"], "max_per_day": 4, "max_per_week": 16, "rate_minor": None}
    register = {"person": person, **about, "at": now()}
    clerk = county_clerk_of(station.county)
    with pytest.raises(VettingExpired):
        services.register_tutor(**register, by=clerk)
    today = day_in(station.zone, now())
    vetted(person, until=today + 30 * DAY, kinds=("identity",))
    vetted(person, until=today + 90 * DAY, kinds=("police_record",))
    with pytest.raises(services.TutorWithoutLogin):
        services.register_tutor(**register, by=clerk)
    login = UserFactory(person=person)
    PostFactory(user=login, role="teacher", division=station.county)
    tutor = tutor_of(station, active=False)
    assert tutor.status == "applied"
    made = services.register_tutor(**register, by=clerk)
    assert made.resource.valid_until_date == today + 30 * DAY
    with pytest.raises(services.TutorKnown):
        services.register_tutor(**register, by=clerk)
    for same in (clerk, login):
        with pytest.raises(SamePerson):
            services.activate_tutor(tutor=made, by=same, at=now())
    vetted(person, until=today + 60 * DAY, kinds=("identity",))
    made.resource.refresh_from_db()
    assert made.resource.valid_until_date == today + 60 * DAY
    manager = county_manager_of(station.county)
    active = services.activate_tutor(tutor=made, by=manager, at=now())
    changed = services.change_tutor(tutor=active, **{**about, "rate_minor": 40_00}, by=clerk, at=now())
    assert (changed.status, changed.approved_by) == ("applied", None)
    with pytest.raises(WrongState):
        services.pause_tutor(tutor=changed, reason="请假", by=manager, at=now())


def test_a_tutor_who_leaves_and_a_learner_who_dies_leave_no_lesson_to_come(station):
    tutor, child, friend = tutor_of(station), learner_at(station), learner_at(station)
    booked(tutor, child, days=2)
    booked(tutor, friend, days=3)
    record_death(person=child, died_date=day_in(station.zone, now()), by=county_clerk_of(station.county), at=now())
    run_jobs()
    assert statuses(tutor) == ["cancelled", "booked"]
    services.end_tutor(tutor=tutor, reason="搬家", by=county_manager_of(station.county), at=now())
    assert statuses(tutor) == ["cancelled", "cancelled"]


def test_county_and_tutor_hear_fourteen_days_before_of_lessons_that_a_check_does_not_cover(station):
    today = day_in(station.zone, now())
    tutor, child = tutor_of(station, until=today + 40 * DAY), learner_at(station)
    booked(tutor, child, days=20)
    manager = county_manager_of(station.county)
    for vetting in tutor.person.vettings.filter(kind="identity"):
        type(vetting).objects.filter(pk=vetting.pk).update(valid_to_date=today + 15 * DAY)
    type(tutor.resource).objects.filter(pk=tutor.resource_id).update(valid_until_date=today + 15 * DAY)
    assert services.warn_of_uncovered(zone=station.zone, at=now()) == 0
    assert services.warn_of_uncovered(zone=station.zone, at=now() + DAY) == 1
    services.warn_of_uncovered(zone=station.zone, at=now() + DAY)
    told = Notice.objects.filter(template="tutor_check_ends")
    assert {notice.user for notice in told} >= {manager.pk, tutor.login_id}
    assert told[0].params["count"] == 1


def test_guardians_are_reminded_the_evening_before_and_once(station):
    child = child_of(station, guardian=False)
    grandmother = resident(
        "王秀英", station, birth_date=dt.date(1955, 3, 8), birth_precision="day", phone="13805169911"
    )
    guardian_of(child, grandmother)
    agreed(child)
    tutor = tutor_of(station)
    session = booked(tutor, child)
    evening = lesson_at(tutor, 1, dt.time(18))
    assert services.remind_families(zone="Europe/London", at=evening) == 0
    assert services.remind_families(zone=station.zone, at=evening) == 1
    services.remind_families(zone=station.zone, at=evening)
    assert Notice.objects.filter(template="tutoring_soon").get().params["time"] == "16:00"
    services.cancel_tutoring(session=session, side="station", reason="停电", by=partner_of(station), at=evening)
    assert services.remind_families(zone=station.zone, at=evening) == 0
