"""Money back: a code to the payer's phone, and cash from the drawer or out of the partner's own pocket."""

import time
from typing import Any

from ecomnet.day.acts.act import Act
from ecomnet.day.acts.looks import look_around
from ecomnet.day.client import Client
from ecomnet.day.company import code_in
from ecomnet.day.counter import LOOKS_EVERY, CounterOfDay
from ecomnet.day.diary import Press
from ecomnet.day.plan import Arrival

#: How long the villager looks at his phone.
WAITS_FOR_MESSAGE = 15.0


def fetch_money(counter: CounterOfDay, arrival: Arrival) -> None:
    """The first who is owed money comes for it; on days when nobody is, people look around."""
    if not counter.owed:
        look_around(counter, arrival)
        return
    hand_back(counter, counter.owed.pop(0), is_clumsy=arrival.luck % 4 == 0)


def hand_back(counter: CounterOfDay, press: Press, *, is_clumsy: bool = False) -> None:
    """Send the code, read it from the phone, hand the money over; a clumsy villager misreads it first."""
    refund = _refund_of(counter.partner, press)
    if refund is None:
        counter.owed.append(press)
        return
    path, known = f"refunds/{refund['id']}", {each["our_ref"] for each in counter.company.messages(press.payer.phone)}
    sent = counter.partner.post("send a code", f"{path}/send-code/", key=counter.key(None, "code"))
    code = "" if sent.code else _read_phone(counter, press, known)
    if not code:
        counter.owed.append(press)
        return
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


ACTS = (Act("fetch money back", 6, fetch_money),)


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


def _read_phone(counter: CounterOfDay, press: Press, known: set[str]) -> str:
    until = time.monotonic() + WAITS_FOR_MESSAGE
    while time.monotonic() < until:
        for message in counter.company.messages(press.payer.phone):
            if message["template"] == "refund_code" and message["our_ref"] not in known:
                return code_in(message["text"])
        time.sleep(LOOKS_EVERY)
    return ""
