"""Chronic care: from enrolment to the next visit, with the rule of the country; who sees what."""

import datetime as dt
from decimal import Decimal
from functools import partial
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import now

from core.days import day_in, months_later
from core.errors import WrongState
from core.history import changes_of
from health.chronic import console
from health.chronic.judging import Seen, judge_all
from health.chronic.lists import FollowUps
from health.chronic.models import Enrolment, Judgement, ProtocolVersion, Referral
from health.chronic.queries import numbers_of
from health.chronic.services import (
    AlreadyEnrolled,
    NoReferral,
    NothingMeasured,
    ProtocolNotActive,
    VisitDateWrong,
    confirm_enrolment,
    finish_enrolment,
    record_answer,
    record_call,
)
from health.records.models import Condition, HealthRecord, Observation
from health.records.services import (
    CONSENT,
    Glucose,
    Pressure,
    ResidentNotFound,
    ValueNotPossible,
    correct_entry,
    record_encounter,
)
from stations.models import AccessRead
from stations.people.identity import unseal
from stations.people.models import Consent
from stations.people.services import record_death, withdraw_consent
from stations.people.services.consents import ConsentMissing
from tests.factories.chronic import fasting, practice
from tests.factories.health import clinic as hospital_of
from tests.factories.stations import PostFactory, UserFactory, api_client
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def result_of(visit):
    return visit.judgements.get(replaced_at=None).result


def noon(year, month, day):
    return dt.datetime(year, month, day, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_a_nurse_enrols_with_consent_a_doctor_confirms_and_care_begins():
    there = practice()
    person, number = there.resident()
    with pytest.raises(ConsentMissing):
        there.enrol(person, number, manner="")
    enrolment = there.enrol(person, number)
    assert Consent.objects.get(person=person, purpose=CONSENT, withdrawn_at=None).recorded_by == there.nurse
    with pytest.raises(WrongState):
        there.visit(enrolment, (130, 80))
    with pytest.raises(AlreadyEnrolled):
        there.enrol(person, number)
    enrolment = confirm_enrolment(enrolment=enrolment, by=there.doctor, at=now())
    assert (enrolment.status, enrolment.next_due_date) == ("active", enrolment.started_date)
    elsewhere = practice()
    with pytest.raises(ResidentNotFound):
        elsewhere.enrol(person, number)
    with pytest.raises(ResidentNotFound):
        there.enrol(person, "110105194912310020")


def test_the_visits_of_li_mean_the_same_in_any_order_and_refer_once():
    """3 March 138/88; 1 June 145/80; 14 June 142/85: to hospital; 27 June 136/84."""
    values = {(3, 3): (138, 88), (6, 1): (145, 80), (6, 14): (142, 85), (6, 27): (136, 84)}
    expected = {
        (3, 3): ("controlled", dt.date(2025, 6, 3)),
        (6, 1): ("uncontrolled_first", dt.date(2025, 6, 15)),
        (6, 14): ("uncontrolled_repeated", dt.date(2025, 6, 28)),
        (6, 27): ("controlled", dt.date(2025, 9, 27)),
    }
    there = practice()
    for order in list(permutations(values))[::7]:
        enrolment = there.under_care(at=noon(2025, 3, 1), birth_date=dt.date(1967, 1, 1))
        for day in order:
            there.visit(enrolment, values[day], visit_date=dt.date(2025, *day), at=noon(2025, 7, 1))
        held = Judgement.objects.filter(enrolment=enrolment, replaced_at=None)
        found = {
            (row.visit.local_date.month, row.visit.local_date.day): (row.result, row.next_due_date) for row in held
        }
        assert found == expected
        referral = Referral.objects.exclude(status="revoked").get(enrolment=enrolment)
        assert (referral.priority, referral.check_due_date) == ("urgent", dt.date(2025, 6, 28))
        enrolment.refresh_from_db()
        assert (enrolment.next_due_date, enrolment.last_result) == (dt.date(2025, 9, 27), "controlled")


def test_pressures_are_judged_at_the_thresholds_of_the_norm():
    there, at = practice(), now()
    young = {"birth_date": at.date().replace(day=1) - 50 * 365 * DAY}
    old = {"birth_date": at.date().replace(day=1) - 70 * 366 * DAY}
    for about, conditions, pressures, expected in [
        (young, (), [(145, 80)], "uncontrolled_first"),
        (young, (), [(130, 92)], "uncontrolled_first"),
        (young, (), [(139, 89)], "controlled"),
        (young, (), [(180, 100)], "emergency"),
        (young, (), [(150, 110)], "emergency"),
        (young, (), [(179, 109)], "uncontrolled_first"),
        (old, (), [(149, 89)], "controlled"),
        (old, (), [(150, 89)], "uncontrolled_first"),
        (old, ("N18",), [(149, 89)], "uncontrolled_first"),
        # The mean of the last two, half up: 139.5 is 140.
        (young, (), [(170, 80), (139, 80), (140, 80)], "uncontrolled_first"),
        (young, (), [(170, 80), (139, 80), (139, 80)], "controlled"),
        (young, (), [(181, 80), (120, 80), (120, 80)], "emergency"),
    ]:
        enrolment = there.under_care(at=at, conditions=conditions, **about)
        assert result_of(there.visit(enrolment, *pressures, at=at)) == expected, (about, pressures)


def test_glucose_is_compared_in_the_unit_that_was_entered():
    there, at = practice(), now()
    for reading, expected in [
        (fasting("7.0"), "uncontrolled_first"),
        (fasting("6.9"), "controlled"),
        (fasting("16.7"), "emergency"),
        (fasting("16.6"), "uncontrolled_first"),
        (fasting("3.9"), "emergency"),
        (fasting("4.0"), "controlled"),
        # Converted it would be 6.994 mmol/L.
        (fasting("126", "mg/dL"), "uncontrolled_first"),
        (fasting("125", "mg/dL"), "controlled"),
        (fasting("300", "mg/dL"), "emergency"),
        (fasting("70", "mg/dL"), "emergency"),
        (fasting("71", "mg/dL"), "controlled"),
        (Glucose(Decimal("9.0"), "mmol/L", is_fasting=False), "not_judged"),
        (Glucose(Decimal("16.7"), "mmol/L", is_fasting=False), "emergency"),
    ]:
        enrolment = there.under_care("type2_diabetes", at=at)
        assert result_of(there.visit(enrolment, reading, at=at)) == expected, reading
    for wrong in (fasting("126"), fasting("7.4", "mg/dL"), (80, 120), (351, 80)):
        with pytest.raises(ValueNotPossible):
            there.visit(enrolment, wrong, at=at)


def test_an_emergency_refers_today_and_only_an_answer_closes_the_referral():
    there, at = practice(), now()
    enrolment = there.under_care(at=at)
    visit = there.visit(enrolment, (120, 80), signs=["chest"], at=at)
    today = day_in(there.clinic.zone, at)
    referral = Referral.objects.get(enrolment=enrolment)
    assert (result_of(visit), referral.priority, referral.check_due_date) == ("emergency", "stat", today + 14 * DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.filter(pk=referral.pk).update(status="completed")
    record_answer(enrolment=enrolment, outcome="treated", by=there.nurse, at=at)
    referral.refresh_from_db()
    assert (referral.status, referral.answered_by) == ("completed", there.nurse)
    with pytest.raises(NoReferral):
        record_answer(enrolment=enrolment, outcome="treated", by=there.nurse, at=at)


def test_what_was_measured_never_changes_and_phone_visits_are_not_judged():
    there = practice()
    enrolment = there.under_care()
    there.visit(enrolment, (150, 95))
    with pytest.raises(Exception, match=r"append|change|permission"), transaction.atomic():
        Observation.objects.update(systolic=120)
    due = Enrolment.objects.get(pk=enrolment.pk).next_due_date
    assert result_of(there.visit(enrolment, mode="phone")) == "not_judged"
    assert Enrolment.objects.get(pk=enrolment.pk).next_due_date == due
    with pytest.raises(NothingMeasured):
        there.visit(enrolment)
    for wrong in (enrolment.started_date - DAY, enrolment.started_date + DAY):
        with pytest.raises(VisitDateWrong):
            there.visit(enrolment, (120, 80), visit_date=wrong)


def test_one_visit_is_judged_for_each_programme_and_diabetes_lowers_the_target_of_the_old():
    there, at = practice(), now()
    pressure = there.under_care(at=at, birth_date=at.date() - 70 * 366 * DAY)
    Enrolment.objects.filter(pk=pressure.pk).update(next_due_date=pressure.started_date)
    sugar = there.enrol(pressure.resident, unseal(pressure.resident), "type2_diabetes", manner="")
    sugar = confirm_enrolment(enrolment=sugar, by=there.doctor, at=at)
    visit = there.visit(sugar, (145, 85), "6.4", at=at)
    results = dict(visit.judgements.filter(replaced_at=None).values_list("enrolment__programme", "result"))
    assert results == {"hypertension": "uncontrolled_first", "type2_diabetes": "controlled"}


def test_who_was_called_leaves_the_list_for_some_days_and_who_died_leaves_it_for_ever():
    there, at = practice(), now()
    enrolment = there.under_care(at=at)
    today = day_in(there.clinic.zone, at)
    called = record_call(enrolment=enrolment, outcome="will_come", by=there.nurse, at=at)
    assert called.hidden_until_date == today + 7 * DAY
    there.visit(enrolment, (190, 80), at=at)
    record_death(person=enrolment.resident, died_date=today, by=there.ready.partner, at=at)
    run_jobs(at)
    enrolment.refresh_from_db()
    assert (enrolment.status, enrolment.ended_because) == ("finished", "died")
    assert enrolment.referrals.get().status == "revoked"
    with pytest.raises(WrongState):
        finish_enrolment(enrolment=enrolment, ending="moved", by=there.doctor, at=at)


def test_from_thirty_days_on_dangerous_values_stand_first_and_who_was_measured_elsewhere_is_not_called(client):
    there = practice()
    today = day_in(there.clinic.zone, now())
    late = {}
    for days in (29, 30):
        late[days] = there.under_care(at=now() - 60 * DAY, conditions=("I64",))
        there.visit(late[days], (182, 104), at=now() - 50 * DAY)
        Enrolment.objects.filter(pk=late[days].pk).update(next_due_date=today - days * DAY)
    client.force_login(there.nurse)

    def listed(state):
        page = client.get(f"{reverse('chronic:follow-ups')}?state={state}").content.decode()
        return [days for days, each in late.items() if str(each.pk) in page]

    assert (listed("first"), listed("overdue")) == ([30], [29, 30])
    record, hospital = HealthRecord.objects.get(resident=late[30].resident), hospital_of(there.ready).hospital
    measured = partial(record_encounter, record=record, clinic=hospital, kind="AMB", summary="复诊", by=there.doctor)
    measured(readings=[fasting("6.1")], at=now() - 40 * DAY)  # glucose tells nothing of this programme
    measured(readings=[Pressure(150, 90)], at=now() - 45 * DAY)  # before the visit was due for two weeks
    assert listed("first") == [30]
    seen = measured(readings=[Pressure(150, 90)], at=now() - 7 * DAY)
    assert listed("first") == []
    correct_entry(
        record=record, clinic=hospital, kind="encounter", entry=seen.pk, reason="记错了人", by=there.doctor, at=now()
    )
    assert listed("first") == [30]


def test_without_consent_nothing_is_recorded_and_nobody_is_called(client):
    there = practice()
    enrolment = there.under_care()
    consent = Consent.objects.get(person=enrolment.resident, purpose=CONSENT)
    withdraw_consent(consent=consent, by=there.ready.partner, at=now())
    with pytest.raises(ConsentMissing):
        there.visit(enrolment, (120, 80))
    assert not Enrolment.objects.cared_for().exists()
    client.force_login(there.nurse)
    assert client.get(reverse("chronic:enrolment", args=[enrolment.pk])).status_code == 200


def test_no_value_programme_or_diagnosis_reaches_a_station_or_the_county(client):
    there = practice()
    enrolment = there.under_care("type2_diabetes", full_name="欧阳金雀", conditions=("I64",))
    there.visit(enrolment, (187, 93), "13.7")
    Enrolment.objects.filter(pk=enrolment.pk).update(next_due_date=day_in(there.clinic.zone, now()) + DAY)
    manager, helper = UserFactory(), UserFactory()
    PostFactory(user=manager, role="county_manager", division=there.ready.station.county)
    PostFactory(user=helper, role="helper", station=there.ready.station)
    never = ("187/93", "13.7 mmol", "糖尿病", "diabetes", "E11", "I64", "emergency", "卒中", "中风")
    page = reverse("chronic:enrolment", args=[enrolment.pk])
    for user in (there.ready.partner, helper, manager):
        client.force_login(user)
        api = api_client(user)
        assert client.get(page).status_code in (403, 404)
        assert api.get("/api/v1/care-enrolments/").status_code == 403
        for address in ("/", "/health/chronic/dates/", "/health/appointments/"):
            body = client.get(address, follow=True).content.decode()
            main = body.split("<main", 1)[-1].split("</main>", 1)[0]
            assert [word for word in never if word in main] == [], (user, address)
        for address in ("/api/v1/follow-up-dates/", "/api/v1/appointments/"):
            assert [word for word in never[2:] if word in api.get(address).content.decode()] == []
    client.force_login(there.ready.partner)
    assert "村卫生室" in client.get("/health/chronic/dates/", headers={"accept-language": "zh-hans"}).content.decode()
    client.force_login(practice().nurse)
    assert client.get(page).status_code == 404
    looks = AccessRead.objects.filter(person=enrolment.resident, user=manager)
    assert not looks.exclude(what="refused").exists()


def test_staff_of_the_clinic_reads_all_of_it_and_every_look_is_recorded(client):
    there = practice()
    enrolment = there.under_care()
    there.visit(enrolment, (138, 88), visit_date=enrolment.started_date)
    client.force_login(there.nurse)
    page = reverse("chronic:enrolment", args=[enrolment.pk])
    answer = client.post(
        f"{page}visit/",
        {"systolic": "186", "diastolic": "112", "unit": "mmol/L", "when": "fasting", "medicines": "some",
         "mode": "face_to_face", "key": "v" * 32},
        follow=True,
    )  # fmt: skip
    body = answer.content.decode()
    assert "120" in body
    assert "162/100" in body
    client.get(f"{reverse('chronic:follow-ups')}?state=care")
    assert AccessRead.objects.filter(person=enrolment.resident, user=there.nurse, what="health_record").count() == 2


def test_small_numbers_are_hidden_from_the_county_and_cannot_be_calculated():
    there = practice()
    manager = UserFactory()
    PostFactory(user=manager, role="county_manager", division=there.ready.station.county)
    today = day_in(there.clinic.zone, now())
    for count, shown in ((4, None), (5, 5)):
        while Enrolment.objects.count() < count:
            there.under_care()
        rows = numbers_of(manager, today=today)
        assert {row.under_care for row in rows} == {shown}
        assert {row.in_target for row in rows} == {None}
    other = UserFactory()
    PostFactory(user=other, role="county_manager", division=practice().ready.station.county)
    assert numbers_of(other, today=today) == []


def test_another_country_has_its_own_rule_and_unit_or_none():
    there = practice()
    there.clinic.division.country = "KE"
    person, number = there.resident()
    with pytest.raises(ProtocolNotActive):
        there.enrol(person, number)
    norm = ProtocolVersion.objects.get(code="cn-t2dm")
    rule = norm.parameters | {"control": norm.parameters["control"] | {"mg/dL": {"below": "130"}}, "call": "999"}
    ProtocolVersion.objects.create(
        code="ke-t2dm", revision=1, programme="type2_diabetes", country="KE", parameters=rule, source="KE",
        from_date=dt.date(2020, 1, 1),
    )  # fmt: skip
    assert there.enrol(person, number, "type2_diabetes").status == "planned"


def test_three_months_from_the_last_of_november_end_with_february():
    assert months_later(dt.date(2025, 11, 30), 3) == dt.date(2026, 2, 28)
    assert months_later(dt.date(2023, 11, 30), 3) == dt.date(2024, 2, 29)
    assert months_later(dt.date(2025, 8, 27), 3) == dt.date(2025, 11, 27)


def test_a_visit_from_before_a_second_programme_began_is_judged_for_the_first_alone():
    there = practice()
    pressure = there.under_care(at=noon(2025, 3, 1))
    sugar = there.enrol(pressure.resident, unseal(pressure.resident), "type2_diabetes", manner="", at=noon(2025, 6, 1))
    sugar = confirm_enrolment(enrolment=sugar, by=there.doctor, at=noon(2025, 6, 1))
    visit = there.visit(pressure, (136, 84), visit_date=dt.date(2025, 5, 15), at=noon(2025, 6, 2))
    assert visit.judgements.get().enrolment == pressure
    sugar.refresh_from_db()
    assert sugar.next_due_date == dt.date(2025, 6, 1)


def test_a_visit_that_turns_out_to_be_an_emergency_is_referred_today():
    there, at = practice(), noon(2025, 6, 1)
    enrolment = there.under_care(at=noon(2025, 3, 1))
    there.visit(enrolment, (150, 80), visit_date=dt.date(2025, 5, 15), at=at)
    there.visit(enrolment, (150, 80), at=at)
    assert Referral.objects.get(enrolment=enrolment, status="active").priority == "urgent"
    there.visit(enrolment, signs=["chest"], at=at)
    assert Referral.objects.get(enrolment=enrolment, status="active").priority == "stat"
    assert enrolment.referrals.filter(status="revoked").count() == 1


def test_of_whom_has_withdrawn_no_diagnosis_call_or_answer_is_recorded_and_nobody_lists_them(client):
    there = practice()
    planned, cared = there.enrol(*there.resident("欧阳金雀")), there.under_care(full_name="司马雪雁")
    there.visit(cared, (190, 80))
    for enrolment in (planned, cared):
        consent = Consent.objects.get(person=enrolment.resident, purpose=CONSENT)
        withdraw_consent(consent=consent, by=there.ready.partner, at=now())
    for verb, values in ((record_call, {"outcome": "moved"}), (record_answer, {"outcome": "treated"})):
        with pytest.raises(ConsentMissing):
            verb(enrolment=cared, by=there.nurse, at=now(), **values)
    with pytest.raises(ConsentMissing):
        confirm_enrolment(enrolment=planned, by=there.doctor, at=now())
    assert not Condition.objects.filter(resident=planned.resident).exists()
    client.force_login(there.doctor)
    for state in ("planned", "care", "first", "overdue", "due"):
        page = client.get(reverse("chronic:follow-ups"), {"state": state}).content.decode()
        assert not {word for word in ("欧阳金雀", "司马雪雁") if word in page}, state
    for enrolment in (planned, cared):
        page = client.get(reverse("chronic:enrolment", args=[enrolment.pk])).content.decode()
        assert reverse("chronic:enrolment-finish", args=[enrolment.pk]) in page
        for verb in ("confirm", "call", "answer"):
            assert reverse(f"chronic:enrolment-{verb}", args=[enrolment.pk]) not in page
    ended = finish_enrolment(enrolment=cared, ending="diagnosis_refuted", by=there.doctor, at=now())
    assert {change.reason for change in changes_of(ended)} == {""}


def test_a_unit_without_a_target_is_recorded_and_not_judged():
    rule = ProtocolVersion.objects.get(code="cn-t2dm").parameters
    rule["control"].pop("mg/dL")
    seen = Seen(dt.date(2025, 6, 1), is_face_to_face=True, readings=[fasting("130", "mg/dL")])
    assert judge_all("type2_diabetes", [(seen, rule)], due=seen.day)[0].result == "not_judged"


def test_of_a_long_list_so_many_are_counted_and_a_plus_says_that_there_may_be_more(client, monkeypatch):
    there = practice()
    for name in ("欧阳金雀", "司马雪雁", "诸葛翠竹"):
        there.under_care(full_name=name)
    client.force_login(there.doctor)
    for most, told in ((3, "3+"), (4, "3")):
        monkeypatch.setattr(FollowUps, "counted_to", most)
        page = client.get(reverse("chronic:follow-ups"), {"state": "care"}).content.decode()
        assert [f'<span class="num">{each}</span>' in page for each in ("3+", "3")] == [told == "3+", told == "3"]


def test_the_figures_of_a_home_count_up_to_so_many_and_a_plus_says_that_there_may_be_more(monkeypatch):
    there = practice()
    for name in ("欧阳金雀", "司马雪雁", "诸葛翠竹"):
        there.under_care(full_name=name)
    late = now() + dt.timedelta(days=400)
    known = {figure.name: figure for figure in console.CONSOLE.figures}
    for most, told in ((4, "3"), (3, "3+")):
        monkeypatch.setattr("health.chronic.console.MOST", most)
        monkeypatch.setattr("core.web.waiting.MOST", most)
        assert known["chronic.overdue"].measure(user=there.doctor, at=late).value == told
        assert known["chronic.due"].measure(user=there.doctor, at=late).value == "0"
