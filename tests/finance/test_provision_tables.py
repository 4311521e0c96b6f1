"""Provision rates are drawn up by one person and put in force by another, from a day to come on."""

import datetime as dt
import threading

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils.timezone import now

from core.days import day_in
from core.errors import Refused, SamePerson, WrongState
from finance.loans.presets import DAYS_SAMPLE, FIVE_CLASSES
from finance.loans.services import (
    NoLender,
    RatesStand,
    RatesTooEarly,
    RatesUnfit,
    activate_provision_table,
    discard_provision_table,
    draft_provision_table,
)
from finance.models import PortfolioDay, ProvisionBand, ProvisionTable
from tests.ecomnet.test_needs import browser_of
from tests.factories.finance import book, desk
from tests.factories.loans import NOON, lender, lender_holds, rates_in_force, running
from tests.factories.stations import UserFactory, api_client, county, credit_officer, send
from tests.finance.test_loan_reversals import closed, findings

TODAY, DAY = NOON.date(), dt.timedelta(days=1)


def drafted(bands=FIVE_CLASSES, *, from_date=TODAY + DAY, by=None, country="CN"):
    return draft_provision_table(country=country, from_date=from_date, bands=bands, by=by or UserFactory(), at=NOON)


@pytest.fixture
def bank(db):
    book("CN")
    return lender()


def test_a_second_person_puts_rates_in_force_and_the_close_of_their_first_day_sets_aside_by_them(bank):
    rates_in_force(FIVE_CLASSES)
    loan = running(desk())
    table = drafted(DAYS_SAMPLE, by=(maker := UserFactory()))
    with pytest.raises(SamePerson):
        activate_provision_table(table=table, by=maker, at=NOON)
    activate_provision_table(table=table, by=UserFactory(), at=NOON)
    closed(loan, TODAY)
    assert lender_holds(loan, "loan_allowance") == 300_00
    closed(loan, TODAY + DAY)
    assert (lender_holds(loan, "loan_allowance"), PortfolioDay.objects.count()) == (3_000_00, 2)
    for change in ({"from_date": TODAY}, {"maker": UserFactory()}):
        with pytest.raises(DatabaseError), transaction.atomic():
            ProvisionTable.objects.filter(pk=table.pk).update(**change)
    with pytest.raises(DatabaseError, match="is_approved_by_a_second_person"), transaction.atomic():
        ProvisionTable.objects.filter(pk=table.pk).update(checker=maker)
    assert findings() == []


def test_a_draft_sets_nothing_aside_and_one_that_was_discarded_is_never_in_force(bank):
    loan = running(desk())
    table = drafted()
    closed(loan, TODAY + DAY)
    assert lender_holds(loan, "loan_allowance") == 0
    discard_provision_table(table=table, by=UserFactory(), at=NOON)
    with pytest.raises(WrongState):
        activate_provision_table(table=table, by=UserFactory(), at=NOON)


@pytest.mark.parametrize(
    "bands",
    [
        [(1, "normal", 100)],
        [(0, "normal", 100), (0, "loss", 10_000)],
        [(0, "normal", 100), (31, "normal", 200)],
        [(0, "normal", 10_001)],
        [(0, "unclassified", 0)],
    ],
)
def test_rates_that_leave_a_day_or_class_unclear_are_refused(bank, bands):
    with pytest.raises(RatesUnfit):
        drafted(bands)
    assert not ProvisionTable.objects.exists()


def test_rates_begin_tomorrow_at_the_earliest_and_one_table_begins_on_a_day(bank):
    with pytest.raises(RatesTooEarly):
        drafted(from_date=TODAY)
    with pytest.raises(NoLender):
        drafted(country="KW")
    first, second = drafted(), drafted(DAYS_SAMPLE)
    activate_provision_table(table=first, by=UserFactory(), at=NOON)
    with pytest.raises(RatesStand):
        activate_provision_table(table=second, by=UserFactory(), at=NOON)
    with pytest.raises(RatesTooEarly):
        activate_provision_table(table=drafted(from_date=TODAY + 2 * DAY), by=UserFactory(), at=NOON + 2 * DAY)


def test_rates_go_their_way_over_the_api_and_the_page(bank):
    ready = desk()
    later = day_in("Asia/Shanghai", now()) + 2 * DAY
    maker, checker = credit_officer(), credit_officer()
    rates = [{"from_day": 0, "class_code": "normal", "rate_bp": 100}]
    body, client = {"country": "CN", "from_date": str(later), "bands": rates}, api_client(maker)
    headers = {"Idempotency-Key": "x" * 16}
    twice = [client.post("/api/v1/provision-tables/", body, "json", headers=headers) for _try in range(2)]
    assert [answer.status_code for answer in twice] == [201, 201]
    table = ProvisionTable.objects.get()
    address, page = f"/api/v1/provision-tables/{table.pk}/", reverse("loans:provision", args=[table.pk])
    assert send(client, f"{address}activate/").json()["code"] == "same_person"
    assert f"{page}activate/" not in browser_of(maker).get(page).content.decode()
    assert "待审批的拨备率" in browser_of(checker).get("/").content.decode()
    assert f"{page}activate/" in browser_of(checker).get(page).content.decode()
    of_a_county = credit_officer(ready.station.county)
    assert f"{page}activate/" not in browser_of(of_a_county).get(page).content.decode()
    assert browser_of(of_a_county).post(f"{page}activate/", {"key": "x" * 16}).status_code == 403
    assert send(api_client(of_a_county), f"{address}discard/").status_code == 403
    elsewhere = api_client(credit_officer(county()))
    assert send(elsewhere, f"{address}activate/").status_code in {403, 404}
    assert send(api_client(checker), f"{address}activate/").json()["status"] == "active"
    assert client.get("/api/v1/provision-tables/").json()["results"][0]["bands"] == rates


def test_of_two_tables_that_begin_on_one_day_one_comes_into_force(own_database):
    book("CN")
    lender()
    tables, outcomes, together = [drafted(), drafted(DAYS_SAMPLE)], [], threading.Barrier(2)
    officers = [UserFactory(), UserFactory()]

    def approves(table, officer):
        together.wait()
        try:
            activate_provision_table(table=table, by=officer, at=NOON)
            outcomes.append("done")
        except Refused as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=approves, args=work) for work in zip(tables, officers, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "provision_rates_stand"]


def test_rates_are_added_to_a_draft_only_and_what_was_decided_of_a_table_stays_decided(bank):
    more = {"from_day": 400, "class_code": "loss", "rate_bp": 10_000}
    standing = rates_in_force(FIVE_CLASSES[:4])
    stale = drafted(FIVE_CLASSES[:4])
    ProvisionBand.objects.create(table=stale, **more)
    with pytest.raises(DatabaseError, match="rates_are_added_to_a_draft"), transaction.atomic():
        ProvisionBand.objects.create(table=standing, **more)
    with pytest.raises(RatesTooEarly):
        activate_provision_table(table=stale, by=UserFactory(), at=NOON + 2 * DAY)
    discard_provision_table(table=stale, by=UserFactory(), at=NOON + 2 * DAY)  # its day has passed
    with pytest.raises(DatabaseError, match="rates_are_added_to_a_draft"), transaction.atomic():
        ProvisionBand.objects.create(table=stale, from_day=500, class_code="doubtful", rate_bp=1)
    for table, values in (
        (stale, {"status": "draft"}),
        (standing, {"status": "discarded", "checker": None, "checked_at": None}),
    ):
        with pytest.raises(DatabaseError, match="provision_table_is_decided_once"), transaction.atomic():
            ProvisionTable.objects.filter(pk=table.pk).update(**values)
