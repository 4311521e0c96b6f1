"""Health promotion: a talk is recorded with an impatient finger, and partner and helper name one visitor at once."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from ecomnet.simulation.acts.act import Act
from ecomnet.simulation.acts.looks import look_around
from ecomnet.simulation.acts.presses import twice
from ecomnet.simulation.client import at_once
from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.diary import DONE, Case
from ecomnet.simulation.plan import Arrival

TALK = "health talk"


def hold_a_talk(counter: CounterOfDay, arrival: Arrival) -> None:
    """A few people hear about an article; one of them agrees to be named, and both counters write the name at once."""
    article = _article(counter, arrival)
    if article is None:
        look_around(counter, arrival)
        return
    people = 1 + arrival.luck % 12
    body = {
        "id": _id(counter, arrival, "talk"),
        "article": article["id"],
        "kind": "talk",
        "counted_people": people,
        "on_date": timezone.localdate().isoformat(),
    }
    key = counter.key(arrival, "health-talk")
    event = twice(counter, "record a health talk", "promotion-events/record/", body, key=key)
    if event.code:
        counter.diary.note_trouble(f"a health talk is refused: {event.body}")
        return
    named = _name_one(counter, arrival, event["id"])
    about = {"counted": people, "named": named}
    counter.diary.open_case(Case(TALK, event["id"], None, end=DONE, about=about))


ACTS = (Act("hold a health talk", 1, hold_a_talk),)


def _article(counter: CounterOfDay, arrival: Arrival) -> dict[str, Any] | None:
    """One that can be shown today."""
    today = timezone.localdate().isoformat()
    found = counter.partner.get("look at health articles", "health-articles/").body.get("results", [])
    shown = [row for row in found if row["status"] == "published" and row["review_until_date"] >= today]
    return arrival.dice().choice(shown) if shown else None


def _name_one(counter: CounterOfDay, arrival: Arrival, event: str) -> int:
    """The same visitor, named by partner and helper in one moment; how many names stand in the end."""
    visitor = counter.villager(arrival)
    path = f"promotion-events/{event}/add-name/"
    answers = at_once(
        *(
            lambda client=client, where=where: client.post(
                "name a visitor of a talk",
                path,
                {"op_id": _id(counter, arrival, where), "person": str(visitor.id), "manner": "signature"},
                key=counter.key(arrival, f"talk-name-{where}"),
            )
            for client, where in ((counter.partner, "here"), (counter.second, "there"))
        )
    )
    won = [answer for answer in answers if not answer.code]
    if len(won) > 1:
        counter.diary.note_trouble(f"one visitor was named twice: {[answer.body for answer in answers]}")
    return len(won)


def _id(counter: CounterOfDay, arrival: Arrival, what: str) -> str:
    """What the device of a counter makes: the same of the same press."""
    return str(uuid5(NAMESPACE_URL, counter.key(arrival, f"health-{what}")))
