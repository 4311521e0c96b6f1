"""Floats between neighbours: sent and accepted, declined, taken back; accepted and taken back at the same moment."""

from ecomnet.simulation.acts.act import Act
from ecomnet.simulation.acts.looks import look_around
from ecomnet.simulation.client import Answer, at_once
from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.plan import Arrival


def lend_float(counter: CounterOfDay, arrival: Arrival) -> None:
    """Help out a neighbour, who takes it or does not; a clumsy finger presses twice."""
    neighbour = _neighbour(counter, arrival)
    sent = _send(counter, neighbour, arrival) if neighbour else None
    if neighbour is None or sent is None:
        return
    verb = "accept" if arrival.luck % 4 else "decline"
    path, key = f"float-transfers/{sent['id']}/{verb}/", counter.key(arrival, verb)
    answers = at_once(*[lambda: neighbour.partner.post(f"{verb} float", path, key=key)] * 2)
    if len({(answer.code, answer.body.get("status")) for answer in answers}) != 1:
        counter.diary.note_trouble(f"one key, several answers: {[answer.body for answer in answers]}")


def lend_and_take_back(counter: CounterOfDay, arrival: Arrival) -> None:
    """Sent to the wrong station, and taken back while the other partner accepts it: one of them wins."""
    neighbour = _neighbour(counter, arrival)
    sent = _send(counter, neighbour, arrival) if neighbour else None
    if neighbour is None or sent is None:
        return
    path = f"float-transfers/{sent['id']}"
    presses = ((neighbour.partner, "accept"), (counter.partner, "recall"))
    answers = at_once(
        *(
            lambda client=client, verb=verb: client.post(
                f"{verb} float", f"{path}/{verb}/", key=counter.key(arrival, verb)
            )
            for client, verb in presses
        )
    )
    won = [answer["status"] for answer in answers if not answer.code]
    if len(won) != 1 or any(answer.code not in {"", "wrong_state"} for answer in answers):
        counter.diary.note_trouble(f"accepted and taken back: {[answer.body for answer in answers]}")


ACTS = (
    Act("lend float", 2, lend_float),
    Act("lend float and take it back", 1, lend_and_take_back),
)


def _neighbour(counter: CounterOfDay, arrival: Arrival) -> CounterOfDay | None:
    """Another counter of the day; people look around where there is none, or nothing to lend."""
    if counter.stage.mode != "prepaid" or not counter.others:
        look_around(counter, arrival)
        return None
    return counter.others[arrival.luck % len(counter.others)]


def _send(counter: CounterOfDay, neighbour: CounterOfDay, arrival: Arrival) -> Answer | None:
    body = {
        "from_station": counter.stage.code,
        "to_station": neighbour.stage.code,
        "amount": counter.land.written(counter.land.lent),
    }
    sent = counter.partner.post("send float", "float-transfers/", body, key=counter.key(arrival, "send-float"))
    return None if sent.code else sent
