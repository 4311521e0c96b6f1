"""Random sequences of everything the ledger does, against a tiny model; the books balance after each."""

import datetime as dt
import uuid
from dataclasses import dataclass

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import Refused
from core.money import Money
from ledger import audit, queries
from ledger.services import (
    Leg,
    hold,
    post_hold,
    post_transfers,
    refund_transfer,
    reverse_transfer,
    roll_up,
    void_hold,
)
from tests.factories.ledger import BookFactory, account, cause

KINDS = ("till", "customer_funds", "float", "commission", "clearing", "revenue")
AMOUNTS = st.integers(1, 300)
ACCOUNTS = st.integers(0, len(KINDS) - 1)
EARLIER = st.integers(0, 30)
ACTS = st.one_of(
    st.tuples(st.just("move"), ACCOUNTS, ACCOUNTS, AMOUNTS),
    st.tuples(st.just("hold"), ACCOUNTS, ACCOUNTS, AMOUNTS),
    st.tuples(st.just("post"), EARLIER, AMOUNTS),
    st.tuples(st.just("void"), EARLIER),
    st.tuples(st.just("reverse"), EARLIER),
    st.tuples(st.just("refund"), EARLIER, AMOUNTS),
    st.tuples(st.just("roll")),
)


@dataclass
class Held:
    """A hold of the model."""

    ref: uuid.UUID
    debit: int
    credit: int
    amount: int
    is_open: bool = True


@dataclass
class Moved:
    """Money that moved, and what was taken back of it."""

    ref: uuid.UUID
    debit: int
    credit: int
    amount: int
    back: int = 0
    state: str = ""


class Model:
    """What the ledger should do, in a few lines: sums per account, open holds, and what was given back."""

    def __init__(self, accounts):
        self.accounts = accounts
        self.debits = [0] * len(accounts)
        self.credits = [0] * len(accounts)
        self.holds: list[Held] = []
        self.moves: list[Moved] = []

    def held(self, n, side):
        return sum(held.amount for held in self.holds if held.is_open and getattr(held, side) == n)

    def refusal(self, debit, credit, amount):
        """`not_enough` where an account with a limit would give out more than came in."""
        spends = self.accounts[debit].limit == "debits_within_credits" and (
            self.debits[debit] + self.held(debit, "debit") + amount > self.credits[debit]
        )
        pays_out = self.accounts[credit].limit == "credits_within_debits" and (
            self.credits[credit] + self.held(credit, "credit") + amount > self.debits[credit]
        )
        return "not_enough" if spends or pays_out else ""

    def move(self, ref, debit, credit, amount):
        self.debits[debit] += amount
        self.credits[credit] += amount
        return Moved(ref, debit, credit, amount)


def attempt(expected, verb, **given):
    """Do it, or see it refused with exactly the code expected."""
    if not expected:
        return verb(**given, **cause())
    with pytest.raises(Refused) as refusal:
        verb(**given, **cause())
    assert refusal.value.code == expected
    return None


def yuan_cents(amount):
    return Money(amount, "CNY")


def chosen(rows, n):
    """One of the earlier ones, if there are any."""
    return rows[n % len(rows)] if rows else None


def do_move(model, debit, credit, amount):
    if debit == credit:
        return
    leg = Leg(model.accounts[debit], model.accounts[credit], yuan_cents(amount), "random")
    if refs := attempt(model.refusal(debit, credit, amount), post_transfers, legs=[leg]):
        model.moves.append(model.move(refs[0], debit, credit, amount))


def do_hold(model, debit, credit, amount):
    if debit == credit:
        return
    sides = {"debit": model.accounts[debit], "credit": model.accounts[credit]}
    expected = model.refusal(debit, credit, amount)
    if ref := attempt(expected, hold, **sides, amount=yuan_cents(amount), reason="random"):
        model.holds.append(Held(ref, debit, credit, amount))


def do_post(model, n, amount):
    if held := chosen(model.holds, n):
        expected = "hold_resolved" if not held.is_open else "hold_differs" if amount > held.amount else ""
        if ref := attempt(expected, post_hold, pending_id=held.ref, amount=yuan_cents(amount), reason="random"):
            held.is_open = False
            model.moves.append(model.move(ref, held.debit, held.credit, amount))


def do_void(model, n):
    if held := chosen(model.holds, n):
        attempt("" if held.is_open else "hold_resolved", void_hold, pending_id=held.ref, reason="random")
        held.is_open = False


def do_reverse(model, n):
    if moved := chosen(model.moves, n):
        expected = moved.state or model.refusal(moved.credit, moved.debit, moved.amount)
        if attempt(expected, reverse_transfer, transfer_id=moved.ref, reason="random"):
            moved.state = "already_reversed"
            model.move(None, moved.credit, moved.debit, moved.amount)


def do_refund(model, n, amount):
    if moved := chosen(model.moves, n):
        slack = {"revenue"} & {model.accounts[moved.debit].kind, model.accounts[moved.credit].kind}
        too_much = moved.back + amount > moved.amount + len(slack)
        expected = "already_reversed" if moved.state == "already_reversed" else "refund_too_large" if too_much else ""
        expected = expected or model.refusal(moved.credit, moved.debit, amount)
        if attempt(expected, refund_transfer, transfer_id=moved.ref, amount=yuan_cents(amount), reason="random"):
            moved.back, moved.state = moved.back + amount, "already_refunded"
            model.move(None, moved.credit, moved.debit, amount)


def do_roll(model):
    for each in model.accounts:
        if each.mode == "queued":
            roll_up(account=each)


DO = {
    "move": do_move,
    "hold": do_hold,
    "post": do_post,
    "void": do_void,
    "reverse": do_reverse,
    "refund": do_refund,
    "roll": do_roll,
}


@pytest.mark.django_db
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=True,
)
@given(acts=st.lists(ACTS, min_size=5, max_size=40))
def test_the_ledger_agrees_with_its_model_and_balances_after_any_sequence(acts):
    place = str(uuid.uuid4())
    model = Model([account(kind, place) for kind in KINDS])
    for name, *rest in acts:
        DO[name](model, *rest)
    for n, each in enumerate(model.accounts):
        now, is_debit = queries.balance(each), each.normal_side == "debit"
        difference = model.debits[n] - model.credits[n]
        assert now.posted.minor == (difference if is_debit else -difference)
        assert now.posted.minor - now.available.minor == model.held(n, "credit" if is_debit else "debit")
    book = BookFactory()
    lines = queries.trial_balance(book, dt.date(2100, 1, 1))
    assert sum(line.debits for line in lines) == sum(line.credits for line in lines)
    audit.audit_book(book=book, at=timezone.now())
    # What apps above expect of their accounts is not part of these sequences.
    own = [finding for finding in queries.open_findings(book) if not finding.check_code.startswith("finance.")]
    assert own == []
