"""Complaints: written down, moved on, their clocks, over the API and from page to page."""

import datetime as dt
from uuid import uuid4

import pytest

from core.errors import WrongState
from core.models import Event, StatusChange
from core.resident_ids import NumberInText
from finance.complaints.clocks import after_business_days
from finance.complaints.services import (
    AlreadyComplained,
    AssigneeOutOfReach,
    ReopenPeriodOver,
    ask_provider,
    assign_complaint,
    close_answered,
    escalate_overdue,
    reopen_complaint,
    resolve_complaint,
)
from finance.models import Complaint
from stations.models import BusinessDay
from tests.factories.complaints import NOON, complaint_of, paid, post, told
from tests.factories.finance import desk, flat_plan
from tests.factories.stations import api_client, county_clerk_of, county_manager_of, finance_officer, helper_of

HOUR, DAY, SECOND = dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(seconds=1)
PHONE = "+8613912345678"
NUMBER = "11010519491231002X"


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


def assigned(ready, manager, *, at=NOON):
    return assign_complaint(complaint=complaint_of(ready, at=at), assignee=manager, by=manager, at=at)


def answered(ready, manager, *, at=NOON, outcome="upheld"):
    complaint = assigned(ready, manager, at=at)
    return resolve_complaint(complaint=complaint, outcome=outcome, answer="多收的5.00已退", by=manager, at=at)


# --- written down


@pytest.mark.parametrize("words", [f"证件 {NUMBER}", "身份证１１０１０５ 19491231 002X。"])
def test_no_identity_number_is_written_into_a_complaint_at_any_step(ready, manager, clerk, words):
    payment = paid(ready)
    with pytest.raises(NumberInText) as refused:
        complaint_of(ready, payment=payment, text=words)
    assert (refused.value.field, Complaint.objects.count()) == ("text", 0)
    complaint = complaint_of(ready, payment=payment)
    assign_complaint(complaint=complaint, assignee=manager, by=manager, at=NOON)
    with pytest.raises(NumberInText):
        ask_provider(complaint=complaint, note=words, by=manager, at=NOON)
    resolve_complaint(complaint=complaint, outcome="upheld", answer="已退", by=manager, at=NOON)
    with pytest.raises(NumberInText):
        reopen_complaint(complaint=complaint, note=words, by=clerk, at=NOON)
    complaint.refresh_from_db()
    assert complaint.status == "resolved"


def test_the_counter_is_told_that_an_identity_number_does_not_belong_into_a_complaint(ready):
    body = {"kind": "overcharged", "text": NUMBER}
    answer = post(ready.partner, f"payments/{paid(ready).pk}/complaints/", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "number_in_text")


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
        again = reopen_complaint(complaint=complaint, note="钱没退", by=ready.partner, at=at)
        assert (again.status, again.assignee, again.times_reopened, again.outcome) == ("assigned", manager, 1, "")
        assert again.due_at > at
    else:
        with pytest.raises(ReopenPeriodOver):
            reopen_complaint(complaint=complaint, note="", by=ready.partner, at=at)
        complaint.refresh_from_db()
        assert complaint.status == "resolved"


@pytest.mark.parametrize(("after", "closes"), [(30 * DAY, 0), (30 * DAY + SECOND, 1)])
def test_after_thirty_days_it_is_closed(ready, manager, after, closes):
    complaint = answered(ready, manager)
    assert close_answered(at=NOON + after) == closes
    complaint.refresh_from_db()
    assert (complaint.status == "closed") == bool(closes)


# --- over the API


def test_over_the_api_from_the_counter_to_the_answer(db):
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


def test_a_stranger_sees_no_complaint_and_complains_about_no_payment_of_others(db):
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


# --- pages


def test_the_desk_of_the_county_from_page_to_page(db, client):
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
