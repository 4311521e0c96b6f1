"""What the bank says of a payout, from wherever it comes and in whatever order, ends in the same place."""

import datetime as dt
from uuid import UUID

from django.db import transaction

from core.database.db import present
from core.errors import WrongState, refused_by, refuses
from core.gateways.models import Instruction
from core.gateways.results import DISAGREEMENTS, Result, Status
from core.gateways.services import ask_again
from core.language.reasons import ReasonMissing
from finance.hooks import SINGLE_PAYOUTS
from finance.payouts.machine import LINE
from finance.payouts.models import PayoutLine
from finance.payouts.services.ends import conclude, confirm, fail, held_with_batch, take_back
from finance.payouts.services.postings import PROVIDER
from finance.recon.models import ReconItem
from finance.settlement.services import pay_statement

_L = PayoutLine.Status
#: A bank that has said nothing for so long is asked once a day; after the longer time people look.
ASK_AFTER, LOOK_AFTER = dt.timedelta(days=1), dt.timedelta(days=5)
SWEEP = 500


@refuses(WrongState, ReasonMissing, *refused_by(pay_statement))
@transaction.atomic
def record_payout_answer(*, instruction: Instruction, result: Result, source: str, at: dt.datetime) -> None:
    """Apply one word of the bank to the payout of this reference; one without a batch belongs to its purpose.

    `returned` before `paid` writes both. Another amount is not definite; what contradicts a final state changes
    nothing: both open a reconciliation item.
    """
    purpose = instruction.request.get("purpose")
    if purpose is not None:
        SINGLE_PAYOUTS[purpose].answered(instruction=instruction, result=result, source=source, at=at)
        return
    line = held_with_batch(instruction.our_ref)
    if result.code in DISAGREEMENTS:
        kind = ReconItem.Kind.CURRENCY if result.code == "currency_differs" else ReconItem.Kind.AMOUNT
        _note(line, instruction, kind, result, source=source, at=at)
    elif line.status in PayoutLine.WITH_THE_BANK:
        _decide(line, result, at=at)
    elif result.status == Status.REVERSED and line.status == _L.PAID:
        take_back(line=line, code=result.code, made_by=PROVIDER, at=at)
    elif _contradicts(line, result):
        _note(line, instruction, ReconItem.Kind.STATUS, result, source=source, at=at)
    conclude(batch=present(line.batch), at=at)


def body_of_payout(our_ref: UUID) -> dict[str, str]:
    """What the bank is sent for a payout without a batch: the account is read anew each time and stored nowhere."""
    request = Instruction.objects.values_list("request", flat=True).get(pk=our_ref)
    return {**request, **SINGLE_PAYOUTS[request["purpose"]].body(our_ref)}


@transaction.atomic
def ask_about_payouts(*, at: dt.datetime) -> int:
    """Ask the bank about payouts of which it has said nothing for a day; lay the old ones before people."""
    silent = PayoutLine.objects.filter(status=_L.PROCESSING, batch__submitted_at__lte=at - ASK_AFTER)
    rows = list(silent.select_related("batch").order_by("our_ref")[:SWEEP])
    for line in rows:
        ask_again(our_ref=line.pk, at=at)
        if line.batch.submitted_at <= at - LOOK_AFTER:
            _note_silence(line, at=at)
    return len(rows)


def _decide(line: PayoutLine, result: Result, *, at: dt.datetime) -> None:
    LINE.check("record_payout_answer", line.status)
    if result.status in {Status.SUCCEEDED, Status.REVERSED}:
        confirm(line=line, at=at)
    if result.status == Status.REVERSED:
        take_back(line=line, code=result.code, made_by=PROVIDER, at=at)
    elif result.status == Status.FAILED:
        fail(line=line, code=result.code or "not_paid", at=at)


def _contradicts(line: PayoutLine, result: Result) -> bool:
    """Not paid after it was; paid, or come back, after it was not: also where it has been paid again since."""
    if result.status == Status.FAILED:
        return line.status == _L.PAID
    was_not_paid = line.status == _L.FAILED or (line.status == _L.REISSUED and line.paid_at is None)
    return result.status in {Status.SUCCEEDED, Status.REVERSED} and was_not_paid


def _note(
    line: PayoutLine, instruction: Instruction, kind: str, result: Result, *, source: str, at: dt.datetime
) -> None:
    theirs = line.amount if result.amount is None else result.amount
    same_currency = theirs.currency == line.currency
    _open_item(
        line,
        kind=kind,
        key=f"{kind}:{line.pk}:{result.status}",
        provider_id=instruction.provider_id,
        diff_minor=theirs.minor - line.amount_minor if same_currency else 0,
        detail={"ours": line.status, "theirs": str(result.status), "source": source},
        at=at,
    )


def _note_silence(line: PayoutLine, *, at: dt.datetime) -> None:
    _open_item(
        line,
        kind=ReconItem.Kind.MISSING_PROVIDER,
        key=f"payout_silent:{line.pk}",
        provider_id=present(line.batch).provider_id,
        diff_minor=-line.amount_minor,
        detail={"ours": line.status},
        at=at,
    )


def _open_item(
    line: PayoutLine,
    *,
    kind: str,
    key: str,
    provider_id: int,
    diff_minor: int,
    detail: dict[str, str],
    at: dt.datetime,
) -> None:
    """The same thing again adds nothing. As a row: the verbs of reconciliation stand above those of floats and ours."""
    item = ReconItem(
        kind=kind,
        sides=[ReconItem.Side.OURS, ReconItem.Side.PROVIDER],
        dedupe_key=key,
        provider_id=provider_id,
        our_ref=str(line.pk),
        amount_diff_minor=diff_minor,
        currency=line.currency,
        detail={"payout": str(line.pk), **detail},
        opened_at=at,
    )
    ReconItem.objects.bulk_create([item], ignore_conflicts=True)
