"""The reference data of a country: installed once, as often as one likes, and missed aloud where it is not."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from core.countries import CountryUnknown, country_of, known_countries, usual_in
from core.money import Money
from finance.checks import countries_are_installed
from finance.floats.queries import money_rules
from finance.installing import install_country, lacking
from finance.models import CompensationRule, StatementTerms, TaxRule
from finance.payments.models import Payment
from finance.settlement.models import PayeeKind
from finance.settlement.taxes import faults_in, withheld
from ledger.models import Book
from tests.factories.settlement import MONDAY, SUNDAY, account_at, earns, noon, settle_night, statements_of, village
from tests.factories.stations import LONG_AGO, StationFactory, county


def install(*codes):
    out = StringIO()
    call_command("install_country", *codes, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("code", known_countries())
def test_every_file_says_for_every_payee_when_it_is_told_and_what_is_withheld(code):
    country = country_of(code)
    assert {row["payee"] for row in country.statements} == {row["payee"] for row in country.taxes} == set(PayeeKind)
    assert [row for row in country.taxes if faults_in(row["method"], row["table"])] == []
    assert {row["purpose"] for row in country.compensation} <= set(Payment.Purpose)
    assert country.version
    limits = country.limits
    assert Money(0, country.currency) < limits.float_min < limits.float_max
    assert Money(0, country.currency) < limits.cash_min < limits.cash_max


@pytest.mark.django_db
def test_what_the_rules_of_money_promise_for_china_stands_after_one_command():
    assert install("CN").startswith("CN ")
    farmer = StatementTerms.objects.get(country="CN", payee_kind="farmer")
    assert (farmer.period, farmer.minimum_minor, farmer.currency) == ("weekly", 50_00, "CNY")
    assert StatementTerms.objects.get(country="CN", payee_kind="partner").minimum_minor == 1
    tax = TaxRule.objects.get(country="CN", payee_kind="partner")
    assert withheld(tax, before=0, now=3_000_00, already=0) == 440_00
    given = CompensationRule.objects.get(country="CN", purpose="bill")
    assert (given.due_days, str(given.per_day), str(given.cap)) == (1, "5.00", "50.00")
    assert lacking("CN") == []


@pytest.mark.django_db
def test_a_second_run_changes_nothing_that_stands():
    own = {"country": "CN", "payee_kind": "farmer", "currency": "CNY", "from_date": MONDAY}
    StatementTerms.objects.create(**own, period="monthly", minimum_minor=30_00)
    install("CN", "KW")
    assert install("CN", "KW").splitlines() == [
        f"{code} {country_of(code).version}: nothing was missing" for code in ("CN", "KW")
    ]
    assert StatementTerms.objects.get(country="CN", payee_kind="farmer").minimum_minor == 30_00


@pytest.mark.django_db
def test_a_country_without_a_file_is_refused():
    with pytest.raises(CommandError, match="XX: no file"):
        install("XX")
    with pytest.raises(CountryUnknown):
        usual_in("XX", "XAU")


@pytest.mark.django_db
def test_a_country_in_use_that_is_not_installed_is_named_at_start_up():
    StationFactory(county=county(country="KW"), currency="KWD", zone="Asia/Kuwait")
    [warning] = countries_are_installed(None)
    assert (warning.id, "KW" in warning.msg, warning.hint) == (
        "finance.W001",
        True,
        "Run manage.py install_country KW",
    )
    install_country(code="KW", at=now())
    assert countries_are_installed(None) == []


@pytest.mark.django_db
def test_nothing_is_paid_by_a_rule_that_nobody_has_set():
    Book.objects.create(code="CN", country="CN", zone="Asia/Shanghai", first_open_date=LONG_AGO.date())
    station = village()
    account = account_at(station)
    earns(account, 7_00, at=noon(MONDAY), station=station)
    settle_night(station, MONDAY)
    settle_night(station, SUNDAY)
    assert statements_of(account) == []
    install("CN")
    settle_night(station, SUNDAY + dt.timedelta(days=7))
    assert [statement.payable_minor for statement in statements_of(account)] == [7_00]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "currency", "ceiling", "most"),
    [("CN", "CNY", "5000.00", "20000.00"), ("JP", "JPY", "100000", "400000"), ("KW", "KWD", "200.000", "850.000")],
)
def test_a_station_without_rules_of_its_own_has_the_limits_of_its_country_in_its_money(code, currency, ceiling, most):
    station = StationFactory(county=county(country=code), currency=currency)
    rules = money_rules(station, on=MONDAY)
    assert (str(Money(rules.ceiling_minor, currency)), str(Money(rules.float_max_minor, currency))) == (ceiling, most)
