"""Top-ups belong to the one who asked for them, and each sees his own."""

import datetime as dt

import pytest
from django.utils.timezone import now

from core.money import Money
from finance import chart
from finance.floats.services import (
    PartnerChanged,
    credit_topup,
    match_topup,
    request_topup,
)
from finance.models import FloatTopUp
from finance.recon.services import import_bank_statement
from stations.models import Contract
from tests.factories.days import today
from tests.factories.finance import contract_of, desk
from tests.factories.stations import county_clerk_of, finance_officer, helper_of, partner_of

pytestmark = pytest.mark.django_db


def ask(ready, minor=2_000_00, **values):
    amount = Money(minor, "CNY")
    return request_topup(**{"station": ready.station, "amount": amount, "by": ready.partner, "at": now(), **values})


def arrives(minor, text, ref="L-1"):
    """The money comes in on our bank account."""
    amount = Money(minor, "CNY")
    content = (
        "value_date,line_ref,direction,amount,currency,counterparty,counterparty_tail,text\n"
        f"2026-11-25,{ref},in,{amount},CNY,孙小芹,4821,{text}\n"
    )
    return import_bank_statement(
        bank_account="main",
        content=content.encode(),
        control_total=amount,
        country="CN",
        by=finance_officer(),
        at=now(),
    )[0]


def seen(ready, **values):
    """A top-up whose money a clerk has seen."""
    topup = ask(ready, **values)
    clerk = county_clerk_of(ready.station.county)
    return match_topup(topup=topup, bank_line=arrives(2_000_00, "no word"), by=clerk, at=now())


def test_the_money_of_a_partner_who_left_does_not_go_to_the_one_who_came():
    ready = desk()
    topup = seen(ready, at=now() - dt.timedelta(days=3))
    Contract.objects.filter(user=ready.partner).update(status="ended")
    newcomer = partner_of(ready.station)
    contract_of(newcomer, ready.station, from_date=today() - dt.timedelta(days=1))
    with pytest.raises(PartnerChanged):
        credit_topup(topup=topup, by=finance_officer(), at=now())
    assert ready.holds(chart.float_of(ready.station, newcomer.pk)) == 0
    assert (FloatTopUp.objects.get().status, ready.holds(chart.suspense("main"))) == ("funds_seen", 2_000_00)


def test_a_partner_whose_contract_was_renewed_gets_his_money():
    ready = desk()
    topup = seen(ready, at=now() - dt.timedelta(days=3))
    Contract.objects.filter(user=ready.partner).update(status="ended")
    contract_of(ready.partner, ready.station, from_date=today())
    credit_topup(topup=topup, by=finance_officer(), at=now())
    assert ready.holds(ready.float_key) == 2_000_00


def test_the_partners_page_shows_the_newest_requests_first_and_a_helpers_page_none(client):
    ready = desk()
    topups = [ask(ready, 1_00 * number) for number in range(1, 23)]
    client.force_login(ready.partner)
    page = client.get("/finance/floats/").content.decode()
    places = [page.find(topup.reference) for topup in reversed(topups)]
    assert places[:20] == sorted(places[:20])
    assert places[0] > 0
    assert places[20:] == [-1, -1]
    client.force_login(helper_of(ready.station))
    assert topups[-1].reference not in client.get("/finance/floats/").content.decode()
