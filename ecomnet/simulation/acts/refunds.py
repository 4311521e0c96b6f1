"""Money back: a code to the payer's phone, and cash from the drawer or out of the partner's own pocket, or the next
bill paid with it."""

from typing import Any

from ecomnet.simulation.acts.act import Act
from ecomnet.simulation.acts.bills import find_bill, pay_bill
from ecomnet.simulation.acts.looks import look_around
from ecomnet.simulation.client import Client
from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.diary import Press
from ecomnet.simulation.plan import Arrival

#: How long the villager looks at his phone.
WAITS_FOR_MESSAGE = 15.0


def fetch_money(counter: CounterOfDay, arrival: Arrival) -> None:
    """The first who is owed money comes for it; on days when nobody is, people look around."""
    if not counter.owed:
        look_around(counter, arrival)
        return
    hand_back(counter, counter.owed.pop(0), is_clumsy=arrival.luck % 4 == 0)


def spend_money(counter: CounterOfDay, arrival: Arrival) -> None:
    """The first who is owed money pays a bill with it, and the rest in cash; a bill that costs less is paid as ever."""
    press = next((each for each in counter.owed if each.payer), None)
    if press is None or not counter.is_drawer_open:
        pay_bill(counter, arrival)
        return
    bill = find_bill(counter, arrival, payer=press.payer)
    if bill is None or counter.land.minor(bill.total) < counter.land.minor(press.total):
        return
    counter.owed.remove(press)
    proven = _prove(counter, press)
    if proven is None:
        counter.owed.append(press)
        return
    refund, code = proven
    land, owed = counter.land, counter.land.minor(refund["amount"])
    rest = land.written(land.minor(bill.total) - owed)
    body = {**bill.body, "refund": refund["id"], "code": code, "cash_given": rest}
    key = counter.key(arrival, "spend")
    answers = [counter.partner.post("spend a refund", "bill-payments/", body, key=key) for _ in range(2)]
    if answers[0].code:
        counter.owed.append(press)
        return
    if len({answer["our_ref"] for answer in answers}) != 1:
        counter.diary.note_trouble(f"one key, several answers: {[answer.body for answer in answers]}")
    paid = counter.take(answers[0], key=key, client=counter.partner, payer=press.payer, owed=owed)
    counter.wait(paid)


def hand_back(counter: CounterOfDay, press: Press, *, is_clumsy: bool = False) -> None:
    """Send the code, read it from the phone, hand the money over; a clumsy villager misreads it first."""
    proven = _prove(counter, press)
    if proven is None:
        counter.owed.append(press)
        return
    refund, code = proven
    path = f"refunds/{refund['id']}"
    notes = "drawer" if counter.is_drawer_open and counter.stage.mode == "postpaid" else "own"
    body = {"notes": notes, "station": counter.stage.code}
    if is_clumsy:
        wrong = {**body, "code": f"{(int(code) + 1) % 1_000_000:06}"}
        counter.partner.post("hand back", f"{path}/hand-back/", wrong, key=counter.key(None, "wrong"))
    key = counter.key(None, "hand-back")
    answers = [counter.partner.post("hand back", f"{path}/hand-back/", {**body, "code": code}, key=key)]
    answers.append(counter.partner.post("hand back", f"{path}/hand-back/", {**body, "code": code}, key=key))
    if {answer.code for answer in answers} == {""}:
        if notes == "drawer":
            counter.give(refund["amount"])
    else:
        counter.owed.append(press)


ACTS = (Act("fetch money back", 6, fetch_money), Act("pay with owed money", 3, spend_money))


def _prove(counter: CounterOfDay, press: Press) -> tuple[dict[str, Any], str] | None:
    """What is owed, and the code that came to the villager's phone; None while there is no such thing."""
    refund = _refund_of(counter.partner, press)
    if refund is None:
        return None
    known = {each["our_ref"] for each in counter.company.messages(press.payer.phone)}
    sent = counter.partner.post("send a code", f"refunds/{refund['id']}/send-code/", key=counter.key(None, "code"))
    if sent.code:
        return None
    code = counter.company.code_on(press.payer.phone, "refund_code", known=known, within=WAITS_FOR_MESSAGE)
    return (refund, code) if code else None


def _refund_of(client: Client, press: Press) -> dict[str, Any] | None:
    """What is owed for this payment and ready to be handed back."""
    page = client.get("look at refunds", "refunds/")
    return next(
        (
            refund
            for refund in page.body.get("results", [])
            if refund["payment"] == press.our_ref and refund["status"] == "ready_for_cash"
        ),
        None,
    )
