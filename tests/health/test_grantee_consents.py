"""A resident allows one hospital or one doctor to open the health record until a day, and takes that back."""

import datetime as dt
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.utils.timezone import now
from PIL import Image

from core.days import day_in, instant_of
from core.files.models import StoredFile
from core.notices.models import Notice
from health.models import Doctor
from health.records.file_permissions import may_see
from health.records.models import AccessGrant, GranteeConsent, HealthRecord
from health.records.models.records import READ
from health.records.services import (
    AccessPeriodWrong,
    GranteeConsentMissing,
    GranteeNotPossible,
    RecordedByGrantee,
    SignedPaperMissing,
    allow_grantee,
    forget_proofs,
    grant_access,
    send_grantee_code,
    withdraw_grantee,
)
from health.records.services.agreeing import agree
from stations.models import AccessRead, Consent, ConsentText, Person
from stations.people.services import record_death, record_signed_consent, withdraw_consent
from stations.people.services.consents import ConsentMissing, GuardianRequired
from stations.people.services.registration import PersonGone
from tests.factories.chronic import practice
from tests.factories.finance import desk
from tests.factories.health import clinic as hospital_of
from tests.factories.health import nurse_of
from tests.factories.people import merged, second_login_of
from tests.factories.records import opened, page_of, signed_in
from tests.factories.refunds import photo_by
from tests.factories.register import code_sent
from tests.factories.stations import PostFactory, api_client, county, send
from tests.races import together

DAY = dt.timedelta(days=1)


def may_open(user, record):
    return HealthRecord.objects.open_to(user, READ).filter(pk=record.pk).exists()


def allow(there, record, *, days=30, at=None, **grantee):
    at = at or now()
    until = day_in(there.clinic.zone, at) + days * DAY
    paper = {"manner": "paper", "evidence": photo_by(there.nurse)}
    return allow_grantee(**{"record": record, "until_date": until, **paper, "by": there.nurse, "at": at, **grantee})


def photo_upload():
    content = BytesIO()
    Image.new("RGB", (64, 48), (240, 240, 230)).save(content, "JPEG")
    return SimpleUploadedFile("paper.jpg", content.getvalue(), "image/jpeg")


def doctor_of(doctor):
    """A doctor with a login on the staff of the hospital, and a colleague there."""
    user = nurse_of(doctor.department.hospital, role="doctor")
    Doctor.objects.filter(pk=doctor.pk).update(user=user)
    doctor.refresh_from_db()
    return doctor, nurse_of(doctor.department.hospital)


@pytest.mark.django_db
def test_one_hospital_or_one_doctor_alone_opens_the_record_until_its_day_and_nobody_else():
    there = practice()
    record, _number = opened(there)
    hospital, other = hospital_of(there.ready), hospital_of(there.ready)
    doctor, colleague = doctor_of(other.doctor)
    nurse, at = nurse_of(hospital.hospital), now()
    assert not any(may_open(user, record) for user in (nurse, doctor.user, colleague))
    consent = allow(there, record, hospital=hospital.hospital)
    alone = allow(there, record, doctor=doctor, days=0)
    assert [may_open(user, record) for user in (nurse, doctor.user, colleague)] == [True, True, False]
    # Through the last day of the clinic's zone, not a moment longer.
    midnight = instant_of(there.clinic.zone, day_in(there.clinic.zone, at) + DAY, dt.time())
    holding = record.grantees.holding
    assert set(holding(midnight - dt.timedelta(microseconds=1))) == {consent, alone}
    assert set(holding(midnight)) == {consent}
    # It is for reading: nobody writes, allows others or takes back by it.
    for verb in ("health.record_encounter", "health.allow_grantee", "health.withdraw_grantee"):
        assert not HealthRecord.objects.open_to(nurse, verb).filter(pk=record.pk).exists()
    # A later day takes the place of the earlier one; another record of the same hospital is none of it.
    longer = allow(there, record, hospital=hospital.hospital, days=365)
    consent.refresh_from_db()
    assert (consent.withdrawn_by, holding(now()).filter(hospital=hospital.hospital).get()) == (there.nurse, longer)
    assert not may_open(nurse, opened(there)[0])


@pytest.mark.django_db
def test_a_consent_is_taken_back_in_one_step_with_what_the_hospital_could_open_and_stands_as_it_was_said():
    there = practice()
    record, _number = opened(there)
    hospital = hospital_of(there.ready).hospital
    nurse, at = nurse_of(hospital), now()
    share = agree_to_share(there, record)
    grant_access(record=record, clinic=hospital, reason=AccessGrant.Reason.VISIT, at=at - DAY)
    consent = allow(there, record, hospital=hospital, at=at - DAY)
    withdraw_grantee(record=record, consent=consent.pk, by=there.nurse, at=at)
    assert not may_open(nurse, record)
    with pytest.raises(GranteeConsentMissing):
        withdraw_grantee(record=record, consent=consent.pk, by=there.nurse, at=at)
    # Who takes back that the record is shared at all, or kept at all, takes this back as well.
    for general in (share, Consent.objects.get(person=record.resident, purpose="health_record")):
        allow(there, record, hospital=hospital)
        assert may_open(nurse, record)
        withdraw_consent(consent=general, by=there.ready.partner, at=now())
        assert not may_open(nurse, record)
    # Whoever agrees to a record again later has not allowed anybody anew.
    agree(resident=record.resident, manner="signature", by=there.nurse, at=now())
    assert not may_open(nurse, record)
    with pytest.raises(DatabaseError), transaction.atomic():
        GranteeConsent.objects.filter(pk=consent.pk).update(to_at=at + DAY)
    with pytest.raises(DatabaseError), transaction.atomic():
        consent.delete()


def agree_to_share(there, record):
    agree(resident=record.resident, manner="signature", by=there.nurse, at=now(), purpose="share_with_hospital")
    return Consent.objects.get(person=record.resident, purpose="share_with_hospital")


@pytest.mark.django_db
def test_a_consent_for_one_outlives_the_general_ones_that_end_with_a_newer_text():
    there = practice()
    record, _number = opened(there)
    agree_to_share(there, record)
    hospital = hospital_of(there.ready).hospital
    allow(there, record, hospital=hospital)
    today = day_in(there.clinic.zone, now())
    for purpose in ("health_record", "share_with_hospital"):
        old = ConsentText.objects.filter(purpose=purpose, language="zh-hans").latest("version")
        about = {"purpose": purpose, "version": old.version + 1, "from_date": today, "body": old.body + "。"}
        text = ConsentText.objects.create(**about, language=old.language)
        about = {"person": record.resident, "station": there.ready.station, "by": there.nurse, "at": now()}
        record_signed_consent(**about, text=text, manner="signature")
        assert Consent.objects.filter(person=record.resident, purpose=purpose).count() == 2
    assert may_open(nurse_of(hospital), record)


@pytest.mark.django_db
def test_a_consent_without_a_grantee_a_possible_day_or_the_right_giver_is_refused():
    there = practice()
    record, _number = opened(there)
    hospital, abroad = hospital_of(there.ready), hospital_of(there.ready, division=county(country="KE"))
    for grantee in (
        {},
        {"hospital": hospital.hospital, "doctor": hospital.doctor},
        {"hospital": there.clinic},
        {"doctor": hospital.doctor},
        {"hospital": hospital_of(there.ready, is_restricted=True).hospital},
        {"hospital": abroad.hospital},
        {"doctor": doctor_of(abroad.doctor)[0]},
    ):
        with pytest.raises(GranteeNotPossible):
            allow(there, record, **grantee)
    for days in (-1, 366):
        with pytest.raises(AccessPeriodWrong):
            allow(there, record, hospital=hospital.hospital, days=days)
    today = day_in(there.clinic.zone, now())
    type(record.resident).objects.filter(pk=record.resident_id).update(birth_date=today - 365 * DAY)
    with pytest.raises(GuardianRequired):
        allow(there, record, hospital=hospital.hospital)
    type(record.resident).objects.filter(pk=record.resident_id).update(birth_date=dt.date(1970, 1, 1))
    consent = Consent.objects.get(person=record.resident, purpose="health_record")
    withdraw_consent(consent=consent, by=there.ready.partner, at=now())
    with pytest.raises(ConsentMissing):
        allow(there, record, hospital=hospital.hospital)
    assert not GranteeConsent.objects.exists()


@pytest.mark.django_db
def test_pages_and_api_record_it_show_whom_the_resident_allows_and_write_down_who_was_refused(client):
    there = practice()
    record, _number = opened(there)
    hospital = hospital_of(there.ready).hospital
    outsider = nurse_of(hospital)
    until = (day_in(there.clinic.zone, now()) + 30 * DAY).isoformat()
    base = f"/api/v1/health-records/{record.pk}"
    body = {"hospital": str(hospital.pk), "until_date": until, "manner": "paper"}
    body["evidence"] = str(photo_by(there.nurse).pk)
    assert send(api_client(outsider), f"{base}/allow/", **body).status_code == 404
    assert AccessRead.objects.filter(person=record.resident, user=outsider, what="refused").exists()
    assert send(api_client(there.ready.partner), f"{base}/allow/", **body).status_code == 404
    made = send(api_client(there.nurse), f"{base}/allow/", **body).json()
    contents = api_client(outsider).get(f"{base}/").json()
    assert [each["id"] for each in contents["consents"]] == [made["id"]]
    page = page_of(signed_in(client, there.nurse), record)
    assert hospital.title in page.content.decode().split("<main", 1)[1]
    doctor, _colleague = doctor_of(hospital_of(there.ready).doctor)
    # With a number that nobody has, no whole hospital is allowed in place of the doctor who was meant.
    body = {**body, "photo": photo_upload()}
    mistyped = {**body, "licence_no": "0", "key": "m" * 32}
    assert client.post(f"/health/records/{record.pk}/allow/", mistyped).status_code == 422
    assert record.grantees.count() == 1
    typed = {"licence_no": doctor.licence_no, "until_date": until, "manner": "paper", "key": "a" * 32}
    typed["photo"] = photo_upload()
    assert client.post(f"/health/records/{record.pk}/allow/", typed).status_code == 303
    assert may_open(doctor.user, record)
    answer = client.post(f"/health/records/{record.pk}/take-back/", {"consent": made["id"], "key": "t" * 32})
    assert (answer.status_code, may_open(outsider, record)) == (303, False)


@pytest.mark.django_db
def test_nobody_records_by_which_consent_they_will_read_and_a_paper_has_its_photo_until_its_resident_is_erased():
    there = practice()
    record, _number = opened(there)
    hospital, at = hospital_of(there.ready), now()
    doctor, colleague = doctor_of(hospital.doctor)
    # The nurse of the clinic that keeps the record also has a login at the hospital that would read it.
    elsewhere = second_login_of(colleague)
    for grantee, by in (
        ({"hospital": hospital.hospital}, colleague),
        ({"hospital": hospital.hospital}, elsewhere),
        ({"doctor": doctor}, doctor.user),
        ({"doctor": doctor}, elsewhere),
    ):
        with pytest.raises(RecordedByGrantee):
            allow(there, record, **grantee, by=by)
        until = day_in(there.clinic.zone, at) + DAY
        with pytest.raises(RecordedByGrantee):
            send_grantee_code(record=record, **grantee, until_date=until, by=by, at=at)
        row = {"record": record, **grantee, "given_by": record.resident, "from_at": at, "to_at": at + DAY}
        with pytest.raises(IntegrityError, match="by which they read"), transaction.atomic():
            GranteeConsent.objects.create(**row, manner="code", recorded_by=by)
        with pytest.raises(IntegrityError, match="photo of the paper"), transaction.atomic():
            GranteeConsent.objects.create(**row, manner="paper", recorded_by=there.nurse)
    with pytest.raises(SignedPaperMissing):
        allow(there, record, hospital=hospital.hospital, evidence=None)
    kept = allow(there, record, hospital=hospital.hospital)
    photo = kept.evidence
    assert [may_see(user, photo) for user in (there.nurse, there.ready.partner, colleague)] == [True, True, False]
    assert forget_proofs(person=record.resident_id) == 1
    assert not StoredFile.objects.filter(pk=photo.pk).exists()


@pytest.mark.django_db
def test_the_station_sends_a_code_that_names_reader_and_day_records_it_with_the_code_alone_and_ends_it(client):
    there = practice()
    record, _number = opened(there, there.resident(phone="13812345678"))
    hospital, person, partner = hospital_of(there.ready).hospital, record.resident, there.ready.partner
    nurse, until = nurse_of(hospital), day_in(there.clinic.zone, now()) + 30 * DAY
    page, typed = (
        f"/health/record-readers/{person.pk}/",
        {"hospital": str(hospital.pk), "until_date": until.isoformat()},
    )
    answer = signed_in(client, partner).post(f"{page}send-code/", {**typed, "key": "s" * 32})
    assert answer.status_code == 303
    told = Notice.objects.get(template="person_consent_code").params["what"]
    assert hospital.name_zh in told
    # The page that follows has all of it typed already.
    assert until.isoformat() in client.get(answer["Location"]).content.decode()
    agreed = {**typed, "manner": "code", "code": code_sent(person, "consent")}
    later = {**agreed, "until_date": (until + DAY).isoformat()}
    for wrong in (later, {**agreed, "hospital": str(hospital_of(there.ready).hospital.pk)}):
        refused = send(api_client(partner), f"/api/v1/record-readers/{person.pk}/allow/", **wrong)
        assert (refused.status_code, refused.json()["code"]) == (422, "code_wrong")
    assert client.post(f"{page}allow/", {**agreed, "key": "a" * 32}).status_code == 303
    assert client.post(f"{page}allow/", {**agreed, "key": "a" * 32}).status_code == 303
    consent = record.grantees.get()
    assert (consent.recorded_by, consent.manner, may_open(nurse, record)) == (partner, "code", True)
    said = Notice.objects.get(template="record_reader")
    assert said.params == {"who": hospital.name_zh, "date": until.isoformat()}
    assert said.phone_tail == str(person.phone)[-4:]
    assert hospital.title in client.get(page).content.decode()
    listed = api_client(partner).get(f"/api/v1/record-readers/{person.pk}/").json()["results"]
    assert [each["id"] for each in listed] == [str(consent.pk)]
    # The hospital's people have no door here, another station finds nobody and stands in the log.
    stranger = PostFactory(role="partner", reach="station", station=desk().station).user
    assert api_client(nurse).get(f"/api/v1/record-readers/{person.pk}/").status_code == 404
    assert api_client(stranger).get(f"/api/v1/record-readers/{person.pk}/").status_code == 404
    assert AccessRead.objects.filter(person=person, user=stranger, what="refused").exists()
    assert client.post(f"{page}take-back/", {"consent": str(consent.pk), "key": "t" * 32}).status_code == 303
    assert not may_open(nurse, record)


@pytest.mark.django_db
def test_of_a_merged_resident_the_station_ends_what_either_record_allows_and_a_withdrawal_closes_both(client):
    there = practice()
    (gone, _number), (kept, _number) = opened(there), opened(there)
    hospital, visited = hospital_of(there.ready).hospital, hospital_of(there.ready).hospital
    share = [agree_to_share(there, each) for each in (gone, kept)][1]
    grant_access(record=gone, clinic=visited, reason=AccessGrant.Reason.VISIT, at=now() - DAY)
    allow(there, gone, hospital=hospital)
    become_one(kept.resident, gone.resident)
    reader, guest, browser = nurse_of(hospital), nurse_of(visited), signed_in(client, there.ready.partner)
    assert may_open(reader, gone)
    assert may_open(guest, gone)
    page = f"/health/record-readers/{kept.resident_id}/"
    assert hospital.title in browser.get(page).content.decode().split("<main", 1)[1]
    # What is said anew takes the place of what was said, under whichever record.
    allow(there, kept, hospital=hospital, days=1)
    assert (may_open(reader, gone), may_open(reader, kept)) == (False, True)
    again = allow(there, gone, hospital=hospital)
    assert (again.given_by, may_open(reader, kept)) == (kept.resident, False)
    answer = browser.post(f"{page}take-back/", {"consent": str(again.pk), "key": "t" * 32})
    assert (answer.status_code, may_open(reader, gone)) == (303, False)
    withdraw_consent(consent=share, by=there.ready.partner, at=now())
    assert not may_open(guest, gone)
    allow(there, gone, hospital=hospital)
    kept_at_all = Consent.objects.get(person=kept.resident, purpose="health_record")
    withdraw_consent(consent=kept_at_all, by=there.ready.partner, at=now())
    assert not may_open(reader, gone)


@pytest.mark.django_db
def test_a_resident_whose_record_came_from_a_merged_one_allows_a_hospital_at_the_station(client):
    there = practice()
    gone, _number = opened(there)
    hospital, (stands, _number) = hospital_of(there.ready).hospital, there.resident("王桂英")
    become_one(stands, gone.resident)
    until = (day_in(there.clinic.zone, now()) + DAY).isoformat()
    typed = {"hospital": str(hospital.pk), "until_date": until, "manner": "paper", "photo": photo_upload()}
    page = f"/health/record-readers/{stands.pk}/"
    answer = signed_in(client, there.ready.partner).post(f"{page}allow/", {**typed, "key": "a" * 32})
    assert (answer.status_code, answer.headers.get("Location")) == (303, page)
    assert (gone.grantees.get().given_by, may_open(nurse_of(hospital), gone)) == (stands, True)


def become_one(kept, gone):
    """Merged; one card was read for both, so that only one of them holds a number."""
    Person.objects.filter(pk=gone.pk).update(id_kind="none", id_cipher=None, id_key_no=None, id_index=None)
    merged(kept, gone)


@pytest.mark.django_db
def test_nobody_allows_anything_for_a_resident_who_has_died():
    there = practice()
    record, _number = opened(there)
    hospital = hospital_of(there.ready).hospital
    day = day_in(there.clinic.zone, now())
    record_death(person=record.resident, died_date=day, by=there.ready.partner, at=now())
    record.refresh_from_db()
    with pytest.raises(PersonGone):
        allow(there, record, hospital=hospital)


@pytest.mark.usefixtures("own_database")
def test_two_who_record_a_consent_for_the_same_hospital_at_once_leave_one_and_both_are_in_the_history():
    there = practice()
    record, _number = opened(there)
    hospital = hospital_of(there.ready).hospital
    together(*[lambda: allow(there, record, hospital=hospital)] * 2)
    assert record.grantees.count() == 2
    assert record.grantees.filter(withdrawn_at=None).count() == 1
