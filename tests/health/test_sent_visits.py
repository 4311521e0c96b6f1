"""Visits that a nurse records where there is no network, and a device sends later."""

import datetime as dt
import uuid
from dataclasses import replace
from itertools import permutations

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from core.days import day_in, instant_of
from health.chronic.models import Enrolment, FollowUpVisit, Judgement, Referral, SentVisit
from health.chronic.queries import enrolments
from health.chronic.services import VisitMade, finish_enrolment, record_visits
from health.records.models import Observation
from health.records.services import Pressure
from stations.models import AccessRead, Consent
from stations.people.services import withdraw_consent
from tests.factories.chronic import practice
from tests.factories.stations import api_client
from tests.factories.stations import send as press
from tests.races import together

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


def made_at_home(enrolment, *pressures, at, **values):
    about = {"op_id": uuid.uuid4(), "medicines": "all", "device": "tablet 1"}
    readings = tuple(Pressure(*each) for each in pressures)
    return VisitMade(enrolment=enrolment.pk, readings=readings, made_at=at, **{**about, **values})


def morning_of(there, days_ago):
    """Nine o'clock of a day gone by at the clinic: an hour later is the same day."""
    zone = there.clinic.zone
    return instant_of(zone, day_in(zone, now()) - days_ago * DAY, dt.time(9))


def send(there, visits, *, at=None):
    within = enrolments().open_to(there.nurse, "health.record_visit")
    return record_visits(visits=visits, within=within, by=there.nurse, at=at or now())


def codes(verdicts):
    return [each.refusal.code if each.refusal else each.outcome for each in verdicts]


def meaning(enrolment):
    """What stands of a resident, without ids: judgements by day, the next date, referrals."""
    held = Judgement.objects.filter(enrolment=enrolment, replaced_at=None).order_by("visit__local_date")
    enrolment.refresh_from_db()
    visits = [(row.visit.local_date, row.result, row.visit.signs, row.visit.observations.count()) for row in held]
    referrals = enrolment.referrals.exclude(status=Referral.Status.REVOKED).values_list("visit__local_date", "priority")
    return visits, enrolment.next_due_date, enrolment.is_at_risk, list(referrals)


@pytest.mark.django_db
def test_a_batch_in_any_order_sent_twice_or_half_lost_leaves_the_same_and_counts_once():
    there = practice()
    start = morning_of(there, 40)
    found = set()
    for order in permutations(range(3)):
        enrolment = there.under_care(at=start)
        visits = [
            made_at_home(enrolment, (145, 80), at=start + 10 * DAY),
            made_at_home(enrolment, (142, 85), at=start + 24 * DAY, signs=("chest",)),
            made_at_home(enrolment, (150, 95), (144, 86), at=start + 24 * DAY + HOUR),
        ]
        sent = [visits[each] for each in order]
        assert codes(send(there, sent[:2])) == ["accepted", "accepted"]
        assert codes(send(there, [*sent, sent[0]])) == ["known", "known", "accepted", "known"]
        assert codes(send(there, [replace(sent[0], medicines="none")])) == ["op_id_used"]
        measured = Observation.objects.filter(visit__in=[row.visit_id for row in SentVisit.objects.all()])
        assert measured.filter(resident=enrolment.resident).count() == 4
        found.add(repr(meaning(enrolment)))
        assert SentVisit.objects.filter(enrolment=enrolment).count() == 3
        assert FollowUpVisit.objects.filter(resident=enrolment.resident).count() == 2
    assert len(found) == 1
    assert "emergency" in found.pop()
    with pytest.raises(DatabaseError), transaction.atomic():
        SentVisit.objects.update(digest="0" * 64)


@pytest.mark.django_db
def test_one_that_is_refused_is_refused_visibly_and_stops_no_other():
    there, elsewhere = practice(), practice()
    start = now() - 20 * DAY
    good, gone, silent, foreign = (
        each.under_care(at=start, full_name=name)
        for each, name in ((there, "张一"), (there, "张二"), (there, "张三"), (elsewhere, "张四"))
    )
    finish_enrolment(enrolment=gone, ending="moved", by=there.doctor, at=now())
    consent = Consent.objects.get(person=silent.resident, purpose="health_record")
    withdraw_consent(consent=consent, by=there.ready.partner, at=now())
    at = now() - DAY
    visits = [
        made_at_home(good, at=at),
        made_at_home(good, (126, 12), at=at),
        made_at_home(good, (138, 86), at=start - 2 * DAY),
        made_at_home(gone, (182, 104), at=at),
        made_at_home(silent, (138, 86), at=at),
        made_at_home(foreign, (138, 86), at=at),
        made_at_home(gone, (138, 86), at=start - 365 * DAY),
        made_at_home(good, (138, 86), at=now() + HOUR),
    ]
    expected = ["nothing_measured", "value_not_possible", "visit_date_wrong", "resident_moved", "consent_missing"]
    expected += ["enrolment_not_found", "visit_date_wrong"]
    assert codes(send(there, visits)) == [*expected, "accepted"]
    assert codes(send(there, visits)) == [*expected, "known"]
    # A clock that runs ahead is put back to the instant of arrival; what was measured at one who moved is kept,
    # but not on a day before the care began.
    assert good.judgements.get().visit.local_date == day_in(there.clinic.zone, now())
    kept = Observation.objects.get(resident=gone.resident)
    assert (kept.systolic, kept.measured_at, gone.judgements.count()) == (182, at, 0)
    assert not Referral.objects.exists()
    assert not FollowUpVisit.objects.filter(resident__in=[silent.resident_id, foreign.resident_id]).exists()


@pytest.mark.django_db
def test_a_device_takes_along_who_is_due_and_nothing_else_and_each_look_is_written_down():
    there, elsewhere = practice(), practice()
    due = there.under_care(full_name="欧阳金雀")
    far = there.under_care()
    there.visit(far, (130, 80))
    client, stranger = api_client(there.nurse), api_client(elsewhere.nurse)
    rows = client.get("/api/v1/follow-ups/").json()["results"]
    assert [(row["enrolment"], row["name"]) for row in rows] == [(str(due.pk), "欧阳金雀")]
    today = day_in(there.clinic.zone, now())
    assert rows[0]["keep_until_date"] == (today + 7 * DAY).isoformat()
    assert AccessRead.objects.filter(user=there.nurse, person=due.resident, what="health_record").count() == 1
    assert stranger.get("/api/v1/follow-ups/").json()["results"] == []
    assert {row["parameters"]["call"] for row in client.get("/api/v1/care-protocols/").json()["results"]} == {"120"}
    batch = {
        "visits": [
            {
                "op_id": str(uuid.uuid4()),
                "enrolment": str(due.pk),
                "made_at": now().isoformat(),
                "pressures": [{"systolic": 182, "diastolic": 104}],
                "medicines": "some",
            }
        ]
    }
    refused = press(stranger, "/api/v1/follow-up-visits/", **batch).json()
    assert refused["results"][0]["code"] == "enrolment_not_found"
    assert AccessRead.objects.filter(user=elsewhere.nurse, person=due.resident, what="refused").count() == 1
    answer = press(client, "/api/v1/follow-up-visits/", **batch).json()["results"][0]
    assert (answer["outcome"], answer["call"], answer["judgements"][0]["result"]) == ("accepted", "120", "emergency")
    assert api_client(there.ready.partner).get("/api/v1/follow-ups/").status_code == 403


@pytest.mark.django_db
def test_a_long_batch_takes_so_many_statements_for_each_visit():
    there = practice()
    start = now() - 20 * DAY
    visits = [made_at_home(there.under_care(at=start), (138, 86), at=now()) for _ in range(6)]
    send(there, visits[:1])
    with CaptureQueriesContext(
        connection,
    ) as of_one:
        send(there, visits[1:2])
    with CaptureQueriesContext(connection) as of_four:
        send(there, visits[2:])
    assert len(of_four) - len(of_one) <= 3 * 22


@pytest.mark.usefixtures("own_database")
def test_two_tablets_that_send_at_once_record_each_visit_once_and_lose_none():
    there = practice()
    start = now() - 20 * DAY
    cared_for = [there.under_care(at=start) for _ in range(2)]
    morning = morning_of(there, 1)
    common = [made_at_home(each, (150, 95), at=morning) for each in cared_for]
    second = [made_at_home(each, (152, 97), at=morning + HOUR) for each in reversed(cared_for)]
    found = together(lambda: codes(send(there, common)), lambda: codes(send(there, [*second, *reversed(common)])))
    assert sorted(word for each in found for word in each) == ["accepted"] * 4 + ["known"] * 2
    assert [row.observations.count() for row in FollowUpVisit.objects.all()] == [2, 2]
    assert Enrolment.objects.filter(last_result="uncontrolled_first").count() == 2
