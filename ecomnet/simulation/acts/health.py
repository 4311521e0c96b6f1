"""Numbers of hospitals: taken with the fee, given up with its refund, served by the hospital's nurse."""

import datetime as dt
from typing import Any

from django.utils.timezone import now

from core.database.db import present
from ecomnet.simulation.acts.act import Act
from ecomnet.simulation.acts.consents import agree
from ecomnet.simulation.acts.looks import look_around
from ecomnet.simulation.acts.presses import twice
from ecomnet.simulation.cast import Villager
from ecomnet.simulation.client import Answer, at_once
from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.diary import CANCELLED, DONE, Case
from ecomnet.simulation.plan import Arrival

NUMBER = "number"
PURPOSE = "hospital_registration"
REASONS = ("cannot-come", "not-needed", "station-mistake")
#: What is asked for before a resident can be registered, in turn: the number of a document, and an agreement.
STEPS = 3


def take_number(counter: CounterOfDay, arrival: Arrival) -> None:
    """A clinic that is on sale; who has no document or has not agreed does that first."""
    place = _place(counter, arrival)
    if place is None:
        look_around(counter, arrival)
        return
    resident = counter.villager(arrival)
    for step in range(STEPS):
        key = counter.key(arrival, f"number-{step}")
        made = twice(counter, "take a number", "appointments/book/", _body(counter, resident, place), key=key)
        if made.code not in {"identity_not_confirmed", "consent_missing"}:
            break
        if not _prepare(counter, arrival, resident, made.code):
            return
    if not made.code:
        _keep(counter, made, resident, key=key)


def take_one_number_twice(counter: CounterOfDay, arrival: Arrival) -> None:
    """Two residents are registered in one clinic at the same moment: each has a number of their own."""
    place = _place(counter, arrival)
    if place is None:
        look_around(counter, arrival)
        return
    villagers = counter.stage.villagers
    people = [villagers[(arrival.luck + number) % len(villagers)] for number in range(2)]
    for person in people:
        for wanted in ("identity_not_confirmed", "consent_missing"):
            _prepare(counter, arrival, person, wanted)
    keys = [counter.key(arrival, f"both-{number}") for number in range(2)]
    answers = at_once(
        *(
            lambda client=client, person=person, key=key: client.post(
                "take a number", "appointments/book/", _body(counter, person, place), key=key
            )
            for client, person, key in zip((counter.partner, counter.second), people, keys, strict=True)
        )
    )
    made = [answer["number"] for answer in answers if not answer.code and answer["number"]]
    if len(made) != len(set(made)):
        counter.diary.note_trouble(f"two people have one number: {[answer.body for answer in answers]}")
    for answer, person, key in zip(answers, people, keys, strict=True):
        if not answer.code:
            _keep(counter, answer, person, key=key)


def give_number_up(counter: CounterOfDay, arrival: Arrival) -> None:
    """The first who cannot come gives the number up; in time the fee comes back whole."""
    if not counter.waiting[NUMBER]:
        look_around(counter, arrival)
        return
    case = counter.waiting[NUMBER].pop(0)
    body = {"reason": REASONS[arrival.luck % len(REASONS)]}
    key = counter.key(arrival, "give-up")
    if twice(counter, "give a number up", f"appointments/{case.id}/cancel/", body, key=key).code:
        counter.waiting[NUMBER].append(case)
        return
    case.end = CANCELLED
    for press in case.presses:
        back = counter.partner.get("look at a payment", f"payments/{press.our_ref}/")["refunded"]
        case.back += counter.land.minor(back)
        if case.about["is_free"] and back != press.total:
            counter.diary.note_trouble(f"{press.our_ref}: a number was given up in time, and {back} came back")
        if counter.land.minor(back):
            counter.owed.append(press)


def see_doctor(counter: CounterOfDay, arrival: Arrival) -> None:
    """The nurse notes whom the doctor has seen; who comes before the clinic has begun is sent to wait."""
    if not counter.waiting[NUMBER] or counter.nurse is None:
        look_around(counter, arrival)
        return
    case = counter.waiting[NUMBER].pop(0)
    if not _served(counter, case, key=counter.key(arrival, "served")):
        counter.waiting[NUMBER].append(case)


def end_numbers(counter: CounterOfDay) -> None:
    """In the evening those have been served whose clinic has begun; the others come another day."""
    for case in counter.everybody_waiting_for(NUMBER):
        if counter.nurse is not None:
            _served(counter, case, key=counter.key(None, "served"))


ACTS = (
    Act("take a number at the hospital", 5, take_number),
    Act("take one number twice", 1, take_one_number_twice),
    Act("give a number up", 3, give_number_up),
    Act("see the doctor", 2, see_doctor),
)


def _place(counter: CounterOfDay, arrival: Arrival) -> dict[str, Any] | None:
    """A clinic with a free number at one of the hospitals that this station registers for."""
    rows = counter.partner.get("look at hospitals", "hospitals/").body.get("results", [])
    departments = [department["id"] for row in rows for department in row["departments"]]
    if not departments or not counter.is_drawer_open:
        return None
    asked = str(arrival.dice().choice(departments))
    places = counter.partner.get("look at free numbers", "free-places/", department=asked).body.get("results", [])
    free = [place for place in places if place["slot"]]
    return arrival.dice().choice(free) if free else None


def _body(counter: CounterOfDay, resident: Villager, place: dict[str, Any]) -> dict[str, Any]:
    return {"resident": str(resident.id), "slot": place["slot"], "station": counter.stage.code}


def _keep(counter: CounterOfDay, made: Answer, resident: Villager, *, key: str) -> None:
    """The number is the resident's, the fee is in the drawer where the station takes it."""
    until = made["free_cancel_until_at"]
    case = counter.diary.open_case(Case(NUMBER, made["id"], resident))
    case.about["is_free"] = until is not None and now() < dt.datetime.fromisoformat(until) - dt.timedelta(minutes=30)
    if made["payment"]:
        counter.take_for(case, made["payment"], key=key)
    counter.waiting[NUMBER].append(case)


def _served(counter: CounterOfDay, case: Case, *, key: str) -> bool:
    path = f"appointments/{case.id}/served/"
    done = twice(counter, "note who was seen", path, {}, key=key, by=present(counter.nurse))
    if not done.code:
        case.end = DONE
    return not done.code


def _prepare(counter: CounterOfDay, arrival: Arrival, resident: Villager, wanted: str) -> bool:
    """Write a document's number down, or have the resident agree by a code; whether that is done."""
    if wanted == "identity_not_confirmed":
        body = {"id_kind": "passport", "id_number": f"E{resident.id.int % 10**8:08}", "reason": "护照"}
        key = counter.key(arrival, f"document-{resident.phone[-4:]}")
        return not counter.partner.patch("write a document down", f"people/{resident.id}/", body, key=key).code
    return agree(counter, arrival, resident, PURPOSE)
