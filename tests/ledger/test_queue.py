"""Hot accounts: queued sides, roll-ups, and the balance that is always true."""

import pytest

from ledger import queries
from ledger.models import Account, Entry, QueuedEntry
from ledger.services import Leg, hold, roll_up
from tests.factories.ledger import account, cause, funded, post, yuan

pytestmark = pytest.mark.django_db


def test_a_queued_account_is_not_touched_by_a_posting_and_its_balance_is_true_at_once():
    till, clearing = account("till"), account("clearing")
    post(Leg(till, clearing, yuan("5"), "in"))
    stored = Account.objects.get(pk=clearing.pk)
    assert (stored.credits_posted, stored.version) == (0, 0)
    assert QueuedEntry.objects.filter(account=clearing).count() == 1
    assert queries.balance(clearing).posted == yuan("5")


def test_a_roll_up_numbers_what_waits_and_changes_no_balance():
    till, clearing = account("till"), account("clearing")
    for amount in ("5", "6", "7"):
        post(Leg(till, clearing, yuan(amount), "in"))
    post(Leg(clearing, till, yuan("4"), "out"))
    before = queries.balance(clearing)
    assert roll_up(account=clearing) == 4
    assert roll_up(account=clearing) == 0
    after = queries.balance(clearing)
    assert (after.posted, after.available, after.version) == (before.posted, before.available, 4)
    assert not QueuedEntry.objects.exists()
    lines = Entry.objects.filter(account=clearing).order_by("version").values_list("version", "side", "posted_after")
    assert list(lines) == [(1, "credit", 500), (2, "credit", 1100), (3, "credit", 1800), (4, "debit", 1400)]


def test_holds_wait_in_the_queue_too():
    clearing, bank = account("clearing"), account("bank")
    post(Leg(bank, clearing, yuan("10"), "in"))
    hold(debit=clearing, credit=bank, amount=yuan("4"), reason="refund", **cause())
    now = queries.balance(clearing)
    assert (now.posted, now.available) == (yuan("10"), yuan("6"))
    roll_up(account=clearing)
    now = queries.balance(clearing)
    assert (now.posted, now.available) == (yuan("10"), yuan("6"))


def test_a_group_between_live_and_queued_accounts_reaches_both():
    float_, clearing, operator = funded("float", "100"), account("clearing"), account("operator")
    post(Leg(float_, clearing, yuan("100"), "pay"), Leg(clearing, operator, yuan("98.50"), "owed"))
    assert [queries.balance(each).posted for each in (float_, clearing, operator)] == [
        yuan("0"),
        yuan("1.50"),
        yuan("98.50"),
    ]
    assert Entry.objects.filter(account=float_).count() == 2
    assert QueuedEntry.objects.filter(account=clearing).count() == 2


def test_only_accounts_with_something_waiting_are_rolled_up():
    till, clearing, biller = account("till"), account("clearing"), account("biller")
    post(Leg(till, clearing, yuan("1"), "in"))
    assert queries.accounts_to_roll_up() == [clearing]
    post(Leg(till, biller, yuan("1"), "in"))
    assert queries.accounts_to_roll_up() == [clearing, biller]
