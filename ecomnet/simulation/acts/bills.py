"""Bills: asked for, read back, paid; pressed twice, from two counters, with the network gone in the middle."""

import time
from dataclasses import dataclass
from typing import Any

from ecomnet.simulation.acts.act import Act
from ecomnet.simulation.cast import Villager
from ecomnet.simulation.client import Answer, Client, at_once
from ecomnet.simulation.counter import LOOKS_EVERY, CounterOfDay, minor, written
from ecomnet.simulation.faults import Fault
from ecomnet.simulation.plan import Arrival

#: How long a counter waits for the company to find a bill.
FINDS_WITHIN = 12.0
PARAMETER = {"JS-TV": "card_no", "JS-TELECOM": "phone"}
#: Ends of customer numbers that mean something to the sandbox (`docs/providers.md`).
NO_DUES, UNKNOWN, LOOKED_UP, MAINTENANCE = "0000", "4040", "2020", "5030"


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill that was found, read back and quoted: what the *Pay* button sends."""

    fetch: Answer
    body: dict[str, Any]
    total: str

    @property
    def amount(self) -> str:
        """What is due."""
        return self.fetch["amount"]


def pay_bill(counter: CounterOfDay, arrival: Arrival) -> None:
    """Fetch, read back, quote, pay, and stand there until it is decided."""
    bill = find_bill(counter, arrival)
    if bill:
        _pay(counter, arrival, bill)


def press_twice(counter: CounterOfDay, arrival: Arrival) -> None:
    """An impatient finger: the same key twice at the same moment, and once more afterwards."""
    bill = find_bill(counter, arrival)
    if bill is None:
        return
    _misbehave(counter, arrival, bill)
    key, client = counter.key(arrival, "pay"), counter.partner
    answers = at_once(*[lambda: client.post("pay", "bill-payments/", bill.body, key=key)] * 2)
    answers.append(client.post("pay", "bill-payments/", bill.body, key=key))
    if len({(answer.code, answer.body.get("our_ref")) for answer in answers}) != 1:
        counter.diary.note_trouble(f"one key, several answers: {[answer.body for answer in answers]}")
    counter.serve(arrival, answers[0], key=key)


def hang_up_and_press_again(counter: CounterOfDay, arrival: Arrival) -> None:
    """The network goes while the house is at it: the same key until there is an answer."""
    bill = find_bill(counter, arrival)
    if bill is None:
        return
    _misbehave(counter, arrival, bill)
    key = counter.key(arrival, "pay")
    counter.partner.hang_up("bill-payments/", bill.body, key=key, after=arrival.dice().uniform(0.005, 0.08))
    counter.serve(arrival, counter.partner.post("pay", "bill-payments/", bill.body, key=key), key=key)


def pay_at_two_counters(counter: CounterOfDay, arrival: Arrival) -> None:
    """Husband and wife, each at a counter, with the same bill at the same moment: one of them is told."""
    here = find_bill(counter, arrival)
    there = here and _quoted(counter, arrival, here.fetch, by=counter.second)
    if here is None or there is None:
        return
    presses = [(counter.partner, here, "pay"), (counter.second, there, "pay-too")]
    answers = at_once(
        *(
            lambda client=client, bill=bill, what=what: client.post(
                "pay", "bill-payments/", bill.body, key=counter.key(arrival, what)
            )
            for client, bill, what in presses
        )
    )
    for answer, (client, _bill, what) in zip(answers, presses, strict=True):
        counter.serve(arrival, answer, key=counter.key(arrival, what), client=client)


def pay_again(counter: CounterOfDay, arrival: Arrival) -> None:
    """Somebody who forgot that this bill was paid this morning; the counter has the old question still open."""
    if not counter.paid:
        pay_bill(counter, arrival)
        return
    body = counter.paid[arrival.luck % len(counter.paid)]
    key = counter.key(arrival, "again")
    counter.serve(arrival, counter.partner.post("pay", "bill-payments/", body, key=key), key=key)


def pay_too_little(counter: CounterOfDay, arrival: Arrival) -> None:
    """The cash does not cover the bill: nothing is taken; then the rest is found in another pocket."""
    bill = find_bill(counter, arrival)
    if bill is None:
        return
    short = {**bill.body, "cash_given": written(minor(bill.amount) - 1)}
    counter.partner.post("pay", "bill-payments/", short, key=counter.key(arrival, "short"))
    _pay(counter, arrival, bill)


def pay_and_call_off(counter: CounterOfDay, arrival: Arrival) -> None:
    """Paid, and called off in the same breath: in time, or too late."""
    bill = find_bill(counter, arrival)
    if bill is None:
        return
    key = counter.key(arrival, "pay")
    answer = counter.partner.post("pay", "bill-payments/", bill.body, key=key)
    if not answer.code:
        path = f"payments/{answer['our_ref']}/cancel/"
        counter.partner.post("call off", path, key=counter.key(arrival, "call-off"))
    counter.serve(arrival, answer, key=key)


def ask_for_no_bill(counter: CounterOfDay, arrival: Arrival) -> None:
    """A number with nothing due, one that nobody has, one that takes long to look up, a company that is closed."""
    dice = arrival.dice()
    end = dice.choice([NO_DUES, UNKNOWN, LOOKED_UP, MAINTENANCE])
    bill = find_bill(counter, arrival, end=end)
    if bill:
        _pay(counter, arrival, bill)


def mistype_the_number(counter: CounterOfDay, arrival: Arrival) -> None:
    """Letters where digits belong."""
    body = {"biller": arrival.biller, "parameters": {_parameter(arrival): "12"}, "station": counter.stage.code}
    counter.partner.post("fetch", "bill-fetches/", body, key=counter.key(arrival, "typo"))


ACTS = (
    Act("pay a bill", 62, pay_bill),
    Act("press twice", 7, press_twice),
    Act("lose the network and press again", 6, hang_up_and_press_again),
    Act("pay one bill at two counters", 5, pay_at_two_counters),
    Act("pay a paid bill again", 2, pay_again),
    Act("give too little cash", 2, pay_too_little),
    Act("pay and call off", 2, pay_and_call_off),
    Act("ask for a bill that is not there", 3, ask_for_no_bill),
    Act("mistype the number", 1, mistype_the_number),
)


def find_bill(counter: CounterOfDay, arrival: Arrival, *, end: str = "", payer: Villager | None = None) -> Bill | None:
    """The villager's bill with its quote; None when there is none to pay, or the house says no."""
    payer = payer or counter.villager(arrival)
    body = {
        "biller": arrival.biller,
        "parameters": {_parameter(arrival): _number(counter, arrival, end)},
        "station": counter.stage.code,
        "payer": str(payer.id),
    }
    answer = counter.partner.post("fetch", "bill-fetches/", body, key=counter.key(arrival, "fetch"))
    until = time.monotonic() + FINDS_WITHIN
    while not answer.code and answer["status"] == "requested" and time.monotonic() < until:
        time.sleep(LOOKS_EVERY)
        answer = counter.partner.get("look at a fetch", f"bill-fetches/{answer['fetch_id']}/")
    if answer.code or answer["status"] != "found":
        return None
    return _quoted(counter, arrival, answer, by=counter.partner, payer=payer)


def _quoted(
    counter: CounterOfDay, arrival: Arrival, fetch: Answer, *, by: Client, payer: Villager | None = None
) -> Bill | None:
    payer = payer or counter.villager(arrival)
    body = {"biller": arrival.biller, "amount": fetch["amount"], "station": counter.stage.code}
    quote = by.post("quote", "bill-quotes/", body, key=counter.key(arrival, "quote"))
    if quote.code:
        return None
    note = 100_00
    return Bill(
        fetch=fetch,
        body={
            "fetch_id": fetch["fetch_id"],
            "station": counter.stage.code,
            "payer": str(payer.id),
            "payer_phone": payer.phone,
            "agent_fee": quote["agent_fee"],
            "own_part": quote["own_part"],
            "cash_given": written(-(-minor(quote["total"]) // note) * note),
        },
        total=quote["total"],
    )


def _pay(counter: CounterOfDay, arrival: Arrival, bill: Bill) -> None:
    _misbehave(counter, arrival, bill)
    key = counter.key(arrival, "pay")
    answer = counter.partner.post("pay", "bill-payments/", bill.body, key=key)
    press = counter.serve(arrival, answer, key=key)
    if press and press.status == "succeeded":
        counter.paid.append(bill.body)


def _misbehave(counter: CounterOfDay, arrival: Arrival, bill: Bill) -> None:
    if arrival.fault:
        _wish(counter, arrival.fault, kind="bill", biller_code=arrival.biller, amount=bill.amount)


def _wish(counter: CounterOfDay, fault: Fault, **match: str) -> None:
    counter.company.wish(fault.wish(**match))
    counter.diary.note_fault(fault.title)


def _parameter(arrival: Arrival) -> str:
    return PARAMETER.get(arrival.biller, "customer_no")


def _number(counter: CounterOfDay, arrival: Arrival, end: str) -> str:
    """Ten digits that no other villager of any day has; a last digit of 1 to 9 keeps them ordinary."""
    last = end or f"{arrival.luck % 9 + 1}"
    number = f"{counter.edition}{arrival.number:04}"[: 10 - len(last)] + last
    return f"1{number}" if arrival.biller == "JS-TELECOM" else number
