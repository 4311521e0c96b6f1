"""Prescriptions of online consultations: allergies, a second person, the drug in the record, and the slip."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils.timezone import now

from core.days import day_in, instant_of
from core.errors import SamePerson, WrongState
from core.models import Notice, StatusChange
from health.consultations.console import CONSOLE
from health.consultations.models import Prescription
from health.consultations.queries import last_weight
from health.consultations.refusals import DrugNotAllowedOnline, NotYourCase, PrescriptionOver
from health.consultations.services import (
    complete_case,
    dispense_prescription,
    end_prescriptions,
    release_prescription,
    return_prescription,
    stop_prescription,
)
from health.hospitals.models import Department
from health.hospitals.services import join_staff
from health.records.models import Code, HealthRecord, Medicine
from health.records.services import AllergyKnown, Vital, record_allergy, record_encounter
from stations.models import AccessRead
from stations.people.models import Consent, Person
from stations.people.services.consents import ConsentMissing
from stations.people.services.registration import PersonGone
from tests.factories.chronic import practice
from tests.factories.consultations import online
from tests.factories.people import second_login_of
from tests.factories.records import signed_in
from tests.factories.stations import LONG_AGO, PostFactory, api_client, send

pytestmark = pytest.mark.django_db
MICROSECOND = dt.timedelta(microseconds=1)


def waiting(user, name):
    (need,) = [need for need in CONSOLE.needs if need.name == name]
    return need.rows(user=user, at=now()).count()


def allergic(there, row, allergen):
    record = HealthRecord.objects.select_related("resident").get(resident=row.resident)
    record_allergy(record=record, clinic=there.clinic, allergen=allergen, criticality="high", by=there.nurse, at=now())


def test_a_pharmacist_releases_and_hands_out_and_the_drug_stands_in_the_record(client):
    there = online()
    row = there.taken(there.person(phone="13900017788"))
    made = there.prescribed(row)
    complete_case(consultation=row, summary="血压平稳", by=there.doctor, at=now())
    assert waiting(there.pharmacist, "prescriptions.release") == 1
    assert not Medicine.objects.exists()
    release_prescription(prescription=made, by=there.pharmacist, at=now())
    assert Notice.objects.get(template="prescription_ready").params == {"place": "县人民医院", "number": row.number}
    slip = reverse("consultations:slip", args=[made.pk])
    assert "氨氯地平" not in signed_in(client, there.pharmacist).get(slip).content.decode()
    at = now()
    dispense_prescription(prescription=made, by=there.pharmacist, at=at)
    medicine, today = Medicine.objects.get(), day_in(there.clinic.zone, at)
    assert (medicine.drug, medicine.from_date, (medicine.to_date - today).days) == (made.drug, today, 13)
    assert medicine.recorded_by == there.doctor
    assert "氨氯地平" in client.get(slip).content.decode()
    for verb in (release_prescription, dispense_prescription):
        with pytest.raises(WrongState):
            verb(prescription=made, by=there.pharmacist, at=now())


def test_no_drug_to_which_the_resident_is_allergic_is_written_released_or_handed_out():
    there = online()
    row = there.taken()
    first, second = there.prescribed(row, "J01CA04"), there.prescribed(row, "M01AE01")
    release_prescription(prescription=second, by=there.pharmacist, at=now())
    allergic(there, row, "penicillins")
    allergic(there, row, "nsaids")
    with pytest.raises(AllergyKnown):
        there.prescribed(row, "J01CA04")
    with pytest.raises(AllergyKnown):
        release_prescription(prescription=first, by=there.pharmacist, at=now())
    with pytest.raises(AllergyKnown):
        dispense_prescription(prescription=second, by=there.pharmacist, at=now())
    with pytest.raises(DrugNotAllowedOnline):
        there.prescribed(row, "N02AA01")
    with pytest.raises(NotYourCase):
        there.prescribed(row, by=there.colleague)
    assert not Medicine.objects.exists()


def test_nobody_releases_what_the_same_person_signed_under_another_login():
    there = online()
    made = there.prescribed()
    second = second_login_of(there.doctor)
    PostFactory(user=second, role="pharmacist", division=there.clinic.division)
    join_staff(hospital=there.clinic, user=second, by=second, at=LONG_AGO)
    assert waiting(second, "prescriptions.release") == 0
    for verb, said in ((release_prescription, {}), (return_prescription, {"reason": "剂量"})):
        with pytest.raises(SamePerson):
            verb(prescription=made, by=second, at=now(), **said)
    with pytest.raises(DatabaseError), transaction.atomic():
        Prescription.objects.update(status="active", reviewed_by=there.doctor, reviewed_at=now())
    with pytest.raises(DatabaseError), transaction.atomic():
        Prescription.objects.update(dose="加倍")


def test_one_that_is_returned_is_written_anew_by_its_doctor_and_never_changed(client):
    there = online()
    row = there.taken()
    made = there.prescribed(row)
    release_prescription(prescription=made, by=there.pharmacist, at=now())
    answer = send(api_client(there.pharmacist), f"/api/v1/prescriptions/{made.pk}/return/", reason="剂量过大")
    assert answer.json()["status"] == "returned"
    assert waiting(there.doctor, "cases.returned") == 1
    page = signed_in(client, there.doctor).get(reverse("consultations:case", args=[row.pk])).content.decode()
    assert "剂量过大" in page
    complete_case(consultation=row, summary="血压平稳", by=there.doctor, at=now())
    there.prescribed(row, dose="每天一次，每次 2.5 毫克")
    assert (waiting(there.doctor, "cases.returned"), waiting(there.pharmacist, "prescriptions.release")) == (0, 1)


def test_a_pharmacist_reads_the_prescription_with_allergies_and_nothing_of_the_case(client):
    there = online()
    row = there.taken(complaint="夜里胸闷")
    allergic(there, row, "sulfonamides")
    made = there.prescribed(row)
    browser = signed_in(client, there.pharmacist)
    page = browser.get(reverse("consultations:prescription", args=[made.pk])).content.decode()
    assert ("磺胺" in page, "胸闷" in page) == (True, False)
    closed = [reverse("consultations:case", args=[row.pk]), reverse("consultations:cases")]
    assert [browser.get(address).status_code for address in closed] == [404, 403]
    assert AccessRead.objects.filter(user=there.pharmacist, person=row.resident, what="prescription").count() == 1
    other = online(there.ready).pharmacist
    assert signed_in(client, other).get(reverse("consultations:prescription", args=[made.pk])).status_code == 404
    assert api_client(other).get("/api/v1/prescriptions/").json()["results"] == []
    assert AccessRead.objects.filter(user=other, person=row.resident, what="refused").count() == 1


def test_of_one_who_has_died_or_does_not_agree_any_more_nothing_is_prescribed_released_or_handed_out():
    there = online()
    row = there.taken(there.person(phone="13900017788"))
    first, second = there.prescribed(row), there.prescribed(row, "M01AE01")
    release_prescription(prescription=second, by=there.pharmacist, at=now())
    complete_case(consultation=row, summary="血压平稳", by=there.doctor, at=now())
    told = Notice.objects.count()

    def refused(refusal):
        for verb, made in ((release_prescription, first), (dispense_prescription, second)):
            with pytest.raises(refusal):
                verb(prescription=made, by=there.pharmacist, at=now())
        with pytest.raises(refusal):
            there.prescribed(row)

    withdraw_all(row.resident)
    refused(ConsentMissing)
    Person.objects.filter(pk=row.resident_id).update(residence="deceased", died_date=day_in(there.clinic.zone, now()))
    refused(PersonGone)
    assert Notice.objects.count() == told
    assert [waiting(there.pharmacist, f"prescriptions.{what}") for what in ("release", "hand_out")] == [0, 0]


def withdraw_all(person):
    Consent.objects.filter(person=person).update(withdrawn_at=now(), withdrawn_by=person)


def test_a_weight_of_a_department_that_is_never_named_elsewhere_is_not_shown():
    there, village = online(), practice(online().ready)
    person = there.known_elsewhere()
    record = HealthRecord.objects.select_related("resident").get(resident=person)
    about = {"record": record, "kind": "AMB", "by": there.nurse, "at": now(), "summary": "称重"}
    record_encounter(**about, clinic=there.clinic, readings=[Vital(Code.WEIGHT, Decimal(61))])
    Department.objects.filter(pk=there.department.pk).update(sensitivity="restricted")
    there.department.refresh_from_db()
    hidden = {"clinic": there.clinic, "department": there.department}
    record_encounter(**about, **hidden, readings=[Vital(Code.WEIGHT, Decimal(48))])
    assert last_weight(person, there.clinic).value == 48
    assert last_weight(person, village.clinic).value == 61


def test_a_prescription_is_over_after_its_last_day_at_the_clinic_and_not_on_it():
    there = online()
    row = there.taken()
    collected, left, waiting_for_release = (
        there.prescribed(row, days=3),
        there.prescribed(row, days=3),
        there.prescribed(row),
    )
    at = instant_of(there.clinic.zone, day_in(there.clinic.zone, now()), dt.time(12))
    for each in (collected, left):
        release_prescription(prescription=each, by=there.pharmacist, at=at)
    day = dt.timedelta(days=1)
    # Collected on the last day, it is for three days from then on.
    dispense_prescription(prescription=collected, by=there.pharmacist, at=at + 2 * day)
    last_instant = instant_of(there.clinic.zone, day_in(there.clinic.zone, at + 3 * day), dt.time()) - MICROSECOND
    assert end_prescriptions(at=last_instant) == 0
    with pytest.raises(PrescriptionOver):
        dispense_prescription(prescription=left, by=there.pharmacist, at=last_instant + MICROSECOND)
    assert end_prescriptions(at=last_instant + MICROSECOND) == 1
    assert end_prescriptions(at=last_instant + MICROSECOND) == 0
    assert [_state(each) for each in (collected, left, waiting_for_release)] == ["dispensed", "completed", "draft"]
    assert end_prescriptions(at=last_instant + 2 * day + MICROSECOND) == 1
    assert (_state(collected), Prescription.objects.get(pk=collected.pk).dispensed_by) == (
        "completed",
        there.pharmacist,
    )
    for verb in (dispense_prescription, release_prescription):
        with pytest.raises(WrongState):
            verb(prescription=left, by=there.pharmacist, at=at)
    assert StatusChange.objects.filter(object_id=str(left.pk), new="completed", actor=None).count() == 1


def test_its_doctor_stops_a_prescription_and_resident_and_station_are_told_nothing_of_it(client):
    there = online()
    there.ready.partner.phone = "13700001122"
    there.ready.partner.save()
    row = there.taken(there.person(phone="13900017788"))
    made, draft = there.prescribed(row), there.prescribed(row)
    release_prescription(prescription=made, by=there.pharmacist, at=now())
    dispense_prescription(prescription=made, by=there.pharmacist, at=now())
    with pytest.raises(NotYourCase):
        stop_prescription(prescription=made, reason="血压偏低", by=there.colleague, at=now())
    with pytest.raises(WrongState):
        stop_prescription(prescription=draft, reason="血压偏低", by=there.doctor, at=now())
    page = reverse("consultations:case-stop", args=[row.pk])
    sent = {"prescription": made.pk, "reason": "血压偏低", "key": "s" * 32}
    for _press in range(2):
        assert signed_in(client, there.doctor).post(page, sent).status_code == 303
    assert (_state(made), Prescription.objects.get(pk=made.pk).stopped_because) == ("stopped", "血压偏低")
    medicine = Medicine.objects.get()
    assert medicine.to_date == medicine.from_date
    told = Notice.objects.filter(template__startswith="prescription_stopped")
    assert {each.template: each.params for each in told} == {
        "prescription_stopped": {"place": "县人民医院", "number": row.number},
        "prescription_stopped_at_station": {"number": row.number},
    }
    assert end_prescriptions(at=now() + dt.timedelta(days=40)) == 0
    assert signed_in(client, there.ready.partner).post(page, {**sent, "key": "t" * 32}).status_code == 404
    refused = signed_in(client, there.colleague).post(page, {**sent, "key": "u" * 32})
    # The clinic keeps the record: its other doctors read the case and stop nothing.
    assert refused.status_code == 403


def _state(prescription):
    return Prescription.objects.get(pk=prescription.pk).status
