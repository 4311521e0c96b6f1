"""Bank statements: many lines at once, and a bank that says something else than before."""

import datetime as dt

import pytest
from django.utils.timezone import now

from core.money import Money
from finance import chart
from finance.models import BankStatementLine
from finance.recon.services import StatementFaulty, import_bank_statement
from ledger.queries import balance
from tests.factories.finance import book
from tests.factories.stations import finance_officer

pytestmark = pytest.mark.django_db

HEADER = "value_date,line_ref,direction,amount,currency,counterparty,counterparty_tail,text"


def statement(*lines):
    return "\n".join([HEADER, *(f"2026-11-25,{line},CNY,孙小芹,4821,note" for line in lines), ""]).encode()


def take_in(*lines, total, by=None):
    book()
    return import_bank_statement(
        bank_account="main",
        content=statement(*lines),
        control_total=Money(total, "CNY"),
        country="CN",
        by=by or finance_officer(),
        at=now(),
    )


def holds(key):
    return balance(chart.open_one(key, country="CN", currency="CNY", at=now())).posted.minor


def test_every_line_posts_against_suspense_in_one_round_trip(django_assert_max_num_queries):
    officer = finance_officer()
    book()
    lines = [f"L-{number},in,1.00" for number in range(60)]
    with django_assert_max_num_queries(30):
        stored = take_in(*lines, "L-X,out,10.00", total=50_00, by=officer)
    assert (holds(chart.bank("main")), holds(chart.suspense("main"))) == (50_00, 50_00)
    assert len({line.transfer_id for line in stored}) == 61
    assert BankStatementLine.objects.get(line_ref="L-X").value_date == dt.date(2026, 11, 25)


@pytest.mark.parametrize("changed", ["L-1,in,20.01", "L-1,out,20.00"])
def test_a_line_that_says_something_else_than_before_refuses_the_whole_statement(changed):
    take_in("L-1,in,20.00", total=20_00)
    total = 20_01 if "in" in changed else -20_00
    with pytest.raises(StatementFaulty):
        take_in(changed, "L-2,in,5.00", total=total + 5_00)
    assert (BankStatementLine.objects.count(), holds(chart.bank("main"))) == (1, 20_00)


@pytest.mark.parametrize("amount", ["0.00", "-1.00", "1.005", "1" * 16, '"' + "1,111" * 5 + '"'])
def test_an_amount_that_is_none_refuses_the_whole_statement(amount):
    with pytest.raises(StatementFaulty):
        take_in(f"L-1,in,{amount}", total=0)
    assert BankStatementLine.objects.count() == 0
