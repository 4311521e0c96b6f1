"""Before the doors open: partners bring money to the bank or to the county centre, and the floats are full."""

import datetime as dt
import time
from collections.abc import Sequence

from ecomnet.simulation.client import Client
from ecomnet.simulation.counter import CounterOfDay

WAITS_FOR_MATCH = 30.0
#: How long a partner looks at his phone.
WAITS_FOR_MESSAGE = 15.0
COLUMNS = "value_date,line_ref,direction,amount,currency,counterparty,counterparty_tail,text"


def fill_floats(counters: Sequence[CounterOfDay], *, officer: Client, date: dt.date, edition: str) -> int:
    """Top up the prepaid counters through the bank; how many. The officer is another person than the partners."""
    asked = [topup for counter in counters if counter.stage.mode == "prepaid" and (topup := _ask(counter))]
    if not asked:
        return 0
    land = counters[0].land
    lines = [
        f"{date},DAY-{edition}-{number},in,{topup['amount']},{land.currency},partner,0000,{topup['reference']}"
        for number, topup in enumerate(asked, start=1)
    ]
    body = {
        "country": land.code,
        "bank_account": land.bank_account,
        "currency": land.currency,
        "control_total": land.written(sum(land.minor(topup["amount"]) for topup in asked)),
        "content": "\n".join([COLUMNS, *lines, ""]),
    }
    officer.post("import a bank statement", "bank-statements/", body, key=f"{edition}.bank-statement")
    for topup in asked:
        _credit(officer, topup, edition)
    return len(asked)


def _ask(counter: CounterOfDay) -> dict | None:
    body = {"station": counter.stage.code, "amount": counter.land.written(counter.land.brought_by_bank)}
    answer = counter.partner.post("ask for a top-up", "topups/", body, key=counter.key(None, "topup"))
    return None if answer.code else answer.body


def _credit(officer: Client, topup: dict, edition: str) -> None:
    """A job finds the reference in the bank's line; until then the credit is refused."""
    until = time.monotonic() + WAITS_FOR_MATCH
    for number in range(10_000):
        key = f"{edition}.credit.{topup['reference']}.{number}"
        answer = officer.post("credit a top-up", f"topups/{topup['id']}/credit/", key=key)
        if answer.code != "wrong_state" or time.monotonic() > until:
            return
        time.sleep(0.3)


def bring_cash(counter: CounterOfDay, *, clerk: Client) -> bool:
    """One partner brings cash to the county centre: counted by the clerk, signed with the code of his phone.

    The first code is misread. Whether the money is on the float; a centre whose drawer is not open takes none.
    """
    land = counter.land
    cash = land.brought_in_cash
    body = {"station": counter.stage.code, "amount": land.written(cash), "via": "cash"}
    asked = counter.partner.post("ask for a top-up", "topups/", body, key=counter.key(None, "cash-topup"))
    if asked.code:
        return False
    path, known = f"topups/{asked['id']}", {each["our_ref"] for each in counter.company.messages(counter.stage.phone)}
    count = {"lines": land.counted(cash)}
    if clerk.post("count cash for a float", f"{path}/count-cash/", count, key=counter.key(None, "count-cash")).code:
        return False
    code = counter.company.code_on(counter.stage.phone, "topup_code", known=known, within=WAITS_FOR_MESSAGE)
    if not code:
        return False
    wrong = {"code": f"{(int(code) + 1) % 1_000_000:06}"}
    clerk.post("take cash for a float", f"{path}/take-cash/", wrong, key=counter.key(None, "misread"))
    key = counter.key(None, "take-cash")
    taken = clerk.post("take cash for a float", f"{path}/take-cash/", {"code": code}, key=key)
    return not taken.code
