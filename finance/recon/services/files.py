"""Daily files of companies: what agrees is matched at once, what has to be decided is decided line by line."""

import datetime as dt
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef

from core.database.db import present
from core.days import instant_of
from core.gateways.models import DailyFile, Instruction, Provider
from core.gateways.services import Effect, ask_again, due_at, record_result, refuse_file, set_cutoff
from core.jobs.models import Job
from core.jobs.services import enqueue_all
from core.money import Money
from core.notices.services import notify
from core.notices.templates import in_each_language
from finance.payments.models import Payment
from finance.recon.models import ProviderFile, ProviderLine, ReconItem
from finance.recon.services.adding_up import add_up
from finance.recon.services.comparing import compare
from finance.recon.services.daily_file import FileFaulty
from finance.recon.services.items import match_recon_items, open_recon_item
from finance.recon.services.staging import match_staged, stage
from finance.recon.services.sums import settle_empty_sum
from stations.accounts.models import Role
from stations.accounts.queries import people_in_role

#: Jobs that are written in one statement.
BATCH = 5_000

_TO_DECIDE = """
SELECT line.id FROM recon_matched AS matched
  JOIN finance_providerline AS line ON line.file_id = %s AND line.line_no = matched.line_no
 WHERE matched.must_decide ORDER BY line.line_no
"""


def receive_daily_file(*, daily_file: DailyFile, at: dt.datetime) -> None:
    """A daily file has come: import it whole, or refuse it whole."""
    try:
        import_daily_file(raw=daily_file, at=at)
    except FileFaulty as fault:
        refuse_file(daily_file=daily_file, reason=str(fault), at=at)


@transaction.atomic
def import_daily_file(*, raw: DailyFile, at: dt.datetime) -> ProviderFile:
    """Store a daily file, match its lines by our reference, and let it be the cut-off of its day.

    Lines that agree with our books are matched in one statement; each of the others becomes a job, so that no line
    waits for another's locks. A corrected file is the next in sequence and is compared. Raises `FileFaulty`; nothing
    is imported then. The same file again is harmless: it gives the row that stands.
    """
    provider = raw.provider
    _take_files_in_turn(provider)
    stands = ProviderFile.objects.filter(sha256=raw.sha256).first()
    if stands:
        return stands
    sums = stage(raw)
    last = ProviderFile.objects.filter(provider=provider, file_date=raw.file_date).aggregate(n=Max("sequence"))["n"]
    file = ProviderFile.objects.create(
        provider=provider,
        file_date=raw.file_date,
        sequence=(last or 0) + 1,
        sha256=raw.sha256,
        raw=raw,
        currency=provider.currency,
        line_count=sums.count,
        total_minor=sums.total_minor,
        fee_minor=sums.fee_minor,
        imported_at=at,
    )
    match_staged(file)
    compare(file, at=at)
    for each in add_up(file=file, at=at):
        if each.settled_at is not None:
            settle_empty_sum(sum_of_day=each, at=at)
    match_recon_items(items=ReconItem.objects.filter(dedupe_key=_file_item(provider.pk, raw.file_date)), at=at)
    _decide_the_rest(file, at=at)
    _set_cutoff(provider, raw.file_date, at=at)
    _ask_about_the_rest(provider, at=at)
    return file


@transaction.atomic
def apply_line(*, line: ProviderLine, at: dt.datetime) -> None:
    """Let one line of a file say what the provider would have said; a line that a later sequence replaced is silent."""
    file = line.file
    later = ProviderFile.objects.filter(provider=file.provider_id, file_date=file.file_date, sequence__gt=file.sequence)
    if later.exists():
        return
    is_reversed = line.status in {"reversed", "returned"}
    effect = record_result(
        provider=file.provider,
        our_ref=line.our_ref,
        data={
            "our_ref": line.our_ref,
            "kind": line.kind,
            "status": "succeeded" if is_reversed else line.status,
            "provider_ref": line.provider_ref,
            "amount": str(Money(line.amount_minor, file.currency)),
            "currency": file.currency,
            "completed_at": line.completed_at.isoformat(),
        },
        source="file",
        at=at,
        event_type="transaction.reversed" if is_reversed else "",
    )
    if effect == Effect.MALFORMED:
        _note_unreadable(line, at=at)


@transaction.atomic
def alarm_late_file(*, provider: Provider, file_date: dt.date, at: dt.datetime) -> None:
    """A daily file is six hours late: finance is told once, and the item stays until the file is there."""
    note_missing_file(provider=provider, file_date=file_date, at=at)
    for user in people_in_role(Role.FINANCE_OFFICER, at=at):
        notify(
            template="daily_file_late",
            params={"provider": in_each_language(lambda: provider.title), "date": file_date},
            language=user.language,
            user=user,
            link="/finance/settlement/recon/?kind=file",
            dedupe_key=f"daily_file_late:{provider.code}:{file_date}:{user.pk}",
            at=at,
        )


@transaction.atomic
def note_missing_files(*, file_date: dt.date, at: dt.datetime) -> list[str]:
    """At the close of a day: an item for every company whose file of it is due and not here; their codes."""
    here = ProviderFile.objects.filter(file_date=file_date).values("provider")
    late = [
        provider
        for provider in Provider.objects.exclude(pk__in=here).filter(file_time__isnull=False).order_by("code")
        if present(due_at(provider, file_date)) <= at and _sent_files_before(provider, file_date)
    ]
    for provider in late:
        note_missing_file(provider=provider, file_date=file_date, at=at)
    return [provider.code for provider in late]


def note_missing_file(*, provider: Provider, file_date: dt.date, at: dt.datetime) -> None:
    """An item for a file that is not here; the file itself closes it."""
    open_recon_item(
        kind=ReconItem.Kind.FILE,
        dedupe_key=_file_item(provider.pk, file_date),
        provider_id=provider.pk,
        our_ref="",
        currency=provider.currency,
        detail={"file_date": file_date.isoformat()},
        subject_date=file_date,
        sides=[ReconItem.Side.PROVIDER],
        at=at,
    )


@transaction.atomic
def record_stray(*, provider: Provider, our_ref: str, result: dict[str, Any], source: str, at: dt.datetime) -> None:
    """Somebody speaks of a payment that we never made: people have to look."""
    open_recon_item(
        kind=ReconItem.Kind.MISSING_INTERNAL,
        dedupe_key=f"missing_internal:{provider.pk}:{our_ref}:{result.get('status', '')}",
        provider_id=provider.pk,
        our_ref=our_ref,
        currency=provider.currency,
        detail={"source": source, "theirs": str(result.get("status", ""))[:20]},
        sides=[ReconItem.Side.PROVIDER, ReconItem.Side.OURS],
        at=at,
    )


def _sent_files_before(provider: Provider, file_date: dt.date) -> bool:
    return DailyFile.objects.filter(provider=provider, file_date__lte=file_date).exists()


def _take_files_in_turn(provider: Provider) -> None:
    """One file of a provider at a time, without its row: every call that fails needs that last (`gateways.sending`)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))", [f"provider file {provider.pk}"])


def _file_item(provider_id: int, file_date: dt.date) -> str:
    return f"file:{provider_id}:{file_date}"


def _decide_the_rest(file: ProviderFile, *, at: dt.datetime) -> None:
    """One job for each line that our books do not agree with; patient, so that no counter waits behind a large file."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_TO_DECIDE, [file.pk])
        while rows := cursor.fetchmany(BATCH):
            file.to_decide_count += len(rows)
            enqueue_all([_decision(line, at) for (line,) in rows])
    file.save(update_fields=["to_decide_count", "updated_at"])


def _decision(line: int, at: dt.datetime) -> Job:
    return Job(
        kind="recon.apply_line",
        dedupe_key=f"apply-line:{line}",
        payload={"line": line},
        run_at=at,
        is_patient=True,
    )


def _set_cutoff(provider: Provider, date: dt.date, *, at: dt.datetime) -> None:
    """From now on a reference that the file lacks may be believed lost."""
    start = instant_of(provider.time_zone, date, dt.time())
    end = instant_of(provider.time_zone, date + dt.timedelta(days=1), dt.time())
    waiting = Payment.objects.undecided().filter(
        bill__biller__provider=provider, submitted_at__gte=start, submitted_at__lt=end, cutoff_at=None
    )
    for our_ref in waiting.values_list("pk", flat=True).order_by("pk"):
        set_cutoff(our_ref=our_ref, cutoff_at=at, at=at)
    waiting.update(cutoff_at=at)


def _ask_about_the_rest(provider: Provider, *, at: dt.datetime) -> None:
    """With each file, ask once more about what an earlier cut-off has not decided."""
    theirs = Instruction.objects.filter(pk=OuterRef("pk"), provider=provider)
    waiting = Payment.objects.undecided().filter(Exists(theirs), cutoff_at__lt=at)
    for our_ref in waiting.values_list("pk", flat=True).order_by("pk"):
        ask_again(our_ref=our_ref, at=at)


def _note_unreadable(line: ProviderLine, *, at: dt.datetime) -> None:
    open_recon_item(
        kind=ReconItem.Kind.STATUS,
        dedupe_key=f"unreadable:{line.pk}",
        provider_id=line.file.provider_id,
        payment=line.payment,
        our_ref=line.our_ref,
        currency=line.file.currency,
        detail={"file": line.file_id, "line": line.line_no, "theirs": line.status},
        subject_date=line.file.file_date,
        sides=[ReconItem.Side.PROVIDER, ReconItem.Side.OURS],
        at=at,
    )
