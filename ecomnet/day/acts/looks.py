"""Looking: what was sold, what was earned, what the float holds."""

from ecomnet.day.acts.act import Act
from ecomnet.day.counter import CounterOfDay
from ecomnet.day.plan import Arrival

PAGES = {"look at payments": "payments/", "look at earnings": "earnings/", "look at the till": "cash-days/"}


def look_around(counter: CounterOfDay, arrival: Arrival) -> None:
    """A quiet moment: one of the lists."""
    operation = arrival.dice().choice(list(PAGES))
    counter.partner.get(operation, PAGES[operation])


ACTS = (Act("look around", 4, look_around),)
