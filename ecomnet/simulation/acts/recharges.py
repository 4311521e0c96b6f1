"""Phones recharged: pressed twice, from two counters, moved to another company, and a wrong number asked back."""

import time
from dataclasses import dataclass
from typing import Any

from ecomnet.simulation.acts.act import Act
from ecomnet.simulation.client import at_once
from ecomnet.simulation.counter import LOOKS_EVERY, CounterOfDay, minor, written
from ecomnet.simulation.diary import Press
from ecomnet.simulation.faults import Fault
from ecomnet.simulation.plan import Arrival

#: The first digits of a number of each company, and the company that others have moved to.
BEGINS = {"CN-MOBILE": "138", "CN-UNICOM": "186", "CN-TELECOM": "133", "CN-BROADNET": "192"}
AMOUNTS = ("10.00", "20.00", "30.00", "50.00", "100.00")
NOTE = 100_00
#: What a company does amiss when it is asked to take something back, and how often: else it answers.
AMISS_AT_ASKING = ((Fault("decline", code="reversal_refused"), 30), (Fault("lose_answer"), 10), (None, 60))


@dataclass(frozen=True, slots=True)
class Wish:
    """A phone and an amount, quoted: what the *Recharge* button sends."""

    body: dict[str, Any]

    @property
    def phone(self) -> str:
        """The number, as the company gets it."""
        return f"+86{self.body['phone']}"


def recharge_phone(counter: CounterOfDay, arrival: Arrival) -> None:
    """Say the number, pick an amount, pay, and stand there until it is decided."""
    wish = _wish(counter, arrival)
    if wish:
        _misbehave(counter, arrival, wish)
        _press(counter, arrival, wish, "recharge")


def press_twice(counter: CounterOfDay, arrival: Arrival) -> None:
    """An impatient finger: the same key twice at the same moment."""
    wish = _wish(counter, arrival)
    if wish is None:
        return
    _misbehave(counter, arrival, wish)
    key, client = counter.key(arrival, "recharge"), counter.partner
    answers = at_once(*[lambda: client.post("recharge", "recharges/", wish.body, key=key)] * 2)
    if len({(answer.code, answer.body.get("our_ref")) for answer in answers}) != 1:
        counter.diary.note_trouble(f"one key, several answers: {[answer.body for answer in answers]}")
    counter.serve(arrival, answers[0], key=key)


def hang_up_and_press_again(counter: CounterOfDay, arrival: Arrival) -> None:
    """The network goes while the house is at it: the same key until there is an answer."""
    wish = _wish(counter, arrival)
    if wish is None:
        return
    _misbehave(counter, arrival, wish)
    key = counter.key(arrival, "recharge")
    counter.partner.hang_up("recharges/", wish.body, key=key, after=arrival.dice().uniform(0.005, 0.08))
    counter.serve(arrival, counter.partner.post("recharge", "recharges/", wish.body, key=key), key=key)


def recharge_at_two_counters(counter: CounterOfDay, arrival: Arrival) -> None:
    """Mother and son recharge one phone with one amount at the same moment: one of them waits for the other."""
    wish = _wish(counter, arrival)
    if wish is None:
        return
    presses = [(counter.partner, "recharge"), (counter.second, "recharge-too")]
    body = {name: value for name, value in wish.body.items() if name not in {"agent_fee", "own_part"}}
    answers = at_once(
        *(
            lambda client=client, what=what: client.post("recharge", "recharges/", body, key=counter.key(arrival, what))
            for client, what in presses
        )
    )
    for answer, (client, what) in zip(answers, presses, strict=True):
        counter.serve(arrival, answer, key=counter.key(arrival, what), client=client)


def recharge_moved_number(counter: CounterOfDay, arrival: Arrival) -> None:
    """The number begins like another company's: refused, then confirmed."""
    begins = next(code for code in BEGINS if code != arrival.operator)
    wish = _wish(counter, arrival, begins=begins)
    if wish is None:
        return
    refused = counter.partner.post("recharge", "recharges/", wish.body, key=counter.key(arrival, "unconfirmed"))
    if not refused.code:
        counter.diary.note_trouble("a number that has moved was recharged without a question")
        counter.serve(arrival, refused, key=counter.key(arrival, "unconfirmed"))
        return
    _press(counter, arrival, Wish({**wish.body, "confirmed_operator": arrival.operator}), "recharge")


def ask_back(counter: CounterOfDay, arrival: Arrival) -> None:
    """One digit was wrong: with the slip in hand the company is asked to take it back, and says yes, no, or nothing."""
    wish = _wish(counter, arrival)
    if wish is None:
        return
    press = _press(counter, arrival, wish, "recharge")
    if press is None or press.status != "succeeded":
        return
    dice = arrival.dice()
    [fault] = dice.choices([fault for fault, _ in AMISS_AT_ASKING], [weight for _, weight in AMISS_AT_ASKING])
    if fault:
        counter.company.wish(fault.wish(kind="reversal", amount=wish.body["amount"]))
        counter.diary.note_fault(f"asked back: {fault.title}")
    slips = press.client.get("fetch slips", f"payments/{press.our_ref}/receipt/")["results"]
    final = next(slip["number"] for slip in slips if slip["kind"] == "final")
    body = {"reason": "wrong_number", "slip_no": final}
    key, path = counter.key(arrival, "ask-back"), f"payments/{press.our_ref}/ask-reversal/"
    answers = [counter.partner.post("ask back", path, body, key=key) for _again in range(2)]
    if not answers[0].code:
        press.status = answers[0]["status"]
        _wait_for_word(counter, press)


ACTS = (
    Act("recharge a phone", 22, recharge_phone),
    Act("press recharge twice", 3, press_twice),
    Act("lose the network while recharging", 2, hang_up_and_press_again),
    Act("recharge one phone at two counters", 2, recharge_at_two_counters),
    Act("recharge a number that has moved", 2, recharge_moved_number),
    Act("ask a wrong number back", 4, ask_back),
)


def _wish(counter: CounterOfDay, arrival: Arrival, *, begins: str = "") -> Wish | None:
    """The phone with its quote; None when the house says no."""
    body = {
        "phone": _number(counter, arrival, begins or arrival.operator),
        "operator": arrival.operator,
        "amount": arrival.dice().choice(AMOUNTS),
        "station": counter.stage.code,
    }
    quote = counter.partner.post("quote", "recharge-quotes/", body, key=counter.key(arrival, "quote"))
    if quote.code:
        return None
    villager = counter.villager(arrival)
    return Wish(
        {
            **body,
            "payer": str(villager.id),
            "payer_phone": villager.phone,
            "agent_fee": quote["agent_fee"],
            "own_part": quote["own_part"],
            "cash_given": written(-(-minor(quote["total"]) // NOTE) * NOTE),
        }
    )


def _number(counter: CounterOfDay, arrival: Arrival, begins: str) -> str:
    """A number that nobody else has on any day; a last digit of 1 to 9 keeps it ordinary."""
    rest = f"{counter.edition}{arrival.number:04}"[-7:]
    return f"{BEGINS[begins]}{rest}{arrival.luck % 9 + 1}"


def _misbehave(counter: CounterOfDay, arrival: Arrival, wish: Wish) -> None:
    if arrival.fault:
        counter.company.wish(arrival.fault.wish(kind="recharge", phone=wish.phone))
        counter.diary.note_fault(arrival.fault.title)


def _press(counter: CounterOfDay, arrival: Arrival, wish: Wish, what: str) -> Press | None:
    key = counter.key(arrival, what)
    return counter.serve(arrival, counter.partner.post("recharge", "recharges/", wish.body, key=key), key=key)


def _wait_for_word(counter: CounterOfDay, press: Press) -> None:
    """Stand there until the company has said whether it takes it back, or until patience ends."""
    until = time.monotonic() + counter.stands
    while not counter.look(press) and time.monotonic() < until:
        time.sleep(LOOKS_EVERY)
    counter.hear(press)
