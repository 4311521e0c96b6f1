"""A sale at the counter, whatever is sold: pressed twice, from two counters, with the network gone in the middle.

A trade finds or makes an `Offer`; what people do with one is the same for all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ecomnet.simulation.cast import Villager
from ecomnet.simulation.client import Answer, Client, at_once
from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.diary import Press
from ecomnet.simulation.land import Land
from ecomnet.simulation.plan import Arrival


@dataclass(frozen=True, slots=True)
class Offer:
    """What was quoted: what the last button (`what`) sends, and how the company recognises it (`match`)."""

    what: str
    path: str
    body: dict[str, Any]
    total: str
    match: dict[str, str]

    @property
    def unquoted(self) -> "Offer":
        """The same without the price that was shown."""
        shown = {"agent_fee", "own_part"}
        return replace(self, body={name: value for name, value in self.body.items() if name not in shown})


Find = Callable[[CounterOfDay, Arrival], Offer | None]


def paid_by(payer: Villager, quote: Answer, land: Land) -> dict[str, Any]:
    """What every sale says of its payer, the quote and the cash: whole notes."""
    return {
        "payer": str(payer.id),
        "payer_phone": payer.phone,
        "agent_fee": quote["agent_fee"],
        "own_part": quote["own_part"],
        "cash_given": land.written(-(-land.minor(quote["total"]) // land.note) * land.note),
    }


def send(counter: CounterOfDay, arrival: Arrival, offer: Offer, *, key: str = "", by: Client | None = None) -> Answer:
    """One press of the last button."""
    key = key or counter.key(arrival, offer.what)
    return (by or counter.partner).post(offer.what, offer.path, offer.body, key=key)


def buy(counter: CounterOfDay, arrival: Arrival, offer: Offer) -> Press | None:
    """Press once and stand there until it is decided; the company misbehaves where the day says so."""
    misbehave(counter, arrival, offer)
    return counter.serve(arrival, send(counter, arrival, offer), key=counter.key(arrival, offer.what))


def press_twice(find: Find) -> Callable[[CounterOfDay, Arrival], None]:
    """An impatient finger: the same key twice at the same moment, and once more afterwards."""

    def play(counter: CounterOfDay, arrival: Arrival) -> None:
        offer = find(counter, arrival)
        if offer is None:
            return
        misbehave(counter, arrival, offer)
        answers = at_once(*[lambda: send(counter, arrival, offer)] * 2)
        answers.append(send(counter, arrival, offer))
        if len({(answer.code, answer.body.get("our_ref")) for answer in answers}) != 1:
            counter.diary.note_trouble(f"one key, several answers: {[answer.body for answer in answers]}")
        counter.serve(arrival, answers[0], key=counter.key(arrival, offer.what))

    return play


def hang_up_and_press_again(find: Find) -> Callable[[CounterOfDay, Arrival], None]:
    """The network goes while the system is at it: the same key until there is an answer."""

    def play(counter: CounterOfDay, arrival: Arrival) -> None:
        offer = find(counter, arrival)
        if offer is None:
            return
        misbehave(counter, arrival, offer)
        key = counter.key(arrival, offer.what)
        counter.partner.hang_up(offer.path, offer.body, key=key, after=arrival.dice().uniform(0.005, 0.08))
        counter.serve(arrival, send(counter, arrival, offer), key=key)

    return play


def buy_at_two_counters(counter: CounterOfDay, arrival: Arrival, here: Offer, there: Offer) -> None:
    """Two of a household with the same thing at the same moment, each at a counter: one of them is told."""
    presses = [
        (counter.partner, here, counter.key(arrival, here.what)),
        (counter.second, there, counter.key(arrival, f"{there.what}-too")),
    ]
    answers = at_once(
        *(
            lambda client=client, offer=offer, key=key: send(counter, arrival, offer, key=key, by=client)
            for client, offer, key in presses
        )
    )
    for answer, (client, _offer, key) in zip(answers, presses, strict=True):
        counter.serve(arrival, answer, key=key, client=client)


def misbehave(counter: CounterOfDay, arrival: Arrival, offer: Offer) -> None:
    """The company does amiss with this one what the day has in store."""
    if arrival.fault:
        counter.company.wish(arrival.fault.wish(**offer.match))
        counter.diary.note_fault(arrival.fault.title)
