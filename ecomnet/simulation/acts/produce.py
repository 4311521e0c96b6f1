"""The harvest at the scale: weighed, graded, disputed before a second grader, agreed by a code, or taken home.

Who has agreed may get a part of what it is expected to bring from the drawer, against another code.
"""

from typing import Any

from core.database.db import present
from ecomnet.simulation.acts.act import Act
from ecomnet.simulation.acts.looks import look_around
from ecomnet.simulation.acts.presses import WAITS_FOR_MESSAGE, misread, twice
from ecomnet.simulation.client import Answer, Client
from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.diary import CANCELLED, DONE, Case
from ecomnet.simulation.plan import Arrival

HARVEST = "harvest"
#: The demonstration's apples; crates weigh as much, in grams.
CROP, CRATES_G = "fuji", 6_600
LIGHTEST_G, STEP_G, STEPS = 20_000, 5_500, 9
#: Of what it is expected to bring so much is paid in advance.
ADVANCED = 4


def bring_harvest(counter: CounterOfDay, arrival: Arrival) -> None:
    """One of seven takes everything home, every third contradicts the first grading, the others agree to it."""
    farmer = counter.villager(arrival)
    net = LIGHTEST_G + arrival.luck % STEPS * STEP_G
    body = {"farmer": str(farmer.id), "crop": CROP, "gross_g": net + CRATES_G, "tare_g": CRATES_G}
    weighed = twice(counter, "weigh a harvest", "intakes/", body, key=counter.key(arrival, "weigh-harvest"))
    if weighed.code:
        look_around(counter, arrival)
        return
    case = counter.diary.open_case(Case(HARVEST, weighed["id"], farmer, about={"net": net, "taken": 0, "advance": 0}))
    if not _grade(counter, arrival, case, "grade", first=net * 3 // 4, by=counter.partner):
        return
    if arrival.luck % 7 == 0:
        _take_home(counter, arrival, case)
        return
    if arrival.luck % 3 == 0 and not _grade_again(counter, arrival, case):
        return
    _agree(counter, arrival, case)


ACTS = (Act("bring a harvest", 3, bring_harvest),)


def _grade(counter: CounterOfDay, arrival: Arrival, case: Case, verb: str, *, first: int, by: Client) -> bool:
    """So much is of the first grade, half of the rest of the second; what remains is not taken."""
    rest = case.about["net"] - first
    second = rest // 2
    body: dict[str, Any] = {
        "grades": [{"grade": "1", "grams": first}, {"grade": "2", "grams": second}],
        "rejected_g": rest - second,
    }
    graded = by.post("grade a harvest", f"intakes/{case.id}/{verb}/", body, key=counter.key(arrival, f"{verb}-harvest"))
    if not graded.code:
        case.about["taken"] = first + second
    return not graded.code


def _grade_again(counter: CounterOfDay, arrival: Arrival, case: Case) -> bool:
    """Whoever graded first is refused; the county's clerk grades again."""
    path, words = f"intakes/{case.id}/dispute/", {"reason": "二级分得太多"}
    if counter.partner.post("dispute a grading", path, words, key=counter.key(arrival, "dispute-harvest")).code:
        return False
    again = case.about["net"] * 4 // 5
    if _grade(counter, arrival, case, "regrade", first=again, by=counter.partner):
        counter.diary.note_trouble(f"{case.id}: the first grader has graded again")
    return counter.clerk is not None and _grade(
        counter, arrival, case, "regrade", first=again, by=present(counter.clerk)
    )


def _agree(counter: CounterOfDay, arrival: Arrival, case: Case) -> None:
    """Weight and grades are on the farmer's phone, with the code that says yes; some misread it first."""
    path = f"intakes/{case.id}"
    code = _code_of(counter, arrival, case, "ask a farmer", "ask", {}, template="intake_code")
    if not code:
        return
    if arrival.luck % 4 == 0:
        wrong = {"code": misread(code)}
        counter.partner.post("accept a harvest", f"{path}/accept/", wrong, key=counter.key(arrival, "misread-harvest"))
    key = counter.key(arrival, "accept-harvest")
    accepted = twice(counter, "accept a harvest", f"{path}/accept/", {"code": code}, key=key)
    if not accepted.code:
        case.end = DONE
        _advance(counter, arrival, case, accepted)


def _advance(counter: CounterOfDay, arrival: Arrival, case: Case, accepted: Answer) -> None:
    """Every other farmer wants money now: a code says for how much; some misread it first."""
    minor = counter.land.minor(accepted["expected"] or "0") // ADVANCED
    if arrival.luck % 2 or not counter.is_drawer_open or not 0 < minor <= counter.drawer:
        return
    amount, path = counter.land.written(minor), f"intakes/{case.id}/advance/"
    body = {"amount": amount}
    code = _code_of(
        counter, arrival, case, "ask about an advance", "advance-code", body, template="person_advance_code"
    )
    if not code:
        return
    if arrival.luck % 4 == 0:
        wrong = {**body, "code": misread(code)}
        counter.partner.post("pay an advance", path, wrong, key=counter.key(arrival, "misread-advance"))
    key = counter.key(arrival, "advance")
    if not twice(counter, "pay an advance", path, {**body, "code": code}, key=key).code:
        counter.give(amount)
        case.about["advance"] = minor


def _code_of(
    counter: CounterOfDay, arrival: Arrival, case: Case, what: str, verb: str, body: dict[str, Any], *, template: str
) -> str:
    """The code that this verb sends to the farmer's phone; empty where none comes."""
    known = {each["our_ref"] for each in counter.company.messages(case.villager.phone)}
    asked = counter.partner.post(what, f"intakes/{case.id}/{verb}/", body, key=counter.key(arrival, f"{verb}-farmer"))
    if asked.code:
        return ""
    return counter.company.code_on(case.villager.phone, template, known=known, within=WAITS_FOR_MESSAGE)


def _take_home(counter: CounterOfDay, arrival: Arrival, case: Case) -> None:
    key = counter.key(arrival, "reject-harvest")
    if not twice(counter, "reject a harvest", f"intakes/{case.id}/reject/", {"reason": "坏果太多"}, key=key).code:
        case.end, case.about["taken"] = CANCELLED, 0
