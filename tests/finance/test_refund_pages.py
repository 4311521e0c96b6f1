"""Pages of money owed back: found, called about, handed back, spent on the next bill; and of decisions by people."""

import datetime as dt
import io
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now
from PIL import Image

from finance.models import Payment, PaymentDecision, Refund, RefundCall
from finance.payments.services import send_refund_code
from finance.payments.services.answers import send_to_review
from stations.models import ResidentCard
from tests.factories.finance import (
    biller,
    desk,
    flat_plan,
    found_bill,
    gateway,
    owed,
    pay,
    payer_at,
    provider_says,
    sent,
)
from tests.factories.people import household_of, resident
from tests.factories.refunds import code_sent_for
from tests.factories.stations import auditor, county_clerk_of, county_manager_of, finance_officer
from tests.finance.test_online import back_online, collect, gateway_says, offer

PDF = b"%PDF-1.4\n1 0 obj\n%%EOF\n"


@pytest.fixture
def power(db):
    flat_plan()
    return biller()


@pytest.fixture
def ready(power):
    return desk(float_minor=5_000_00)


def picture():
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(drawn, "JPEG")
    return SimpleUploadedFile("photo.jpg", drawn.getvalue(), "image/jpeg")


def carded(person):
    """The code on the person's card."""
    return ResidentCard.objects.create(person=person, code=uuid4().hex[:12].upper(), issued_at=now()).code


def key():
    return {"key": uuid4().hex}


# --- read by the county and the system


def test_the_county_and_the_house_read_payments_without_a_counter(ready, power, client):
    payment = pay(ready, found_bill(ready, power))
    county = ready.station.county
    for user in (county_clerk_of(county), county_manager_of(county), finance_officer(), auditor()):
        client.force_login(user)
        listed = client.get("/finance/payments/")
        assert (listed.status_code, str(payment.pk) in listed.content.decode()) == (200, True)
        assert client.get(f"/finance/payments/{payment.pk}/").status_code == 200
        assert client.get("/finance/refunds/").status_code == 200
    client.force_login(county_manager_of(desk().station.county))
    assert str(payment.pk) not in client.get("/finance/payments/").content.decode()
    assert client.get(f"/finance/payments/{payment.pk}/").status_code == 404


def test_whoever_is_demonstration_of_a_payment_in_review_can_open_it(ready, power, client):
    clerk = county_clerk_of(ready.station.county)
    payment = sent(pay(ready, found_bill(ready, power)), at=now())
    send_to_review(payment=payment, at=now())
    client.force_login(clerk)
    assert client.get(f"/finance/payments/{payment.pk}/").status_code == 200
    assert str(payment.pk) in client.get("/finance/payments/?state=manual_review").content.decode()


# --- two people decide


def reviewed(ready, power):
    payment = sent(pay(ready, found_bill(ready, power)), at=now())
    return send_to_review(payment=payment, at=now())


def test_one_proposes_with_the_letter_and_another_confirms(ready, power, client):
    payment, first, second = reviewed(ready, power), finance_officer(), finance_officer()
    page = f"/finance/payments/{payment.pk}/"
    client.force_login(first)
    form = {"outcome": "failed", "reason": "公司来函"}
    refused = client.post(f"{page}propose/", {**form, **key()})
    assert (refused.status_code, PaymentDecision.objects.exists()) == (422, False)
    letter = SimpleUploadedFile("letter.pdf", PDF, "application/pdf")
    assert client.post(f"{page}propose/", {**form, **key(), "evidence": letter}).status_code == 303
    proposal = PaymentDecision.objects.get()
    assert proposal.evidence.media_type == "application/pdf"
    assert client.post(f"{page}decide/", {"outcome": "failed", **key()}).status_code == 409
    client.force_login(second)
    assert "公司来函" in client.get(page).content.decode()
    assert client.get(f"/files/{proposal.evidence_id}/").status_code == 200
    assert client.post(f"{page}decide/", {"outcome": "failed", **key()}).status_code == 303
    payment.refresh_from_db()
    assert (payment.status, payment.failure_code) == ("failed", "decided_by_people")


def test_a_photo_of_the_letter_does_as_well_and_after_two_weeks_nothing_is_needed(ready, power, client):
    payment = reviewed(ready, power)
    client.force_login(finance_officer())
    path = f"/finance/payments/{payment.pk}/propose/"
    form = {"outcome": "succeeded", "reason": "公司来函"}
    assert client.post(path, {**form, **key(), "evidence": picture()}).status_code == 303
    assert PaymentDecision.objects.get().evidence.media_type == "image/jpeg"
    Payment.objects.filter(pk=payment.pk).update(submitted_at=now() - dt.timedelta(days=14))
    assert client.post(path, {**form, **key()}).status_code == 303
    assert PaymentDecision.objects.get().evidence is None


def test_what_the_company_took_back_is_taken_back_on_the_page_by_two(ready, power, client):
    payment, first, second = pay(ready, found_bill(ready, power)), finance_officer(), finance_officer()
    provider_says(payment, "succeeded")
    page = f"/finance/payments/{payment.pk}/"
    client.force_login(first)
    assert 'value="reversed"' in client.get(page).content.decode()
    form = {
        "outcome": "reversed",
        "reason": "公司来函",
        "evidence": SimpleUploadedFile("l.pdf", PDF, "application/pdf"),
    }
    assert client.post(f"{page}propose/", {**form, **key()}).status_code == 303
    assert client.post(f"{page}decide/", {"outcome": "reversed", **key()}).status_code == 409
    client.force_login(second)
    assert f"{page}decide/" in client.get(page).content.decode()
    assert client.post(f"{page}decide/", {"outcome": "reversed", **key()}).status_code == 303
    payment.refresh_from_db()
    assert (payment.status, ready.holds(ready.funds_key)) == ("reversed", payment.total_minor)
    assert f"{page}propose/" not in client.get(page).content.decode()


def test_the_counter_sees_no_forms_of_a_decision_and_sends_none(ready, power, client):
    payment = reviewed(ready, power)
    client.force_login(ready.partner)
    assert "propose/" not in client.get(f"/finance/payments/{payment.pk}/").content.decode()
    assert client.post(f"/finance/payments/{payment.pk}/propose/", key()).status_code == 403


# --- money owed back


def test_the_clerk_calls_and_the_counter_hands_back_against_a_document(ready, power, client):
    payer = payer_at(ready, phone="")
    witness = resident("李大妈", ready.station, by=ready.partner)
    refund = owed(ready, power, amount=300_00, payer=payer)
    Refund.objects.update(reason="reversed")
    page = f"/finance/refunds/{refund.pk}/"
    client.force_login(county_clerk_of(ready.station.county))
    seen = client.get(page).content.decode()
    assert ("call/" in seen, 'name="code"' in seen) == (True, False)
    called = client.post(f"{page}call/", {"outcome": "confirmed", "note": "明天来", **key()})
    assert (called.status_code, RefundCall.objects.get().outcome) == (303, "confirmed")
    assert client.post(page, {"notes": "own", "code": "123456", **key()}).status_code == 403
    client.force_login(ready.partner)
    document = {"notes": "own", "witness_card": carded(witness), "seen": "on"}
    assert client.post(page, {**document, **key(), "photo": picture()}).status_code == 303
    refund.refresh_from_db()
    assert (refund.status, refund.proof, refund.witnessed_by) == ("paid_out", "document", witness)
    assert client.get(page).status_code == 200


def test_what_did_not_arrive_online_is_ordered_again_from_its_page(db, client):
    gateway()
    ready = desk()
    refund = back_online(ready)
    gateway_says(refund.our_ref, "failed", kind="refund", amount="30.00", code="operator_rejected")
    page = f"/finance/refunds/{refund.pk}/"
    client.force_login(ready.partner)
    assert "retry/" not in client.get(page).content.decode()
    assert client.post(f"{page}retry/", key()).status_code == 403
    client.force_login(finance_officer())
    assert "retry/" in client.get(page).content.decode()
    assert client.post(f"{page}retry/", key()).status_code == 303
    refund.refresh_from_db()
    assert refund.status == "pending"


def test_a_link_is_shown_as_a_square_code_while_it_can_be_paid(db, client):
    gateway()
    ready = desk()
    payment = collect(ready)
    client.force_login(ready.partner)
    page = f"/finance/payments/{payment.pk}/"
    assert client.get(f"{page}pay-qr/").status_code == 410
    offer(payment)
    assert "https://pay.example/1" in client.get(page).content.decode()
    assert client.get(f"{page}pay-qr/")["Content-Type"] == "image/svg+xml"


# --- spent on the next bill


def test_money_owed_back_pays_the_next_bill_from_its_page(ready, power, client):
    payer = payer_at(ready)
    household_of(payer, by=ready.partner)
    refund = owed(ready, power, amount=100_00, payer=payer)
    fetch = found_bill(ready, power, payer=payer)
    client.force_login(ready.partner)
    page = f"/finance/bills/{fetch.pk}/spend/{refund.pk}/"
    assert page in client.get(f"/finance/bills/{fetch.pk}/").content.decode()
    assert "86.40" in client.get(page).content.decode()
    there = client.post(f"/finance/refunds/{refund.pk}/send-code/?next={page}", key())
    assert (there.status_code, there.url) == (303, page)
    form = {"agent_fee": "0.00", "own_part": "1.00", "cash_given": "100.00", "payer_phone": ""}
    wrong = client.post(page, {**form, "code": "000000", **key()})
    right = code_sent_for(refund)
    if right != "000000":
        assert (wrong.status_code, Payment.objects.filter(funding="owed").exists()) == (422, False)
    assert client.post(page, {**form, "code": right, **key()}).status_code == 303
    payment = Payment.objects.get(funding="owed")
    assert (payment.owed_minor, payment.cash.minor, ready.holds(ready.till_key)) == (100_00, 86_40, 86_40)
    refund.refresh_from_db()
    assert (refund.status, refund.proof, refund.handed_to) == ("spent", "code", payer)


def test_more_than_the_bill_costs_and_money_of_others_are_not_offered(ready, power, client):
    payer = payer_at(ready)
    refund = owed(ready, power, amount=200_00, payer=payer)
    fetch = found_bill(ready, power, payer=payer)
    client.force_login(ready.partner)
    page = f"/finance/bills/{fetch.pk}/spend/{refund.pk}/"
    assert "spend/" not in client.get(f"/finance/bills/{fetch.pk}/").content.decode()
    assert 'name="code"' not in client.get(page).content.decode()
    other = found_bill(ready, power)
    assert client.get(f"/finance/bills/{other.pk}/spend/{refund.pk}/").status_code == 404
    send_refund_code(refund=refund, at=now())
    form = {"agent_fee": "0.00", "own_part": "1.00", "code": code_sent_for(refund), **key()}
    assert client.post(page, form).status_code == 422
    assert not Payment.objects.filter(funding="owed").exists()
