"""Bills: asked for, read back, paid."""

import time
from dataclasses import replace

from ecomnet.simulation.acts.act import Act
from ecomnet.simulation.acts.sales import (
    Offer,
    buy,
    buy_at_two_counters,
    hang_up_and_press_again,
    paid_by,
    press_twice,
    send,
)
from ecomnet.simulation.cast import Villager
from ecomnet.simulation.client import Answer, Client
from ecomnet.simulation.counter import LOOKS_EVERY, CounterOfDay
from ecomnet.simulation.plan import Arrival

#: How long a counter waits for the company to find a bill.
FINDS_WITHIN = 12.0
#: Ends of customer numbers that mean something to the sandbox (`docs/providers.md`).
NO_DUES, UNKNOWN, LOOKED_UP, MAINTENANCE = "0000", "4040", "2020", "5030"


def pay_bill(counter: CounterOfDay, arrival: Arrival) -> None:
    """Fetch, read back, quote, pay, and stand there until it is decided."""
    bill = find_bill(counter, arrival)
    if bill:
        _pay(counter, arrival, bill)


def pay_at_two_counters(counter: CounterOfDay, arrival: Arrival) -> None:
    """Husband and wife, each at a counter, with the same bill at the same moment: one of them is told."""
    fetch = _fetched(counter, arrival)
    here = fetch and _quoted(counter, arrival, fetch, by=counter.partner)
    there = here and fetch and _quoted(counter, arrival, fetch, by=counter.second)
    if here and there:
        buy_at_two_counters(counter, arrival, here, there)


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
    land = counter.land
    less = land.written(land.minor(bill.match["amount"]) - 1)
    short = replace(bill, body={**bill.body, "cash_given": less})
    send(counter, arrival, short, key=counter.key(arrival, "short"))
    _pay(counter, arrival, bill)


def pay_and_call_off(counter: CounterOfDay, arrival: Arrival) -> None:
    """Paid, and called off in the same breath: in time, or too late."""
    bill = find_bill(counter, arrival)
    if bill is None:
        return
    answer = send(counter, arrival, bill)
    if not answer.code:
        path = f"payments/{answer['our_ref']}/cancel/"
        counter.partner.post("call off", path, key=counter.key(arrival, "call-off"))
    counter.serve(arrival, answer, key=counter.key(arrival, bill.what))


def ask_for_no_bill(counter: CounterOfDay, arrival: Arrival) -> None:
    """A number with nothing due, one that nobody has, one that takes long to look up, a company that is closed."""
    dice = arrival.dice()
    end = dice.choice([NO_DUES, UNKNOWN, LOOKED_UP, MAINTENANCE])
    bill = find_bill(counter, arrival, end=end)
    if bill:
        _pay(counter, arrival, bill)


def mistype_the_number(counter: CounterOfDay, arrival: Arrival) -> None:
    """Letters where digits belong."""
    body = {"biller": arrival.biller, "parameters": {_parameter(counter, arrival): "12"}, "station": counter.stage.code}
    counter.partner.post("fetch", "bill-fetches/", body, key=counter.key(arrival, "typo"))


def find_bill(counter: CounterOfDay, arrival: Arrival, *, end: str = "", payer: Villager | None = None) -> Offer | None:
    """The villager's bill with its quote; None when there is none to pay, or the system says no."""
    fetch = _fetched(counter, arrival, end=end, payer=payer)
    return _quoted(counter, arrival, fetch, by=counter.partner, payer=payer) if fetch else None


ACTS = (
    Act("pay a bill", 62, pay_bill),
    Act("press twice", 7, press_twice(find_bill)),
    Act("lose the network and press again", 6, hang_up_and_press_again(find_bill)),
    Act("pay one bill at two counters", 5, pay_at_two_counters),
    Act("pay a paid bill again", 2, pay_again),
    Act("give too little cash", 2, pay_too_little),
    Act("pay and call off", 2, pay_and_call_off),
    Act("ask for a bill that is not there", 3, ask_for_no_bill),
    Act("mistype the number", 1, mistype_the_number),
)


def _fetched(counter: CounterOfDay, arrival: Arrival, *, end: str = "", payer: Villager | None = None) -> Answer | None:
    payer = payer or counter.villager(arrival)
    body = {
        "biller": arrival.biller,
        "parameters": {_parameter(counter, arrival): _number(counter, arrival, end)},
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
    return answer


def _quoted(
    counter: CounterOfDay, arrival: Arrival, fetch: Answer, *, by: Client, payer: Villager | None = None
) -> Offer | None:
    body = {"biller": arrival.biller, "amount": fetch["amount"], "station": counter.stage.code}
    quote = by.post("quote", "bill-quotes/", body, key=counter.key(arrival, "quote"))
    if quote.code:
        return None
    return Offer(
        what="pay",
        path="bill-payments/",
        body={
            "fetch_id": fetch["fetch_id"],
            "station": counter.stage.code,
            **paid_by(payer or counter.villager(arrival), quote, counter.land),
        },
        total=quote["total"],
        match={"kind": "bill", "biller_code": arrival.biller, "amount": fetch["amount"]},
    )


def _pay(counter: CounterOfDay, arrival: Arrival, bill: Offer) -> None:
    press = buy(counter, arrival, bill)
    if press and press.status == "succeeded":
        counter.paid.append(bill.body)


def _parameter(counter: CounterOfDay, arrival: Arrival) -> str:
    return counter.land.parameters.get(arrival.biller, "customer_no")


def _number(counter: CounterOfDay, arrival: Arrival, end: str) -> str:
    """Ten digits that no other villager of any day has; a last digit of 1 to 9 keeps them ordinary."""
    last = end or f"{arrival.luck % 9 + 1}"
    number = f"{counter.edition}{arrival.number:04}"[: 10 - len(last)] + last
    return f"1{number}" if _parameter(counter, arrival) == "phone" else number
