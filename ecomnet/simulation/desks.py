"""In the evening the county and finance work through what the day has left on their desks.

Anyone who needs a second person presses that person's button first: the system says no, or the day is spoilt.
"""

from collections.abc import Sequence
from decimal import Decimal

from ecomnet.simulation.client import Answer, Client
from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.diary import Press

#: The most of each kind that is worked through in one evening.
MOST = 4
OPEN_COMPLAINTS = frozenset({"logged", "escalated"})
ANSWERS = ("upheld", "not_upheld")


def answer_complaints(counters: Sequence[CounterOfDay], *, manager: Client, edition: str) -> int:
    """The county's manager takes on today's complaints, has the company asked, and answers; how many were answered."""
    own = {press.our_ref for press in counters[0].diary.presses} if counters else set()
    page = manager.get("look at complaints", "complaints/", open="true", page_size="100").body.get("results", [])
    waiting = [row for row in page if row["payment"] in own and row["status"] in OPEN_COMPLAINTS]
    return sum(_answer(number, row, manager, edition) for number, row in enumerate(waiting[:MOST]))


def settle_differences(counters: Sequence[CounterOfDay], *, manager: Client, officer: Client, edition: str) -> int:
    """A charge is proposed for what was explained, its holder contradicts, finance decides for him; how many ended."""
    days = {counter.cash_day for counter in counters if counter.cash_day}
    page = manager.get("look at differences", "over-shorts/", status="explained", page_size="100").body
    today = [row for row in page.get("results", []) if row["cash_day"] in days]
    return sum(_settle(row, counters, manager, officer, edition) for row in today[:MOST])


def correct_and_dispute(counter: CounterOfDay, *, first: Client, second: Client, edition: str) -> bool:
    """Two officers add something to a partner's account and take it back; he disputes that. Whether it is disputed."""
    paid = next((press for press in counter.diary.presses if _is_his(press, counter)), None)
    if paid is None or not counter.stage.earnings:
        return False
    correction = counter.land.written(counter.land.correction)
    for verb, amount, reason in (("give", correction, "agreed"), ("take", f"-{correction}", "accrual_wrong")):
        about = {"account": counter.stage.earnings, "event_type": "payment", "event_id": paid.our_ref}
        body = {**about, "amount": amount, "reason": reason, "text": "对过账以后更正"}
        made = first.post("propose a correction", "adjustments/", body, key=f"{edition}.correction.{verb}")
        if made.code or not _by_two(made, first, second, edition):
            return False
    return _dispute(counter, officer=first, edition=edition)


def explain_the_fee(*, officer: Client, edition: str) -> bool:
    """The bank's own fee is explained, pressed twice; whether nothing of its line is left."""
    page = officer.get("look at bank lines", "bank-statements/", page_size="100").body.get("results", [])
    line = next((row for row in page if row["line_ref"] == f"DAY-{edition}-FEE"), None)
    if line is None:
        return False
    path, body = f"bank-lines/{line['id']}/explain/", {"kind": "fee", "amount": line["amount"], "text": "手续费"}
    key = f"{edition}.explain-the-fee"
    answers = [officer.post("explain a bank line", path, body, key=key) for _again in range(2)]
    if {Decimal(answer.body.get("unexplained", "NaN")) for answer in answers} != {Decimal(0)}:
        officer.diary.note_trouble(f"one key, several answers: {[answer.body for answer in answers]}")
    return not answers[0].code


def close_contradictions(*, officer: Client, edition: str) -> int:
    """What a company has said against its own word is its to correct: today's items of that kind; how many closed."""
    own = {press.our_ref for press in officer.diary.presses}
    page = officer.get("look at differences of companies", "recon-items/", kind="status").body.get("results", [])
    closed = 0
    for row in [row for row in page if row["our_ref"] in own][:MOST]:
        path, body = f"recon-items/{row['id']}/resolve/", {"reason": "they_correct", "text": "公司自己更正"}
        answer = officer.post("close a difference", path, body, key=f"{edition}.recon.{row['id']}".ljust(16, "."))
        closed += answer.body.get("status") == "resolved"
    return closed


def _answer(number: int, row: dict, manager: Client, edition: str) -> bool:
    path, key = f"complaints/{row['id']}", f"{edition}.complaint.{row['id'][-12:]}"
    taken = manager.post("take on a complaint", f"{path}/assign/", {"assignee": manager.name}, key=f"{key}.assign")
    if taken.code:
        return False
    if number % 2:
        manager.post("ask the company", f"{path}/ask-provider/", {"note": "已发函"}, key=f"{key}.ask")
    said = {"outcome": ANSWERS[number % 2], "answer": "查过了，和小票一样"}
    return not manager.post("answer a complaint", f"{path}/resolve/", said, key=f"{key}.answer").code


def _settle(row: dict, counters: Sequence[CounterOfDay], manager: Client, officer: Client, edition: str) -> bool:
    path, key = f"over-shorts/{row['id']}", f"{edition}.difference.{row['id'][-12:]}"
    words = {"text": "没有找到原因"}
    if manager.post("propose a charge", f"{path}/propose-charge/", words, key=f"{key}.propose").code:
        return False
    early = officer.post("charge a difference", f"{path}/charge/", key=f"{key}.charge")
    if early.code != "notice_too_short":
        officer.diary.note_trouble(f"a difference was charged on the day of its notice: {early.body}")
    if not _contradict(row, counters, path, key):
        return False
    decision = {"outcome": "absorb", "text": "当天找零出过错"}
    return not officer.post("decide a dispute", f"{path}/decide/", decision, key=f"{key}.decide").code


def _contradict(row: dict, counters: Sequence[CounterOfDay], path: str, key: str) -> bool:
    """Partner or helper, the one who held the drawer."""
    counter = next(each for each in counters if each.cash_day == row["cash_day"])
    people = {client.name: client for client in (counter.partner, counter.second)}
    said = [
        client.post("dispute a difference", f"{path}/dispute/", {"text": "不是我的错"}, key=f"{key}.dispute.{name}")
        for name, client in people.items()
    ]
    return any(not answer.code for answer in said)


def _is_his(press: Press, counter: CounterOfDay) -> bool:
    """A bill or a recharge that this partner has taken: of those it is known at once who earns what."""
    is_sale = all(press not in case.presses for case in counter.diary.cases)
    return (
        is_sale and press.counter == counter.number and press.status == "succeeded" and press.client is counter.partner
    )


def _by_two(made: Answer, first: Client, second: Client, edition: str) -> bool:
    path, key = f"adjustments/{made['id']}/approve/", f"{edition}.correction.{made['id'][-12:]}"
    alone = first.post("approve a correction", path, key=f"{key}.alone")
    if alone.code != "same_person":
        first.diary.note_trouble(f"one officer has corrected an account alone: {alone.body}")
    return not second.post("approve a correction", path, key=f"{key}.approve").code


def _dispute(counter: CounterOfDay, *, officer: Client, edition: str) -> bool:
    """The partner reads his account and contradicts the newest line; the one who proposed it does not decide."""
    lines = counter.partner.get("look at an account", f"accounts/{counter.stage.earnings}/entries/").body
    version = next((line["version"] for line in lines.get("results", []) if line["what"] == "adjustment"), None)
    if version is None:
        counter.diary.note_trouble(f"{counter.stage.code}: a correction stands on no line of the account")
        return False
    path, words = f"accounts/{counter.stage.earnings}/entries/{version}/dispute/", {"text": "这笔没有算错"}
    said = counter.partner.post("dispute a line", path, words, key=counter.key(None, "dispute-line"))
    if said.code:
        return False
    decision = {"outcome": "not_upheld", "answer": "没有算错"}
    own = officer.post(
        "decide a dispute", f"complaints/{said['id']}/decide/", decision, key=f"{edition}.decide-own-one"
    )
    if own.code != "same_person":
        officer.diary.note_trouble(f"an officer has decided about an own correction: {own.body}")
    return True
