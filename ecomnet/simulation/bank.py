"""After the companies' files: the bank moves what each day comes to, and its statement is imported."""

import datetime as dt
import time
from collections.abc import Sequence

from ecomnet.simulation.client import Client
from ecomnet.simulation.floats import COLUMNS
from ecomnet.simulation.land import Land

WAITS_FOR_SETTLEMENT = 60.0
#: How long the files of all companies may take to be read, and how long none more must come.
WAITS_FOR_FILES, QUIET = 60.0, 3.0


def settle_with_companies(*, officer: Client, dates: Sequence[dt.date], edition: str, land: Land) -> tuple[int, int]:
    """One bank line for each sum of these days, and one that nobody can explain; how many sums there were, and how
    many are settled in the end."""
    _wait_for_files(officer, dates, land)
    waiting = _sums(officer, dates, land, settled=False)
    lines = [_line(number, each, dates[-1], edition, land) for number, each in enumerate(waiting, start=1)]
    lines.append(f"{dates[-1]},DAY-{edition}-FEE,out,{land.written(land.bank_fee)},{land.currency},bank,0001,手续费")
    body = {
        "country": land.code,
        "bank_account": land.bank_account,
        "currency": land.currency,
        "control_total": land.written(sum(land.minor(each["amount"]) for each in waiting) - land.bank_fee),
        "content": "\n".join([COLUMNS, *lines, ""]),
    }
    officer.post("import a bank statement", "bank-statements/", body, key=f"{edition}.evening-statement")
    wanted = {each["reference"] for each in waiting}
    until = time.monotonic() + WAITS_FOR_SETTLEMENT
    while (left := wanted & {each["reference"] for each in _sums(officer, dates, land, settled=False)}) and (
        time.monotonic() < until
    ):
        time.sleep(1)
    return len(wanted), len(wanted - left)


def _wait_for_files(officer: Client, dates: Sequence[dt.date], land: Land) -> None:
    """Until files are there and no more come; each that comes later is settled another day."""
    until, known, since = time.monotonic() + WAITS_FOR_FILES, 0, time.monotonic()
    while time.monotonic() < until and not (known and time.monotonic() - since > QUIET):
        count = len(_files(officer, dates, land))
        if count != known:
            known, since = count, time.monotonic()
        time.sleep(0.5)


def _line(number: int, each: dict, date: dt.date, edition: str, land: Land) -> str:
    direction = "in" if land.minor(each["amount"]) > 0 else "out"
    amount = land.written(abs(land.minor(each["amount"])))
    return f"{date},DAY-{edition}-S{number},{direction},{amount},{land.currency},company,0000,{each['reference']}"


def _sums(officer: Client, dates: Sequence[dt.date], land: Land, *, settled: bool) -> list[dict]:
    """The sums of the newest files of these days that are settled, or wait."""
    return [
        each
        for file in _files(officer, dates, land)
        for each in file["sums"]
        if (each["settled_at"] is not None) == settled
    ]


def _files(officer: Client, dates: Sequence[dt.date], land: Land) -> list[dict]:
    page = officer.get("look at daily files", "provider-files/", page_size="100", country=land.code)
    wanted = {date.isoformat() for date in dates}
    return [file for file in page.body.get("results", []) if file["file_date"] in wanted]
