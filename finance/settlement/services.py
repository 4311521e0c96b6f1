"""Bank lines and daily files: stored, posted, and matched with what we know."""

import csv
import datetime as dt
import io
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from core.gateways.models import DailyFile, Provider
from core.jobs.models import Job
from core.jobs.services import enqueue_all
from core.money import AmountMalformed, Money, parse, zero
from core.notices.services import notify
from finance import chart
from finance.settlement import daily_file
from finance.settlement.models import BankStatementLine, ProviderFile, ProviderLine, ReconItem
from ledger.queries import business_date_of
from ledger.services import Group, Leg, MadeBy, book_of, post_groups
from stations.accounts.models import Role
from stations.accounts.queries import people_in_role

LONGEST_REFERENCE = 64
BANK_COLUMNS = [
    "value_date",
    "line_ref",
    "direction",
    "amount",
    "currency",
    "counterparty",
    "counterparty_tail",
    "text",
]


class StatementFaulty(Refused):
    """A bank statement that cannot be read whole; nothing of it is used."""

    code = "statement_faulty"
    status = 422
    message = _("The statement is refused whole: line %(line)s, %(fault)s.")


class ControlTotalDiffers(Refused):
    """What the importer typed is not what the file holds."""

    code = "control_total_differs"
    status = 422
    message = _("The lines in less the lines out make %(found)s, you typed %(typed)s. Nothing was imported.")


@transaction.atomic
def import_bank_statement(
    *, bank_account: str, content: bytes, control_total: Money, country: str, by: Any, at: dt.datetime
) -> list[BankStatementLine]:
    """Store a bank's lines and post each of them against suspense; lines that stand already are passed over.

    `control_total` is lines in less lines out, typed by the importer. Refused: `statement_faulty`,
    `control_total_differs`; nothing is written then.
    """
    lines = _read_bank_lines(content, bank_account=bank_account, currency=control_total.currency, by=by, at=at)
    found = sum(
        (Money(line.amount_minor if line.direction == "in" else -line.amount_minor, line.currency) for line in lines),
        zero(control_total.currency),
    )
    if found != control_total:
        raise ControlTotalDiffers(field="control_total", found=str(found), typed=str(control_total))
    new = _new_among(lines, bank_account=bank_account)
    _post_against_suspense(new, bank_account=bank_account, country=country, by=by, at=at)
    stored = BankStatementLine.objects.bulk_create(new)
    enqueue_all(
        [
            Job(kind="floats.match_line", dedupe_key=f"match:{line.pk}", payload={"line": str(line.pk)}, run_at=at)
            for line in stored
            if line.direction == BankStatementLine.Direction.IN
        ]
    )
    return stored


@transaction.atomic
def store_provider_file(*, raw: DailyFile, at: dt.datetime) -> ProviderFile:
    """Read a provider's daily file whole and store its lines; a corrected file is the next in sequence.

    Raises `FileFaulty`; nothing is stored then. The same file again is harmless: it gives the row that stands.
    """
    provider = raw.provider
    _take_files_in_turn(provider)
    stands = ProviderFile.objects.filter(sha256=raw.sha256).first()
    if stands:
        return stands
    content = daily_file.read(
        bytes(raw.content), provider=provider.code, date=raw.file_date, currency=provider.currency
    )
    last = ProviderFile.objects.filter(provider=provider, file_date=raw.file_date).aggregate(n=Max("sequence"))["n"]
    file = ProviderFile.objects.create(
        provider=provider,
        file_date=raw.file_date,
        sequence=(last or 0) + 1,
        sha256=raw.sha256,
        raw=raw,
        currency=provider.currency,
        line_count=len(content.lines),
        total_minor=content.total.minor,
        fee_minor=content.fee.minor,
        imported_at=at,
    )
    _store_lines(file, content.lines)
    ReconItem.objects.filter(
        dedupe_key=_file_item(provider.pk, raw.file_date), status=ReconItem.Status.UNMATCHED
    ).update(status=ReconItem.Status.MATCHED)
    return file


@transaction.atomic
def alarm_late_file(*, provider: Provider, file_date: dt.date, at: dt.datetime) -> None:
    """A daily file is six hours late: finance is told once, and the item stays until the file is there."""
    open_recon_item(
        kind=ReconItem.Kind.FILE,
        dedupe_key=_file_item(provider.pk, file_date),
        provider_id=provider.pk,
        our_ref="",
        currency=provider.currency,
        detail={"file_date": file_date.isoformat()},
        at=at,
    )
    for user in people_in_role(Role.FINANCE_OFFICER, at=at):
        notify(
            template="daily_file_late",
            params={"provider": provider.code, "date": file_date.isoformat()},
            language=user.language,
            user=user,
            dedupe_key=f"daily_file_late:{provider.code}:{file_date}:{user.pk}",
            at=at,
        )


def open_recon_item(
    *,
    kind: str,
    dedupe_key: str,
    provider_id: int | None,
    our_ref: str,
    currency: str,
    detail: dict[str, Any],
    at: dt.datetime,
    payment: Any = None,
    amount_diff_minor: int = 0,
) -> None:
    """Note that two sides see something differently; the same thing again adds nothing."""
    ReconItem.objects.bulk_create(
        [
            ReconItem(
                kind=kind,
                dedupe_key=dedupe_key[:160],
                provider_id=provider_id,
                payment=payment,
                our_ref=our_ref[:64],
                amount_diff_minor=amount_diff_minor,
                currency=currency,
                detail=detail,
                opened_at=at,
            )
        ],
        ignore_conflicts=True,
    )


def _take_files_in_turn(provider: Provider) -> None:
    """One file of a provider at a time, without its row: every call that fails needs that last (`gateways.sending`)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))", [f"provider file {provider.pk}"])


def _file_item(provider_id: int, file_date: dt.date) -> str:
    return f"file:{provider_id}:{file_date}"


def _read_bank_lines(
    content: bytes, *, bank_account: str, currency: str, by: Any, at: dt.datetime
) -> list[BankStatementLine]:
    try:
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise StatementFaulty(line=1, fault=_("unreadable text")) from error
    if not rows or list(rows[0]) != BANK_COLUMNS:
        raise StatementFaulty(line=1, fault=_("the columns must be %(columns)s") % {"columns": ",".join(BANK_COLUMNS)})
    lines = []
    references = set()
    for number, row in enumerate(rows, start=2):
        line = _bank_line(row, number, bank_account=bank_account, currency=currency, by=by, at=at)
        if line.line_ref in references:
            raise StatementFaulty(line=number, fault=_("the same line reference twice"))
        references.add(line.line_ref)
        lines.append(line)
    return lines


def _new_among(lines: list[BankStatementLine], *, bank_account: str) -> list[BankStatementLine]:
    """Those that do not stand yet. Raises `StatementFaulty` where one stands with another content."""
    stand = {
        line.line_ref: line
        for line in BankStatementLine.objects.filter(
            bank_account=bank_account, line_ref__in=[line.line_ref for line in lines]
        )
    }
    for number, line in enumerate(lines, start=2):
        if line.line_ref in stand and _said_by(line) != _said_by(stand[line.line_ref]):
            raise StatementFaulty(line=number, fault=_("the bank said something else under this reference before"))
    return [line for line in lines if line.line_ref not in stand]


def _said_by(line: BankStatementLine) -> tuple[Any, ...]:
    return line.direction, line.amount_minor, line.currency, line.value_date


def _bank_line(
    row: dict[str, str], number: int, *, bank_account: str, currency: str, by: Any, at: dt.datetime
) -> BankStatementLine:
    if None in row:
        raise StatementFaulty(line=number, fault=_("more cells than columns"))
    try:
        amount = parse(row["amount"] or "", currency)
        value_date = dt.date.fromisoformat(row["value_date"])
    except (AmountMalformed, ValueError, TypeError) as error:
        raise StatementFaulty(line=number, fault=_("unreadable amount or date")) from error
    if row["direction"] not in BankStatementLine.Direction.values or row["currency"] != currency or amount.minor <= 0:
        raise StatementFaulty(line=number, fault=_("unknown direction, other currency, or no amount"))
    if not row["line_ref"] or len(row["line_ref"]) > LONGEST_REFERENCE:
        raise StatementFaulty(line=number, fault=_("no line reference, or one that is too long"))
    return BankStatementLine(
        bank_account=bank_account,
        value_date=value_date,
        line_ref=row["line_ref"],
        direction=row["direction"],
        amount_minor=amount.minor,
        currency=currency,
        counterparty=(row["counterparty"] or "")[:120],
        counterparty_tail=(row["counterparty_tail"] or "")[-8:],
        text=(row["text"] or "")[:300],
        imported_by=by,
        imported_at=at,
    )


def _post_against_suspense(
    lines: list[BankStatementLine], *, bank_account: str, country: str, by: Any, at: dt.datetime
) -> None:
    if not lines:
        return
    currency = lines[0].currency
    keys = chart.bank(bank_account), chart.suspense(bank_account)
    opened = chart.open_all(keys, country=country, currency=currency, at=at)
    bank, suspense = (opened[key] for key in keys)
    business_date = business_date_of(book_of(country), at)
    groups = []
    for line in lines:
        debit, credit = (bank, suspense) if line.direction == BankStatementLine.Direction.IN else (suspense, bank)
        leg = Leg(debit, credit, Money(line.amount_minor, currency), "bank line")
        line.transfer_id = leg.id
        groups.append(Group([leg], "bank_line", str(line.pk), business_date, MadeBy("staff", by.pk)))
    post_groups(groups=groups, at=at)


def _store_lines(file: ProviderFile, lines: list[daily_file.Line]) -> None:
    ProviderLine.objects.bulk_create(
        [
            ProviderLine(
                file=file,
                line_no=line.line_no,
                provider_ref=line.provider_ref,
                our_ref=line.our_ref,
                kind=line.kind,
                status=line.status,
                amount_minor=line.amount.minor,
                fee_minor=line.fee.minor,
                completed_at=line.completed_at,
            )
            for line in lines
        ],
        batch_size=5_000,
    )
