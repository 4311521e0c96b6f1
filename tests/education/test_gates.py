"""A certificate that opens a service is issued once its courses are completed, and is renewed by the refresher."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils.timezone import now

from core.days import instant_of
from core.errors import SamePerson
from core.models import Event, Notice
from education.courses.services import end_sessions
from education.models import Gate
from education.skills.console import CONSOLE
from education.skills.queries import gates_of
from education.skills.services import remind_of_renewals
from education.skills.tasks import remind
from stations.duplicates.services import merge_persons, propose_merge
from stations.models import AccessRead, Certificate, CourseReport
from stations.recruitment import services
from stations.recruitment.handlers import note_completed_course
from stations.recruitment.numbers import is_well_formed
from stations.recruitment.services.certifying import last_day_of
from tests.education.test_trainings import come
from tests.factories.claims import picture
from tests.factories.education import begun, course_of, farmer_of, training_at
from tests.factories.stations import (
    StationFactory,
    api_client,
    county,
    county_manager_of,
    helper_of,
    partner_of,
    send,
)
from tests.jobs import run_jobs

DAY = dt.timedelta(days=1)


@pytest.fixture
def station(db):
    return StationFactory()


@pytest.fixture
def holder(station):
    user = partner_of(station)
    user.person = farmer_of(station)
    user.save(update_fields=["person"])
    return user


def issue(holder, station, subject="insurance", *, at=None, by=None):
    by = by or county_manager_of(station.county)
    return services.issue_certificate(station=station, holder=holder, subject=subject, by=by, at=at or now())


def report(holder, course, *, at=None):
    return services.keep_course_report(person=holder.person, course=course, version=1, at=at or now())


def test_completing_a_training_opens_the_way_to_the_certificate_and_nothing_else_does(station, holder, client):
    with pytest.raises(services.CoursesMissing, match="INS1"):
        issue(holder, station)
    course = course_of(station.county, audience="partner", minutes=(50,), code="INS1")
    session = begun(training_at(station, course=course))
    come(session, holder.person)
    end_sessions(at=session.slot.ends_at + dt.timedelta(minutes=31))
    run_jobs(at=session.slot.ends_at + dt.timedelta(minutes=40))
    fact = Event.objects.get(name="education.course_completed")
    note_completed_course(fact)
    assert CourseReport.objects.get(course="INS1").person == holder.person
    client.force_login(holder)
    assert "INS1" not in client.get(reverse("skills:gates")).content.decode()
    made = issue(holder, station)
    assert is_well_formed(made.number)
    assert made.number.startswith(f"{station.code.replace('-', '')}300001")
    assert made.expires_date == last_day_of(made.issued_date)
    assert Notice.objects.filter(template="station_certificate_issued", user=holder.pk).exists()
    with pytest.raises(services.CertificateStands):
        issue(holder, station)
    assert client.get(reverse("recruitment:register", args=[made.number])).status_code == 200
    with pytest.raises(services.CoursesMissing, match="PART1, TILL1"):
        issue(holder, station, "partner")


def test_a_term_of_24_months_has_its_last_day_also_from_29_february():
    assert last_day_of(dt.date(2026, 1, 10)) == dt.date(2028, 1, 9)
    assert last_day_of(dt.date(2028, 2, 29)) == dt.date(2030, 2, 28)
    assert last_day_of(dt.date(2026, 3, 1)) == dt.date(2028, 2, 29)


def test_it_is_renewed_from_60_days_before_its_end_by_the_refresher_completed_since(station, holder):
    Gate.objects.filter(subject="insurance").update(refresher="INS1R")
    report(holder, "INS1", at=now() - 800 * DAY), report(holder, "INS1R", at=now() - 800 * DAY)
    old = issue(holder, station, at=now() - 700 * DAY)
    opens, zone = old.expires_date - 60 * DAY, station.zone
    at = instant_of(zone, opens, dt.time(12))
    with pytest.raises(services.CertificateStands):
        issue(holder, station, at=at - DAY)
    with pytest.raises(services.CoursesMissing, match="INS1R"):
        issue(holder, station, at=at)
    told = [remind_of_renewals(zone=zone, on_date=day, at=at) for day in (opens - DAY, opens, opens + DAY, opens)]
    assert told == [0, 1, 0, 1]
    assert Notice.objects.filter(template="certificate_to_renew", user=holder.pk).count() == 1
    need = next(each for each in CONSOLE.needs if each.name == "skills.renewals")
    assert [list(need.rows(user=who, at=at)) for who in (holder, helper_of(station))] == [[old], []]
    [line] = [line for line in gates_of(holder.person, opens) if line.subject == "insurance"]
    assert (line.missing, line.is_open, line.status) == (["INS1R"], True, "wait")
    report(holder, "INS1R", at=at)
    made = issue(holder, station, at=at)
    old.refresh_from_db()
    assert (old.reason, made.expires_date, Certificate.objects.filter(revoked_at=None).count()) == (
        "renewed",
        last_day_of(opens),
        1,
    )


def test_the_country_says_how_long_before_its_end_a_certificate_is_renewed(station, holder):
    report(holder, "INS1")
    made = issue(holder, station)
    Gate.objects.filter(subject="insurance").update(renewed_days_before=30)
    opens = made.expires_date - 30 * DAY
    need = next(each for each in CONSOLE.needs if each.name == "skills.renewals")
    for day, found in ((opens - DAY, []), (opens, [made])):
        at = instant_of(station.zone, day, dt.time(12))
        assert list(need.rows(user=holder, at=at)) == found
        [line] = [line for line in gates_of(holder.person, day) if line.subject == "insurance"]
        assert line.is_open == bool(found)
    assert list(need.rows(user=holder, at=at).values_list(need.since, flat=True)) == [opens]


def test_a_day_on_which_nothing_ran_is_made_up_for(station, holder):
    report(holder, "INS1")
    made = issue(holder, station)
    day = made.expires_date - 60 * DAY
    payload = {"place": station.zone, "zone": station.zone, "date": day.isoformat()}
    remind(payload, instant_of(station.zone, day + DAY, dt.time(8)))
    assert Notice.objects.filter(template="certificate_to_renew", user=holder.pk).count() == 1


def test_what_is_missing_for_all_certificates_is_read_at_once(station, holder, django_assert_num_queries):
    with django_assert_num_queries(3):
        assert len(gates_of(holder.person, now().date())) == len(Certificate.Subject)


def test_nobody_certifies_themselves_or_somebody_of_elsewhere_and_a_country_without_courses_certifies_nobody(
    station, holder
):
    report(holder, "INS1")
    with pytest.raises(SamePerson):
        issue(holder, station, by=holder)
    with pytest.raises(services.NotAtStation):
        issue(holder, StationFactory())
    abroad = StationFactory(county=county(country="KW"))
    foreigner = partner_of(abroad)
    foreigner.person = farmer_of(abroad)
    foreigner.save(update_fields=["person"])
    report(foreigner, "INS1")
    with pytest.raises(services.CoursesNotNamed):
        issue(foreigner, abroad)
    Gate.objects.create(country="KW", subject="insurance", courses=["KINS1"], from_date=dt.date(2026, 1, 1))
    with pytest.raises(services.CoursesMissing, match="KINS1"):
        issue(foreigner, abroad)
    report(foreigner, "KINS1")
    assert issue(foreigner, abroad).station == abroad
    assert not Certificate.objects.filter(holder=holder).exists()


def test_over_the_api_a_manager_certifies_a_stranger_does_not_and_reading_another_is_recorded(station, holder):
    report(holder, "INS1")
    path = f"/api/v1/stations/{station.code}/certificates/"
    body = {"holder": str(holder.pk), "subject": "insurance"}
    assert send(api_client(county_manager_of(county())), path, **body).status_code == 404
    assert send(api_client(holder), path, **body).status_code == 403
    manager = county_manager_of(station.county)
    assert send(api_client(manager), path, **{**body, "subject": "travel"}).json()["code"] == "courses_missing"
    answer = send(api_client(manager), path, **body)
    assert (answer.status_code, answer.json()["station"]) == (201, station.code)
    lines = {line["subject"]: line for line in api_client(holder).get("/api/v1/gates/").json()}
    assert (lines["insurance"]["valid_through"], lines["travel"]["missing"]) == (
        answer.json()["expires_date"],
        ["TRAV1"],
    )
    helper = helper_of(station)
    mine = api_client(helper).get(f"/api/v1/gates/?person={holder.person_id}")
    assert mine.status_code == 200
    assert AccessRead.objects.filter(person=holder.person, user=helper).exists()
    stranger = helper_of(StationFactory(county=county()))
    assert api_client(stranger).get(f"/api/v1/gates/?person={holder.person_id}").status_code == 404
    assert api_client(helper).get("/api/v1/gates/?person=x").status_code == 400


def test_a_course_completed_under_a_record_that_was_merged_counts(station, holder):
    gone, first = farmer_of(station), county_manager_of(station.county)
    services.keep_course_report(person=gone, course="INS1", version=1, at=now())
    row = propose_merge(keep=holder.person, merge=gone, actor=first, at=now(), reason="同一个人")
    with pytest.raises(services.CoursesMissing):
        issue(holder, station)
    merge_persons(merge=row, actor=county_manager_of(station.county), at=now())
    assert issue(holder, station).holder == holder


def test_a_renewed_certificate_keeps_the_face_of_its_holder(station, holder):
    report(holder, "INS1")
    made = issue(holder, station)
    made.photo = picture(holder)
    made.save(update_fields=["photo"])
    at = now() + 700 * DAY
    report(holder, "INS1", at=at)
    renewed = issue(holder, station, at=at)
    assert (renewed.pk != made.pk, renewed.photo_id) == (True, made.photo_id)
