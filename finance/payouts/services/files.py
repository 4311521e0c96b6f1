"""The file of a batch: written once, kept encrypted, sent to the bank by a worker."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.crypto import decrypt, encrypt
from core.database.db import lock, lock_all, present
from core.days import day_in
from core.errors import Refused, SamePerson, WrongState, refused_by, refuses
from core.gateways.models import Instruction
from core.gateways.results import Result, Status
from core.gateways.services import instruct_by_file, lines_are_refused, lines_are_sent
from core.history import record_change, record_changes
from core.language.reasons import ReasonMissing
from core.money import Money
from finance.payouts.account_numbers import number_of
from finance.payouts.machine import BATCH
from finance.payouts.models import FILE_CONTEXT, PayoutBatch, PayoutLine
from finance.payouts.payout_file import FileLine, write
from finance.payouts.services.batches import (
    ROWS_AT_ONCE,
    AccountChanged,
    PayeesStopped,
    PayoutsStopped,
    approve_payout_batch,
    leave_out_changed,
)
from finance.payouts.services.ends import IN_BATCH, conclude, fail
from finance.settlement.services import pay_statement
from ledger.services import book_of
from stations.accounts.models import User

_B, _L = PayoutBatch.Status, PayoutLine.Status
PATH = "/v1/payout-files"
WITHDRAWAL = "float withdrawal"


class NothingForTheBank(Refused):
    """Everything of this batch was paid without the bank, or left out."""

    code = "nothing_for_the_bank"
    message = _("Nothing in this batch goes through the bank, so there is no file.")


@dataclass(frozen=True, slots=True)
class PayoutFile:
    """A file as it was written: the same bytes however often it is looked at."""

    name: str
    content: bytes
    sha256: str


@refuses(WrongState, NothingForTheBank)
@transaction.atomic
def export_payout_batch(*, batch: PayoutBatch, by: User, at: dt.datetime) -> PayoutFile:
    """Write the file of an approved batch and have it sent; a second export gives the very same bytes.

    Anyone who changed their account since the approval is left out, the hold voided.
    """
    batch = lock(batch)
    if batch.file_sha256:
        return file_of(batch)
    BATCH.check("export_payout_batch", batch.status)
    leave_out_changed(batch=batch, at=at)
    lines = _numbered(batch)
    if not lines:
        raise NothingForTheBank
    content = _write(batch, lines, at=at)
    batch.file_cipher, batch.file_key_no = encrypt(content.decode(), context=FILE_CONTEXT)
    batch.file_sha256, batch.exported_at, batch.status = hashlib.sha256(content).hexdigest(), at, _B.EXPORTED
    batch.save()
    record_change(batch, old=_B.APPROVED, new=batch.status, at=at, actor=by.pk)
    _instruct(batch, lines, at=at)
    return file_of(batch)


@refuses(
    *(WrongState, SamePerson, PayoutsStopped, PayeesStopped, AccountChanged, NothingForTheBank),
    *refused_by(pay_statement),
)
@transaction.atomic
def release_payout_batch(*, batch: PayoutBatch, by: User, at: dt.datetime) -> PayoutBatch:
    """Approve a batch and let its file go: the second officer's one press. Refused as both verbs."""
    batch = approve_payout_batch(batch=batch, by=by, at=at)
    if batch.lines.filter(status=_L.APPROVED).exists():
        export_payout_batch(batch=batch, by=by, at=at)
    return PayoutBatch.objects.get(pk=batch.pk)


@refuses(WrongState, ReasonMissing)
@transaction.atomic
def record_file_answer(*, instruction: Instruction, result: Result, source: str, at: dt.datetime) -> None:
    """The bank has taken the file, or refused it whole: then nothing of it was paid, and every hold is voided."""
    our_refs = list(PayoutLine.objects.filter(batch__file_ref=instruction.our_ref).values_list("pk", flat=True))
    is_taken = result.status == Status.SUCCEEDED
    # Instructions before batches: the order in which answers about single payouts take their locks too.
    if is_taken:
        lines_are_sent(our_refs=our_refs, at=at)
    else:
        lines_are_refused(our_refs=our_refs, code=result.code, at=at)
    batch = lock(PayoutBatch.objects.get(file_ref=instruction.our_ref))
    BATCH.check("submit_payout_batch", batch.status)
    batch.status, batch.submitted_at = _B.SUBMITTED, at
    batch.save(update_fields=["status", "submitted_at", "updated_at"])
    record_change(batch, old=_B.EXPORTED, new=batch.status, at=at, actor_kind="provider", reason=result.code)
    waiting = lock_all(batch.lines.filter(status=_L.APPROVED).select_related(*IN_BATCH))
    if is_taken:
        _are_with_the_bank(waiting, at=at)
    else:
        for line in waiting:
            fail(line=line, code=result.code, at=at)
    conclude(batch=batch, at=at)


def body_of_file(our_ref: UUID) -> bytes:
    """The bytes that the bank is sent under this reference."""
    return file_of(PayoutBatch.objects.get(file_ref=our_ref)).content


def file_of(batch: PayoutBatch) -> PayoutFile:
    """The file of a batch that has one."""
    content = decrypt(bytes(present(batch.file_cipher)), present(batch.file_key_no), context=FILE_CONTEXT).encode()
    return PayoutFile(f"{batch.number}.csv", content, batch.file_sha256)


def _numbered(batch: PayoutBatch) -> list[PayoutLine]:
    related = ("payout_account__data_key", "statement", "account")
    lines = lock_all(batch.lines.filter(status=_L.APPROVED).select_related(*related))
    for line_no, line in enumerate(lines, start=1):
        line.line_no = line_no
    PayoutLine.objects.bulk_update(lines, ["line_no"], batch_size=ROWS_AT_ONCE)
    return lines


def _write(batch: PayoutBatch, lines: Sequence[PayoutLine], *, at: dt.datetime) -> bytes:
    date = day_in(book_of(batch.country).zone, at)
    return write(number=batch.number, date=date, currency=batch.currency, lines=[_file_line(line) for line in lines])


def _file_line(line: PayoutLine) -> FileLine:
    account = present(line.payout_account)
    return FileLine(
        our_ref=line.pk,
        bank_code=account.bank_code,
        account_no=number_of(account),
        holder_name=account.holder_name,
        amount=line.amount,
        purpose=_purpose(line),
    )


def _purpose(line: PayoutLine) -> str:
    if line.is_withdrawal:
        return WITHDRAWAL
    statement = present(line.statement)
    return f"{line.account.kind} {statement.period_from:%Y%m%d}-{statement.period_to:%Y%m%d}"


def _instruct(batch: PayoutBatch, lines: Sequence[PayoutLine], *, at: dt.datetime) -> None:
    amounts = [(line.pk, {"amount": str(line.amount), "currency": line.currency}) for line in lines]
    total = sum(line.amount_minor for line in lines)
    instruct_by_file(
        provider=batch.provider,
        path=PATH,
        file_ref=batch.file_ref,
        figures={
            "line_count": len(lines),
            "total": str(Money(total, batch.currency)),
            "currency": batch.currency,
            "sha256": batch.file_sha256,
        },
        lines=amounts,
        at=at,
    )


def _are_with_the_bank(lines: Sequence[PayoutLine], *, at: dt.datetime) -> None:
    PayoutLine.objects.filter(pk__in=[line.pk for line in lines]).update(status=_L.PROCESSING, updated_at=at)
    record_changes(lines, old=_L.APPROVED, new=_L.PROCESSING, at=at, actor_kind="provider")
