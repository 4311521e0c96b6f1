"""Before the doors open: partners bring money to the bank, the bank's statement comes, and the floats are full."""

import datetime as dt
import time
from collections.abc import Sequence

from ecomnet.day.client import Client
from ecomnet.day.counter import CounterOfDay, minor, written

#: What a partner brings to the bank in the morning, in minor units; the house refuses what a float may not hold.
BROUGHT = 6_000_00
WAITS_FOR_MATCH = 30.0
COLUMNS = "value_date,line_ref,direction,amount,currency,counterparty,counterparty_tail,text"


def fill_floats(counters: Sequence[CounterOfDay], *, officer: Client, date: dt.date, edition: str) -> int:
    """Top up the prepaid counters through the bank; how many. The officer is another person than the partners."""
    asked = [topup for counter in counters if counter.stage.mode == "prepaid" and (topup := _ask(counter))]
    if not asked:
        return 0
    lines = [
        f"{date},DAY-{edition}-{number},in,{topup['amount']},CNY,partner,0000,{topup['reference']}"
        for number, topup in enumerate(asked, start=1)
    ]
    body = {
        "bank_account": "main",
        "currency": "CNY",
        "control_total": written(sum(minor(topup["amount"]) for topup in asked)),
        "content": "\n".join([COLUMNS, *lines, ""]),
    }
    officer.post("import a bank statement", "bank-statements/", body, key=f"{edition}.bank-statement")
    for topup in asked:
        _credit(officer, topup, edition)
    return len(asked)


def _ask(counter: CounterOfDay) -> dict | None:
    body = {"station": counter.stage.code, "amount": written(BROUGHT)}
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
