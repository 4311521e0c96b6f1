"""Companies' files and our bank's lines, as they come in."""

import datetime as dt
import hashlib
from typing import Any

from django.utils.timezone import now

from core.gateways.models import DailyFile
from core.gateways.services import store_file
from core.jobs.models import Job
from core.money import Money
from finance.models import BankStatementLine, ReconItem
from finance.recon.services import import_bank_statement, open_recon_item, receive_daily_file
from finance.recon.tasks import apply_line
from tests.factories.daily_files import daily_file
from tests.factories.finance import book, provider
from tests.factories.stations import finance_officer

HEADER = "value_date,line_ref,direction,amount,currency,counterparty,counterparty_tail,text"


def deliver(*lines: str, date: dt.date, at: dt.datetime, code: str = "JS-POWER", **spoilt: str) -> DailyFile:
    """A company's file as a worker takes it in, its lines decided."""
    content = daily_file(*lines, date=date.isoformat(), **spoilt).replace(b"JS-POWER", code.encode(), 1)
    raw = store_file(provider=provider(code), file_date=date, content=content, at=at)
    if raw is not None:
        receive_daily_file(daily_file=raw, at=at)
        decide_lines(at=at)
    return DailyFile.objects.get(sha256=hashlib.sha256(content).hexdigest())


def decide_lines(*, at: dt.datetime) -> int:
    """What workers do with the lines that our books do not agree with; how many there were."""
    waiting = list(Job.objects.filter(kind="recon.apply_line", state="waiting").order_by("pk"))
    for job in waiting:
        apply_line(job.payload, at)
        Job.objects.filter(pk=job.pk).update(state="done", finished_at=at)
    return len(waiting)


def bank_lines(*lines: str, date: str = "2026-11-25", by: Any = None, account: str = "main") -> list[BankStatementLine]:
    """Bank lines `ref,direction,amount` or `ref,direction,amount,text`, imported with their own control total."""
    book()
    rows, total = [], 0
    for line in lines:
        ref, direction, amount, *text = line.split(",")
        minor = round(float(amount) * 100)
        total += minor if direction == "in" else -minor
        rows.append(f"{date},{ref},{direction},{amount},CNY,对方,4821,{''.join(text)}")
    return import_bank_statement(
        bank_account=account,
        content="\n".join([HEADER, *rows, ""]).encode(),
        control_total=Money(total, "CNY"),
        country="CN",
        by=by or finance_officer(),
        at=now(),
    )


def recon_item(*, kind: str = "amount", at: dt.datetime | None = None, **values: Any) -> ReconItem:
    """A difference, by default of 5.00 that a company has more than we."""
    key = values.pop("dedupe_key", f"test:{kind}:{ReconItem.objects.count()}")
    book()
    open_recon_item(
        **{
            "kind": kind,
            "dedupe_key": key,
            "provider_id": provider().pk,
            "our_ref": "",
            "currency": "CNY",
            "amount_diff_minor": 5_00,
            "detail": {},
            "at": at or now(),
            **values,
        }
    )
    return ReconItem.objects.get(dedupe_key=key)
