"""At the lender: two officers agree to a new plan, which the borrower signs; who still pays is not written off, and who
has gone is, by an officer of the lender and one of finance.
"""

from typing import Any

from ecomnet.simulation.acts.claims import picture
from ecomnet.simulation.acts.presses import twice
from ecomnet.simulation.client import Answer, Client, at_once
from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.diary import DONE, Case
from ecomnet.simulation.ends.loans import NEW_PLAN, WRITE_OFF
from finance.models import Loan

#: So many loans of a counter at most get a new plan in one evening, each over so many instalments.
MOST, INSTALLMENTS = 1, 24
#: Later than so many days nothing is expected any more.
GONE_AFTER, GONE_FOR = 180, 400


def lose_borrower() -> bool:
    """Whoever borrowed alone and is late the longest has been gone for a year; whether there is somebody.

    Days late are written, not waited for: nobody closes a year of nights for one day. The next close counts them anew.
    """
    late = Loan.objects.running().filter(days_past_due__gt=0, application__group=None)
    gone = late.order_by("-days_past_due", "pk").values("pk")[:1]
    return bool(Loan.objects.filter(pk__in=gone).update(days_past_due=GONE_FOR))


def plan_loans_anew(counter: CounterOfDay, *, officers: tuple[Client, Client]) -> int:
    """Of the loans that run at a counter the first gets a new plan, if its product allows it; how many did.

    One that has got a plan today gets no other, and nobody who is gone gets one.
    """
    first, second = officers
    planned = {case.id for case in counter.diary.cases if case.trade == NEW_PLAN}
    rows = counter.partner.get("look at loans", "loans/").body.get("results", [])
    stay = [row for row in rows if row["status"] == "active" and row["days_past_due"] <= GONE_AFTER]
    running = [row["id"] for row in stay if row["id"] not in planned]
    signed = 0
    for loan in running:
        if signed < MOST:
            signed += _plan_anew(counter, loan, first=first, second=second)
    for loan in running[:MOST]:
        _refuse_write_off(counter, loan, by=first)
    return signed


def write_off_lost_loans(counter: CounterOfDay, *, lender: Client, officers: tuple[Client, Client]) -> int:
    """Ask for and decide the write-off of the loans whose borrowers are gone; how many were written off.

    All counters share a diary: any of them tells which day it is, and in which money.
    """
    rows = lender.get("look at loans", "loans/", page_size="100").body.get("results", [])
    gone = [row["id"] for row in rows if row["status"] == "active" and row["days_past_due"] > GONE_AFTER]
    return sum(_write_off(counter, loan, lender=lender, officers=officers) for loan in gone)


def _write_off(counter: CounterOfDay, loan: str, *, lender: Client, officers: tuple[Client, Client]) -> bool:
    """The lender asks; two officers of finance press at the same moment, one of them twice: it is written off once."""
    path, wanted = f"loans/{loan}", {"reason": "全家外出，联系不上"}
    first, second = officers
    asked = lender.post("propose a write-off", f"{path}/propose-write-off/", wanted, key=_key(counter, loan, "gone"))
    if asked.code:
        return False
    agree, chosen = f"{path}/approve-write-off/", {"proposal": asked["id"]}
    if not lender.post("write a loan off", agree, chosen, key=_key(counter, loan, "own-write-off")).code:
        lender.diary.note_trouble(f"{loan}: the officer who has asked for a write-off has decided on it")
    key = _key(counter, loan, "written-off")
    answers = at_once(
        lambda: twice(counter, "write a loan off", agree, chosen, key=key, by=first),
        lambda: second.post("write a loan off", agree, chosen, key=_key(counter, loan, "written-off-too")),
    )
    if sum(not answer.code for answer in answers) != 1:
        lender.diary.note_trouble(f"{loan}: of two who write off one does: {[answer.body for answer in answers]}")
        return False
    counter.diary.open_case(Case(WRITE_OFF, loan, None, end=DONE, about={"proposal": asked["id"]}))
    return True


def _plan_anew(counter: CounterOfDay, loan: str, *, first: Client, second: Client) -> bool:
    """Asked for by one officer, who cannot agree to it; agreed by the other, who presses twice; signed on paper."""
    path, wanted = f"loans/{loan}", {"installments": INSTALLMENTS, "reason": "收成不好，还款期延长"}
    asked = first.post(
        "propose a new plan", f"{path}/propose-restructure/", wanted, key=_key(counter, loan, "new-plan")
    )
    if asked.code:
        return False
    chosen = {"proposal": asked["id"]}
    agree = f"{path}/approve-restructure/"
    if not first.post("agree to a new plan", agree, chosen, key=_key(counter, loan, "own-plan")).code:
        first.diary.note_trouble(f"{loan}: one officer has asked for a new plan and agreed to it")
    agreed = twice(counter, "agree to a new plan", agree, chosen, key=_key(counter, loan, "agree"), by=second)
    if agreed.code:
        second.diary.note_trouble(f"{loan}: a new plan is not agreed to: {agreed.body}")
        return False
    return _sign(counter, loan, proposal=asked["id"])


def _sign(counter: CounterOfDay, loan: str, *, proposal: str) -> bool:
    """The borrower signs the plan that is shown; a plan with another principal than that is refused."""
    plan = counter.partner.get("look at a new plan", f"loans/{loan}/restructure-quote/").body.get("plan")
    paper = counter.partner.send_photo("store a photo", picture(loan), key=_key(counter, loan, "paper"))
    if not plan or paper.code:
        counter.diary.note_trouble(f"{loan}: a new plan is agreed and cannot be signed")
        return False
    shown = {"left": plan["left"], "on": plan["on"], "paper": paper["id"]}
    more = {**shown, "left": counter.land.written(counter.land.minor(plan["left"]) + 1)}
    if not _signs(counter, loan, more, "sign-more").code:
        counter.diary.note_trouble(f"{loan}: another plan was signed than was shown")
    if (signed := _signs(counter, loan, shown, "sign")).code:
        counter.diary.note_trouble(f"{loan}: a new plan is not signed: {signed.body}")
        return False
    counter.diary.open_case(Case(NEW_PLAN, loan, None, end=DONE, about={"proposal": proposal}))
    return True


def _signs(counter: CounterOfDay, loan: str, body: dict[str, Any], what: str) -> Answer:
    path, key = f"loans/{loan}/sign-restructure/", _key(counter, loan, what)
    return twice(counter, "sign a new plan", path, body, key=key)


def _refuse_write_off(counter: CounterOfDay, loan: str, *, by: Client) -> None:
    """Who still pays is not given up."""
    body, key = {"reason": "联系不上"}, _key(counter, loan, "write-off")
    asked = by.post("propose a write-off", f"loans/{loan}/propose-write-off/", body, key=key)
    if not asked.code:
        by.diary.note_trouble(f"{loan}: a loan that is not late may be written off")


def _key(counter: CounterOfDay, loan: str, what: str) -> str:
    return f"{counter.edition}.{loan}.{what}"
