"""What a provider's daily file says of our payments."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Max, Q

from core.days import instant_of
from core.gateways.models import DailyFile, Provider
from core.gateways.services import ask_again, record_result, refuse_file, set_cutoff
from core.money import Money
from core.notices.services import notify
from finance.payments.models import Payment
from finance.recon.models import ProviderFile, ProviderLine, ReconItem
from finance.recon.services.daily_file import FileFaulty, Line, read
from finance.recon.services.items import open_recon_item
from stations.accounts.models import Role
from stations.accounts.queries import people_in_role

# One statement for a file of any size; what is no UUID, or a reference given to another provider, matches nothing.
MATCH = """
UPDATE finance_providerline AS line
   SET payment_id = payment.our_ref
  FROM finance_payment AS payment
  JOIN core_instruction AS instruction ON instruction.our_ref = payment.our_ref
 WHERE line.file_id = %s
   AND instruction.provider_id = %s
   AND line.payment_id IS NULL
   AND line.our_ref ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
   AND payment.our_ref = line.our_ref::uuid
"""


@transaction.atomic
def import_daily_file(*, raw: DailyFile, at: dt.datetime) -> ProviderFile:
    """Store a daily file, match its lines by our reference, and let it be the cut-off of its day.

    Raises `FileFaulty`; nothing is imported then. The same file again changes nothing.
    """
    file = store_provider_file(raw=raw, at=at)
    with connection.cursor() as cursor:
        cursor.execute(MATCH, [file.pk, file.provider_id])
    _name_what_we_do_not_know(file, at=at)
    _set_cutoff(raw.provider, raw.file_date, at=at)
    _ask_about_the_rest(raw.provider, at=at)
    return file


def lines_to_apply(file: ProviderFile) -> Iterable[ProviderLine]:
    """The lines whose payments are not decided yet, are decided otherwise, or were of another amount."""
    agrees = Q(amount_minor=F("payment__amount_minor")) & (
        Q(status="succeeded", payment__status__in=["succeeded", "partially_refunded", "refunded", "reversed"])
        | Q(status="failed", payment__status="failed")
        | Q(status="reversed", payment__status="reversed")
    )
    return file.lines.filter(payment__isnull=False).exclude(agrees).select_related("payment").order_by("line_no")


def _name_what_we_do_not_know(file: ProviderFile, *, at: dt.datetime) -> None:
    for line in file.lines.filter(payment=None, kind="bill"):
        open_recon_item(
            kind=ReconItem.Kind.MISSING_INTERNAL,
            dedupe_key=f"missing_internal:{file.provider_id}:{line.our_ref}:{line.status}",
            provider_id=file.provider_id,
            our_ref=line.our_ref,
            currency=file.currency,
            detail={"file": file.pk, "line": line.line_no, "theirs": line.status},
            amount_diff_minor=line.amount_minor,
            at=at,
        )


def _set_cutoff(provider: Any, date: dt.date, *, at: dt.datetime) -> None:
    """From now on a reference that the file lacks may be believed lost."""
    start = instant_of(provider.time_zone, date, dt.time())
    end = instant_of(provider.time_zone, date + dt.timedelta(days=1), dt.time())
    waiting = Payment.objects.undecided().filter(
        bill__biller__provider=provider, submitted_at__gte=start, submitted_at__lt=end, cutoff_at=None
    )
    for our_ref in waiting.values_list("pk", flat=True).order_by("pk"):
        set_cutoff(our_ref=our_ref, cutoff_at=at, at=at)
    waiting.update(cutoff_at=at)


def _ask_about_the_rest(provider: Any, *, at: dt.datetime) -> None:
    """With each file, ask once more about what an earlier file's cut-off has not decided."""
    waiting = Payment.objects.undecided().filter(bill__biller__provider=provider, cutoff_at__lt=at)
    for our_ref in waiting.values_list("pk", flat=True).order_by("pk"):
        ask_again(our_ref=our_ref, at=at)


def receive_daily_file(*, daily_file: DailyFile, at: dt.datetime) -> None:
    """A daily file has come: import it whole and let its lines speak, or refuse it whole."""
    try:
        file = import_daily_file(raw=daily_file, at=at)
    except FileFaulty as fault:
        refuse_file(daily_file=daily_file, reason=str(fault), at=at)
        return
    for line in lines_to_apply(file):
        _say(line, provider=daily_file.provider, at=at)


def record_stray(*, provider: Provider, our_ref: str, result: dict[str, Any], source: str, at: dt.datetime) -> None:
    """Somebody speaks of a payment that we never made: people have to look."""
    open_recon_item(
        kind=ReconItem.Kind.MISSING_INTERNAL,
        dedupe_key=f"missing_internal:{provider.pk}:{our_ref}:{result.get('status', '')}",
        provider_id=provider.pk,
        our_ref=our_ref,
        currency=provider.currency,
        detail={"source": source, "theirs": str(result.get("status", ""))[:20]},
        at=at,
    )


def _say(line: ProviderLine, *, provider: Provider, at: dt.datetime) -> None:
    """One line of a file as the result that the provider would have sent."""
    reversed_ = line.status == "reversed"
    record_result(
        provider=provider,
        our_ref=line.our_ref,
        data={
            "our_ref": line.our_ref,
            "kind": line.kind,
            "status": "succeeded" if reversed_ else line.status,
            "provider_ref": line.provider_ref,
            "amount": str(Money(line.amount_minor, provider.currency)),
            "currency": provider.currency,
            "completed_at": line.completed_at.isoformat(),
        },
        source="file",
        at=at,
        event_type="transaction.reversed" if reversed_ else "",
    )


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
    content = read(bytes(raw.content), provider=provider.code, date=raw.file_date, currency=provider.currency)
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


def _take_files_in_turn(provider: Provider) -> None:
    """One file of a provider at a time, without its row: every call that fails needs that last (`gateways.sending`)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))", [f"provider file {provider.pk}"])


def _file_item(provider_id: int, file_date: dt.date) -> str:
    return f"file:{provider_id}:{file_date}"


def _store_lines(file: ProviderFile, lines: list[Line]) -> None:
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
