"""Money of a partner who had not asked: one person says for whose float the bank line came, and another credits it."""

import pytest
from django.utils.timezone import now

from core.errors import SamePerson
from core.money import Money
from core.notices.models import Notice
from finance import chart
from finance.floats.queries import unmatched_bank_lines
from finance.floats.services import (
    BankLineTaken,
    BankLineUnfit,
    NoPartnerHere,
    credit_topup,
    record_topup,
    request_topup,
)
from finance.models import BankStatementLine, FloatTopUp
from finance.recon.services import explain_by_hand, import_bank_statement
from stations.models import Contract, User
from tests.factories.finance import book, desk
from tests.factories.people import second_login_of
from tests.factories.recon import HEADER, bank_lines
from tests.factories.stations import county, finance_officer
from tests.finance.auditing import findings
from tests.finance.test_payout_doors import post
from tests.finance.test_recon_pages import BOARD, browser_of, press, text_of

pytestmark = pytest.mark.django_db
SUSPENSE = chart.suspense("main")


@pytest.fixture
def ready():
    return desk()


@pytest.fixture
def officer():
    return finance_officer()


def came(amount="30.00", ref="L-1", way="in"):
    [line] = bank_lines(f"{ref},{way},{amount},no reference")
    return line


def came_to(*, country, currency):
    """30 of the smallest unit, on our account in this country."""
    book(country)
    amount = Money(30, currency)
    [line] = import_bank_statement(
        bank_account="main",
        content=f"{HEADER}\n2026-11-25,L-9,in,{amount},{currency},,,\n".encode(),
        control_total=amount,
        country=country,
        by=finance_officer(),
        at=now(),
    )
    return line


def explained(line, minor=30_00):
    about = {"kind": "interest", "amount": Money(minor, "CNY"), "of": "", "text": ""}
    return explain_by_hand(line=line, **about, by=finance_officer(), at=now())


def page_of(line):
    return f"/finance/floats/bank-lines/{line.pk}/"


def test_money_of_an_unknown_sender_fills_the_float_it_was_sent_for(ready, officer):
    topup = record_topup(bank_line=came(), station=ready.station, by=officer, at=now())
    assert (topup.status, topup.amount, ready.holds(SUSPENSE)) == ("funds_seen", Money(30_00, "CNY"), 30_00)
    credit_topup(topup=topup, by=finance_officer(), at=now())
    line = BankStatementLine.objects.get()
    assert (ready.holds(ready.float_key), ready.holds(SUSPENSE), line.explained_minor) == (30_00, 0, 30_00)
    assert line.explanations.get().kind == "float"
    assert findings() == []


def test_the_partner_is_told_and_not_the_officer_who_recorded_it(ready, officer):
    topup = record_topup(bank_line=came(), station=ready.station, by=officer, at=now())
    credit_topup(topup=topup, by=finance_officer(), at=now())
    assert set(Notice.objects.filter(template="topup_credited").values_list("user", flat=True)) == {ready.partner.pk}


def test_whoever_recorded_it_credits_it_under_no_login(ready, officer):
    topup = record_topup(bank_line=came(), station=ready.station, by=officer, at=now())
    for login in (officer, finance_officer(user=second_login_of(officer))):
        with pytest.raises(SamePerson):
            credit_topup(topup=topup, by=login, at=now())
    assert ready.holds(ready.float_key) == 0


def test_a_line_of_which_something_was_explained_is_refused(ready, officer):
    line = came()
    explained(line, 1)
    with pytest.raises(BankLineTaken):
        record_topup(bank_line=line, station=ready.station, by=officer, at=now())


def test_a_line_fills_one_float(ready, officer):
    line = came()
    record_topup(bank_line=line, station=ready.station, by=officer, at=now())
    with pytest.raises(BankLineTaken):
        record_topup(bank_line=line, station=ready.station, by=officer, at=now())
    assert FloatTopUp.objects.count() == 1


def test_money_that_went_out_fills_no_float(ready, officer):
    with pytest.raises(BankLineUnfit):
        record_topup(bank_line=came(way="out"), station=ready.station, by=officer, at=now())


def test_a_float_of_another_country_or_currency_is_refused(officer):
    at_home = desk()
    for line in (came_to(country="KW", currency="CNY"), came_to(country="CN", currency="JPY")):
        with pytest.raises(BankLineUnfit):
            record_topup(bank_line=line, station=at_home.station, by=officer, at=now())
    assert FloatTopUp.objects.count() == 0


def test_a_station_without_a_partner_has_no_float(ready, officer):
    Contract.objects.filter(user=ready.partner).update(status="ended")
    with pytest.raises(NoPartnerHere):
        record_topup(bank_line=came(), station=ready.station, by=officer, at=now())


def test_what_has_come_is_added_however_full_the_float_is(officer):
    ready = desk(float_minor=50_000_00)
    topup = record_topup(bank_line=came("900000.00"), station=ready.station, by=officer, at=now())
    credit_topup(topup=topup, by=finance_officer(), at=now())
    assert ready.holds(ready.float_key) == 950_000_00


def test_an_officer_finds_the_partner_by_name_and_another_adds_the_money(ready, officer):
    line, browser = came(), browser_of(officer)
    User.objects.filter(pk=ready.partner.pk).update(last_name="孙", first_name="小芹")
    choice = f'value="{ready.station.code}"'
    line_page = f"{BOARD}bank-lines/{line.pk}/"
    assert page_of(line) in text_of(browser.get(line_page))
    assert choice not in text_of(browser.get(page_of(line)))
    for words in ("孙小芹", ready.station.name, ready.station.code):
        assert choice in text_of(browser.get(page_of(line), {"partner": words}))
    answer = press(browser, f"{page_of(line)}record-topup/", station=ready.station.code)
    topup = FloatTopUp.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/finance/floats/topups/{topup.pk}/")
    assert answer["Location"] in text_of(browser.get(page_of(line)))
    shown = text_of(browser.get(line_page))
    assert answer["Location"] in shown
    assert page_of(line) not in shown
    assert "explain/" not in shown
    assert press(browser, f"{answer['Location']}credit/").status_code == 409
    assert press(browser_of(finance_officer()), f"{answer['Location']}credit/").status_code == 303
    assert ready.holds(ready.float_key) == 30_00


def test_the_page_searches_by_the_name_of_the_sender_first(ready, officer):
    User.objects.filter(pk=ready.partner.pk).update(last_name="对", first_name="方")
    assert f'value="{ready.station.code}"' in text_of(browser_of(officer).get(page_of(came())))


def test_a_station_that_nobody_offered_is_refused_on_the_page(ready, officer):
    line, browser = came(), browser_of(officer)
    for typed in ("000000-0000", "\x00", "x" * 500, ""):
        assert press(browser, f"{page_of(line)}record-topup/", station=typed).status_code == 422
    assert FloatTopUp.objects.count() == 0


def test_the_page_offers_no_float_of_another_country(officer):
    abroad = desk(county=county(country="KW"), zone="Asia/Kuwait", currency="KWD")
    page = text_of(browser_of(officer).get(page_of(came()), {"partner": abroad.station.code}))
    assert f'value="{abroad.station.code}"' not in page.replace(f'name="partner" value="{abroad.station.code}"', "")


def test_over_the_api(ready, officer):
    line = came()
    path, body = f"bank-lines/{line.pk}/record-topup/", {"station": ready.station.code}
    answer = post(officer, path, body)
    assert (answer.status_code, answer.json()["status"], answer.json()["amount"]) == (201, "funds_seen", "30.00")
    assert post(officer, path, body).json()["code"] == "bank_line_taken"


def test_a_clerk_is_offered_only_lines_that_a_top_up_may_still_take(ready):
    free, spent = came(), came(ref="L-2")
    explained(spent)
    came_to(country="KW", currency="CNY")
    came(ref="L-3", amount="7.35")
    topup = request_topup(station=ready.station, amount=Money(30_00, "CNY"), by=ready.partner, at=now())
    assert list(unmatched_bank_lines(topup)) == [free]
