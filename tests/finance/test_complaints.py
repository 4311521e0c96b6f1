"""Complaints: written down by whoever hears them, moved on by clocks, answered, opened again, closed."""

import datetime as dt
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.utils.timezone import now

from core.errors import SamePerson, WrongState
from core.gateways.sandbox.signing import headers_for
from core.models import Event, InboundMessage, Notice, StatusChange
from core.money import Money
from finance import chart
from finance.complaints.clocks import after_business_days
from finance.complaints.queries import disputed
from finance.complaints.services import (
    AlreadyComplained,
    AlreadyDisputed,
    AssigneeOutOfReach,
    DecidedByFinance,
    NotADispute,
    NothingToDispute,
    ReopenPeriodOver,
    ask_provider,
    assign_complaint,
    close_answered,
    decide_dispute,
    dispute_entry,
    escalate_overdue,
    hear_reply,
    log_complaint,
    reopen_complaint,
    resolve_complaint,
)
from finance.fees.services import AboveEvent, DisputeOpen, propose_adjustment
from finance.models import Adjustment, Complaint, Tariff
from ledger.models import Entry
from ledger.services import Leg, MadeBy, post_transfers
from stations.models import BusinessDay
from tests.factories.days import today
from tests.factories.finance import (
    biller,
    book,
    desk,
    flat_plan,
    found_bill,
    pay,
    provider,
    provider_says,
)
from tests.factories.stations import (
    api_client,
    county_clerk_of,
    county_manager_of,
    finance_officer,
    helper_of,
)
from tests.jobs import run_jobs
from tests.sandbox import SECRETS

CHINA = ZoneInfo("Asia/Shanghai")
HOUR, DAY, SECOND = dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(seconds=1)
#: A Wednesday.
NOON = dt.datetime(2026, 11, 25, 12, tzinfo=CHINA)
PHONE = "+8613912345678"


@pytest.fixture
def ready(db):
    flat_plan()
    return desk(float_minor=1_500_00)


@pytest.fixture
def manager(ready):
    return county_manager_of(ready.station.county)


@pytest.fixture
def clerk(ready):
    return county_clerk_of(ready.station.county)


def paid(ready, **values):
    payment = pay(ready, found_bill(ready, biller()), **values)
    provider_says(payment, "succeeded", at=values.get("at"))
    return payment


def complaint_of(ready, *, at=NOON, kind="overcharged", payment=None):
    return log_complaint(payment=payment or paid(ready), kind=kind, text="收了191.40", by=ready.partner, at=at)


def assigned(ready, manager, *, at=NOON):
    return assign_complaint(complaint=complaint_of(ready, at=at), assignee=manager, by=manager, at=at)


def answered(ready, manager, *, at=NOON, outcome="upheld"):
    complaint = assigned(ready, manager, at=at)
    return resolve_complaint(complaint=complaint, outcome=outcome, answer="多收的5.00已退", by=manager, at=at)


def told(template):
    return Notice.objects.filter(template=template)


# --- written down


def test_a_complaint_has_a_number_two_clocks_and_the_county_is_told(ready, manager):
    complaint = complaint_of(ready)
    assert complaint.number.startswith(f"{ready.station.code}-C261125-")
    assert (complaint.status, complaint.assign_due_at, complaint.due_at) == (
        "logged",
        NOON + 4 * HOUR,
        NOON + 5 * DAY,  # Thursday, Friday, Monday
    )
    assert told("complaint_logged").get().user == manager.pk
    assert StatusChange.objects.get(object_id=str(complaint.pk)).new == "logged"


def test_of_one_kind_one_is_open_at_a_time(ready):
    payment = paid(ready)
    first = complaint_of(ready, payment=payment)
    with pytest.raises(AlreadyComplained) as refusal:
        complaint_of(ready, payment=payment)
    assert refusal.value.params["number"] == first.number
    complaint_of(ready, payment=payment, kind="receipt")
    assert Complaint.objects.count() == 2


@pytest.mark.parametrize(
    ("weekday", "days", "expected"),
    [
        (25, 1, 26),  # Wednesday
        (27, 1, 30),  # Friday: Monday
        (28, 1, 30),  # Saturday: Monday
        (27, 3, 32),
    ],
)
def test_business_days_leave_weekends_out_and_keep_the_hour(db, weekday, days, expected):
    at = NOON.replace(day=weekday)
    due = after_business_days(days, country="CN", zone="Asia/Shanghai", at=at)
    assert due == NOON + (expected - 25) * DAY


def test_a_holiday_is_left_out_and_a_saturday_that_is_worked_counts(db):
    facts = {"country": "CN", "source": "test", "official": True}
    BusinessDay.objects.create(date=dt.date(2026, 11, 26), is_working=False, **facts)
    BusinessDay.objects.create(date=dt.date(2026, 11, 28), is_working=True, **facts)
    assert after_business_days(2, country="CN", zone="Asia/Shanghai", at=NOON) == NOON + 3 * DAY


# --- moved on


def test_the_county_gives_it_to_its_own_people_only(ready, manager, clerk):
    complaint = complaint_of(ready)
    with pytest.raises(AssigneeOutOfReach):
        assign_complaint(complaint=complaint, assignee=ready.partner, by=manager, at=NOON)
    stranger = county_clerk_of(desk().station.county)
    with pytest.raises(AssigneeOutOfReach):
        assign_complaint(complaint=complaint, assignee=stranger, by=manager, at=NOON)
    complaint.refresh_from_db()
    assert (complaint.status, complaint.assignee) == ("logged", None)
    done = assign_complaint(complaint=complaint, assignee=clerk, by=manager, at=NOON)
    assert (done.status, told("complaint_assigned").get().user) == ("assigned", clerk.pk)


def test_the_company_has_one_business_day(ready, manager):
    friday = NOON + 2 * DAY
    complaint = ask_provider(complaint=assigned(ready, manager, at=friday), note="信", by=manager, at=friday)
    assert (complaint.status, complaint.provider_due_at) == ("pending_with_provider", friday + 3 * DAY)


def test_who_was_right_is_told_by_message_and_the_house_hears_of_it(ready, manager):
    payment = paid(ready, payer_phone=PHONE)
    complaint = assign_complaint(complaint=complaint_of(ready, payment=payment), assignee=manager, by=manager, at=NOON)
    done = resolve_complaint(complaint=complaint, outcome="upheld", answer="已退", by=manager, at=NOON)
    assert (done.status, done.outcome, done.resolved_by) == ("resolved", "upheld", manager)
    assert told("complaint_upheld").get().phone_tail == "5678"
    event = Event.objects.get(name="finance.complaint_upheld")
    assert (event.payload["station"], event.payload["kind"]) == (ready.station.pk, "overcharged")


def test_where_nothing_was_wrong_nobody_counts_it(ready, manager):
    answered(ready, manager, outcome="not_upheld")
    assert not Event.objects.filter(name="finance.complaint_upheld").exists()


def test_nothing_is_answered_before_somebody_works_on_it(ready, manager):
    complaint = complaint_of(ready)
    with pytest.raises(WrongState):
        resolve_complaint(complaint=complaint, outcome="upheld", answer="好", by=manager, at=NOON)
    complaint.refresh_from_db()
    assert (complaint.status, complaint.outcome) == ("logged", "")


# --- clocks


@pytest.mark.parametrize(("after", "is_overdue"), [(4 * HOUR - SECOND, False), (4 * HOUR, True), (5 * HOUR, True)])
def test_nobody_works_on_it_for_four_hours(ready, manager, after, is_overdue):
    complaint = complaint_of(ready)
    assert escalate_overdue(at=NOON + after) == is_overdue
    complaint.refresh_from_db()
    assert (complaint.status == "escalated") == is_overdue
    assert told("complaint_overdue").exists() == is_overdue


def test_a_company_that_says_nothing_for_a_business_day(ready, manager):
    complaint = ask_provider(complaint=assigned(ready, manager), note="", by=manager, at=NOON)
    assert escalate_overdue(at=NOON + DAY - SECOND) == 0
    assert escalate_overdue(at=NOON + DAY) == 1
    complaint.refresh_from_db()
    assert complaint.status == "escalated"
    assert assign_complaint(complaint=complaint, assignee=manager, by=manager, at=NOON + DAY).provider_due_at is None


def test_no_answer_within_three_business_days(ready, manager):
    assigned(ready, manager)
    assert escalate_overdue(at=NOON + 5 * DAY - SECOND) == 0
    assert escalate_overdue(at=NOON + 5 * DAY) == 1
    assert escalate_overdue(at=NOON + 6 * DAY) == 0


@pytest.mark.parametrize(("after", "is_in_time"), [(30 * DAY, True), (30 * DAY + SECOND, False)])
def test_an_answer_can_be_said_to_be_not_enough_for_thirty_days(ready, manager, after, is_in_time):
    complaint = answered(ready, manager)
    at = NOON + after
    if is_in_time:
        again = reopen_complaint(complaint=complaint, text="钱没退", by=ready.partner, at=at)
        assert (again.status, again.assignee, again.times_reopened, again.outcome) == ("assigned", manager, 1, "")
        assert again.due_at > at
    else:
        with pytest.raises(ReopenPeriodOver):
            reopen_complaint(complaint=complaint, text="", by=ready.partner, at=at)
        complaint.refresh_from_db()
        assert complaint.status == "resolved"


@pytest.mark.parametrize(("after", "closes"), [(30 * DAY, 0), (30 * DAY + SECOND, 1)])
def test_after_thirty_days_it_is_closed(ready, manager, after, closes):
    complaint = answered(ready, manager)
    assert close_answered(at=NOON + after) == closes
    complaint.refresh_from_db()
    assert (complaint.status == "closed") == bool(closes)


# --- by message


def charged_with_a_fee(ready, *, fee=5_00, at=None):
    book()
    Tariff.objects.create(service="bill_payment", kind="flat", value=fee, currency="CNY", from_date=dt.date(2020, 1, 1))
    return paid(ready, payer_phone=PHONE)


def test_a_fee_is_told_by_message_that_asks_for_a_reply(ready):
    charged_with_a_fee(ready)
    notice = told("paid_with_fee").get()
    assert (notice.params["fee"], notice.phone_tail) == ("¥5.00", "5678")
    assert not told("paid_with_fee").exclude(pk=notice.pk).exists()


def test_without_a_fee_nobody_is_told_of_one(ready):
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


# --- disputes of entries


def charged(ready, minor=4_40):
    """An entry that took something from the partner's commission; its account and version."""
    account = ready.account(chart.commission_of_user(ready.partner.pk))
    officer = finance_officer()
    post_transfers(
        legs=[Leg(account, ready.account(chart.platform("revenue")), Money(minor, "CNY"), "charge")],
        event_type="test_charge",
        event_id=uuid4().hex,
        business_date=today(),
        made_by=MadeBy("staff", officer.pk),
        at=now(),
    )
    return account, Entry.objects.filter(account=account).latest("version").version, officer


def dispute(ready, account, version):
    return dispute_entry(
        account=account, version=version, text="扣了两次", station=ready.station, by=ready.partner, at=NOON
    )


def test_a_disputed_entry_counts_as_disputed_until_finance_decides(ready):
    account, version, maker = charged(ready)
    complaint = dispute(ready, account, version)
    assert (complaint.amount_minor, disputed(account, upto=NOON)) == (4_40, Money(4_40, "CNY"))
    assert told("dispute_raised").get().user == maker.pk
    with pytest.raises(SamePerson):
        decide_dispute(complaint=complaint, outcome="upheld", answer="是", by=maker, at=NOON)
    assert disputed(account, upto=NOON) == Money(4_40, "CNY")
    other = finance_officer()
    done = decide_dispute(complaint=complaint, outcome="upheld", answer="是", by=other, at=NOON)
    assert (done.status, done.resolved_by, disputed(account, upto=NOON)) == ("resolved", other, Money(0, "CNY"))
    assert told("dispute_decided").get().user == ready.partner.pk


def test_what_added_something_and_what_is_not_there_is_not_disputed(ready):
    paid(ready)
    account = ready.account(chart.commission_of_user(ready.partner.pk))
    for version in (1, 99):
        with pytest.raises(NothingToDispute):
            dispute(ready, account, version)
    assert not Complaint.objects.exists()


def test_an_entry_is_disputed_once(ready):
    account, version, _maker = charged(ready)
    dispute(ready, account, version)
    with pytest.raises(AlreadyDisputed):
        dispute(ready, account, version)
    assert Complaint.objects.count() == 1


def test_county_and_finance_each_decide_their_own(ready, manager):
    account, version, _maker = charged(ready)
    entry, about_payment = dispute(ready, account, version), complaint_of(ready)
    with pytest.raises(DecidedByFinance):
        assign_complaint(complaint=entry, assignee=manager, by=manager, at=NOON)
    with pytest.raises(NotADispute):
        decide_dispute(complaint=about_payment, outcome="upheld", answer="是", by=finance_officer(), at=NOON)
    assert set(Complaint.objects.values_list("status", flat=True)) == {"logged"}


# --- over the API


def post(user, path, body, key=""):
    headers = {"Idempotency-Key": key or uuid4().hex}
    return api_client(user).post(f"/api/v1/{path}", body, "json", headers=headers)


def test_over_the_api_from_the_counter_to_the_answer(own_database):
    flat_plan()
    ready = desk(float_minor=1_500_00)
    manager, clerk = county_manager_of(ready.station.county), county_clerk_of(ready.station.county)
    payment = paid(ready)
    path, body = f"payments/{payment.pk}/complaints/", {"kind": "overcharged", "text": "多收"}
    first, again = (post(ready.partner, path, body, key="k" * 16) for _ in range(2))
    assert (first.status_code, again.json(), again["Idempotent-Replayed"]) == (201, first.json(), "true")
    refused = post(ready.partner, path, body)
    assert (refused.status_code, refused.json()["code"]) == (409, "already_complained")
    complaint = f"complaints/{first.json()['id']}"
    assert post(clerk, f"{complaint}/assign/", {"assignee": clerk.username}).status_code == 403
    assert post(manager, f"{complaint}/assign/", {"assignee": clerk.username}).json()["status"] == "assigned"
    assert post(manager, f"{complaint}/ask-provider/", {}).json()["status"] == "pending_with_provider"
    done = post(manager, f"{complaint}/resolve/", {"outcome": "upheld", "answer": "已退"}).json()
    assert (done["status"], done["outcome"]) == ("resolved", "upheld")
    assert post(helper_of(ready.station), f"{complaint}/reopen/", {"note": "没退"}).json()["times_reopened"] == 1
    seen = api_client(ready.partner).get(f"/api/v1/{complaint}/").json()
    assert [step["new"] for step in seen["history"]] == [
        "logged",
        "assigned",
        "pending_with_provider",
        "resolved",
        "assigned",
    ]
    assert api_client(ready.partner).get("/api/v1/complaints/?open=true").json()["results"][0]["id"] == seen["id"]


def test_a_stranger_sees_no_complaint_and_complains_about_no_payment_of_others(own_database):
    flat_plan()
    ready, there = desk(float_minor=1_500_00), desk()
    complaint = complaint_of(ready)
    stranger = api_client(there.partner)
    assert stranger.get(f"/api/v1/complaints/{complaint.pk}/").status_code == 404
    assert stranger.get("/api/v1/complaints/").json()["results"] == []
    path = f"payments/{complaint.payment_id}/complaints/"
    assert post(there.partner, path, {"kind": "receipt"}).status_code == 404
    assert (
        post(
            county_manager_of(there.station.county), f"complaints/{complaint.pk}/assign/", {"assignee": "x"}
        ).status_code
        == 404
    )
    assert post(finance_officer(), f"complaints/{complaint.pk}/assign/", {"assignee": "x"}).status_code == 403
    assert Complaint.objects.count() == 1


def test_a_partner_disputes_entries_of_own_accounts_only(own_database):
    flat_plan()
    ready, there = desk(float_minor=1_500_00), desk()
    account, version, _maker = charged(ready)
    path = f"accounts/{account.code}/entries/{version}/dispute/"
    assert post(there.partner, path, {"text": "不对"}).status_code == 404
    assert post(ready.partner, path, {"text": "不对"}).json()["amount"] == "4.40"


# --- pages


def test_the_desk_of_the_county_from_page_to_page(own_database, client):
    flat_plan()
    ready = desk(float_minor=1_500_00)
    manager = county_manager_of(ready.station.county)
    payment = paid(ready)
    client.force_login(ready.partner)
    form = {"kind": "overcharged", "text": "多收5元", "key": uuid4().hex}
    sent = client.post(f"/finance/payments/{payment.pk}/complain/", form)
    assert sent.status_code == 303
    complaint = Complaint.objects.get()
    assert client.get(f"/finance/complaints/{complaint.pk}/").status_code == 200
    client.force_login(manager)
    assert complaint.number in client.get(f"/finance/complaints/{complaint.pk}/").content.decode()
    assert f"/finance/complaints/{complaint.pk}/" in client.get("/county/complaints/").content.decode()
    given = client.post(
        f"/finance/complaints/{complaint.pk}/assign/", {"assignee": str(manager.pk), "key": uuid4().hex}
    )
    assert given.status_code == 303
    answer = {"outcome": "upheld", "answer": "已退", "key": uuid4().hex}
    assert client.post(f"/finance/complaints/{complaint.pk}/resolve/", answer).status_code == 303
    refused = client.post(f"/finance/complaints/{complaint.pk}/resolve/", {**answer, "key": uuid4().hex})
    assert refused.status_code == 409
    complaint.refresh_from_db()
    assert (complaint.status, complaint.answer) == ("resolved", "已退")


def test_a_partner_reads_an_own_account_and_disputes_a_line_of_it(own_database, client):
    flat_plan()
    ready = desk(float_minor=1_500_00)
    account, version, _maker = charged(ready)
    client.force_login(ready.partner)
    page = client.get(f"/finance/accounts/{account.code}/").content.decode()
    assert f"/finance/accounts/{account.code}/{version}/dispute/" in page
    assert client.get(f"/finance/accounts/{account.code}/{version}/dispute/").status_code == 200
    sent = client.post(f"/finance/accounts/{account.code}/{version}/dispute/", {"text": "不对", "key": uuid4().hex})
    assert sent.status_code == 303
    assert client.get(f"/finance/accounts/{account.code}/99/dispute/").status_code == 404
    client.force_login(desk().partner)
    assert client.get(f"/finance/accounts/{account.code}/").status_code == 404


def test_nothing_is_taken_for_what_is_disputed_until_it_is_decided(ready):
    payment = paid(ready)
    provider_says(payment, "succeeded", event_type="transaction.reversed")
    account = ready.account(chart.commission_of_user(ready.partner.pk))
    taken = Entry.objects.filter(account=account, side="debit").latest("version")
    complaint = dispute(ready, account, taken.version)
    event = {"account": account, "event_type": "payment", "event_id": str(payment.pk)}
    facts = {**event, "reason": "agreed", "text": "按约定", "by": finance_officer(), "at": now()}
    with pytest.raises(DisputeOpen):
        propose_adjustment(amount=Money(-1, "CNY"), **facts)
    assert not Adjustment.objects.exists()
    assert propose_adjustment(amount=Money(1_00, "CNY"), **facts).status == "proposed"
    decide_dispute(complaint=complaint, outcome="not_upheld", answer="没错", by=finance_officer(), at=NOON)
    with pytest.raises(AboveEvent):
        propose_adjustment(amount=Money(-1, "CNY"), **facts)
