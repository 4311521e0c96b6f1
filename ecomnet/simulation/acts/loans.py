"""Loans: an instalment or all of it repaid at the counter, also by two of a household at the same moment."""

from typing import Any

from ecomnet.simulation.acts.act import Act
from ecomnet.simulation.acts.looks import look_around
from ecomnet.simulation.acts.presses import twice
from ecomnet.simulation.client import Answer, Client, at_once
from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.diary import DONE, Case
from ecomnet.simulation.plan import Arrival

LOAN = "loan"
REPAYMENT, PAYOFF = "repayment", "payoff"


def repay_loan(counter: CounterOfDay, arrival: Arrival) -> None:
    """What is due, or a little in advance where nothing is; the network goes in the middle of every third."""
    quote = _quote(counter, arrival)
    if quote is None:
        look_around(counter, arrival)
        return
    loan, due, payoff = quote
    little = counter.land.minor(arrival.dice().choice(counter.land.recharges))
    body = {"amount": counter.land.written(min(due or little, payoff))}
    path, key = f"loans/{loan}/repayments/", counter.key(arrival, "repay")
    if arrival.luck % 3 == 0:
        counter.partner.hang_up(path, body, key=key, after=arrival.dice().uniform(0.005, 0.08))
    paid = twice(counter, "repay a loan", path, body, key=key)
    _take(counter, loan, paid, kind=REPAYMENT if counter.land.minor(body["amount"]) < payoff else PAYOFF, key=key)


def pay_off_loan(counter: CounterOfDay, arrival: Arrival) -> None:
    """All of it: a wrong amount is refused, and of two people who bring the right one at the same moment one pays."""
    quote = _quote(counter, arrival)
    if quote is None:
        look_around(counter, arrival)
        return
    loan, _due, payoff = quote
    path, body = f"loans/{loan}/payoff/", {"amount": counter.land.written(payoff)}
    wrong = counter.partner.post(
        "pay a loan off",
        path,
        {"amount": counter.land.written(payoff + 1)},
        key=counter.key(arrival, "wrong-payoff"),
    )
    if not wrong.code:
        counter.diary.note_trouble(f"a loan was paid off with another amount than was due: {wrong.body}")
    presses = [(counter.partner, counter.key(arrival, "payoff")), (counter.second, counter.key(arrival, "payoff-too"))]
    answers = at_once(*(lambda by=by, key=key: by.post("pay a loan off", path, body, key=key) for by, key in presses))
    if sum(not answer.code for answer in answers) > 1:
        counter.diary.note_trouble(f"a loan was paid off twice: {[answer.body for answer in answers]}")
    for answer, (by, key) in zip(answers, presses, strict=True):
        _take(counter, loan, answer, kind=PAYOFF, key=key, by=by)


ACTS = (Act("repay a loan", 3, repay_loan), Act("pay a loan off", 0.5, pay_off_loan))


def _quote(counter: CounterOfDay, arrival: Arrival) -> tuple[str, int, int] | None:
    """A running loan of this station, what is due on it, and what ends it, in minor units."""
    rows = counter.partner.get("look at loans", "loans/").body.get("results", [])
    running = [row["id"] for row in rows if row["status"] == "active"]
    if not running or not counter.is_drawer_open:
        return None
    loan = arrival.dice().choice(running)
    told = counter.partner.get("ask what is due", f"loans/{loan}/payoff-quote/")
    return None if told.code else (loan, counter.land.minor(told["due"]), counter.land.minor(told["payoff"]))


def _take(counter: CounterOfDay, loan: str, paid: Answer, *, kind: str, key: str, by: Client | None = None) -> None:
    """The slip is in the borrower's hand, the cash is in the drawer."""
    if paid.code:
        return
    about: dict[str, Any] = {"loan": loan, "kind": kind}
    case = counter.diary.open_case(Case(LOAN, paid["our_ref"], None, end=DONE, about=about))
    case.presses.append(counter.take(paid, key=key, client=by or counter.partner, payer=None))
