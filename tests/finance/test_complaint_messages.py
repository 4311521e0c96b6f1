"""Complaints by message: a fee is told, a reply is a complaint, and only signed messages are kept."""

import datetime as dt

import pytest
from django.utils.timezone import now

from core.gateways.sandbox.signing import headers_for
from core.models import InboundMessage
from finance.complaints.services import assign_complaint, hear_reply, resolve_complaint
from finance.models import Complaint, Receipt, Tariff
from tests.factories.complaints import paid, told
from tests.factories.finance import book, desk, flat_plan, provider
from tests.factories.stations import county_manager_of
from tests.jobs import run_jobs
from tests.sandbox import SECRETS

PHONE = "+8613912345678"


@pytest.fixture
def ready(db):
    flat_plan()
    return desk(float_minor=1_500_00)


@pytest.fixture
def manager(ready):
    return county_manager_of(ready.station.county)


def charged_with_a_fee(ready, *, fee=5_00, at=None):
    book()
    Tariff.objects.create(service="bill_payment", kind="flat", value=fee, currency="CNY", from_date=dt.date(2020, 1, 1))
    return paid(ready, payer_phone=PHONE)


def test_a_fee_is_told_by_message_that_asks_for_a_reply(ready):
    payment = charged_with_a_fee(ready)
    notice = told("paid_with_fee").get()
    assert (notice.params["fee"], notice.phone_tail) == ("¥5.00", "5678")
    slip = Receipt.objects.get(payment=payment, kind=Receipt.Kind.FINAL)
    assert notice.params["number"] == slip.number.rpartition("-")[2]
    assert not told("paid_with_fee").exclude(pk=notice.pk).exists()


def test_without_a_fee_nobody_is_demonstration_of_one(ready):
    paid(ready, payer_phone=PHONE)
    assert not told("paid_with_fee").exists()


def test_one_as_a_reply_is_a_complaint_about_the_newest_payment_of_that_phone(ready, manager):
    payment = charged_with_a_fee(ready)
    assert hear_reply(phone=PHONE, word="1", message_id="m1", at=now())
    complaint = Complaint.objects.get()
    assert (complaint.payment, complaint.kind, complaint.channel, complaint.logged_by) == (
        payment,
        "overcharged",
        "sms",
        None,
    )
    assert hear_reply(phone=PHONE, word="1", message_id="m2", at=now())
    assert Complaint.objects.count() == 1


def test_a_reply_after_the_answer_opens_it_again(ready, manager):
    charged_with_a_fee(ready)
    hear_reply(phone=PHONE, word="1", message_id="m1", at=now())
    complaint = assign_complaint(complaint=Complaint.objects.get(), assignee=manager, by=manager, at=now())
    resolve_complaint(complaint=complaint, outcome="not_upheld", answer="没有多收", by=manager, at=now())
    assert hear_reply(phone=PHONE, word="1", message_id="m3", at=now())
    complaint.refresh_from_db()
    assert (complaint.status, complaint.times_reopened) == ("assigned", 1)


@pytest.mark.parametrize(("word", "phone"), [("2", PHONE), ("", PHONE), ("1", "+8613900000001")])
def test_other_words_and_other_phones_are_not_understood(ready, word, phone):
    charged_with_a_fee(ready)
    assert not hear_reply(phone=phone, word=word, message_id="m1", at=now())
    assert not Complaint.objects.exists()


def message(client, body, *, secret=SECRETS["ECOMNET_PROVIDER_SMS_SECRET"], code="SMS"):
    path = f"/api/v1/gateways/{code}/messages"
    headers = headers_for(provider(code).key_id, secret, "POST", path, body)
    return client.post(path, body, content_type="application/json", headers=headers)


@pytest.mark.usefixtures("sandbox")
def test_a_signed_message_is_stored_once_without_the_phone_in_clear(ready, client):
    charged_with_a_fee(ready)
    body = f'{{"message_id":"m-1","phone":"{PHONE[1:]}","text":" １ 谢谢"}}'.encode()
    assert message(client, body).status_code == 202
    assert message(client, body).status_code == 200
    stored = InboundMessage.objects.get()
    assert (stored.word, stored.phone_tail) == ("1", "5678")
    assert PHONE.encode() not in bytes(stored.phone_cipher)
    run_jobs()
    stored.refresh_from_db()
    assert (stored.state, Complaint.objects.get().kind) == ("applied", "overcharged")


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize(
    ("body", "secret", "status"),
    [
        (b'{"message_id":"m","phone":"+8613912345678","text":"1"}', "wrong", 401),
        (b'{"message_id":"m","phone":"+8613912345678"}', "sandbox-secret-3", 400),
        (b'{"phone":"+8613912345678","text":"1"}', "sandbox-secret-3", 400),
        (b"[]", "sandbox-secret-3", 400),
    ],
)
def test_a_message_that_is_not_signed_or_not_one_leaves_nothing(db, client, body, secret, status):
    assert message(client, body, secret=secret).status_code == status
    assert not InboundMessage.objects.exists()


def test_in_the_sandbox_somebody_replies_to_a_message(own_database, sandbox, web):
    flat_plan()
    ready = desk(float_minor=1_500_00)
    charged_with_a_fee(ready)
    provider("SMS")
    sandbox.ask("PUT", "callbacks", {"url": web})
    sandbox.ask("POST", "replies", {"phone": PHONE, "text": "1"})
    until = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=10)
    while not InboundMessage.objects.exists() and dt.datetime.now(dt.UTC) < until:
        pass
    assert InboundMessage.objects.get().word == "1"
