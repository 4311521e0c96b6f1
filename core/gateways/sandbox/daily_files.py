"""The file of a day: every executed line, or the requested faults."""

import datetime as dt
import time
import uuid
from decimal import Decimal
from typing import Any

from core.gateways.sandbox import behaviours
from core.gateways.sandbox.catalogue import Provider, written
from core.gateways.sandbox.company import Company
from core.gateways.sandbox.countries import country_of
from core.gateways.sandbox.replies import Reply, refuse, taken_back
from core.gateways.sandbox.store import Store

FILE_TIME = dt.time(6, 0)
KINDS = ("bill", "recharge", "refund", "collection", "payout")
ENCODINGS = {"utf-8": "utf-8", "gb18030": "gb18030"}
NEWLINES = {"lf": "\n", "crlf": "\r\n"}


def deliver(company: Company, provider: Provider, date: str) -> bytes | None:
    """The bytes of the file, the same each time unless a wish spoils this delivery; None while it is not there."""
    store = company.store
    with store.transaction():
        content = _content(store, provider.code, date)
        if content is None:
            return None
        wish = behaviours.take_for_file(store, provider.code)["do"]
        if wish == "truncate_file":
            return content[: max(1, len(content) * 2 // 3)]
        if wish == "repeat_file":
            other = store.one(
                "SELECT content FROM files WHERE provider = ? AND date != ? ORDER BY made_at DESC", provider.code, date
            )
            return other["content"] if other else content
        return content


def close_day(company: Company, codes: list[str], wanted: dict[str, Any]) -> Reply:
    """POST /sandbox/close-day: name the cut-off, after which today's file is there; what comes later is tomorrow's."""
    encoding, newline = wanted.get("encoding", "utf-8"), wanted.get("newline", "lf")
    seconds = wanted.get("seconds", 20)
    if encoding not in ENCODINGS or newline not in NEWLINES or not isinstance(seconds, int | float):
        return refuse(400, "malformed")
    chosen = [code for code in codes if wanted.get("provider") in {None, code}]
    date = wanted.get("date")
    cutoff = time.time() + seconds
    with company.store.transaction() as store:
        for code in chosen:
            of = date or _today(code)
            store.run("DELETE FROM closings WHERE provider = ? AND date = ?", code, of)
            store.run("DELETE FROM files WHERE provider = ? AND date = ?", code, of)
            store.add("closings", provider=code, date=of, cutoff_at=cutoff, encoding=encoding, newline=newline)
    at = written(dt.datetime.fromtimestamp(cutoff, dt.UTC))
    named = date or max(map(_today, chosen), default="")
    return Reply(200, {"cutoff_at": at, "date": named, "providers": chosen})


def _today(provider: str) -> str:
    return str(dt.datetime.now(country_of(provider).zone).date())


def _content(store: Store, provider: str, date: str) -> bytes | None:
    known = store.one("SELECT content FROM files WHERE provider = ? AND date = ?", provider, date)
    if known:
        return known["content"]
    closing = store.one("SELECT * FROM closings WHERE provider = ? AND date = ?", provider, date)
    due = closing["cutoff_at"] if closing else _morning_after(provider, date)
    if due > time.time():
        return None
    form = (closing["encoding"], closing["newline"]) if closing else ("utf-8", "lf")
    content = NEWLINES[form[1]].join([*_lines(store, provider, date), ""]).encode(ENCODINGS[form[0]])
    store.add("files", provider=provider, date=date, content=content, made_at=time.time())
    return content


def _morning_after(provider: str, date: str) -> float:
    day = dt.date.fromisoformat(date) + dt.timedelta(days=1)
    return dt.datetime.combine(day, FILE_TIME, tzinfo=country_of(provider).zone).timestamp()


def _lines(store: Store, provider: str, date: str) -> list[str]:
    country, total = country_of(provider), Decimal(0)
    lines: list[str] = []

    def add(row: Any, provider_ref: str, our_ref: Any, status: str, amount: Decimal, at: float) -> None:
        written_at = written(dt.datetime.fromtimestamp(at, dt.UTC))
        said = f"{provider_ref},{our_ref},{row['kind']},{status},{country.written(amount)},{nothing},{written_at}"
        lines.append(f"D,{len(lines) + 1},{said}")

    nothing = country.written(Decimal(0))
    for row, status, at in _movements(store, provider, date):
        amount = Decimal(row["amount"]) + (1 if row["in_file"] == "wrong_amount_in_file" else 0)
        total += {"succeeded": amount, "reversed": -amount}.get(status, Decimal(0))
        add(row, row["provider_ref"], row["our_ref"], status, amount, at)
        if row["in_file"] == "extra_in_file" and status == "succeeded":
            total += amount
            add(row, f"{row['provider_ref']}X", uuid.uuid4(), status, amount, at)
    made = written(dt.datetime.now(dt.UTC))
    return [
        f"H,1,{provider},{date},{country.currency},{made}",
        *lines,
        f"T,{len(lines)},{country.written(total)},{nothing}",
    ]


def _movements(store: Store, provider: str, date: str) -> list[tuple[Any, str, float]]:
    """Every line of the day in the order in which it happened."""
    rows = store.all(
        "SELECT * FROM transactions WHERE provider = ? AND (file_date = ? OR reversed_file_date = ?)"
        " AND kind IN ('bill', 'recharge', 'refund', 'collection', 'payout') AND in_file != 'omit_from_file'",
        provider,
        date,
        date,
    )
    done = [(row, row["status"], row["completed_at"]) for row in rows if row["file_date"] == date]
    back = [(row, taken_back(row), row["reversed_at"]) for row in rows if row["reversed_file_date"] == date]
    return sorted(done + back, key=lambda movement: movement[2])
