"""The drawer changes hands in the middle of the day: one counts, the other takes it."""

from ecomnet.simulation.acts.act import Act
from ecomnet.simulation.acts.looks import look_around
from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.plan import Arrival


def hand_over(counter: CounterOfDay, arrival: Arrival) -> None:
    """Partner and helper in turn; where somebody works alone, people look around."""
    if not counter.is_drawer_open or counter.stage.second == counter.stage.partner:
        look_around(counter, arrival)
        return
    giver, taker = (counter.second, counter.partner) if counter.is_with_second else (counter.partner, counter.second)
    path, lines = f"cash-days/{counter.cash_day}", {"lines": counter.land.counted(counter.drawer)}
    count = giver.post("count", f"{path}/count/", lines, key=counter.key(arrival, "count"))
    if count.code:
        return
    if counter.land.minor(count["over_short"]):
        counter.diary.note_trouble(f"{counter.stage.code}: the drawer does not agree: {count.body}")
    taken = taker.post("hand over", f"{path}/hand-over/", {"to": taker.name}, key=counter.key(arrival, "hand-over"))
    if not taken.code:
        counter.is_with_second = not counter.is_with_second
    else:
        giver.post("go on selling", f"{path}/resume/", {}, key=counter.key(arrival, "resume"))


ACTS = (Act("hand the till over", 2, hand_over),)
