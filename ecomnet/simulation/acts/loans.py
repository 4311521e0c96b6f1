"""Loans repaid at the counter: an instalment or all of it, also by two of a household at the same moment; what a group
brings to its meeting; and what comes in after a write-off.
"""

from typing import Any

from ecomnet.simulation.acts.act import Act
from ecomnet.simulation.acts.looks import look_around
from ecomnet.simulation.acts.presses import twice
from ecomnet.simulation.client import Answer, Client, at_once
from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.diary import DONE, Case
from ecomnet.simulation.plan import Arrival

LOAN = "loan"
REPAYMENT, PAYOFF, RECOVERY = "repayment", "payoff", "recovery"
#: At a meeting one pays all that is due, the next a part, the third nothing.
SHARES = (1, 2, 0)
#: Of so many meetings one is recorded member by member.
POOR_NETWORK = 2


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


def collect_at_meeting(counter: CounterOfDay, arrival: Arrival) -> None:
    """A group has met: what its members brought is recorded by one press, whoever is impatient, and once a day."""
    groups = counter.partner.get("look at groups", "loan-groups/").body.get("results", [])
    active = [row["id"] for row in groups if row["status"] == "active"] if counter.is_drawer_open else []
    group = arrival.dice().choice(active) if active else ""
    sheet = counter.partner.get("look at a sheet", f"loan-groups/{group}/sheet/").body.get("lines", []) if group else []
    if not sheet:
        look_around(counter, arrival)
        return
    path, key = f"loan-groups/{group}/collections/", counter.key(arrival, "meeting")
    little = counter.land.minor(arrival.dice().choice(counter.land.recharges))
    body = {"lines": [_brought(counter, line, number, little) for number, line in enumerate(sheet)]}
    if arrival.luck % POOR_NETWORK == 0:
        _collect_lines(counter, arrival, group, body["lines"])
        return
    made = twice(counter, "collect from a group", path, body, key=key)
    if made.code:
        return
    again = counter.second.post("collect from a group", path, body, key=counter.key(arrival, "meeting-too"))
    if not again.code:
        counter.diary.note_trouble(f"a meeting was recorded twice: {again.body}")
    for line in made["lines"]:
        if line["payment"]:
            about: dict[str, Any] = {"loan": line["loan"], "kind": REPAYMENT}
            case = counter.diary.open_case(Case(LOAN, line["payment"], None, end=DONE, about=about))
            counter.take_for(case, line["payment"], key=f"{key}:{line['loan']}")


def _collect_lines(counter: CounterOfDay, arrival: Arrival, group: str, lines: list[dict[str, Any]]) -> None:
    """The network comes and goes: each member's line is sent by itself, and the helper sends the same ones as well."""
    path = f"loan-groups/{group}/collection-lines/"
    for line in lines:
        key, beside = (counter.key(arrival, f"{name}-{line['loan'][-12:]}") for name in ("line", "line-too"))
        made = twice(counter, "collect from a member", path, line, key=key)
        if made.code:
            continue
        if not counter.second.post("collect from a member", path, line, key=beside).code:
            counter.diary.note_trouble(f"what a member brought was recorded twice: {line}")
        if made["payment"]:
            about: dict[str, Any] = {"loan": line["loan"], "kind": REPAYMENT}
            case = counter.diary.open_case(Case(LOAN, made["payment"], None, end=DONE, about=about))
            counter.take_for(case, made["payment"], key=key)


def pay_after_write_off(counter: CounterOfDay, arrival: Arrival) -> None:
    """Somebody who had moved away brings a little on a loan that was written off; more than that is refused."""
    rows = counter.partner.get("look at loans", "loans/").body.get("results", [])
    minor = counter.land.minor
    lost = {row["id"]: minor(row["written_off"]) - minor(row["recovered"]) for row in rows}
    lost = {loan: left for loan, left in lost.items() if left > 0}
    if not lost or not counter.is_drawer_open:
        look_around(counter, arrival)
        return
    loan, left = arrival.dice().choice(sorted(lost.items()))
    path, too_much = f"loans/{loan}/recoveries/", {"amount": counter.land.written(left + 1)}
    if not counter.partner.post("recover a loan", path, too_much, key=counter.key(arrival, "recover-too-much")).code:
        counter.diary.note_trouble(f"more came in on {loan} than was written off")
    little = min(left, minor(arrival.dice().choice(counter.land.recharges)))
    key = counter.key(arrival, "recover")
    paid = twice(counter, "recover a loan", path, {"amount": counter.land.written(little)}, key=key)
    _take(counter, loan, paid, kind=RECOVERY, key=key)


ACTS = (
    Act("repay a loan", 3, repay_loan),
    Act("pay a loan off", 0.5, pay_off_loan),
    Act("collect from a group", 0.5, collect_at_meeting),
    Act("recover a loan", 0.3, pay_after_write_off),
)


def _brought(counter: CounterOfDay, line: dict[str, Any], number: int, little: int) -> dict[str, Any]:
    """All that is due, or a little in advance where nothing is; half of it; or nothing. Who brings less says why."""
    due, part = counter.land.minor(line["due"]), SHARES[number % len(SHARES)]
    amount = (due // part if due else little) if part else 0
    return {"loan": line["loan"], "amount": counter.land.written(amount), "reason": "卖得晚" if amount < due else ""}


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
