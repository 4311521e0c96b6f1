"""Boxes of a harvest to come: ordered with their money, and given up before the harvest is closed."""

from ecomnet.simulation.acts.act import Act
from ecomnet.simulation.acts.looks import look_around
from ecomnet.simulation.acts.presses import after_cash_is_fetched, twice
from ecomnet.simulation.client import at_once
from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.diary import CANCELLED, Case
from ecomnet.simulation.plan import Arrival

BOXES, MOST = "boxes", 3


def order_boxes(counter: CounterOfDay, arrival: Arrival) -> None:
    """Paid at once, by an impatient finger; where nothing is on presale people look around."""
    rows = counter.partner.get("look at presales", "open-presales/").body.get("results", [])
    if not rows or not counter.is_drawer_open:
        look_around(counter, arrival)
        return
    buyer = counter.villager(arrival)
    body = {"presale": arrival.dice().choice(rows)["id"], "villager": str(buyer.id), "boxes": arrival.luck % MOST + 1}
    key = counter.key(arrival, "boxes")
    ordered = twice(counter, "order boxes", "presale-orders/", body, key=key)
    ordered, key = after_cash_is_fetched(counter, ordered, "order boxes", "presale-orders/", body, key=key)
    if ordered.code:
        return
    case = counter.diary.open_case(Case(BOXES, ordered["id"], buyer))
    counter.take_for(case, ordered["payment"], key=key)
    counter.waiting[BOXES].append(case)


def give_boxes_up(counter: CounterOfDay, arrival: Arrival) -> None:
    """The first who ordered does not want them any more: partner and helper both press, the money is owed once."""
    if not counter.waiting[BOXES]:
        look_around(counter, arrival)
        return
    case = counter.waiting[BOXES].pop(0)
    answers = at_once(
        *(
            lambda client=client, where=where: client.post(
                "give boxes up", f"presale-orders/{case.id}/cancel/", {}, key=counter.key(arrival, f"give-up-{where}")
            )
            for client, where in ((counter.partner, "here"), (counter.second, "there"))
        )
    )
    if all(answer.code for answer in answers):
        counter.diary.note_trouble(f"{counter.stage.code}: boxes are not given up: {[each.body for each in answers]}")
        return
    case.end = CANCELLED
    case.back = sum(counter.land.minor(press.total) for press in case.presses)
    counter.owed.extend(case.presses)


ACTS = (Act("order boxes of a harvest", 2, order_boxes), Act("give boxes up", 1, give_boxes_up))
