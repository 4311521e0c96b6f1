"""Statements and closes as people and programs see them: their own, their county's, nobody else's."""

import csv
import io
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from finance.models import DayClose, TaxRule
from finance.settlement import display
from finance.settlement.lists import Statements
from finance.settlement.queries.board import board
from finance.settlement.queries.payees import names_of
from finance.settlement.queries.rows import hash_of
from finance.settlement.services import close_book_day
from ledger import audit
from stations.models import User
from tests.factories.findings import finding
from tests.factories.settlement import (
    DAY,
    MONDAY,
    SUNDAY,
    account_at,
    earns,
    noon,
    settle_night,
    statements_of,
    village,
    week_of_work,
)
from tests.factories.stations import (
    api_client,
    auditor,
    county_manager_of,
    finance_officer,
    helper_of,
    partner_of,
    platform_admin,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    return village()


@pytest.fixture
def told(station):
    """The statement of a partner of the station."""
    account = week_of_work(station)
    partner_of(station, User.objects.get(pk=account.holder))
    return statements_of(account)[0]


@pytest.fixture
def held(station):
    """A day of the station's county that is held."""
    finding("county", station.county.code[:6])
    return settle_night(station, MONDAY)


def payee_of(told):
    return User.objects.get(pk=told.payee)


def key():
    return {"format": "json", "HTTP_IDEMPOTENCY_KEY": uuid4().hex}


def test_a_payee_reads_his_own_statements_and_can_check_them(told):
    mine = api_client(payee_of(told))
    row = mine.get("/api/v1/statements/").data["results"][0]
    assert (row["payable"], row["accrued"], row["status"], row["period_to"]) == ("7.00", "7.00", "closed", SUNDAY)
    whole = mine.get(f"/api/v1/statements/{told.pk}/").data
    assert whole["is_as_hashed"]
    assert hash_of(whole["previous_sha256"], whole["rows"]) == whole["sha256"] == told.sha256


def test_finance_reads_those_of_its_region_and_narrows_to_a_payee(station, told):
    other = village()
    week_of_work(other)
    for reader, count in (
        (finance_officer(), 2),
        (auditor(), 2),
        (finance_officer(station.county), 1),
        (finance_officer(other.county), 1),
    ):
        assert len(api_client(reader).get("/api/v1/statements/").data["results"]) == count
    narrowed = api_client(finance_officer()).get("/api/v1/statements/", {"payee": told.payee}).data["results"]
    assert [row["id"] for row in narrowed] == [told.pk]


@pytest.mark.parametrize("stranger", [partner_of, helper_of])
def test_nobody_reads_the_statement_of_somebody_else(client, station, told, stranger):
    someone = stranger(village())
    client.force_login(someone)
    assert api_client(someone).get("/api/v1/statements/").data["results"] == []
    paths = [f"/finance/settlement/statements/{told.pk}/{page}" for page in ("", "paper/", "table/")]
    assert [client.get(path).status_code for path in paths] == [404, 404, 404]
    assert api_client(someone).get(f"/api/v1/statements/{told.pk}/").status_code == 404
    assert client.get("/finance/settlement/statements/").status_code == 403
    assert client.get("/finance/settlement/").status_code == 403


def test_the_page_shows_the_sum_the_days_and_that_it_can_be_trusted(client, told):
    client.force_login(payee_of(told))
    with translation.override("en"):
        page = client.get(f"/finance/settlement/statements/{told.pk}/", headers={"accept-language": "en"})
    text = page.content.decode()
    assert page.context["is_as_hashed"]
    assert [figure.amount.minor for figure in page.context["figures"]] == [7_00]
    assert told.sha256 in text
    assert str(told.payable) in text


def test_a_statement_that_was_altered_says_so(client, told, monkeypatch):
    monkeypatch.setattr("finance.settlement.queries.rows.rows_of", lambda statement: [["other"]])
    client.force_login(payee_of(told))
    assert client.get(f"/finance/settlement/statements/{told.pk}/").context["is_as_hashed"] is False


def test_the_sheet_and_the_table_hold_the_same_figures(client, told):
    client.force_login(payee_of(told))
    sheet = client.get(f"/finance/settlement/statements/{told.pk}/paper/").content.decode()
    assert told.sha256 in sheet
    table = client.get(f"/finance/settlement/statements/{told.pk}/table/")
    assert table["Content-Type"] == "text/csv"
    assert table["Content-Disposition"] == f'attachment; filename="statement-{MONDAY}-{SUNDAY}.csv"'
    rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert rows[1][0] == "commission"
    assert (rows[1][3], rows[1][4]) == ("7.00", "CNY")
    assert {row[0]: row[3] for row in rows[2:9]}["payable"] == "7.00"
    assert rows[-1][-1] == told.sha256


def test_a_cell_that_a_spreadsheet_would_compute_is_made_harmless(client, station):
    account = account_at(station)
    earns(account, 1_00, at=noon(MONDAY), station=station, event_id="=1+1")
    settle_night(station, SUNDAY)
    client.force_login(partner_of(station, User.objects.get(pk=account.holder)))
    table = client.get(f"/finance/settlement/statements/{statements_of(account)[0].pk}/table/").content.decode()
    assert "'=1+1" in table


def test_lists_of_statements_go_on_page_by_page(client, station, told, monkeypatch):
    monkeypatch.setattr(Statements, "size", 1)
    for _ in range(2):
        earns(account_at(station), 2_00, at=noon(SUNDAY + DAY), station=station)
    settle_night(station, SUNDAY + 7 * DAY)
    client.force_login(finance_officer())
    seen, path = [], "/finance/settlement/statements/?state=closed&from=2026-09-01&to=2027-06-30"
    for _ in range(3):
        page = client.get(path)
        seen += [row.href for row in page.context["list"].rows]
        path = f"/finance/settlement/statements/{page.context['list'].older}"
    assert len(set(seen)) == 3
    assert page.context["list"].older == ""
    assert client.get("/finance/settlement/statements/?state=paid").context["list"].rows == []


def test_a_payee_finds_his_own_from_what_he_earned(client, told):
    client.force_login(payee_of(told))
    assert "/finance/settlement/statements/mine/" in client.get("/finance/fees/").content.decode()
    [row] = client.get("/finance/settlement/statements/mine/", {"from": told.period_to}).context["list"].rows
    assert row.href == f"/finance/settlement/statements/{told.pk}/"


def test_the_board_says_what_stops_tonights_close_and_what_does_not(client, station, held):
    other = village()
    settle_night(other, MONDAY)
    client.force_login(finance_officer())
    page = client.get("/finance/settlement/")
    assert page.context["stopped"] == 1
    assert [close.pk for close, _county in page.context["held"]] == [held.pk]
    assert [row["kind"] for row in page.context["rows"]] == ["bad", "ok"]
    client.force_login(county_manager_of(other.county))
    assert [row["name"] for row in client.get("/finance/settlement/").context["rows"]] == [other.county.short_name]


def test_the_board_asks_as_often_for_many_counties_as_for_one():
    officer, asked = finance_officer(), []
    assert officer.live_posts
    for _ in range(2):
        settle_night(village(), MONDAY)
        with CaptureQueriesContext(connection) as queries:
            board(officer, "finance.read_book_day", country="CN")
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 12


def test_a_held_day_is_closed_over_the_api_by_two_people_once(held):
    first, second = api_client(finance_officer()), api_client(finance_officer())
    path = f"/api/v1/day-closes/{held.pk}/close/"
    assert first.post(path, {}, **key()).data["code"] == "reason_missing"
    press = key()
    asked = first.post(path, {"reason": "counted on paper"}, **press)
    assert (asked.status_code, asked.data["status"]) == (200, "held")
    again = first.post(path, {"reason": "counted on paper"}, **press)
    assert again["Idempotent-Replayed"] == "true"
    refused = first.post(path, {}, **key())
    assert (refused.status_code, refused.data["code"]) == (409, "same_person")
    assert DayClose.objects.get(pk=held.pk).status == "held"
    assert second.post(path, {}, **key()).data["status"] == "closed"
    assert second.post(path, {}, **key()).data["code"] == "wrong_state"


@pytest.mark.parametrize(
    ("reader", "status"),
    [
        (lambda station: partner_of(station), 404),
        (lambda station: platform_admin(), 404),
        (lambda station: finance_officer(village().county), 404),
        (lambda station: county_manager_of(station.county), 403),
        (lambda station: auditor(), 403),
    ],
)
def test_only_finance_of_the_county_closes_its_day(station, held, reader, status):
    path = f"/api/v1/day-closes/{held.pk}/close/"
    assert api_client(reader(station)).post(path, {"reason": "why"}, **key()).status_code == status
    assert DayClose.objects.get(pk=held.pk).asked_by is None


def test_days_are_listed_by_state_for_those_who_reach_the_county(station, held):
    listed = (
        api_client(county_manager_of(station.county)).get("/api/v1/day-closes/", {"status": "held"}).data["results"]
    )
    assert [(row["id"], row["stopped_by"]) for row in listed] == [(held.pk, ["finance.tills_are_counted"])]
    officer = api_client(finance_officer())
    in_each = [
        officer.get("/api/v1/day-closes/", {"status": "held", "country": code}).data["results"] for code in ("CN", "KW")
    ]
    assert [[row["id"] for row in rows] for rows in in_each] == [[held.pk], []]
    assert api_client(finance_officer(village().county)).get("/api/v1/day-closes/").data["results"] == []
    assert api_client(partner_of(station)).get("/api/v1/day-closes/").status_code == 403


def test_a_held_day_is_closed_on_its_page_and_a_refusal_stands_there(client, held):
    first, second = finance_officer(), finance_officer()
    path = f"/finance/settlement/days/{held.pk}/"
    client.force_login(first)
    assert client.post(f"{path}close/", {"key": uuid4().hex, "reason": ""}).status_code == 422
    assert client.post(f"{path}close/", {"key": uuid4().hex, "reason": "on paper"}).status_code == 303
    page = client.get(path)
    assert (page.context["form"], page.context["waits_for_another"]) == (None, True)
    assert client.post(f"{path}close/", {"key": uuid4().hex}).status_code == 409
    client.force_login(second)
    assert client.get(path).context["form"] is not None
    assert client.post(f"{path}close/", {"key": uuid4().hex}).status_code == 303
    assert DayClose.objects.get(pk=held.pk).closed_by == second


def test_the_administration_closes_a_held_day_by_two_people_and_checks_tables_of_tax(client, held):
    for officer in (finance_officer(), finance_officer()):
        client.force_login(User.objects.get(pk=officer.pk))
        User.objects.filter(pk=officer.pk).update(is_staff=True)
        client.post(
            "/admin/finance/dayclose/",
            {"action": "close", "_selected_action": [held.pk], "reason": "looked into"},
        )
    assert DayClose.objects.get(pk=held.pk).status == "closed"
    rule = {"country": "CN", "payee_kind": "partner", "currency": "CNY", "from_date": "2026-01-01"}
    for table, status, count in (('{"bp": 20000}', 200, 0), ('{"bp": 500}', 302, 1)):
        answer = client.post("/admin/finance/taxrule/add/", {**rule, "method": "flat_bp", "table": table})
        assert (answer.status_code, TaxRule.objects.count()) == (status, count)


def test_payees_have_names(station, told):
    county = station.county
    names = names_of([told.payee, f"county-{county.code[:6]}", "somebody-else"])
    assert names[told.payee] == payee_of(told).shown_name
    assert names[f"county-{county.code[:6]}"] == county.short_name
    assert names["somebody-else"] == "somebody-else"


def test_a_line_of_ones_own_says_where_it_stands(told):
    earnings = api_client(payee_of(told)).get("/api/v1/earnings/").data["results"]
    assert [row["state"] for row in earnings] == ["payable"]


def test_closing_by_people_is_told_in_the_days_history(client, held):
    for officer in (finance_officer(), finance_officer()):
        close_book_day(close=held, reason="on paper", by=officer, at=noon(SUNDAY))
    client.force_login(officer)
    page = client.get(f"/finance/settlement/days/{held.pk}/")
    assert len(page.context["entries"]) == 3
    assert page.context["form"] is None


def test_each_check_of_the_auditor_has_its_sentence():
    assert {check.code for check in audit.all_checks()} <= display.FINDINGS.keys()
    with translation.override("en"):
        assert display.findings("ledger.two_sides, other.check") == "a posting lacks a side; other.check"
