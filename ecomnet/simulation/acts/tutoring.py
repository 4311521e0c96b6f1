"""Tutoring: a series of lessons is booked, one time is wanted for two children, and a lesson is held and confirmed."""

import datetime as dt
from typing import Any

from django.utils.timezone import now

from ecomnet.simulation.acts.act import Act
from ecomnet.simulation.acts.looks import look_around
from ecomnet.simulation.acts.presses import twice
from ecomnet.simulation.client import Answer, at_once
from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.diary import CANCELLED, DONE, Case
from ecomnet.simulation.plan import Arrival

TUTORING, BOOKED, FREE = "tutoring", "booked", "free"
#: Lessons that are asked for: so many weeks, from one of so many days ahead on.
WEEKS, DAYS_AHEAD = 3, 12


def book_lessons(counter: CounterOfDay, arrival: Arrival) -> None:
    """A child who has learnt with a tutor learns on, every week: the dates that are free are booked."""
    known = _known(counter)
    if not known:
        look_around(counter, arrival)
        return
    pattern = _pattern(counter, arrival, arrival.dice().choice(known))
    chosen = _free_dates(counter, arrival, pattern, said="series")
    if not chosen:
        return
    body, key = {**pattern, "chosen": chosen}, counter.key(arrival, "book-lessons")
    made = twice(counter, "book a series of lessons", "tutoring-series/", body, key=key)
    lessons = made.body.get("lessons", [])
    if not made.code and len(lessons) != len(chosen):
        counter.diary.note_trouble(f"{len(chosen)} lessons were chosen, and booked were {made.body}")
    for lesson in lessons:
        _keep(counter, lesson["id"])


def book_one_lesson_twice(counter: CounterOfDay, arrival: Arrival) -> None:
    """Partner and helper book the same time of a tutor for two children: one of them gets it."""
    known = _known(counter)
    if len(known) < 2:
        look_around(counter, arrival)
        return
    tutor = known[0]["tutor"]
    dates = _free_dates(counter, arrival, _pattern(counter, arrival, known[0]), said="both")
    if not dates:
        return
    presses = zip(known[:2], (counter.partner, counter.second), ("here", "there"), strict=True)
    answers = at_once(
        *(
            lambda child=child, client=client, where=where: client.post(
                "book a lesson",
                "tutoring-bookings/",
                {**_wish(counter, child), "tutor": tutor, "starts_at": dates[0]["starts_at"]},
                key=counter.key(arrival, f"lesson-{where}"),
            )
            for child, client, where in presses
        )
    )
    won = [answer for answer in answers if not answer.code]
    if len(won) > 1:
        counter.diary.note_trouble(f"one time of a tutor was booked twice: {[answer.body for answer in answers]}")
    for answer in won:
        _keep(counter, answer["id"])


def hold_lesson(counter: CounterOfDay, arrival: Arrival) -> None:
    """The lesson of this hour: begun with a guardian in the room, ended by the tutor with a note, confirmed."""
    lesson = _lesson_now(counter)
    if lesson is None or counter.tutor is None:
        look_around(counter, arrival)
        return
    path, learners = f"tutoring-sessions/{lesson['id']}/", [each["learner"] for each in lesson["learners"]]
    guardian = _guardian_of(counter, learners[0])
    if guardian:
        alone = counter.second.post("begin a lesson", f"{path}start/", key=counter.key(arrival, "alone"))
        if not alone.code:
            counter.diary.note_trouble(f"a lesson of a child began without an adult: {alone.body}")
    body, key = {"adult_present": guardian}, counter.key(arrival, "begin")
    if twice(counter, "begin a lesson", f"{path}start/", body, key=key, by=counter.second).code:
        return
    case = counter.diary.open_case(Case(TUTORING, lesson["id"], None))
    said, key = {"present": learners, "notes": "分数加减，下次讲乘法。"}, counter.key(arrival, "finish")
    if not twice(counter, "end a lesson", f"{path}finish/", said, key=key, by=counter.tutor).code:
        _confirm(counter, arrival, case, path)


def end_lessons(counter: CounterOfDay) -> None:
    """In the evening every other lesson that was booked today is given up by its family; the others stand."""
    for number, case in enumerate(counter.everybody_waiting_for(TUTORING)):
        if number % 2 == 0:
            path, body = f"tutoring-sessions/{case.id}/cancel/", {"side": "resident", "reason": "孩子走亲戚"}
            ended = twice(counter, "cancel a lesson", path, body, key=counter.key(None, "cancel-lesson"))
            case.end = "" if ended.code else CANCELLED


ACTS = (
    Act("book a series of lessons", 2, book_lessons),
    Act("book one time of a tutor twice", 1, book_one_lesson_twice),
    Act("hold a lesson", 1, hold_lesson),
)


def _confirm(counter: CounterOfDay, arrival: Arrival, case: Case, path: str) -> None:
    """Partner and helper confirm it at the same moment: what is owed to the tutor is one sum."""
    answers: list[Answer] = at_once(
        *(
            lambda client=client, said=said: client.post(
                "confirm a lesson", f"{path}confirm/", key=counter.key(arrival, f"confirm-{said}")
            )
            for client, said in ((counter.partner, "partner"), (counter.second, "helper"))
        )
    )
    owed = {answer.body.get("stipend") for answer in answers}
    if len(owed) != 1 or any(answer.code for answer in answers):
        counter.diary.note_trouble(f"a lesson that was confirmed by two: {[answer.body for answer in answers]}")
    case.end, case.about["stipend"] = DONE, owed.pop()


def _keep(counter: CounterOfDay, pk: str) -> None:
    counter.waiting[TUTORING].append(counter.diary.open_case(Case(TUTORING, pk, None)))


def _lessons(counter: CounterOfDay) -> list[dict[str, Any]]:
    """The lessons of the station that the list begins with."""
    rows = counter.partner.get("look at lessons", "tutoring-sessions/").body.get("results", [])
    return [row for row in rows if row["station"] == counter.stage.code]


def _known(counter: CounterOfDay) -> list[dict[str, Any]]:
    """A lesson of each child of the station who has learnt alone with a tutor."""
    alone = [row for row in _lessons(counter) if len(row["learners"]) == 1]
    return list({row["learners"][0]["learner"]: row for row in alone}.values())


def _lesson_now(counter: CounterOfDay) -> dict[str, Any] | None:
    """The one whose time it is, begun by nobody yet."""
    at = now()
    for row in _lessons(counter):
        starts_at = dt.datetime.fromisoformat(row["starts_at"])
        if row["status"] == BOOKED and starts_at <= at < starts_at + dt.timedelta(minutes=row["minutes"]):
            return row
    return None


def _wish(counter: CounterOfDay, lesson: dict[str, Any]) -> dict[str, Any]:
    """The same again."""
    learners = [each["learner"] for each in lesson["learners"]]
    return {name: lesson[name] for name in ("tutor", "subject", "mode")} | {
        "learners": learners,
        "station": counter.stage.code,
    }


def _pattern(counter: CounterOfDay, arrival: Arrival, lesson: dict[str, Any]) -> dict[str, Any]:
    """Every week at the hour of that lesson, from some day to come on."""
    dice, zone = arrival.dice(), counter.land.zone
    first = now().astimezone(zone).date() + dt.timedelta(days=dice.randrange(2, DAYS_AHEAD))
    clock = dt.datetime.fromisoformat(lesson["starts_at"]).astimezone(zone).time()
    return _wish(counter, lesson) | {"first_date": first.isoformat(), "clock": clock.isoformat(), "count": WEEKS}


def _free_dates(counter: CounterOfDay, arrival: Arrival, pattern: dict[str, Any], *, said: str) -> list[dict[str, Any]]:
    """Which dates of a pattern are free, as the preview shows them."""
    key = counter.key(arrival, f"preview-{said}")
    shown = counter.partner.post("look at dates of lessons", "tutoring-series/preview/", pattern, key=key)
    dates = [each for each in shown.body.get("dates", []) if each["state"] == FREE]
    return [{"no": each["no"], "starts_at": each["starts_at"]} for each in dates]


def _guardian_of(counter: CounterOfDay, child: str) -> str | None:
    """Somebody who answers for the child today."""
    rows = counter.partner.get("look at guardians", f"people/{child}/guardianships/").body.get("results", [])
    return next((row["guardian"] for row in rows if row["confirmed"] and row["to_date"] is None), None)
