"""Phones recharged: with one's company, moved to another, and a wrong number asked back."""

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
from ecomnet.simulation.counter import LOOKS_EVERY, CounterOfDay
from ecomnet.simulation.diary import Press
from ecomnet.simulation.faults import Fault
from ecomnet.simulation.plan import Arrival

#: What a company does amiss when it is asked to take something back, and how often: else it answers.
AMISS_AT_ASKING = ((Fault("decline", code="reversal_refused"), 30), (Fault("lose_answer"), 10), (None, 60))


def recharge_phone(counter: CounterOfDay, arrival: Arrival) -> None:
    """Say the number, pick an amount, pay, and stand there until it is decided."""
    offer = find_recharge(counter, arrival)
    if offer:
        buy(counter, arrival, offer)


def recharge_at_two_counters(counter: CounterOfDay, arrival: Arrival) -> None:
    """Mother and son recharge one phone with one amount at the same moment: one of them waits for the other."""
    offer = find_recharge(counter, arrival)
    if offer:
        buy_at_two_counters(counter, arrival, offer.unquoted, offer.unquoted)


def recharge_moved_number(counter: CounterOfDay, arrival: Arrival) -> None:
    """The number begins like another company's: refused, then confirmed."""
    begins = next(code for code in counter.land.prefixes if code != arrival.operator)
    offer = find_recharge(counter, arrival, begins=begins)
    if offer is None:
        return
    key = counter.key(arrival, "unconfirmed")
    refused = send(counter, arrival, offer, key=key)
    if not refused.code:
        counter.diary.note_trouble("a number that has moved was recharged without a question")
        counter.serve(arrival, refused, key=key)
        return
    confirmed = replace(offer, body={**offer.body, "confirmed_operator": arrival.operator})
    counter.serve(arrival, send(counter, arrival, confirmed), key=counter.key(arrival, offer.what))


def ask_back(counter: CounterOfDay, arrival: Arrival) -> None:
    """One digit was wrong: with the slip in hand the company is asked to take it back, and says yes, no, or nothing."""
    offer = find_recharge(counter, arrival)
    if offer is None:
        return
    answer = send(counter, arrival, offer)
    press = counter.serve(arrival, answer, key=counter.key(arrival, offer.what))
    if press is None or press.status != "succeeded":
        return
    dice = arrival.dice()
    [fault] = dice.choices([fault for fault, _ in AMISS_AT_ASKING], [weight for _, weight in AMISS_AT_ASKING])
    if fault:
        counter.company.wish(fault.wish(kind="reversal", amount=offer.body["amount"]))
        counter.diary.note_fault(f"asked back: {fault.title}")
    slips = press.client.get("fetch slips", f"payments/{press.our_ref}/receipt/")["results"]
    final = next(slip["number"] for slip in slips if slip["kind"] == "final")
    body = {"reason": "wrong_number", "slip_no": final}
    key, path = counter.key(arrival, "ask-back"), f"payments/{press.our_ref}/ask-reversal/"
    answers = [counter.partner.post("ask back", path, body, key=key) for _again in range(2)]
    if not answers[0].code:
        press.status = answers[0]["status"]
        _wait_for_word(counter, press)


def find_recharge(counter: CounterOfDay, arrival: Arrival, *, begins: str = "") -> Offer | None:
    """A phone and an amount with the quote; None when the system says no."""
    body = {
        "phone": _number(counter, arrival, begins or arrival.operator),
        "operator": arrival.operator,
        "amount": arrival.dice().choice(counter.land.recharges),
        "station": counter.stage.code,
    }
    quote = counter.partner.post("quote", "recharge-quotes/", body, key=counter.key(arrival, "quote"))
    if quote.code:
        return None
    return Offer(
        what="recharge",
        path="recharges/",
        body={**body, **paid_by(counter.villager(arrival), quote, counter.land)},
        total=quote["total"],
        match={"kind": "recharge", "phone": f"{counter.land.dialled}{body['phone']}"},
    )


ACTS = (
    Act("recharge a phone", 22, recharge_phone),
    Act("press recharge twice", 3, press_twice(find_recharge)),
    Act("lose the network while recharging", 2, hang_up_and_press_again(find_recharge)),
    Act("recharge one phone at two counters", 2, recharge_at_two_counters),
    Act("recharge a number that has moved", 2, recharge_moved_number),
    Act("ask a wrong number back", 4, ask_back),
)


def _number(counter: CounterOfDay, arrival: Arrival, begins: str) -> str:
    """A number that nobody else has on any day; a last digit of 1 to 9 keeps it ordinary."""
    prefix = counter.land.prefixes[begins]
    rest = f"{counter.edition}{arrival.number:04}"[len(prefix) + 1 - counter.land.phone_digits :]
    return f"{prefix}{rest}{arrival.luck % 9 + 1}"


def _wait_for_word(counter: CounterOfDay, press: Press) -> None:
    """Stand there until the company has said whether it takes it back, or until patience ends."""
    until = time.monotonic() + counter.stands
    while not counter.look(press) and time.monotonic() < until:
        time.sleep(LOOKS_EVERY)
    counter.hear(press)
