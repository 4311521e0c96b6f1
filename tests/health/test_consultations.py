"""Online consultations: asked for at a station, sorted, taken, answered, closed with a summary; what is refunded."""

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
from core.models import Notice
from finance import chart
from finance.fees.services import FeeQuote
from finance.payments.models import Payment, Refund
from finance.payments.services import CodeProof, Tender, notify_refund
from health.consultations import handlers
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
    send_message,
)
from health.hospitals.models import Doctor
from health.records.models import AccessGrant, Encounter, HealthRecord
from health.records.services import record_diagnosis
from stations.people.models import Consent, Person
from stations.people.services import withdraw_consent
from stations.people.services.consents import ConsentMissing
from tests.factories.chronic import practice
from tests.factories.consultations import at_rest, online
from tests.factories.finance import desk
from tests.factories.health import patient, yuan
from tests.factories.records import signed_in
from tests.factories.refunds import coded
from tests.factories.stations import api_client, send
from tests.finance.auditing import findings

pytestmark = pytest.mark.django_db


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
        TooYoungOnline: patient(there.ready, "小学生", birth_date=now().date() - dt.timedelta(days=6 * 365)),
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
    rule = ConsultationRules.objects.get(country="CN", revision=1).parameters | {"call": "112", "open_from": "07:00"}
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
