"""Complaints: somebody says that a payment went wrong, and says it again."""

from ecomnet.simulation.acts.act import Act
from ecomnet.simulation.acts.looks import look_around
from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.plan import Arrival

KINDS = ("overcharged", "receipt", "money_taken_not_served", "other")


def complain(counter: CounterOfDay, arrival: Arrival) -> None:
    """One of today's payments is complained about; for the same thing twice there is one complaint."""
    own = [press for press in counter.diary.presses if press.counter == counter.number]
    if not own:
        look_around(counter, arrival)
        return
    press = own[arrival.luck % len(own)]
    path = f"payments/{press.our_ref}/complaints/"
    body = {"kind": KINDS[arrival.luck % len(KINDS)], "text": "和小票上写的不一样"}
    key = counter.key(arrival, "complain")
    first = counter.partner.post("complain", path, body, key=key)
    again = counter.partner.post("complain", path, body, key=counter.key(arrival, "complain-again"))
    if not first.code and not again.code:
        counter.diary.note_trouble(f"two open complaints about one thing: {first.body} {again.body}")


ACTS = (Act("complain", 2, complain),)
