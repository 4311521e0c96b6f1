"""Disputes of entries: shown as disputed until county or finance decide, on one's own accounts only."""

from uuid import uuid4

import pytest
from django.utils.timezone import now

from core.errors import SamePerson
from core.money import Money
from finance import chart
from finance.complaints.queries import disputed
from finance.complaints.services import (
    AlreadyDisputed,
    DecidedByFinance,
    NotADispute,
    NothingToDispute,
    assign_complaint,
    decide_dispute,
    dispute_entry,
)
from finance.fees.services import AboveEvent, DisputeOpen, propose_adjustment
from finance.models import Adjustment, Complaint
from ledger.models import Entry
from ledger.services import Leg, MadeBy, post_transfers
from tests.factories.complaints import NOON, complaint_of, paid, post, told
from tests.factories.days import today
from tests.factories.finance import desk, flat_plan, provider_says
from tests.factories.stations import county_manager_of, finance_officer


@pytest.fixture
def ready(db):
    flat_plan()
    return desk(float_minor=1_500_00)


@pytest.fixture
def manager(ready):
    return county_manager_of(ready.station.county)


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


# --- decided


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


def test_a_partner_disputes_entries_of_own_accounts_only(db):
    flat_plan()
    ready, there = desk(float_minor=1_500_00), desk()
    account, version, _maker = charged(ready)
    path = f"accounts/{account.code}/entries/{version}/dispute/"
    assert post(there.partner, path, {"text": "不对"}).status_code == 404
    assert post(ready.partner, path, {"text": "不对"}).json()["amount"] == "4.40"


# --- pages


def test_a_partner_reads_an_own_account_and_disputes_a_line_of_it(db, client):
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
