"""Every paper of money, in every currency and in both languages: slips, checks of slips, statements and books."""

import pytest
from django.urls import reverse
from django.utils.timezone import now

from core.language import formatting
from core.money import Money
from finance.models import Payment, Receipt
from finance.payments.services import notify_refund
from finance.payments.slips import slip_of
from stations.models import User
from tests.factories.finance import biller, desk, flat_plan, found_bill, pay, payer_at, provider_says
from tests.factories.refunds import coded, hand_back
from tests.factories.settlement import statements_of, village, week_of_work
from tests.factories.stations import county, finance_officer, partner_of

pytestmark = pytest.mark.django_db

LANDS = {
    "no decimals": ("JP", "JPY", "Asia/Tokyo"),
    "two decimals": ("CN", "CNY", "Asia/Shanghai"),
    "three decimals": ("KW", "KWD", "Asia/Kuwait"),
}
LANGUAGES = ["zh-hans", "en"]


@pytest.fixture(params=LANDS)
def land(request):
    country, currency, zone = LANDS[request.param]
    return {"county": county(country=country), "currency": currency, "zone": zone}


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture
def ready(land):
    flat_plan(country=land["county"].country, currency=land["currency"])
    return desk(float_minor=5_000_000, phone="+8652785269953", **land)


@pytest.fixture
def power(land):
    return biller(country=land["county"].country, currency=land["currency"])


def read(client, user, language, *addresses):
    """Each of these pages, as this person reads it in this language."""
    User.objects.filter(pk=user.pk).update(language=language)
    client.force_login(user)
    answers = {address: client.get(address, headers={"accept-language": language}) for address in addresses}
    assert {address: answer.status_code for address, answer in answers.items()} == dict.fromkeys(answers, 200)
    return [answer.getvalue().decode() for answer in answers.values()]


def paid(ready, power):
    fetch = found_bill(ready, power, amount=186_400, currency=power.currency)
    payer = payer_at(ready)
    return pay(ready, fetch, payer=payer, cash_given=Money(200_000, power.currency))


def slips_of(payment):
    return [
        reverse("payments:payment", args=[payment.pk]),
        reverse("payments:receipt", args=[payment.pk]),
        reverse("payments:receipt", args=[payment.pk]) + "?size=a4",
        *(reverse("slips:verify", args=[receipt.verify_code]) for receipt in payment.receipts.all()),
    ]


@pytest.mark.parametrize("end", ["", "succeeded", "failed", "reversed"])
def test_the_slip_of_a_payment_is_printed_and_checked(client, ready, power, language, end):
    payment = paid(ready, power)
    if end == "reversed":
        provider_says(payment, "succeeded")
        provider_says(payment, "succeeded", event_type="transaction.reversed")
    elif end:
        provider_says(payment, end)
    total = formatting.amount(Money(186_400, power.currency))
    pages = read(client, ready.partner, language, *slips_of(Payment.objects.get(pk=payment.pk)))
    assert [total in page for page in pages] == [True] * len(pages)


def test_the_slip_of_money_handed_back_is_printed_and_checked(client, ready, power, language):
    payment = paid(ready, power)
    provider_says(payment, "failed")
    refund = notify_refund(refund=payment.refunds.get(), at=now())
    hand_back(refund, ready, coded(refund))
    assert Receipt.objects.filter(payment=payment, kind="refund").exists()
    slips = [*slips_of(payment), reverse("payments:refund", args=[refund.pk])]
    assert read(client, ready.partner, language, *slips)


def test_a_statement_is_read_printed_and_taken_away(client, land, language):
    station = village(**land)
    account = week_of_work(station, 7_005)
    payee = User.objects.get(pk=account.holder)
    partner_of(station, payee)
    statement = statements_of(account)[0]
    names = ("statement", "paper", "table")
    pages = read(client, payee, language, *(reverse(f"settlement:{name}", args=[statement.pk]) for name in names))
    earned = Money(7_005, land["currency"])
    assert [formatting.amount(earned) in pages[0], formatting.amount(earned) in pages[1], str(earned) in pages[2]] == [
        True
    ] * 3


def test_what_a_station_reads_of_its_money(client, ready, power, language):
    provider_says(paid(ready, power), "succeeded")
    names = ("payments:payments", "payments:refunds", "tills:till", "floats:float", "fees:earnings", "fees:wall")
    assert read(client, ready.partner, language, "/", *map(reverse, [*names, "settlement:own_statements"]))


def test_what_finance_reads_of_the_books(client, ready, power, language):
    provider_says(paid(ready, power), "succeeded")
    country = ready.station.county.country
    of_book = [reverse(f"books:{name}", args=[country]) for name in ("trial", "table", "months")]
    accounts = [reverse("books:account", args=[country, ready.account(ready.float_key).pk])]
    others = ["books:books", "recon:board", "settlement:closes", "settlement:statements", "payouts:batches"]
    assert read(client, finance_officer(), language, *of_book, *accounts, *map(reverse, others))


def test_only_yuan_stand_in_capitals(ready, power):
    payment = paid(ready, power)
    names = [line.name for line in slip_of(payment.receipts.get(), language="zh-hans").paid]
    assert ("大写" in names) == (power.currency == "CNY")
