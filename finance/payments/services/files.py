"""What a provider's daily file says of our payments."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q

from core.days import instant_of
from core.gateways.models import DailyFile, Provider
from core.gateways.services import ask_again, record_result, refuse_file, set_cutoff
from core.money import Money
from finance.payments.models import Payment
from finance.settlement.daily_file import FileFaulty
from finance.settlement.models import ProviderFile, ProviderLine, ReconItem
from finance.settlement.services import open_recon_item, store_provider_file

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
