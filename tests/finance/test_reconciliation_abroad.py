"""A company of another country is reconciled in the book of that country, whichever country the forms offer first."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import now

from core.gateways.services import store_file
from core.money import Money
from finance import chart
from finance.floats.models import BankDay
from finance.floats.services.topups import BankLineUnfit, match_topup, request_topup
from finance.models import BankStatementLine, Biller, FloatTopUp, PayoutBatch, ProviderSum, ReconItem
from finance.recon.queries import bank_date_after
from finance.recon.services import (
    ExplanationUnfit,
    Part,
    explain_bank_line,
    explain_by_hand,
    import_bank_statement,
    note_unsettled_sums,
    receive_daily_file,
    resolve_recon_item,
    settle_sums,
)
from finance.settlement.audit import CHECKS
from ledger.models import Transfer
from tests.factories.daily_files import daily_file, file_line
from tests.factories.finance import biller, book, desk, flat_plan, found_bill, pay, provider, provider_says, works_with
from tests.factories.recon import HEADER, decide_lines
from tests.factories.stations import api_client, county, finance_officer
from tests.finance.test_payout_doors import post

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
KUWAIT = ZoneInfo("Asia/Kuwait")
#: A Tuesday.
DATE = dt.date(2026, 11, 24)
NOON = dt.datetime(2026, 11, 24, 12, tzinfo=KUWAIT)
MORNING = dt.datetime(2026, 11, 25, 6, tzinfo=KUWAIT)
SUSPENSE, EXPENSE = chart.suspense("main"), chart.platform("expense")
THERE = {"country": "KW", "currency": "KWD"}


@pytest.fixture
def power():
    flat_plan(**THERE)
    provider("JS-POWER", time_zone="Asia/Kuwait", **THERE)
    return biller(**THERE)


@pytest.fixture
def ready(power):
    book()
    return desk(float_minor=10_000_000, county=county(country="KW"), zone="Asia/Kuwait", currency="KWD")


def paid(ready, power, *, amount=18_640):
    payment = pay(ready, found_bill(ready, power, amount=amount, currency="KWD"), at=NOON)
    provider_says(payment, "succeeded", at=NOON, completed_at=NOON.isoformat())
    payment.refresh_from_db()
    return payment


def file_comes(*lines, at=MORNING):
    content = daily_file(*(line.replace(",0.00,2026", ",0.000,2026") for line in lines), date=str(DATE), currency="KWD")
    receive_daily_file(daily_file=store_file(provider=provider(), file_date=DATE, content=content, at=at), at=at)
    decide_lines(at=at)


def bank_line(way, amount, text, *, country="KW", ref="B-1", date="2026-11-25"):
    row = f"{date},{ref},{way},{amount},KWD,,,{text}"
    [line] = import_bank_statement(
        bank_account="main",
        content=f"{HEADER}\n{row}\n".encode(),
        control_total=Money(round(float(amount) * 1000) * (1 if way == "in" else -1), "KWD"),
        country=country,
        by=finance_officer(),
        at=now(),
    )
    return line


def in_the_book_of_china():
    return Transfer.objects.filter(debit__book__code="CN").count()


def unexplained(country):
    [check] = [each for each in CHECKS if each.code == "finance.suspense_is_unexplained"]
    return check.find(book(country), now())


def test_a_day_abroad_is_settled_in_its_own_book(ready, power):
    file_comes(file_line(paid(ready, power)))
    bank_line("out", "18.640", "JS-POWER-20261124-BILL")
    assert settle_sums(at=now()) == 1
    assert (ready.holds(chart.biller(power)), ready.holds(SUSPENSE)) == (0, 0)
    assert in_the_book_of_china() == 0


def test_files_are_listed_by_the_country_of_their_company(ready, power):
    file_comes(file_line(paid(ready, power)))
    officer = api_client(finance_officer())
    listed = [officer.get("/api/v1/provider-files/", {"country": code}).data["results"] for code in ("KW", "CN", "")]
    assert [[file["provider"] for file in files] for files in listed] == [["JS-POWER"], [], ["JS-POWER"]]


def test_the_line_of_an_account_of_the_same_name_at_home_settles_nothing_abroad(ready, power):
    file_comes(file_line(paid(ready, power)))
    bank_line("out", "18.640", "JS-POWER-20261124-BILL", country="CN")
    assert settle_sums(at=now()) == 0
    assert ready.holds(chart.biller(power)) == 18_640


def test_the_bank_days_are_those_of_the_companys_country(ready, power):
    for date in (dt.date(2026, 11, 25), dt.date(2026, 11, 26)):
        BankDay.objects.create(country="KW", date=date, is_working=False, name="closed", name_zh="休")
    BankDay.objects.create(country="CN", date=dt.date(2026, 11, 27), is_working=False, name="closed", name_zh="休")
    file_comes(file_line(paid(ready, power)))
    assert ProviderSum.objects.get().due_date == dt.date(2026, 12, 1)


@pytest.mark.parametrize(
    ("country", "thursday_and_one", "thursday_and_two"),
    [("CN", (2026, 11, 27), (2026, 11, 30)), ("KW", (2026, 11, 29), (2026, 11, 30))],
)
def test_banks_rest_on_the_weekend_of_their_country(country, thursday_and_one, thursday_and_two):
    thursday = dt.date(2026, 11, 26)
    assert bank_date_after(country, thursday, days=1) == dt.date(*thursday_and_one)
    assert bank_date_after(country, thursday, days=2) == dt.date(*thursday_and_two)


def test_a_difference_that_the_house_bears_is_posted_in_the_companys_book(ready, power):
    payment = pay(ready, found_bill(ready, power, amount=18_640, currency="KWD"), at=NOON)
    provider_says(payment, "failed", at=NOON)
    provider_says(payment, "succeeded", at=NOON)
    item = ReconItem.objects.get(kind="status")
    resolve_recon_item(item=item, reason_code="we_bear_it", text="", by=finance_officer(), at=now())
    assert (ready.holds(chart.biller(power)), ready.holds(EXPENSE)) == (18_640, 18_640)
    assert in_the_book_of_china() == 0


def test_a_line_is_explained_in_the_book_of_its_own_account(ready, power):
    line = bank_line("out", "1.500", "charges")
    explain_by_hand(line=line, kind="fee", amount=Money(1_500, "KWD"), of="", text="", by=finance_officer(), at=now())
    assert (ready.holds(EXPENSE), ready.holds(SUSPENSE), in_the_book_of_china()) == (1_500, 0, 0)


def test_a_line_is_never_explained_with_an_account_of_another_book(ready):
    line = bank_line("out", "1.500", "charges")
    at_home = chart.open_one(EXPENSE, country="CN", currency="KWD", at=now())
    with pytest.raises(ExplanationUnfit):
        explain_bank_line(line=line, parts=[Part("fee", at_home, line.amount)], by=finance_officer(), at=now())


def test_one_reference_of_a_bank_stands_once_in_each_country(ready):
    bank_line("in", "1.500", "one")
    bank_line("in", "1.500", "one", country="CN")
    assert BankStatementLine.objects.values_list("country", flat=True).order_by("country").distinct().count() == 2


def test_the_auditor_lays_each_suspense_account_beside_the_lines_of_its_own_country(ready):
    line = bank_line("in", "1.500", "one")
    bank_line("in", "2.500", "two", country="CN")
    assert (unexplained("KW"), unexplained("CN")) == ([], [])
    BankStatementLine.objects.filter(pk=line.pk).update(explained_minor=500)
    assert [wrong.row["account"] for wrong in unexplained("KW")] == ["suspense:main"]
    assert unexplained("CN") == []


def test_money_for_a_float_comes_over_an_account_of_its_country(power):
    book()
    ready = desk(county=county(country="KW"), zone="Asia/Kuwait", currency="KWD")
    topup = request_topup(station=ready.station, amount=Money(1_500, "KWD"), by=ready.partner, at=now())
    line = bank_line("in", "1.500", topup.reference, country="CN")
    with pytest.raises(BankLineUnfit):
        match_topup(topup=topup, bank_line=line, by=finance_officer(), at=now())
    line = bank_line("in", "1.500", topup.reference)
    match_topup(topup=topup, bank_line=line, by=finance_officer(), at=now())
    assert FloatTopUp.objects.get().bank_line == line


def test_the_database_refuses_a_biller_in_another_book_than_its_company(power):
    with pytest.raises(IntegrityError, match="biller_stands_in_the_book_of_its_provider"), transaction.atomic():
        Biller.objects.update(country="CN", currency="CNY")


def test_what_a_bank_has_not_moved_is_an_item_in_the_companys_zone(ready, power):
    file_comes(file_line(paid(ready, power)))
    last = dt.datetime(2026, 11, 29, 23, 59, tzinfo=KUWAIT)  # the 30th in China
    assert (note_unsettled_sums(at=last), note_unsettled_sums(at=last + dt.timedelta(minutes=1))) == (0, 1)


# --- at the edge


def test_a_statement_over_the_api_says_its_country(ready):
    officer, content = finance_officer(), f"{HEADER}\n2026-11-25,B-9,in,1.500,KWD,,,one\n"
    body = {"bank_account": "main", "currency": "KWD", "control_total": "1.500", "content": content}
    assert list(post(officer, "bank-statements/", body).json()["errors"]) == ["country"]
    assert post(officer, "bank-statements/", {**body, "country": "FR"}).status_code == 400
    assert post(officer, "bank-statements/", {**body, "country": "KW"}).status_code == 201
    assert ready.holds(SUSPENSE) == 1_500


def test_a_batch_over_the_api_says_its_country_and_money(ready):
    works_with("KW", "KWD", payout_provider=provider("BANK", country="KW", currency="KWD"))
    officer = finance_officer()
    assert set(post(officer, "payout-batches/", {}).json()["errors"]) == {"country", "currency"}
    assert post(officer, "payout-batches/", THERE).status_code == 201
    assert PayoutBatch.objects.get().country == "KW"


def test_the_form_offers_the_country_of_the_installation_first_and_takes_the_chosen_one(ready, client):
    client.force_login(finance_officer())
    page = client.get(reverse("recon:import"))
    form = page.context["form"]
    assert (form["country"].initial, [code for code, _name in form.fields["country"].choices]) == ("CN", ["CN", "KW"])
    typed = {
        "country": "KW",
        "bank_account": "main",
        "control_total": "1.500",
        "content": statement_file(),
        "key": form["key"].value(),
    }
    assert client.post(reverse("recon:import"), typed).status_code == 303
    assert (ready.holds(SUSPENSE), in_the_book_of_china()) == (1_500, 0)


def statement_file():
    return SimpleUploadedFile("bank.csv", f"{HEADER}\n2026-11-25,B-9,in,1.500,KWD,,,one\n".encode())


@pytest.mark.parametrize("page", ["payouts:batches", "settlement:closes", "fees:new_tariff", "fees:new_plan"])
def test_pages_speak_of_the_country_that_their_address_names(ready, client, page):
    client.force_login(finance_officer())
    assert client.get(reverse(page), {"country": "KW"}).status_code == 200
