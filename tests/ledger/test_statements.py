"""Monthly statements: their hash chain, checked by other means than made, and balances at an instant."""

import datetime as dt
import hashlib
import json

import pytest
from django.utils import timezone

from core.days import day_in
from core.models import Job
from ledger import queries
from ledger.models import AccountStatement, QueuedEntry
from ledger.services import Leg, hold, void_hold
from ledger.statements import document_of, make_statements
from ledger.tasks import make_account_statements, make_month_statements
from tests.factories.ledger import BookFactory, account, cause, funded, post, yuan


def months(count):
    """The first days of the last months and of this one, oldest first, in Shanghai."""
    day = day_in("Asia/Shanghai", timezone.now()).replace(day=1)
    found = [day]
    for _ in range(count):
        found.insert(0, (found[0] - dt.timedelta(days=1)).replace(day=1))
    return found


def noon(day):
    return dt.datetime.combine(day, dt.time(4), tzinfo=dt.UTC)


def check_chain(documents):
    """What an outsider does with the published documents: hash the rows again, and follow the balances."""
    before, opening, version = "", 0, 0
    for document in documents:
        text = before + "\n" + json.dumps(document["rows"], separators=(",", ":"), ensure_ascii=False)
        assert document["sha256"] == hashlib.sha256(text.encode()).hexdigest()
        assert (document["previous_sha256"], document["opening_minor"]) == (before, opening)
        for row in document["rows"]:
            version += 1
            at, _, side, posted, _, after, _, entered_at = row
            opening += posted if side == document["normal_side"] else -posted
            assert (at, after) == (version, opening)
            assert entered_at.endswith("Z")
            assert len(entered_at) == 27
        before = document["sha256"]
        assert document["closing_minor"] == opening
    return version


def history(as_owner):
    """Two closed months and the open one, on a live and on a queued account."""
    first, second, this = months(2)
    with as_owner():
        till, clearing = account("till"), account("clearing")
        for day, amount in ((first, "100"), (first + dt.timedelta(days=9), "20"), (second, "3")):
            post(Leg(till, clearing, yuan(amount), "sale"), at=noon(day))
    post(Leg(till, clearing, yuan("0.50"), "sale"))
    return till, clearing, (first, second, this)


def test_every_month_that_ended_is_closed_and_the_chain_can_be_checked_by_anybody(as_owner):
    till, _, (first, second, this) = history(as_owner)
    made = make_statements(account=till, before=this, at=timezone.now())
    assert [(each.month, each.from_version, each.to_version) for each in made] == [(first, 1, 2), (second, 3, 3)]
    assert check_chain([document_of(each) for each in made]) == 3
    assert made[-1].closing == 12_300


def test_statements_made_again_make_nothing_and_the_next_month_goes_on(as_owner):
    till, _, (_, second, this) = history(as_owner)
    at = timezone.now()
    assert len(make_statements(account=till, before=second, at=at)) == 1
    assert make_statements(account=till, before=second, at=at) == []
    next_month = (this + dt.timedelta(days=32)).replace(day=1)
    assert len(make_statements(account=till, before=next_month, at=at)) == 2
    statements = AccountStatement.objects.filter(account=till).order_by("from_version")
    assert check_chain([document_of(each) for each in statements]) == 4


def test_a_queued_account_is_rolled_up_before_its_month_is_cut(as_owner):
    _, clearing, (first, second, this) = history(as_owner)
    with as_owner():
        made = make_statements(account=clearing, before=this, at=timezone.now())
    assert not QueuedEntry.objects.filter(account=clearing).exists()
    assert [(each.month, each.to_version) for each in made] == [(first, 2), (second, 3)]
    assert check_chain([document_of(each) for each in made]) == 3


def test_a_month_is_cut_in_the_zone_of_the_book(as_owner):
    _, second, this = months(2)
    midnight_in_shanghai = dt.datetime.combine(this, dt.time(), tzinfo=dt.UTC) - dt.timedelta(hours=8)
    with as_owner():
        till, funds = account("till"), account("customer_funds")
        post(Leg(till, funds, yuan("1"), "last"), at=midnight_in_shanghai - dt.timedelta(microseconds=1))
        post(Leg(till, funds, yuan("2"), "first"), at=midnight_in_shanghai)
    (made,) = make_statements(account=till, before=this, at=timezone.now())
    assert (made.month, made.from_version, made.to_version, made.closing) == (second, 1, 1, 100)


def test_the_job_waits_for_three_in_the_morning_and_then_plans_each_account_once(as_owner):
    history(as_owner)
    book = BookFactory()
    this = months(0)[0]
    before_three = dt.datetime.combine(this, dt.time(2, 59), tzinfo=dt.UTC) - dt.timedelta(hours=8)
    make_month_statements({}, before_three)
    assert planned() == []
    for _ in range(2):
        make_month_statements({}, before_three + dt.timedelta(minutes=1))
    (job,) = planned()
    assert set(job.payload["accounts"]) == set(queries.accounts_without_statement(book, this))
    with as_owner():
        make_account_statements(job.payload, timezone.now())
    assert AccountStatement.objects.count() == 4
    assert list(queries.accounts_without_statement(book, this)) == []


def planned():
    return list(Job.objects.filter(kind="ledger.make_account_statements"))


@pytest.mark.usefixtures("own_database")
def test_the_balance_at_an_instant_is_that_of_the_last_entry_until_then():
    till, funds = account("till"), account("customer_funds")
    start = timezone.now()
    instants = []
    for amount in ("1", "2", "3"):
        post(Leg(till, funds, yuan(amount), "sale"))
        instants.append(timezone.now())
    assert queries.balance_at(till, start).posted == yuan("0")
    assert [queries.balance_at(till, instant).posted for instant in instants] == [yuan("1"), yuan("3"), yuan("6")]
    assert queries.balance_at(till, start).version == 0


@pytest.mark.django_db
def test_the_balance_at_an_instant_knows_what_was_held_then():
    float_, clearing = funded("float", "10"), account("clearing")
    held = hold(debit=float_, credit=clearing, amount=yuan("4"), reason="recharge", **cause())
    while_held = timezone.now()
    void_hold(pending_id=held, reason="failed", **cause())
    then, now = queries.balance_at(float_, while_held), queries.balance_at(float_, timezone.now())
    assert (then.posted, then.available) == (yuan("10"), yuan("6"))
    assert (now.posted, now.available) == (yuan("10"), yuan("10"))
