"""Many at once: what fits succeeds, one wins, nothing is lost, nobody waits for ever."""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import psycopg2
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from core.errors import Refused
from ledger import queries
from ledger.models import Account, Entry, QueuedEntry, Transfer
from ledger.services import (
    AccountClosed,
    AccountNotEmpty,
    AlreadyReversed,
    HoldResolved,
    Leg,
    NotEnough,
    RefundTooLarge,
    close_account,
    hold,
    open_account,
    post_hold,
    post_transfers,
    refund_transfer,
    reverse_transfer,
    roll_up,
    void_hold,
)
from tests.factories.ledger import BookFactory, account, cause, funded, post, yuan

pytestmark = pytest.mark.usefixtures("own_database")


def at_once(*acts):
    """Start all acts together; what each answered, or the class of its refusal."""
    together = Barrier(len(acts))

    def run(act):
        together.wait()
        try:
            return act()
        except Refused as refusal:
            return type(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_fifty_spend_one_account_and_exactly_what_fits_succeeds():
    float_, payees = funded("float", "20.50"), [account("commission", str(n)) for n in range(5)]
    causes = [cause() for _ in range(50)]
    answers = at_once(
        *(
            lambda n=n: post_transfers(legs=[Leg(float_, payees[n % 5], yuan("1"), "spend")], **causes[n])
            for n in range(50)
        )
    )
    assert answers.count(NotEnough) == 30
    assert queries.balance(float_).posted == yuan("0.50")
    assert Transfer.objects.filter(debit=float_).count() == 20
    versions = Entry.objects.filter(account=float_).order_by("version").values_list("version", flat=True)
    assert list(versions) == list(range(1, 22))


def test_postings_in_opposite_directions_do_not_wait_for_each_other_for_ever():
    one, other = funded("float", "100", "one"), funded("float", "100", "other")
    causes = [cause() for _ in range(20)]
    pairs = [(one, other), (other, one)] * 10
    answers = at_once(
        *(
            lambda pair=pair, given=given: post_transfers(legs=[Leg(*pair, yuan("1"), "swap")], **given)
            for pair, given in zip(pairs, causes, strict=True)
        )
    )
    assert all(isinstance(answer, list) for answer in answers)
    assert [queries.balance(each).posted for each in (one, other)] == [yuan("100"), yuan("100")]


def test_no_side_is_lost_while_the_table_is_vacuumed_and_postings_wait_for_each_other(own_database):
    """On a busy day a posting that waited lost the accounts that had changed meanwhile (L1; docs/reliability.md)."""
    float_, funds, clearing = funded("float", "100"), account("customer_funds"), account("clearing")
    posted, is_over = [], Event()

    def move():
        for debit, credit in ((float_, funds), (funds, float_)) * 8:
            legs = [Leg(debit, credit, yuan("1"), "there"), Leg(float_, clearing, yuan("0.01"), "fee")]
            with transaction.atomic(), connection.cursor() as cursor:
                posted.extend(post_transfers(legs=legs, **cause()))
                cursor.execute("SELECT pg_sleep(0.005)")  # as if there were more to do: the others wait
        return "moved"

    def vacuum():
        owner = psycopg2.connect(settings.ECOMNET_OWNER_DATABASE_URL, dbname=own_database)
        owner.autocommit = True
        with contextlib.closing(owner), owner.cursor() as cursor:
            while not is_over.is_set():
                cursor.execute("VACUUM ledger_account")

    with ThreadPoolExecutor(1) as pool:
        vacuuming = pool.submit(vacuum)
        try:
            assert at_once(*[move] * 6) == ["moved"] * 6
        finally:
            is_over.set()
        vacuuming.result()
    sides = Entry.objects.filter(transfer__in=posted).count() + QueuedEntry.objects.filter(transfer__in=posted).count()
    assert sides == 2 * len(posted)
    assert queries.balance(float_).posted == yuan("99.04")


def test_of_eight_reversals_at_once_one_wins():
    float_ = account("float")
    (transfer,) = post(Leg(account("bank"), float_, yuan("5"), "top_up"))
    causes = [cause() for _ in range(8)]
    answers = at_once(
        *(lambda given=given: reverse_transfer(transfer_id=transfer, reason="taken back", **given) for given in causes)
    )
    assert answers.count(AlreadyReversed) == 7
    assert queries.balance(float_).posted == yuan("0")


def test_of_four_posts_and_four_voids_one_wins():
    float_, clearing = funded("float", "10"), account("clearing")
    held = hold(debit=float_, credit=clearing, amount=yuan("10"), reason="recharge", **cause())
    causes = [cause() for _ in range(8)]
    answers = at_once(
        *(
            lambda verb=verb, given=given: (verb.__name__, verb(pending_id=held, reason="answer", **given))
            for verb, given in zip([post_hold, void_hold] * 4, causes, strict=True)
        )
    )
    assert answers.count(HoldResolved) == 7
    (winner,) = [answer for answer in answers if answer is not HoldResolved]
    assert queries.balance(float_).posted == (yuan("0") if winner[0] == "post_hold" else yuan("10"))
    assert queries.balance(float_).posted == queries.balance(float_).available


def test_refunds_at_once_never_exceed_the_transfer():
    commission = account("commission")
    (transfer,) = post(Leg(account("clearing"), commission, yuan("5"), "earned"))
    causes = [cause() for _ in range(10)]
    answers = at_once(
        *(
            lambda given=given: refund_transfer(transfer_id=transfer, amount=yuan("1"), reason="part", **given)
            for given in causes
        )
    )
    assert answers.count(RefundTooLarge) == 5
    assert queries.balance(commission).posted == yuan("0")


def test_the_first_sixteen_openings_of_an_account_open_one():
    book, at = BookFactory(), timezone.now()
    answers = at_once(
        *(lambda: open_account(book=book, kind="till", key="new", currency="CNY", at=at).pk for _ in range(16))
    )
    assert len(set(answers)) == 1
    assert Account.objects.filter(code="till:new").count() == 1


def test_the_same_group_sent_sixteen_times_at_once_has_one_effect():
    till, funds = account("till"), account("customer_funds")
    group = {"legs": [Leg(till, funds, yuan("5"), "one"), Leg(till, funds, yuan("6"), "two")], **cause()}
    answers = at_once(*(lambda: post_transfers(**group) for _ in range(16)))
    assert all(answer == answers[0] for answer in answers)
    assert queries.balance(till).posted == yuan("11")


def test_postings_while_rolling_up_are_neither_lost_nor_counted_twice():
    till, clearing = account("till"), account("clearing")
    causes = [[cause() for _ in range(25)] for _ in range(6)]
    done = Event()

    def pour(n):
        for given in causes[n]:
            post_transfers(legs=[Leg(till, clearing, yuan("1"), "in")], **given)

    def roll():
        seen = []
        while not done.is_set():
            roll_up(account=clearing)
            seen.append(queries.balance(clearing).posted.minor)
        return seen

    with ThreadPoolExecutor(8) as pool:
        rolls = [pool.submit(closing(roll)) for _ in range(2)]
        for each in [pool.submit(closing(lambda n=n: pour(n))) for n in range(6)]:
            each.result()
        done.set()
        for each in rolls:
            seen = each.result()
            assert seen == sorted(seen)
    roll_up(account=clearing)
    assert queries.balance(clearing).posted == yuan("150")
    assert not QueuedEntry.objects.exists()
    lines = Entry.objects.filter(account=clearing).order_by("version").values_list("version", "posted_after")
    assert list(lines) == [(n, n * 100) for n in range(1, 151)]


def closing(act):
    """The act, with its connection closed afterwards."""

    def run():
        try:
            return act()
        finally:
            connection.close()

    return run


def test_a_posting_that_commits_after_the_roll_up_is_not_lost():
    till, clearing = account("till"), account("clearing")
    inserted, rolled = Event(), Event()

    def slow_posting():
        with transaction.atomic():
            post(Leg(till, clearing, yuan("1"), "slow"))
            inserted.set()
            assert rolled.wait(10)

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(closing(slow_posting))
        assert inserted.wait(10)
        post(Leg(account("bank"), clearing, yuan("2"), "a later id, committed first"))
        assert roll_up(account=clearing) == 1
        rolled.set()
        slow.result()
    assert queries.balance(clearing).posted == yuan("3")
    assert roll_up(account=clearing) == 1
    assert queries.balance(clearing).posted == yuan("3")


def test_closing_an_account_and_paying_into_it_at_once_never_leaves_money_on_a_closed_account():
    revenue = account("revenue")
    for n in range(6):
        over_short, given = account("over_short", str(n)), cause()
        answers = at_once(
            lambda target=over_short: close_account(account=target, at=timezone.now()),
            lambda target=over_short, given=given: post_transfers(
                legs=[Leg(target, revenue, yuan("1"), "late")], **given
            ),
        )
        closed = Account.objects.get(pk=over_short.pk).closed_at is not None
        assert closed == (answers[1] is AccountClosed) == (answers[0] is not AccountNotEmpty)
        assert queries.balance(over_short).posted == (yuan("0") if closed else yuan("1"))
