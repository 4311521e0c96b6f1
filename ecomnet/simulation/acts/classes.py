"""The Super Classroom: partner and helper call the roll of one lesson, and one of them was wrong about a child."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.utils.timezone import now

from ecomnet.simulation.acts.act import Act
from ecomnet.simulation.acts.looks import look_around
from ecomnet.simulation.acts.presses import twice
from ecomnet.simulation.client import at_once
from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.diary import DONE, Case
from ecomnet.simulation.plan import Arrival

LESSON, OPEN = "lesson", "open"
PRESENT, ABSENT = "present", "absent"


def call_the_roll(counter: CounterOfDay, arrival: Arrival) -> None:
    """Both mark everybody at the same moment; where they differ the partner corrects it, and presses twice."""
    lesson = _lesson_now(counter)
    if lesson is None:
        look_around(counter, arrival)
        return
    learners = [line["learner"] for line in lesson["roll"]]
    missing = arrival.dice().choice(learners)
    marks = {learner: ABSENT if learner == missing else PRESENT for learner in learners}
    path = f"class-sessions/{lesson['id']}/attendance/"
    rolls = (
        (counter.second, "helper", dict.fromkeys(learners, PRESENT)),
        (counter.partner, "partner", marks),
    )
    answers = at_once(
        *(
            lambda client=client, said=said, roll=roll: client.post(
                "call the roll", path, _roll(counter, said, lesson, roll), key=counter.key(arrival, f"roll-{said}")
            )
            for client, said, roll in rolls
        )
    )
    if any(answer.code for answer in answers):
        counter.diary.note_trouble(f"a roll call is refused: {[answer.body for answer in answers]}")
        return
    counter.diary.open_case(Case(LESSON, lesson["id"], None, end=DONE, about=marks))
    body = _roll(counter, "correction", lesson, marks, reason="孩子请假了")
    last = twice(counter, "correct a roll call", path, body, key=counter.key(arrival, "roll-correction"))
    if last.code or last["differs"]:
        counter.diary.note_trouble(f"a corrected roll call still differs: {last.body}")


ACTS = (Act("call the roll of a class", 1, call_the_roll),)


def _lesson_now(counter: CounterOfDay) -> dict[str, Any] | None:
    """The lesson that goes on at this station and that nobody of the day has called yet."""
    called = {case.id for case in counter.diary.cases if case.trade == LESSON}
    runs = counter.partner.get("look at classes", "class-runs/").body.get("results", [])
    for run in runs:
        for pk in run["sessions"] if run["station"] == counter.stage.code else ():
            if pk in called:
                continue
            lesson = counter.partner.get("look at a lesson", f"class-sessions/{pk}/").body
            if lesson.get("status") == OPEN and lesson["roll"]:
                return lesson
    return None


def _roll(
    counter: CounterOfDay, said: str, lesson: dict[str, Any], marks: dict[str, str], *, reason: str = ""
) -> dict[str, Any]:
    """A roll call as one device sends it: each mark has a number of its own."""
    made_at = now().isoformat()
    device = f"{counter.edition} {said} {lesson['id']}"
    return {
        "records": [
            {
                "op_id": str(uuid5(NAMESPACE_URL, f"{device} {learner}")),
                "learner": learner,
                "presence": presence,
                "made_at": made_at,
                "corrects": bool(reason),
                "reason": reason,
            }
            for learner, presence in marks.items()
        ]
    }
