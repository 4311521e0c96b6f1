"""Calls home: a time in the booth is booked for a child, given up, and wanted for two children at once."""

import datetime as dt
from typing import Any

from django.utils.timezone import now

from ecomnet.simulation.acts.act import Act
from ecomnet.simulation.acts.looks import look_around
from ecomnet.simulation.acts.presses import twice
from ecomnet.simulation.client import at_once
from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.diary import CANCELLED, DONE, Case
from ecomnet.simulation.plan import Arrival

CALL = "call"
#: Times that are asked for: so many days ahead at most, between these hours of the station.
DAYS_AHEAD, FIRST_HOUR, LAST_HOUR = 12, 8, 19


def book_call(counter: CounterOfDay, arrival: Arrival) -> None:
    """A child that has called before calls again; a time that is taken is refused, and the next day is tried."""
    known = _known(counter)
    if not known:
        look_around(counter, arrival)
        return
    child = arrival.dice().choice(known)
    for number in range(2):
        body = {"contact": child["contact"], "starts_at": _time(counter, arrival, days=number).isoformat()}
        key = counter.key(arrival, f"book-call-{number}")
        booked = twice(counter, "book a call", f"children/{child['child']}/calls/", body, key=key)
        if not booked.code:
            counter.waiting[CALL].append(counter.diary.open_case(Case(CALL, booked["id"], None)))
            return


def book_one_time_twice(counter: CounterOfDay, arrival: Arrival) -> None:
    """Partner and helper book the same time in the booth for two children: one of them gets it."""
    known = _known(counter)
    if len(known) < 2:
        look_around(counter, arrival)
        return
    starts_at = _time(counter, arrival, days=2).isoformat()
    presses = zip(known[:2], (counter.partner, counter.second), ("here", "there"), strict=True)
    answers = at_once(
        *(
            lambda child=child, client=client, where=where: client.post(
                "book a call",
                f"children/{child['child']}/calls/",
                {"contact": child["contact"], "starts_at": starts_at},
                key=counter.key(arrival, f"call-{where}"),
            )
            for child, client, where in presses
        )
    )
    won = [answer for answer in answers if not answer.code]
    if len(won) > 1:
        counter.diary.note_trouble(f"one time of a booth was booked twice: {[answer.body for answer in answers]}")
    for answer in won:
        counter.waiting[CALL].append(counter.diary.open_case(Case(CALL, answer["id"], None)))


def end_calls(counter: CounterOfDay) -> None:
    """In the evening every other call is given up; the others stand."""
    for number, case in enumerate(counter.everybody_waiting_for(CALL)):
        case.end = DONE
        if number % 2 == 0:
            path, body = f"calls/{case.id}/cancel/", {"reason": "家长加班"}
            ended = twice(counter, "cancel a call", path, body, key=counter.key(None, "cancel-call"))
            case.end = DONE if ended.code else CANCELLED


ACTS = (Act("book a call home", 2, book_call), Act("book one time for two calls", 1, book_one_time_twice))


def _known(counter: CounterOfDay) -> list[dict[str, Any]]:
    """Children of the station who have called somebody, each once, with whom."""
    rows = counter.partner.get("look at calls", "calls/").body.get("results", [])
    return list({row["child"]: row for row in rows if row["station"] == counter.stage.code}.values())


def _time(counter: CounterOfDay, arrival: Arrival, *, days: int) -> dt.datetime:
    """A full or a half hour of some day to come."""
    dice = arrival.dice()
    day = now().astimezone(counter.land.zone).date() + dt.timedelta(days=dice.randrange(2, DAYS_AHEAD) + days)
    time = dt.time(dice.randrange(FIRST_HOUR, LAST_HOUR), dice.choice((0, 30)))
    return dt.datetime.combine(day, time, counter.land.zone)
