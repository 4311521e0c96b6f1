"""The worked examples of docs/money.md about plans, prices and month end, computed again."""

import datetime as dt
import json

import pytest
from django.utils import timezone

from core.days import day_in
from core.money import Money
from finance.fees import rules
from finance.fees.examples import worked
from finance.fees.queries import agent_fee, rules_of_plan
from finance.fees.services import withdraw_tariff
from ledger.exports import archive_month, faults_of
from ledger.models import Book
from ledger.queries import trial_totals
from ledger.services import Leg, close_days_before
from ledger.statements import make_statements
from tests.factories.days import today
from tests.factories.finance import book, desk, plan_of
from tests.factories.ledger import BookFactory, account, post, yuan
from tests.factories.stations import finance_officer
from tests.finance.test_tariffs import SERVICE, price
from tests.ledger.conftest import as_owner as as_owner
from tests.pages import told

DAY = dt.timedelta(days=1)


@pytest.mark.django_db
def test_the_worked_example_of_the_page():
    told(
        "1 % of the amount below 100.00 and at least 0.50, 0.50 % from there and at most 4.00; the partner has 60 %.",
        "20.00 earns 0.50 in all, the partner 0.30; 99.99 earns 1.00, the partner 0.60; 200.00 earns 1.00; "
        "1,000.00 earns 4.00, the partner 2.40.",
    )
    book()
    about = {"total_kind": "percent", "shares": [("partner", "percent_of_total", 60_00)]}
    plan_of(
        {**about, "total_value": 1_00, "amount_to_minor": 100_00, "floor_minor": 50},
        {**about, "total_value": 50, "amount_from_minor": 100_00, "cap_minor": 4_00},
    )
    plan = rules_of_plan("standard", currency="CNY", on=today())
    shown = {
        str(each.base): (str(each.total), str(each.parts[rules.PARTNER]))
        for rule in plan
        for each in worked(rule, plan)
    }
    assert (shown["20.00"], shown["99.99"]) == (("0.50", "0.30"), ("1.00", "0.60"))
    assert (shown["200.00"][0], shown["1000.00"]) == ("1.00", ("4.00", "2.40"))


@pytest.mark.django_db
def test_the_arithmetic_of_the_line():
    told("1.50 % of 50.00 are 0.75. The plan gives at least 1.00. 60 % of it are the partner's: 0.60.")
    book()
    shares = [("partner", "percent_of_total", 60_00)]
    plan_of({"total_kind": "percent", "total_value": 1_50, "floor_minor": 1_00, "shares": shares})
    [rule] = rules_of_plan("standard", currency="CNY", on=today())
    total = rules.total_of(rule, base=50_00)
    assert total == 1_00
    assert rules.parts_of(rule, list(rule.shares.all()), base=50_00, total=total)[0].amount == 60


@pytest.mark.django_db
def test_the_price_of_a_ticket():
    told(
        "6.00 for a ticket everywhere and 5.00 in one county: there 5.00 is charged, 6.00 elsewhere.",
        "5.00 until the 8th, 3.00 from the 9th; withdrawn before, 5.00 goes on.",
    )
    here, elsewhere = desk().station, desk().station

    def charged(station, days):
        base = Money(500_00, "CNY")
        return agent_fee(service=SERVICE, base=base, station=station, on=today() + days * DAY).minor

    price(6_00, -9)
    price(5_00, -9, division=here.county)
    assert (charged(here, 0), charged(elsewhere, 0)) == (5_00, 6_00)
    following = price(3_00, 9, division=here.county)
    assert (charged(here, 8), charged(here, 9)) == (5_00, 3_00)
    withdraw_tariff(tariff=following, country="CN", by=finance_officer(), at=timezone.now())
    assert charged(here, 9) == 5_00


@pytest.mark.django_db
def test_the_trial_balance_of_two_days():
    told("Yesterday: till, 5 accounts, 15.00; bank -15.00. Today: 15.50 and -15.50.")
    bank = account("bank", "main")
    for number in range(1, 6):
        till = account("till", f"321324-000{number}")
        post(Leg(till, bank, yuan(f"{number}"), "change fund"), business_date=today() - DAY)
    post(Leg(account("till", "321324-0003"), bank, yuan("0.50"), "more"), business_date=today())
    for date, sums in ((today() - DAY, ("15.00", "-15.00")), (today(), ("15.50", "-15.50"))):
        totals = {total.kind: total for total in trial_totals(BookFactory(), date)}
        assert (str(totals["till"].balance), str(totals["bank"].balance)) == sums
        assert totals["till"].accounts == 5


def test_the_archive_of_two_months(as_owner, tmp_path):
    told(
        "October's chain of the drawer has two rows and closes with 120.00.",
        "Any person who writes 121.00 there, and even the manifest anew, is found: the rows do not make the hash, "
        "and November does not follow.",
    )
    this = day_in("Asia/Shanghai", timezone.now()).replace(day=1)
    november = (this - DAY).replace(day=1)
    october = (november - DAY).replace(day=1)
    with as_owner():
        till, bank = account("till"), account("bank", "main")
        for day, amount in ((october, "100"), (october + 9 * DAY, "20"), (november, "3")):
            post(Leg(till, bank, yuan(amount), "brought"), at=dt.datetime.combine(day, dt.time(4), tzinfo=dt.UTC))
        for each in (till, bank):
            make_statements(account=each, before=this, at=timezone.now())
    close_days_before(book=BookFactory(), date=this)
    one, two = (
        archive_month(book=Book.objects.get(), first=first, out=tmp_path, at=timezone.now())
        for first in (october, november)
    )
    lines = (one / "chains.jsonl").read_text().splitlines()
    heads = [number for number, line in enumerate(lines) if line.startswith("{")]
    place = next(number for number in heads if json.loads(lines[number])["account"].startswith("till"))
    head, *rows = (json.loads(line) for line in lines[place : place + 3])
    assert (head["closing_minor"], [row[5] for row in rows]) == (120_00, [100_00, 120_00])
    rows[1][3], rows[1][5] = 21_00, 121_00
    lines[place : place + 3] = map(json.dumps, ({**head, "closing_minor": 121_00, "sha256": "0" * 64}, *rows))
    (one / "chains.jsonl").write_text("\n".join(lines) + "\n")
    assert any("do not make the hash" in fault for fault in faults_of(one))
    assert [fault for fault in faults_of(two, after=one) if "does not follow the month before" in fault]
