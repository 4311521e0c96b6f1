"""Looking: what was sold, what was earned, what the float holds."""

from ecomnet.simulation.acts.act import Act
from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.plan import Arrival

PAGES = {"look at payments": "payments/", "look at earnings": "earnings/", "look at the till": "cash-days/"}


def look_around(counter: CounterOfDay, arrival: Arrival) -> None:
    """A quiet moment: one of the lists."""
    operation = arrival.dice().choice(list(PAGES))
    counter.partner.get(operation, PAGES[operation])


def ask_why(counter: CounterOfDay, arrival: Arrival) -> None:
    """Why did I earn this? The newest line in words: one of the shares, or what is taken back."""
    lines = counter.partner.get("look at earnings", "earnings/").body.get("results", [])
    if not lines:
        look_around(counter, arrival)
        return
    why = counter.partner.get("ask why", f"earnings/{lines[0]['id']}/why/").body
    mine = [party["amount"] for party in why["parties"] if party["is_me"]]
    is_told = why["steps"] if why["amount"].startswith("-") else why["amount"] in mine
    if not is_told or not why["sentence"]:
        counter.diary.note_trouble(f"nobody knows why this was earned: {why}")


ACTS = (Act("look around", 4, look_around), Act("ask why it was earned", 2, ask_why))
