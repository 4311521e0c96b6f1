"""Which banks and which county an installation works with, said for each country and currency by a row."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from core.money import Money
from finance.models import BankStatementLine, InstalledCountry, Payment, PayoutBatch
from finance.payments.services import Charge, collect_online
from finance.payments.services.collecting import NoGateway
from finance.payouts.services import create_payout_batch
from finance.payouts.services.batches import NoPayoutBank
from tests.factories.days import today
from tests.factories.finance import book, desk, provider, works_with
from tests.factories.gateways import ProviderFactory
from tests.factories.stations import UserFactory, county, finance_officer

pytestmark = pytest.mark.django_db

KUWAIT = {"country": "KW", "currency": "KWD"}


def batch(country="KW", currency="KWD"):
    return create_payout_batch(country=country, currency=currency, division=None, by=finance_officer(), at=now())


def installed(*words):
    out = StringIO()
    call_command("install_country", *words, stdout=out)
    return InstalledCountry.objects.get(country=words[0])


def test_each_country_is_paid_by_its_own_bank_from_its_own_account():
    book(), book(country="KW", zone="Asia/Kuwait")
    works_with(payout_provider=provider("BANK"))
    works_with(**KUWAIT, payout_provider=ProviderFactory(code="KW-BANK", **KUWAIT), payout_bank_account="kw-1")
    there, here = batch(), batch("CN", "CNY")
    assert (there.provider.code, there.bank_account) == ("KW-BANK", "kw-1")
    assert (here.provider.code, here.bank_account) == ("BANK", "main")


@pytest.mark.parametrize("is_installed", [True, False])
def test_nothing_is_paid_out_where_no_bank_is_set(is_installed):
    works_with(payout_provider=provider("BANK"))
    if is_installed:
        works_with(**KUWAIT)
    with pytest.raises(NoPayoutBank) as refused:
        batch()
    assert (refused.value.code, PayoutBatch.objects.count()) == ("no_payout_bank", 0)


def test_nothing_is_collected_online_where_no_gateway_is_set():
    works_with(**KUWAIT, collection_provider=ProviderFactory(code="KW-PAY", **KUWAIT))
    ready = desk()
    charge = Charge(
        purpose=Payment.Purpose.GOODS,
        subject_ref="1",
        station=ready.station,
        amount=Money(20_00, "CNY"),
        agent_fee=Money(0, "CNY"),
    )
    with pytest.raises(NoGateway) as refused:
        collect_online(
            charge=charge, expires_at=now() + dt.timedelta(days=365), by=ready.partner, at=now(), key="k" * 16
        )
    assert (refused.value.code, Payment.objects.count()) == ("no_gateway", 0)


@pytest.mark.parametrize("of", [{"country": "CN", "currency": "KWD"}, {"country": "KW", "currency": "CNY"}], ids=str)
@pytest.mark.parametrize("role", ["payout_provider", "collection_provider"])
def test_the_database_refuses_a_company_of_another_country_or_other_money(role, of):
    company = ProviderFactory(code="OTHER", **of)
    with pytest.raises(IntegrityError, match="money_of_the_country"), transaction.atomic():
        works_with(**KUWAIT, **{role: company})


def test_the_database_refuses_a_head_county_abroad_and_another_country_for_a_row():
    row = works_with(**KUWAIT)
    with pytest.raises(IntegrityError, match="head_county_is_a_county_of_its_country"), transaction.atomic():
        InstalledCountry.objects.filter(pk=row.pk).update(head_county=county(country="CN"))
    with pytest.raises(IntegrityError, match="columns_stay"), transaction.atomic():
        InstalledCountry.objects.filter(pk=row.pk).update(country="JP")


def test_a_country_is_installed_with_its_banks_and_a_second_run_leaves_what_is_not_named():
    ProviderFactory(code="KW-BANK", **KUWAIT)
    ProviderFactory(code="KW-PAY", **KUWAIT)
    head = county(country="KW")
    words = ["--payout-provider", "KW-BANK", "--payout-bank-account", "kw-1", "--head-county", head.code]
    installed("KW", *words)
    row = installed("KW", "--collection-provider", "KW-PAY")
    assert (row.payout_provider.code, row.payout_bank_account, row.head_county) == ("KW-BANK", "kw-1", head)
    assert row.collection_provider.code == "KW-PAY"


@pytest.mark.parametrize("words", [["--payout-provider", "BANK"], ["--head-county", "321324000000"]])
def test_a_bank_or_county_of_another_country_is_not_installed(words):
    provider("BANK")
    county(country="CN")
    with pytest.raises(CommandError, match=f"{words[1]}.*KW"):
        installed("KW", *words)
    assert not InstalledCountry.objects.exists()


def test_banks_are_set_for_one_country_at_a_time():
    with pytest.raises(CommandError, match="one country at a time"):
        installed("KW", "JP", "--payout-provider", "KW-BANK")


def test_the_administration_explains_what_the_database_would_refuse(client):
    row, abroad = works_with(**KUWAIT), provider("BANK")
    client.force_login(finance_officer(user=UserFactory(is_staff=True)))
    page = f"/admin/finance/installedcountry/{row.pk}/change/"
    typed = {"payout_bank_account": "main", "payout_provider": abroad.pk, "head_county": county(country="CN").pk}
    answer = client.post(page, typed)
    assert (answer.status_code, set(answer.context["adminform"].form.errors)) == (
        200,
        {"payout_provider", "head_county"},
    )
    own = ProviderFactory(code="KW-BANK", **KUWAIT)
    assert client.post(page, {"payout_bank_account": "main", "payout_provider": own.pk}).status_code == 302
    assert InstalledCountry.objects.get().payout_provider == own


def test_a_bank_line_stays_in_the_book_of_its_country():
    line = BankStatementLine.objects.create(
        country="KW",
        bank_account="main",
        value_date=today(),
        line_ref="L1",
        direction="in",
        amount_minor=1_500,
        currency="KWD",
        imported_at=now(),
    )
    with pytest.raises(IntegrityError, match="country"), transaction.atomic():
        BankStatementLine.objects.filter(pk=line.pk).update(country="CN")
