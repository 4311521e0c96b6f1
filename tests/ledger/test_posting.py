"""Posting: groups, limits, replays, and what is refused."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from core.money import Money
from ledger import queries
from ledger.models import Entry, QueuedEntry, Transfer, TransferKey
from ledger.services import (
    AccountClosed,
    BusinessDateClosed,
    EventAlreadyPosted,
    Group,
    Leg,
    NotEnough,
    TransferDiffers,
    close_account,
    post_groups,
    post_transfers,
)
from tests.factories.ledger import SOMEBODY, BookFactory, account, cause, funded, post, yuan

pytestmark = pytest.mark.django_db


def posted(*accounts):
    return [queries.balance(each).posted for each in accounts]


def nothing_but(transfers: int) -> bool:
    """No trace of a refused posting: as many transfers, keys and sides as before it."""
    sides = Entry.objects.count() + QueuedEntry.objects.count()
    return (Transfer.objects.count(), TransferKey.objects.count(), sides) == (transfers, transfers, 2 * transfers)


def test_a_posting_moves_money_between_two_accounts_and_leaves_an_entry_on_each():
    till, funds = account("till"), account("customer_funds")
    at = timezone.now()
    (transfer,) = post(Leg(till, funds, yuan("186.40"), "bill"), at=at)
    assert posted(till, funds) == [yuan("186.40"), yuan("186.40")]
    stored = Transfer.objects.get(pk=transfer)
    assert (stored.money, stored.reason, stored.made_by, stored.effective_at) == (
        yuan("186.40"),
        "bill",
        SOMEBODY.id,
        at,
    )
    assert list(Entry.objects.order_by("account").values_list("version", "side", "posted_delta", "posted_after")) == [
        (1, "debit", 18640, 18640),
        (1, "credit", 18640, 18640),
    ]


def test_a_group_is_one_step_and_its_limits_hold_on_the_net_effect():
    funds, payable = account("customer_funds"), account("supplier")
    till = account("till")
    post(Leg(funds, payable, yuan("5"), "out"), Leg(till, funds, yuan("5"), "in"))
    assert posted(funds, payable) == [yuan("0"), yuan("5")]
    assert list(Entry.objects.filter(account=funds).order_by("version").values_list("posted_after", flat=True)) == [
        -500,
        0,
    ]


def test_a_group_that_does_not_hold_leaves_nothing_at_all():
    float_, clearing, revenue = funded("float", "10"), account("clearing"), account("revenue")
    with pytest.raises(NotEnough) as refusal:
        post(Leg(clearing, revenue, yuan("1"), "fine"), Leg(float_, clearing, yuan("10.01"), "too much"))
    assert refusal.value.params == {"account": float_.code, "kind": "float"}
    assert posted(float_, revenue) == [yuan("10"), yuan("0")]
    assert nothing_but(1)


@pytest.mark.parametrize("kind", ["till", "cash_in_transit", "float", "customer_funds", "reserve", "fund"])
def test_an_account_with_a_limit_gives_out_all_it_has_but_not_a_cent_more(kind):
    spender, other = funded(kind, "10"), account("commission")
    away = (other, spender) if spender.normal_side == "debit" else (spender, other)
    with pytest.raises(NotEnough):
        post(Leg(*away, yuan("10.01"), "above"))
    post(Leg(*away, yuan("9.99"), "below"))
    post(Leg(*away, yuan("0.01"), "at"))
    assert posted(spender) == [yuan("0")]
    with pytest.raises(NotEnough):
        post(Leg(*away, yuan("0.01"), "above"))
    assert nothing_but(3)


def test_an_account_without_a_limit_goes_below_zero():
    commission, revenue = account("commission"), account("revenue")
    post(Leg(commission, revenue, yuan("3"), "reversed"))
    assert queries.balance(commission).posted == Money(-300, "CNY")


def test_after_a_refusal_the_callers_transaction_goes_on():
    float_, clearing = funded("float", "1"), account("clearing")
    with pytest.raises(NotEnough):
        post(Leg(float_, clearing, yuan("2"), "too much"))
    post(Leg(float_, clearing, yuan("1"), "fits"))
    assert posted(float_) == [yuan("0")]


def test_the_same_group_again_is_the_same_answer_and_no_second_effect():
    till, funds = account("till"), account("customer_funds")
    group = {"legs": [Leg(till, funds, yuan("5"), "one"), Leg(till, funds, yuan("6"), "two")], **cause()}
    assert post_transfers(**group) == post_transfers(**group)
    assert posted(till) == [yuan("11")]
    assert nothing_but(2)


def test_a_group_sent_again_answers_the_same_even_when_it_would_no_longer_be_possible():
    float_, supplier = funded("float", "5"), account("supplier")
    group = {"legs": [Leg(float_, supplier, yuan("5"), "all")], **cause()}
    first = post_transfers(**group)
    assert post_transfers(**group) == first
    assert posted(float_) == [yuan("0")]


@pytest.mark.parametrize("change", [{"amount": yuan("6")}, {"reason": "other"}, {"debit": "cash_in_transit"}])
def test_the_same_id_with_another_content_is_refused(change):
    till, funds = account("till"), account("customer_funds")
    first = {"debit": till, "credit": funds, "amount": yuan("5"), "reason": "one", "id": uuid.uuid4()}
    given = cause()
    post_transfers(legs=[Leg(**first)], **given)
    if "debit" in change:
        change = {"debit": account(change["debit"])}
    with pytest.raises(TransferDiffers):
        post_transfers(legs=[Leg(**{**first, **change})], **given)
    assert nothing_but(1)


def test_a_leg_of_an_event_is_posted_once_whatever_its_id():
    till, funds = account("till"), account("customer_funds")
    post(Leg(till, funds, yuan("5"), "one"), event_id="7")
    with pytest.raises(EventAlreadyPosted):
        post(Leg(till, funds, yuan("5"), "one"), event_id="7")
    post(Leg(till, funds, yuan("5"), "next leg"), event_id="7", first_leg_no=2)
    assert nothing_but(2)


def test_nothing_is_posted_before_the_first_open_date():
    till, funds, book = account("till"), account("customer_funds"), BookFactory()
    with pytest.raises(BusinessDateClosed) as refusal:
        post(Leg(till, funds, yuan("1"), "late"), business_date=book.first_open_date - dt.timedelta(days=1))
    assert refusal.value.params == {"first_open_date": "2026-01-01"}
    assert nothing_but(0)
    post(Leg(till, funds, yuan("1"), "in time"), business_date=book.first_open_date)


def test_a_closed_account_takes_nothing_new():
    till, funds = account("till"), account("customer_funds")
    close_account(account=till, at=timezone.now())
    with pytest.raises(AccountClosed) as refusal:
        post(Leg(till, funds, yuan("1"), "late"))
    assert refusal.value.params["account"] == till.code
    assert nothing_but(0)


@pytest.mark.parametrize("amount", [yuan("0"), Money(-1, "CNY")])
def test_an_amount_is_positive(amount):
    with pytest.raises(ValueError, match="positive"):
        post(Leg(account("till"), account("customer_funds"), amount, "nothing"))
    assert nothing_but(0)


def test_an_account_does_not_pay_itself():
    with pytest.raises(ValueError, match="itself"):
        post(Leg(account("till"), account("till"), yuan("1"), "round"))


def test_accounts_of_two_currencies_do_not_meet():
    with pytest.raises(ValueError, match="do not both hold"):
        post(Leg(account("till"), account("customer_funds", currency="EUR"), yuan("1"), "mixed"))


def test_many_groups_go_in_one_step():
    till, funds = account("till"), account("customer_funds")
    date = timezone.now().date()
    groups = [
        Group([Leg(till, funds, Money(n, "CNY"), "batch")], "test.batch", str(n), date, SOMEBODY) for n in range(1, 201)
    ]
    assert len(post_groups(groups=groups, at=timezone.now())) == 200
    assert posted(till, funds) == [Money(20100, "CNY")] * 2
    assert nothing_but(200)
    versions = list(Entry.objects.filter(account=till).order_by("version").values_list("version", "posted_after"))
    assert versions == [(n, n * (n + 1) // 2) for n in range(1, 201)]


def test_one_money_operation_is_one_query(django_assert_num_queries):
    till, funds = account("till"), account("customer_funds")
    given = cause()
    with django_assert_num_queries(1):
        post_transfers(legs=[Leg(till, funds, yuan("5"), "one"), Leg(till, funds, yuan("6"), "two")], **given)


def test_the_business_date_is_the_day_of_the_book_and_never_a_closed_one():
    book = BookFactory()
    late_evening_in_utc = dt.datetime(2026, 11, 25, 16, 30, tzinfo=dt.UTC)
    assert queries.business_date_of(book, late_evening_in_utc) == dt.date(2026, 11, 26)
    assert queries.business_date_of(book, dt.datetime(2025, 12, 1, tzinfo=dt.UTC)) == dt.date(2026, 1, 1)


def test_the_lines_of_an_account_come_newest_first_page_by_page():
    till, funds = account("till"), account("customer_funds")
    for n in range(1, 6):
        post(Leg(till, funds, yuan(str(n)), f"sale {n}"), event_id=str(n))
    first = queries.entries(till, limit=3)
    second = queries.entries(till, before_version=first[-1].version, limit=3)
    assert [line.version for line in first + second] == [5, 4, 3, 2, 1]
    newest = first[0]
    assert (newest.amount, newest.balance, newest.reason, newest.event_id) == (yuan("5"), yuan("15"), "sale 5", "5")
    assert (newest.made_by_kind, newest.made_by, newest.other_account) == ("person", SOMEBODY.id, funds.code)
    assert [leg.event_id for leg in queries.transfers_of("test.moved", "3")] == ["3"]


def test_the_trial_balance_of_a_day_leaves_out_what_belongs_to_later_days():
    till, funds, clearing = account("till"), account("customer_funds"), account("clearing")
    book, today = BookFactory(), dt.date(2026, 11, 25)
    post(Leg(till, funds, yuan("5"), "today"), business_date=today)
    post(Leg(funds, clearing, yuan("3"), "tomorrow"), business_date=today + dt.timedelta(days=1))
    at_night = {line.code: line.balance for line in queries.trial_balance(book, today)}
    next_day = {line.code: line.balance for line in queries.trial_balance(book, today + dt.timedelta(days=1))}
    assert at_night == {till.code: yuan("5"), funds.code: yuan("5"), clearing.code: yuan("0")}
    assert next_day == {till.code: yuan("5"), funds.code: yuan("2"), clearing.code: yuan("3")}
    for day in (today, today + dt.timedelta(days=1)):
        lines = queries.trial_balance(book, day)
        assert sum(line.debits for line in lines) == sum(line.credits for line in lines)
