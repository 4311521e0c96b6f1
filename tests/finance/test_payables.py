"""What the apps above owe: a line and its posting, once; taken back in parts; waiting; where a line stands."""

import datetime as dt

import pytest
from django.utils.timezone import now

from core.money import Money
from finance import chart
from finance.models import LineHold, PayableLine, PayeeKind
from finance.settlement.queries.states import LineState, states_of
from finance.settlement.services import (
    AccountEarnsNothing,
    AccruedOtherwise,
    NothingToAccrue,
    ReversalTooLarge,
    accrue_payable,
    enrol_payee,
    hold_lines,
    pay_statement,
    release_lines,
    reverse_payable,
)
from ledger.queries import balance
from ledger.services import SYSTEM, Leg, NotEnough, open_account, post_transfers
from tests.factories.finance import book
from tests.factories.settlement import (
    DAY,
    MONDAY,
    SUNDAY,
    account_at,
    days_of,
    earns,
    noon,
    settle_night,
    statements_of,
    village,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    return village()


@pytest.fixture
def supplier(station):
    return account_at(station, kind="supplier", key="s-1")


def source(kind="clearing", key="buyer"):
    return open_account(book=book(), kind=kind, key=key, currency="CNY", at=now())


def accrue(account, minor=1_128_00, **values):
    return accrue_payable(
        **{
            "event_type": "orders.sale_settled",
            "event_id": "sale-1",
            "account": account,
            "amount": Money(minor, account.currency),
            "source": source(),
            "eligible_at": noon(SUNDAY),
            "explanation": {"kind": "supplier_part"},
            "at": noon(MONDAY),
            **values,
        }
    )


def held_by(account):
    return balance(account).posted.minor


def test_a_payable_is_posted_now_and_matures_when_it_is_due(station, supplier):
    line = accrue(supplier, station=station)
    assert (line.amount_minor, line.eligible_at, line.unfunded) == (1_128_00, noon(SUNDAY), False)
    assert (held_by(supplier), held_by(source())) == (1_128_00, -1_128_00)
    settle_night(station, SUNDAY)
    assert days_of(supplier) == {SUNDAY: (1_128_00, 0)}
    assert [(s.payee_kind, s.payable_minor) for s in statements_of(supplier)] == [("supplier", 1_128_00)]


def test_a_payable_is_never_due_before_it_was_accrued(supplier):
    assert accrue(supplier, eligible_at=noon(MONDAY) - DAY).eligible_at == noon(MONDAY)


def test_the_same_event_again_changes_nothing_and_another_amount_is_refused(supplier):
    first = accrue(supplier)
    assert accrue(supplier) == first
    with pytest.raises(AccruedOtherwise):
        accrue(supplier, minor=1)
    assert (PayableLine.objects.count(), held_by(supplier)) == (1, 1_128_00)


@pytest.mark.parametrize("minor", [0, -1])
def test_a_payable_is_of_something(supplier, minor):
    with pytest.raises(NothingToAccrue):
        accrue(supplier, minor=minor)
    assert held_by(supplier) == 0


def test_only_accounts_that_earn_are_owed(station):
    with pytest.raises(AccountEarnsNothing):
        accrue(source("till", station.code))
    assert PayableLine.objects.count() == 0


def test_an_empty_subsidy_is_stood_in_for_by_expense_and_the_line_says_so(supplier):
    subsidy = source("subsidy", "2026")
    post_transfers(
        legs=[Leg(source("bank", "main"), subsidy, Money(10_00, "CNY"), "paid in")],
        event_type="test",
        event_id="1",
        business_date=MONDAY,
        made_by=SYSTEM,
        at=noon(MONDAY),
    )
    funded = accrue(supplier, 10_00, source=subsidy)
    unfunded = accrue(supplier, 1, source=subsidy, event_id="sale-2")
    assert (funded.unfunded, unfunded.unfunded) == (False, True)
    assert (held_by(subsidy), held_by(supplier)) == (0, 10_01)
    assert held_by(chart.open_one(chart.platform("expense"), country="CN", currency="CNY", at=now())) == 1


def test_other_money_is_not_stood_in_for(station, supplier):
    funds = source("customer_funds", station.code)
    with pytest.raises(NotEnough):
        accrue(supplier, source=funds)
    assert (PayableLine.objects.count(), held_by(supplier)) == (0, 0)


def test_a_payable_is_taken_back_in_parts_never_beyond_itself(station, supplier):
    line = accrue(supplier, 100_00)
    first = reverse_payable(line=line, amount=Money(33_33, "CNY"), at=noon(MONDAY + DAY), key="return-1")
    assert (first.amount_minor, first.eligible_at, first.reverses) == (-33_33, noon(SUNDAY), line)
    assert reverse_payable(line=line, amount=Money(33_33, "CNY"), at=now(), key="return-1") == first
    with pytest.raises(AccruedOtherwise):
        reverse_payable(line=line, amount=Money(1, "CNY"), at=now(), key="return-1")
    for too_much in (66_68, 0, -1):
        with pytest.raises(ReversalTooLarge):
            reverse_payable(line=line, amount=Money(too_much, "CNY"), at=now(), key="return-2")
    assert (held_by(supplier), held_by(source())) == (66_67, -66_67)
    reverse_payable(line=line, amount=Money(66_67, "CNY"), at=noon(SUNDAY + DAY), key="return-2")
    assert (held_by(supplier), held_by(source())) == (0, 0)
    settle_night(station, SUNDAY + 2 * DAY)
    assert days_of(supplier) == {SUNDAY + 2 * DAY: (100_00, -100_00)}


def test_what_is_taken_back_while_it_waits_waits_with_it(station, supplier):
    line = accrue(supplier, 100_00)
    hold_lines(event_id="sale-1", reason="a return", at=noon(MONDAY))
    reverse_payable(line=line, amount=Money(40_00, "CNY"), at=noon(MONDAY + DAY), key="return-1")
    settle_night(station, SUNDAY)
    assert days_of(supplier) == {}
    assert release_lines(event_id="sale-1", at=noon(SUNDAY + DAY)) == 1
    settle_night(station, SUNDAY + DAY)
    assert days_of(supplier) == {SUNDAY + DAY: (100_00, -40_00)}


def test_an_app_says_as_what_and_where_somebody_is_settled(station):
    other = village()
    tutor = account_at(station)
    assert enrol_payee(account=tutor, kind=PayeeKind.TUTOR, county=other.county).kind == "tutor"
    assert enrol_payee(account=tutor, kind=PayeeKind.GUIDE, county=station.county).kind == "tutor"
    earns(tutor, 5_00, at=noon(MONDAY), station=station)
    settle_night(station, SUNDAY)
    assert days_of(tutor) == {}
    settle_night(other, SUNDAY)
    assert [s.payee_kind for s in statements_of(tutor)] == ["tutor"]


def test_a_line_goes_from_earned_to_paid(station):
    account = account_at(station)
    line = earns(account, 5_00, at=noon(MONDAY), station=station, eligible_at=noon(SUNDAY))

    def state(at):
        return states_of([line], at=at)[line.pk]

    assert state(noon(MONDAY)) == LineState.ACCRUED
    hold_lines(event_id=line.event_id, reason="a check", at=noon(MONDAY))
    assert state(noon(SUNDAY)) == LineState.ON_HOLD
    release_lines(event_id=line.event_id, at=noon(MONDAY + DAY))
    assert state(noon(SUNDAY) - dt.timedelta(seconds=1)) == LineState.ACCRUED
    assert state(noon(SUNDAY)) == LineState.ELIGIBLE
    settle_night(station, SUNDAY)
    assert state(noon(SUNDAY + DAY)) == LineState.PAYABLE
    pay_statement(statement=statements_of(account)[0], at=noon(SUNDAY + DAY))
    assert state(noon(SUNDAY + DAY)) == LineState.PAID
    assert states_of([], at=now()) == {}


def test_a_hold_names_one_line_and_ends_after_it_begins(station):
    line = earns(account_at(station), 5_00, at=noon(MONDAY), station=station, eligible_at=noon(SUNDAY))
    hold_lines(event_id=line.event_id, reason="a check", at=noon(MONDAY))
    assert release_lines(event_id="another", at=noon(MONDAY)) == 0
    hold = LineHold.objects.get()
    assert (hold.reason, hold.held_at, hold.released_at) == ("a check", noon(MONDAY), None)
