"""The finance board and its pages: counts, lists by the keyboard's order, and what is pressed there."""

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.text import capfirst
from django.utils.timezone import now
from django.utils.translation import gettext

from core.fields import uuid7
from finance import chart
from finance.models import BankStatementLine, ReconItem, RiskRow
from finance.recon.lists import Differences
from finance.recon.sides import facts_of, verdict
from ledger.models import Transfer
from tests.factories.finance import biller, desk, flat_plan, found_bill, pay, provider_says, sent
from tests.factories.ledger import BookFactory
from tests.factories.recon import HEADER, bank_lines, recon_item
from tests.factories.stations import api_client, county_manager_of, finance_officer, partner_of

pytestmark = pytest.mark.django_db

BOARD = "/finance/settlement/recon/"
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


def browser_of(user):
    client = Client()
    client.force_login(user)
    session = client.session
    session["second_factor_at"] = now().isoformat()
    session.save()
    return client


@pytest.fixture
def officer():
    return finance_officer()


@pytest.fixture
def browser(officer):
    return browser_of(officer)


def text_of(answer):
    return answer.content.decode()


def press(browser, path, **typed):
    return browser.post(path, {"key": uuid7().hex, **typed})


def test_the_board_counts_by_kind_and_age_in_at_most_twelve_statements(browser, django_assert_max_num_queries):
    at = now()
    for days in (0, 2, 5, 9):
        recon_item(at=at - days * DAY - HOUR)
    recon_item(kind="file", at=at - 9 * DAY)
    bank_lines("B-1,in,5.00,unknown")
    for code in ("KW", "JP", "JP-INS"):
        BookFactory(code=code, country=code[:2])
    browser.get(BOARD)
    with django_assert_max_num_queries(12):
        page = text_of(browser.get(BOARD))
    assert page.count('href="?kind=amount&amp;age=') == 4
    assert f'href="{BOARD}bank-lines/?age=0"' in page
    assert 'href="?kind=file"' in page  # what stops tonight's close


def test_the_list_is_oldest_first_and_goes_on_after_the_last(browser, monkeypatch):
    monkeypatch.setattr(Differences, "size", 2)
    at = now()
    items = [recon_item(at=at - days * DAY) for days in (1, 3, 2)]
    same = [recon_item(at=at - 3 * DAY) for _ in range(2)]
    seen, path = [], BOARD
    while path:
        page = text_of(browser.get(path))
        seen += re.findall(rf'href="{BOARD}(\d+)/"', page)
        more = re.search(r'href="(\?[^"]*after=[^"]*)"', page)
        path = f"{BOARD}{more[1].replace('&amp;', '&')}" if more else ""
    expected = [items[1], *same, items[2], items[0]]
    assert seen == [str(item.pk) for item in expected]


@pytest.mark.parametrize(("age", "count"), [("0", 1), ("1", 1), ("3", 1), ("7", 1), ("", 4), ("5", 0), ("x", 0)])
def test_the_list_of_an_age_holds_exactly_those(browser, age, count):
    at = now()
    for days in (0, 2, 5, 9):
        recon_item(at=at - days * DAY - HOUR)
    page = text_of(browser.get(BOARD, {"age": age}))
    assert len(re.findall(rf'href="{BOARD}\d+/"', page)) == count


def test_the_position_of_a_difference_is_none_among_bank_lines(browser, monkeypatch):
    monkeypatch.setattr(Differences, "size", 1)
    for _ in range(2):
        recon_item()
    link = browser.get(BOARD).context["list"].older
    assert browser.get(BOARD + link).status_code == 200
    assert browser.get(f"{BOARD}bank-lines/{link}").status_code == 400


def test_no_row_and_no_page_of_a_difference_shows_a_code_or_an_identifier(browser):
    flat_plan()
    ready, power = desk(float_minor=1_000_00), biller()
    payment = sent(pay(ready, found_bill(ready, power)), at=now())
    provider_says(payment, "succeeded")
    provider_says(payment, "failed")
    [item] = ReconItem.objects.all()
    for path in (BOARD, f"{BOARD}{item.pk}/"):
        page = re.sub(r'(href|value|action)="[^"]*"', "", text_of(browser.get(path)))
        assert str(payment.pk) not in page
        assert power.provider.code not in page.replace(power.provider.name, "").replace(power.provider.name_zh, "")


def test_a_difference_stands_as_two_records_side_by_side(browser):
    flat_plan()
    ready, power = desk(float_minor=1_000_00), biller()
    payment = sent(pay(ready, found_bill(ready, power)), at=now())
    provider_says(payment, "succeeded")
    provider_says(payment, "failed")
    [item] = ReconItem.objects.all()
    facts = {fact.name: fact for fact in facts_of(item)}
    state = facts[str(gettext("State"))]
    assert (state.ours, state.theirs, state.differs) == (payment_state(payment), capfirst(gettext("not paid")), True)
    assert facts[str(gettext("Amount"))].ours == "¥186.40"


def test_another_amount_is_said_by_both_sides():
    flat_plan()
    ready, power = desk(float_minor=1_000_00), biller()
    payment = sent(pay(ready, found_bill(ready, power)), at=now())
    item = recon_item(kind="amount", payment=payment, amount_diff_minor=-1_80)
    amount = facts_of(item)[0]
    assert (amount.ours, amount.theirs, amount.differs) == ("¥186.40", "¥184.60", True)
    assert "1.80" in verdict(item)


def payment_state(payment):
    payment.refresh_from_db()
    return capfirst(payment.get_status_display())


def test_a_county_manager_sees_what_concerns_the_county_and_no_totals(client):
    flat_plan()
    ready, power = desk(float_minor=1_000_00), biller()
    payment = sent(pay(ready, found_bill(ready, power)), at=now())
    provider_says(payment, "succeeded")
    provider_says(payment, "failed")
    recon_item()
    page = text_of(browser_of(county_manager_of(ready.station.county)).get(BOARD))
    assert len(re.findall(rf'href="{BOARD}\d+/"', page)) == 1
    assert "age=" not in page


def test_a_partner_has_no_board():
    assert browser_of(partner_of(desk().station)).get(BOARD).status_code == 403


def test_one_press_closes_a_difference_and_goes_back_to_the_list(browser, officer):
    biller()
    item = recon_item()
    page = f"{BOARD}{item.pk}/"
    assert "we_bear_it" in text_of(browser.get(page))
    answer = press(browser, f"{page}resolve/", reason="we_bear_it", text="")
    assert (answer.status_code, answer["Location"]) == (303, BOARD)
    item.refresh_from_db()
    assert (item.status, item.closed_by) == ("resolved", officer)
    assert desk().holds(chart.platform("expense")) == 5_00
    assert "resolve/" not in text_of(browser.get(page))


def test_a_reason_that_does_not_exist_is_refused_on_the_page(browser):
    item = recon_item()
    answer = press(browser, f"{BOARD}{item.pk}/resolve/", reason="nonsense", text="kept")
    assert answer.status_code == 422
    assert "kept" in text_of(answer)
    item.refresh_from_db()
    assert item.status == "unmatched"


def test_written_off_on_the_pages_by_two(browser):
    biller()
    item = recon_item()
    page = f"{BOARD}{item.pk}/"
    assert press(browser, f"{page}ask-write-off/", text="nobody answers").status_code == 303
    assert "write-off/" not in text_of(browser.get(page)).replace("ask-write-off", "")
    assert press(browser, f"{page}write-off/").status_code == 409
    second = browser_of(finance_officer())
    assert "nobody answers" in text_of(second.get(page))
    assert press(second, f"{page}write-off/").status_code == 303
    item.refresh_from_db()
    assert (item.status, Transfer.objects.count()) == ("written_off", 1)


def test_taken_on_by_a_press(browser, officer):
    item = recon_item()
    assert press(browser, f"{BOARD}{item.pk}/assign/").status_code == 303
    item.refresh_from_db()
    assert (item.status, item.owner) == ("assigned", officer)


def test_a_bank_line_is_explained_on_its_page(browser):
    [line] = bank_lines("B-1,out,12.50,fee")
    page = f"{BOARD}bank-lines/{line.pk}/"
    shown = text_of(browser.get(page))
    assert 'value="fee"' in shown
    assert 'value="interest"' not in shown  # money that went is no interest
    assert press(browser, f"{page}explain/", kind="fee", amount="12.51").status_code == 409
    assert press(browser, f"{page}explain/", kind="fee", amount="12.50").status_code == 303
    ready = desk()
    assert (ready.holds(chart.platform("expense")), ready.holds(chart.suspense("main"))) == (12_50, 0)
    assert "explain/" not in text_of(browser.get(page))


@pytest.mark.parametrize(("total", "status", "lines"), [("5.00", 303, 1), ("5.01", 422, 0)])
def test_a_statement_is_imported_from_a_file_under_its_total(browser, total, status, lines):
    desk()
    content = f"{HEADER}\n2026-11-25,L-1,in,5.00,CNY,孙小芹,4821,note\n".encode()
    answer = browser.post(
        f"{BOARD}import/",
        {
            "key": uuid7().hex,
            "country": "CN",
            "bank_account": "main",
            "control_total": total,
            "content": SimpleUploadedFile("a.csv", content),
        },
    )
    assert (answer.status_code, BankStatementLine.objects.count()) == (status, lines)


def test_files_and_what_stood_out_have_pages(browser):
    ready = desk()
    RiskRow.objects.create(
        date=now().date(),
        kind="reversals",
        station=ready.station,
        subject=ready.station.code,
        figures={"payments": 20, "reversed": 3, "share_bp": 1500},
    )
    assert browser.get(f"{BOARD}files/").status_code == 200
    assert ready.station.name in text_of(browser.get(f"{BOARD}risks/"))


# --- the API


def post(user, path, body=None):
    return api_client(user).post(path, body or {}, format="json", headers={"Idempotency-Key": uuid7().hex})


def test_the_api_lists_assigns_and_closes(officer):
    biller()
    items = [recon_item(at=now() - days * DAY) for days in (1, 2)]
    listed = api_client(officer).get("/api/v1/recon-items/").data["results"]
    assert [row["id"] for row in listed] == [items[1].pk, items[0].pk]
    path = f"/api/v1/recon-items/{items[0].pk}"
    assert post(officer, f"{path}/assign/").data["owner"] == officer.username
    answer = post(officer, f"{path}/resolve/", {"reason": "we_bear_it"})
    assert (answer.status_code, answer.data["status"], answer.data["difference"]) == (200, "resolved", "5.00")
    assert post(officer, f"{path}/resolve/", {"reason": "we_bear_it"}).data["code"] == "wrong_state"


def test_the_api_writes_off_with_two(officer):
    biller()
    path = f"/api/v1/recon-items/{recon_item().pk}"
    assert post(officer, f"{path}/write-off/").data["code"] == "wrong_state"
    assert post(officer, f"{path}/ask-write-off/", {"text": "old"}).data["write_off_asked"] is True
    assert post(officer, f"{path}/write-off/").data["code"] == "same_person"
    assert post(finance_officer(), f"{path}/write-off/").data["status"] == "written_off"


def test_a_manager_reads_items_of_the_county_and_closes_none():
    flat_plan()
    ready, power = desk(float_minor=1_000_00), biller()
    payment = sent(pay(ready, found_bill(ready, power)), at=now())
    provider_says(payment, "succeeded")
    provider_says(payment, "failed")
    manager, item = county_manager_of(ready.station.county), ReconItem.objects.get()
    assert [row["id"] for row in api_client(manager).get("/api/v1/recon-items/").data["results"]] == [item.pk]
    assert post(manager, f"/api/v1/recon-items/{item.pk}/resolve/", {"reason": "they_correct"}).status_code == 403
    other = recon_item()
    assert post(manager, f"/api/v1/recon-items/{other.pk}/resolve/", {"reason": "they_correct"}).status_code == 404


def test_the_same_key_twice_closes_once(officer):
    biller()
    item = recon_item()
    key = uuid7().hex
    answers = [
        api_client(officer).post(
            f"/api/v1/recon-items/{item.pk}/resolve/",
            {"reason": "we_bear_it"},
            format="json",
            headers={"Idempotency-Key": key},
        )
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert Transfer.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "amount", "of", "code"),
    [
        ("fee", "12.51", "", "bank_line_explained"),
        ("interest", "12.50", "", "explanation_unfit"),
        ("biller", "12.50", "NOBODY", "explanation_unfit"),
        ("biller", "12.50", "", "explanation_unfit"),
    ],
)
def test_what_a_line_cannot_be_is_refused(officer, kind, amount, of, code):
    [line] = bank_lines("B-1,out,12.50,x")
    answer = post(officer, f"/api/v1/bank-lines/{line.pk}/explain/", {"kind": kind, "amount": amount, "of": of})
    assert answer.data["code"] == code
    line.refresh_from_db()
    assert (line.explained_minor, Transfer.objects.count()) == (0, 1)


def test_nothing_of_a_line_cannot_be_explained(officer):
    [line] = bank_lines("B-1,out,12.50,x")
    answer = post(officer, f"/api/v1/bank-lines/{line.pk}/explain/", {"kind": "fee", "amount": "0.00"})
    assert (answer.status_code, answer.data["code"]) == (400, "invalid")
    assert list(answer.data["errors"]) == ["amount"]
    assert Transfer.objects.count() == 1


def test_a_line_is_explained_in_parts(officer):
    [line] = bank_lines("B-1,in,12.50,x")
    path = f"/api/v1/bank-lines/{line.pk}/explain/"
    assert post(officer, path, {"kind": "interest", "amount": "2.50"}).data["unexplained"] == "10.00"
    assert post(officer, path, {"kind": "sent_back", "amount": "10.00"}).data["unexplained"] == "0.00"
    ready = desk()
    assert ready.holds(chart.platform("revenue")) == 2_50
    assert ready.holds(chart.platform("payout_clearing")) == 10_00


def test_files_and_risk_rows_over_the_api(officer):
    for path in ("/api/v1/provider-files/", "/api/v1/risk-rows/"):
        assert api_client(officer).get(path).data["results"] == []
