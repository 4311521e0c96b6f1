"""Online consultations: asked for at a station, sorted, taken, answered, closed with a summary; clocks and refunds."""

import datetime as dt
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils.timezone import now
from PIL import Image

from core.days import day_in, instant_of
from core.errors import CodeWrong, QuoteChanged, WrongState
from core.events.models import Event
from core.models import Job, Notice
from finance import chart
from finance.fees.services import FeeQuote
from finance.payments.models import Payment, Refund
from finance.payments.services import CodeProof, Tender, notify_refund
from health.consultations import handlers
from health.consultations.clocks import after_open_minutes
from health.consultations.models import Consultation, ConsultationRules, Message
from health.consultations.refusals import (
    AlreadyClaimed,
    ConsultationNotServed,
    ConsultationOpen,
    EmergencySigns,
    FirstVisitOnline,
    NotLicensedOnline,
    TooYoungOnline,
)
from health.consultations.services import (
    accept_case,
    answer_case,
    cancel_consultation,
    claim_case,
    complete_case,
    end_all_of,
    quote_consultation,
    refer_case,
    reject_case,
    run_clock,
    send_message,
)
from health.consultations.tasks import clock
from health.hospitals.models import Department, Doctor
from health.records.models import AccessGrant, Encounter, HealthRecord
from health.records.services import record_diagnosis
from stations.models import AccessRead
from stations.people.models import Consent, Person
from stations.people.services import withdraw_consent
from stations.people.services.consents import ConsentMissing
from tests.factories.chronic import practice
from tests.factories.consultations import online
from tests.factories.finance import desk
from tests.factories.health import patient, yuan
from tests.factories.records import signed_in
from tests.factories.refunds import coded
from tests.factories.stations import api_client, send
from tests.finance.auditing import findings

pytestmark = pytest.mark.django_db
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
RULE = {"open_from": "08:00", "open_to": "20:00"}


def morning(clinic, days=0):
    """Nine o'clock at the clinic, so many days ahead."""
    return instant_of(clinic.zone, day_in(clinic.zone, now()) + dt.timedelta(days=days), dt.time(9))


def at_rest(row):
    row.refresh_from_db()
    return row.status, row.closed_because


def test_from_the_request_to_the_summary_in_the_record_and_each_side_gets_its_money():
    there = online()
    row = there.asked(signs=["fever"])
    assert (row.status, row.is_urgent, len(row.number)) == ("requested", True, 8)
    assert (row.payment.purpose, row.payment.total) == (Payment.Purpose.HEALTH, yuan(20_00))
    row = claim_case(consultation=accept_case(consultation=row, by=there.nurse, at=now()), by=there.doctor, at=now())
    row = answer_case(consultation=row, text="血压多少？", by=there.doctor, at=now())
    assert row.status == "on_hold"
    row = send_message(consultation=row, text="一百三十八、八十六", by=there.ready.partner, at=now())
    assert row.status == "in_progress"
    row = complete_case(consultation=row, summary="血压平稳", advice="继续服药", by=there.doctor, at=now())
    assert [each.side for each in row.messages.order_by("pk")] == ["resident", "doctor", "resident"]
    encounter = Encounter.objects.get()
    assert (encounter.kind, encounter.summary, encounter.department) == ("VR", "血压平稳", there.department)
    assert (row.encounter, row.status) == (encounter, "completed")
    assert there.ready.holds(chart.hospital(there.clinic.code)) == 20_00
    assert findings() == []
    told = {notice.template: notice.params for notice in Notice.objects.filter(template__startswith="consultation")}
    assert all(set(params) <= {"place", "number"} for params in told.values())
    with pytest.raises(WrongState):
        complete_case(consultation=row, summary="再来", by=there.doctor, at=now())


def test_a_sign_of_danger_queues_nothing_takes_nothing_and_says_whom_to_call():
    there = online()
    with pytest.raises(EmergencySigns) as refusal:
        there.asked(signs=["fever", "chest"])
    assert "120" in str(refusal.value)
    assert not Consultation.objects.exists()
    assert not Payment.objects.exists()


def test_what_is_refused_takes_no_fee():
    there, other = online(), desk(currency="KWD", zone="Asia/Kuwait")
    refusals = {
        TooYoungOnline: patient(there.ready, "小学生", birth_date=now().date() - dt.timedelta(days=14 * 365)),
        ConsentMissing: patient(there.ready, "未同意", birth_date=dt.date(1960, 1, 1)),
    }
    for refusal, person in refusals.items():
        with pytest.raises(refusal):
            there.asked(person)
    with pytest.raises(ConsultationNotServed):
        there.asked(clinic=practice(there.ready).clinic)
    with pytest.raises(ConsultationNotServed):
        quote_consultation(clinic=there.clinic, station=other.station, by=other.partner, at=now())
    person = there.person()
    row = there.asked(person, key="k" * 16)
    assert there.asked(person, key="k" * 16) == row
    with pytest.raises(ConsultationOpen):
        there.asked(person)
    assert Payment.objects.count() == 1


def test_without_photo_or_diagnosis_it_is_sent_back_and_the_fee_comes_back():
    there = online()
    row = there.asked(photos=[])
    with pytest.raises(FirstVisitOnline):
        accept_case(consultation=row, by=there.nurse, at=now())
    reject_case(consultation=row, because="first_visit", by=there.nurse, at=now())
    assert at_rest(row) == ("rejected", "first_visit")
    assert Refund.objects.get().amount == yuan(20_00)
    known = there.asked(row.resident, photos=[])
    elsewhere = practice(there.ready)
    record = HealthRecord.objects.select_related("resident").get(resident=row.resident)
    about = {"record": record, "by": there.doctor, "at": now()}
    record_diagnosis(**about, clinic=elsewhere.clinic, code="B20")  # never named: nobody learns of it from here
    with pytest.raises(FirstVisitOnline):
        accept_case(consultation=known, by=there.nurse, at=now())
    record_diagnosis(**about, clinic=elsewhere.clinic, code="I10")
    assert accept_case(consultation=known, by=there.nurse, at=now()).status == "accepted"


def test_an_emergency_found_at_the_clinic_reaches_resident_and_station_at_once(client):
    there = online()
    row = there.asked(there.person(phone="13900017788"))
    reject_case(consultation=row, because="emergency", by=there.nurse, at=now())
    assert Notice.objects.get(template="consultation_emergency").params["call"] == "120"
    page = signed_in(client, there.ready.partner).get(reverse("consultations:consultation", args=[row.pk]))
    assert "120" in page.content.decode()
    assert api_client(there.ready.partner).get("/api/v1/consultations/").json()["results"][0]["must_call"]


def test_only_a_licensed_doctor_with_three_years_takes_a_case_and_the_second_is_told():
    there = online()
    row = there.accepted()
    today = day_in(there.clinic.zone, now())
    mine = Doctor.objects.filter(user=there.doctor)
    for wrong in (
        {"independent_since_date": None},
        {"independent_since_date": today - dt.timedelta(days=3 * 365 - 1)},
        {"independent_since_date": dt.date(2000, 1, 1), "licensed_until_date": today - dt.timedelta(days=1)},
    ):
        mine.update(**wrong)
        with pytest.raises(NotLicensedOnline):
            claim_case(consultation=row, by=there.doctor, at=now())
    mine.update(licensed_until_date=today)
    assert claim_case(consultation=row, by=there.doctor, at=now()).doctor.user == there.doctor
    with pytest.raises(AlreadyClaimed):
        claim_case(consultation=row, by=there.colleague, at=now())
    answer = send(api_client(there.colleague), f"/api/v1/cases/{row.pk}/claim/")
    assert (answer.status_code, answer.json()["code"]) == (409, "already_claimed")


def test_minutes_count_in_open_hours_of_the_clinic():
    zone = "Asia/Shanghai"

    def at(day, hour, minute=0):
        return instant_of(zone, dt.date(2026, 2, day), dt.time(hour, minute))

    assert after_open_minutes(zone, at(27, 9), 30, RULE) == at(27, 9, 30)
    assert after_open_minutes(zone, at(27, 19, 50), 10, RULE) == at(27, 20)
    assert after_open_minutes(zone, at(27, 19, 50), 11, RULE) == at(28, 8, 1)
    assert (
        after_open_minutes(zone, at(27, 20), 15, RULE) == after_open_minutes(zone, at(28, 3), 15, RULE) == at(28, 8, 15)
    )
    assert after_open_minutes(zone, at(27, 19), 13 * 60, RULE) == at(28, 20)
    assert after_open_minutes(zone, at(27, 19, 1), 13 * 60, RULE) == instant_of(
        zone, dt.date(2026, 3, 1), dt.time(8, 1)
    )


def test_nobody_in_time_gives_the_whole_fee_back_once():
    there = online()
    at = morning(there.clinic)
    row = there.accepted(at=at)
    run_clock(consultation=row, at=row.give_up_at - MINUTE)
    assert at_rest(row)[0] == "accepted"
    job = Job.objects.get(kind="consultations.clock", dedupe_key__contains=str(row.pk))
    assert job.run_at == row.give_up_at == at + 4 * HOUR
    for _again in range(2):
        clock(job.payload, job.run_at)
    assert at_rest(row) == ("failed", "no_doctor")
    assert Refund.objects.get().amount == yuan(20_00)
    with pytest.raises(AlreadyClaimed):
        claim_case(consultation=row, by=there.doctor, at=job.run_at)


def test_a_silent_doctor_gives_it_to_the_next_and_never_for_ever():
    there = online()
    at = morning(there.clinic)
    row = there.taken(at=at)
    run_clock(consultation=row, at=at + 2 * HOUR - MINUTE)
    assert at_rest(row)[0] == "in_progress"
    run_clock(consultation=row, at=at + 2 * HOUR)
    assert at_rest(row)[0] == "accepted"
    row = claim_case(consultation=row, by=there.colleague, at=at + 3 * HOUR)
    row = answer_case(consultation=row, text="请再量一次", by=there.colleague, at=at + 3 * HOUR)
    row = send_message(consultation=row, text="量了", by=there.ready.partner, at=at + 3 * HOUR)
    run_clock(consultation=row, at=at + 5 * HOUR)
    row.refresh_from_db()
    assert (row.status, row.doctor, row.give_up_at) == ("accepted", None, at + 9 * HOUR)
    run_clock(consultation=row, at=at + 9 * HOUR)
    assert at_rest(row) == ("failed", "no_doctor")
    kept = there.taken(at=at)
    run_clock(consultation=kept, at=at + 4 * HOUR)
    assert at_rest(kept) == ("failed", "no_doctor")
    assert Refund.objects.count() == 2


def test_a_resident_who_does_not_answer_ends_it_after_three_days_and_the_clinic_is_owed():
    there = online()
    at = morning(there.clinic)
    row = answer_case(consultation=there.taken(at=at), text="好些了吗？", by=there.doctor, at=at)
    assert row.due_at == at + 72 * HOUR
    run_clock(consultation=row, at=row.due_at)
    assert at_rest(row) == ("completed", "silent")
    assert there.ready.holds(chart.hospital(there.clinic.code)) == 20_00
    with pytest.raises(WrongState):
        send_message(consultation=row, text="好了", by=there.ready.partner, at=now())


def test_cancelled_referred_dead_or_withdrawn_the_fee_comes_back():
    there = online()
    cancel_consultation(consultation=there.accepted(), by=there.ready.partner, at=now())
    taken = there.taken()
    with pytest.raises(WrongState):
        cancel_consultation(consultation=taken, by=there.ready.partner, at=now())
    assert refer_case(consultation=taken, by=there.doctor, at=now()).closed_because == "referred"
    dead, silent = there.taken(), there.accepted()
    assert end_all_of(person=dead.resident, at=now()) == 1
    withdraw_consent(
        consent=Consent.objects.get(person=silent.resident, purpose="share_with_hospital"), by=there.nurse, at=now()
    )
    event = type("Told", (), {"payload": {"person": str(silent.resident_id), "purpose": "x", "at": now().isoformat()}})
    handlers.end_after_withdrawal(event)
    assert at_rest(silent)[0] == "accepted"
    event.payload["purpose"] = "share_with_hospital"
    handlers.end_after_withdrawal(event)
    assert [at_rest(each)[0] for each in (dead, silent)] == ["cancelled", "cancelled"]
    assert [each.amount for each in Refund.objects.all()] == [yuan(20_00)] * 4


def test_the_station_sees_place_number_and_fee_and_never_a_word_photo_or_doctor(client):
    there = online()
    row = there.taken(complaint="夜里胸闷", signs=["fever"])
    answer_case(consultation=row, text="加半片药", by=there.doctor, at=now())
    photo = Message.objects.order_by("pk")[0].photos.get()
    browser = signed_in(client, there.ready.partner)
    seen = [
        browser.get(reverse("consultations:consultations")),
        browser.get(reverse("consultations:consultation", args=[row.pk])),
        api_client(there.ready.partner).get("/api/v1/consultations/"),
        browser.get(reverse("payments:payment", args=[row.payment_id])),
    ]
    for answer in seen:
        text = answer.content.decode()
        assert answer.status_code == 200
        assert [words for words in ("胸闷", "半片", "周明远", str(photo.pk)) if words in text] == []
    assert row.number in seen[1].content.decode()
    closed = [
        reverse("core:file", args=[photo.pk]),
        reverse("consultations:case", args=[row.pk]),
    ]
    assert [browser.get(address).status_code for address in closed] == [404, 404]
    assert api_client(there.ready.partner).get(f"/api/v1/cases/{row.pk}/").status_code == 404
    tried = AccessRead.objects.filter(user=there.ready.partner, person=row.resident, what="refused")
    assert tried.count() == 3


def test_a_case_is_read_by_its_doctor_and_the_clinic_of_the_record_and_each_look_is_written_down(client):
    there = online()
    village = practice(there.ready)
    person = there.known_elsewhere(village)
    row = there.accepted(person)
    photo = reverse("core:file", args=[Message.objects.get().photos.get().pk])
    page = reverse("consultations:case", args=[row.pk])
    stranger = practice(there.ready).doctor

    def seen_by(*users):
        return [signed_in(client, user).get(page).status_code for user in users]

    assert seen_by(there.nurse, there.doctor, there.colleague, village.nurse, stranger) == [200, 200, 200, 200, 404]
    claim_case(consultation=row, by=there.doctor, at=now())
    assert seen_by(there.nurse, there.doctor, there.colleague, village.nurse, there.pharmacist) == [
        404,
        200,
        404,
        200,
        404,
    ]
    text = signed_in(client, there.doctor).get(page).content.decode()
    assert "头晕两天" in text
    before = AccessRead.objects.filter(person=person, what="consultation_case").count()
    assert [signed_in(client, user).get(photo).status_code for user in (there.doctor, there.colleague)] == [200, 404]
    assert AccessRead.objects.filter(person=person, what="consultation_case").count() == before + 1
    refused = AccessRead.objects.filter(person=person, what="refused", user=there.colleague).count()
    assert signed_in(client, there.colleague).get(photo).status_code == 404
    assert AccessRead.objects.filter(person=person, what="refused", user=there.colleague).count() == refused + 1
    looks = signed_in(client, village.nurse).get(
        reverse("records:record", args=[HealthRecord.objects.get(resident=person).pk])
    )
    assert "看了在线问诊" in looks.content.decode()
    Department.objects.update(sensitivity="restricted")
    assert seen_by(village.nurse, there.doctor) == [404, 200]
    Consultation.objects.filter(pk=row.pk).update(
        status="failed", closed_because="referred", due_at=None, ended_at=now() - dt.timedelta(days=31)
    )
    assert seen_by(there.doctor) == [404]


def test_who_is_late_with_the_button_is_told_and_reads_nothing(client):
    there = online()
    row = there.taken(there.known_elsewhere(), complaint="夜里胸闷")
    answer = signed_in(client, there.colleague).post(
        reverse("consultations:case-claim", args=[row.pk]), {"key": "late-button-000001"}
    )
    assert (answer.status_code, "胸闷" in answer.content.decode()) == (409, False)


def test_the_page_asks_danger_first_and_takes_words_photo_and_fee(client):
    there = online()
    browser, new = signed_in(client, there.ready.partner), reverse("consultations:new")
    assert "120" in browser.get(new).content.decode()
    unagreed = patient(there.ready, "未同意", birth_date=dt.date(1960, 1, 1))
    page = f"{new}?person={unagreed.pk}&clinic={there.clinic.pk}"
    assert "health_record" in browser.get(page).content.decode()
    person = there.person()
    assert there.clinic.title in browser.get(f"{new}?person={person.pk}").content.decode()
    page = f"{new}?person={person.pk}&clinic={there.clinic.pk}"
    shown = browser.get(page)
    assert "20.00" in shown.content.decode()
    quoted = {name: shown.context["form"].initial[name] for name in ("amount", "agent_fee", "own_part")}
    typed = {"complaint": "头晕", "cash_given": "50.00", **quoted}
    danger = browser.post(page, typed | {"signs": ["chest"], "key": "danger-00000000001"})
    assert (danger.status_code, "120" in danger.content.decode()) == (422, True)
    drawn = BytesIO()
    Image.new("RGB", (40, 30), "white").save(drawn, "JPEG")
    photo = SimpleUploadedFile("box.jpg", drawn.getvalue(), "image/jpeg")
    sent = browser.post(page, typed | {"photo1": photo, "key": "request-0000000001"})
    row = Consultation.objects.get()
    assert (sent.status_code, sent["Location"]) == (303, reverse("consultations:consultation", args=[row.pk]))
    assert row.messages.get().photos.count() == 1


def test_in_another_country_without_a_rule_nobody_is_asked_and_with_one_its_number_is_called():
    there = online(desk(currency="KWD", zone="Asia/Kuwait"), fee=2_500)
    assert str(there.asked().payment.total) == "2.500"
    there.clinic.division.country = there.ready.station.county.country = "KW"
    there.clinic.consultation_fee_minor = 0
    person = there.person()
    with pytest.raises(ConsultationNotServed):
        there.asked(person)
    rule = ConsultationRules.objects.get(country="CN").parameters | {"call": "112", "open_from": "07:00"}
    ConsultationRules.objects.create(
        code="kw-online", revision=1, country="KW", parameters=rule, source="KW", from_date=dt.date(2020, 1, 1)
    )
    with pytest.raises(EmergencySigns) as refusal:
        there.asked(person, signs=["stroke"])
    assert "112" in str(refusal.value)
    row = there.asked(person, at=instant_of("Asia/Kuwait", dt.date(2027, 3, 1), dt.time(7)))
    assert (str(row.fee), row.due_at) == ("0.000", instant_of("Asia/Kuwait", dt.date(2027, 3, 1), dt.time(7, 15)))


def test_the_database_refuses_what_must_never_be():
    there = online()
    row = there.taken()
    for change in (
        lambda: Consultation.objects.filter(pk=row.pk).update(doctor=None),
        lambda: Consultation.objects.filter(pk=row.pk).update(status="completed", due_at=None, ended_at=now()),
        lambda: Consultation.objects.filter(pk=row.pk).update(due_at=None),
        lambda: Consultation.objects.filter(pk=row.pk).update(fee_minor=1),
        lambda: Message.objects.update(text="别的"),
        lambda: Message.objects.all().delete(),
        lambda: ConsultationRules.objects.update(parameters={}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_after_a_department_that_is_never_named_has_answered_the_clinic_of_the_record_reads_it_no_more(client):
    there = online()
    village, at = practice(there.ready), morning(there.clinic)
    row = there.taken(there.known_elsewhere(village), at=at)
    row = answer_case(consultation=row, text="睡得好吗？", by=there.doctor, at=at)
    row = send_message(consultation=row, text="睡不好", by=there.ready.partner, at=at)
    run_clock(consultation=row, at=at + 2 * HOUR)
    assert at_rest(row)[0] == "accepted"
    page = reverse("consultations:case", args=[row.pk])
    assert signed_in(client, village.nurse).get(page).status_code == 200
    Department.objects.update(sensitivity="restricted")
    assert [signed_in(client, user).get(page).status_code for user in (village.nurse, there.nurse)] == [404, 200]


def test_a_case_keeps_the_rule_under_which_it_was_asked_and_never_stays_open():
    there = online()
    at = morning(there.clinic)
    row, urgent = there.taken(at=at), there.asked(at=at)
    ConsultationRules.objects.update(to_date=day_in(there.clinic.zone, at) + dt.timedelta(days=1))
    later = at + dt.timedelta(days=1)
    with pytest.raises(ConsultationNotServed):
        there.asked(at=later)
    assert reject_case(consultation=urgent, because="emergency", by=there.nurse, at=later).status == "rejected"
    row = answer_case(consultation=row, text="再量一次", by=there.doctor, at=later)
    row = send_message(consultation=row, text="量了", by=there.ready.partner, at=later)
    run_clock(consultation=row, at=row.due_at)
    row.refresh_from_db()
    run_clock(consultation=row, at=row.give_up_at)
    assert at_rest(row) == ("failed", "no_doctor")


def test_a_clinic_that_is_open_over_midnight_or_always_counts_its_minutes():
    zone = "Asia/Shanghai"

    def at(day, hour, minute=0):
        return instant_of(zone, dt.date(2026, 2, day), dt.time(hour, minute))

    night, always = {"open_from": "20:00", "open_to": "08:00"}, {"open_from": "00:00", "open_to": "00:00"}
    assert after_open_minutes(zone, at(27, 3), 30, night) == at(27, 3, 30)
    assert after_open_minutes(zone, at(27, 7, 50), 30, night) == at(27, 20, 20)
    assert after_open_minutes(zone, at(26, 23, 50), 30, always) == at(27, 0, 20)


def test_a_withdrawal_that_is_heard_late_ends_nothing_of_one_who_has_agreed_again():
    there = online()
    row = there.taken()
    consent = Consent.objects.get(person=row.resident, purpose="share_with_hospital")
    event = Event(payload={"person": str(row.resident_id), "purpose": consent.purpose, "at": now().isoformat()})
    handlers.end_after_withdrawal(event)
    assert at_rest(row)[0] == "in_progress"
    Consent.objects.filter(pk=consent.pk).update(withdrawn_at=now(), withdrawn_by=row.resident)
    handlers.end_after_withdrawal(event)
    assert at_rest(row)[0] == "cancelled"


def test_nobody_collects_a_fee_that_is_not_charged_any_more():
    there = online(fee=0)
    nothing = yuan(0)
    with pytest.raises(QuoteChanged):
        there.asked(tender=Tender(expected=FeeQuote(yuan(20_00), nothing, nothing)))
    row = there.taken(tender=Tender(expected=FeeQuote(nothing, nothing, nothing)))
    assert complete_case(consultation=row, summary="好转", by=there.doctor, at=now()).payment is None


def test_a_wrong_code_of_money_owed_uses_up_a_try_and_opens_no_record():
    there = online()
    person = there.person(phone="13805160001")
    Person.objects.filter(pk=person.pk).update(phone_verified_at=now() - dt.timedelta(days=4))
    paid = there.asked(person, tender=Tender(payer=person))
    given_up = cancel_consultation(consultation=paid, by=there.ready.partner, at=now())
    refund = notify_refund(refund=given_up.payment.refunds.get(), at=now())
    proof = coded(refund)
    wrong = CodeProof(f"{(int(proof.code) + 1) % 1_000_000:06}")
    other = online(there.ready).clinic
    before = AccessGrant.objects.count()
    for tries in (1, 2):
        with pytest.raises(CodeWrong):
            there.asked(person, clinic=other, photos=[], tender=Tender(payer=person, refund=refund, proof=wrong))
        refund.refresh_from_db()
        assert (refund.tries, AccessGrant.objects.count()) == (tries, before)
    row = there.asked(person, clinic=other, tender=Tender(payer=person, refund=refund, proof=proof))
    refund.refresh_from_db()
    assert (refund.status, refund.spent_on_id) == ("spent", row.payment_id)
