"""How a payout ends, and with the last of them its batch: paid, not paid, come back."""

import datetime as dt
from typing import Any

from core.database.db import lock, present
from core.errors import WrongState, refused_by, refuses
from core.events.services import publish
from core.history import record_change
from core.jobs.services import enqueue
from core.language.reasons import ReasonMissing
from finance.payments.models import Refund
from finance.payouts.machine import LINE
from finance.payouts.models import PayoutAccount, PayoutBatch, PayoutLine
from finance.payouts.services.accounts import restrict_payout_account, tell_payee
from finance.payouts.services.postings import PROVIDER, postings_of
from finance.payouts.services.statements import pay_out
from finance.settlement.services import pay_statement
from ledger.services import SYSTEM, MadeBy

_B, _L = PayoutBatch.Status, PayoutLine.Status
#: What a bank says of an account to which nothing will ever arrive; until the payee names another, nothing is sent.
OF_THE_ACCOUNT = frozenset({"account_invalid", "account_closed", "account_blocked", "name_mismatch"})
#: Reasons of ours: nobody fetched the cash; the bank has sent the money back and has not said why.
NOT_FETCHED_CODE, BY_BANK_LINE = "not_fetched", "bank_line"
#: States from which a batch may end, or end otherwise when money comes back.
UNDER_WAY = frozenset({_B.APPROVED, _B.SUBMITTED, _B.SETTLED, _B.PARTIALLY_SETTLED})
IN_BATCH = ("batch", "account__book", "payout_account__user", "payout_account__station", "statement")


def held_with_batch(our_ref: Any) -> PayoutLine:
    """A payout that is in a batch, both held until the transaction ends: the batch first, wherever both are."""
    batch = lock(PayoutBatch(pk=PayoutLine.objects.values_list("batch", flat=True).get(pk=our_ref)))
    line = PayoutLine.objects.select_related(*IN_BATCH).select_for_update(of=("self",), no_key=True).get(pk=our_ref)
    line.batch = batch
    return line


@refuses(*refused_by(pay_statement))
def confirm(*, line: PayoutLine, at: dt.datetime) -> None:
    """The bank has paid: the hold moves, the money leaves our bank account, the statement is paid."""
    postings = postings_of([line], made_by=PROVIDER, at=at)
    postings.confirm(line)
    postings.post()
    end_paid(line=line, at=at, made_by=PROVIDER)


@refuses(*refused_by(pay_statement))
def end_paid(*, line: PayoutLine, at: dt.datetime, made_by: MadeBy = SYSTEM) -> None:
    """Mark a payout whose money has left the payee's account, and tell everybody who has to know."""
    before, line.status, line.paid_at = line.status, _L.PAID, at
    line.save(update_fields=["status", "paid_at", "updated_at"])
    record_change(line, old=before, new=line.status, at=at, actor_kind=made_by.kind)
    if line.statement:
        pay_out(statement=line.statement, at=at)
    if present(line.payout_account).kind == PayoutAccount.Kind.CASH_AT_STATION:
        _owe_in_cash(line, at=at)
    else:
        _tell(line, "payout_paid", at=at)
    _publish(line, "finance.payout_paid", at=at)


@refuses(WrongState, ReasonMissing)
def fail(*, line: PayoutLine, code: str, at: dt.datetime) -> None:
    """The bank has not paid: the hold is voided, the money is the payee's as before."""
    postings = postings_of([line], made_by=PROVIDER, at=at)
    postings.void(line, "payout_failed")
    postings.post()
    before, line.status, line.return_code = line.status, _L.FAILED, code
    line.save(update_fields=["status", "return_code", "updated_at"])
    record_change(line, old=before, new=line.status, at=at, actor_kind="provider", reason=code)
    _look_at_account(line, code, at=at)
    _tell(line, "payout_came_back", at=at)


@refuses(WrongState, ReasonMissing)
def take_back(*, line: PayoutLine, code: str, made_by: MadeBy, at: dt.datetime) -> None:
    """Money that was paid has come back: every leg is reversed; withheld tax stays withheld."""
    LINE.check("return_payout", line.status)
    postings = postings_of([line], made_by=made_by, at=at)
    postings.take_back(line)
    postings.post()
    _end_returned(line, code=code, made_by=made_by, at=at)


@refuses(WrongState, ReasonMissing)
def come_back(*, line: PayoutLine, made_by: MadeBy, at: dt.datetime) -> None:
    """Money that was paid has come back over our bank account, before the bank has told of it."""
    LINE.check("return_payout", line.status)
    postings = postings_of([line], made_by=made_by, at=at)
    postings.come_back(line)
    postings.post()
    _end_returned(line, code=BY_BANK_LINE, made_by=made_by, at=at)


def _end_returned(line: PayoutLine, *, code: str, made_by: MadeBy, at: dt.datetime) -> None:
    line.status, line.return_code = _L.RETURNED, code
    line.save(update_fields=["status", "return_code", "updated_at"])
    actor = made_by.id if made_by.kind == "staff" else None
    record_change(line, old=_L.PAID, new=line.status, at=at, actor=actor, actor_kind=made_by.kind, reason=code)
    _look_at_account(line, code, at=at)
    _tell(line, "payout_not_fetched" if code == NOT_FETCHED_CODE else "payout_came_back", at=at)
    _publish(line, "finance.payout_returned", at=at)


def conclude(*, batch: PayoutBatch, at: dt.datetime) -> None:
    """End a locked batch when nothing of it is with the bank any more: paid, or partly."""
    if batch.status not in UNDER_WAY or batch.lines.filter(status__in=[_L.DRAFT, *PayoutLine.WITH_THE_BANK]).exists():
        return
    unpaid = batch.lines.counted().filter(status__in=PayoutLine.UNPAID).exists()
    before, status = batch.status, _B.PARTIALLY_SETTLED if unpaid else _B.SETTLED
    if before == status:
        return
    batch.status, batch.finished_at = status, batch.finished_at or at
    batch.save(update_fields=["status", "finished_at", "updated_at"])
    record_change(batch, old=before, new=status, at=at)


def _owe_in_cash(line: PayoutLine, *, at: dt.datetime) -> None:
    """The money lies with the villagers' money of the station until it is fetched, like any money owed back."""
    account = present(line.payout_account)
    refund = Refund.objects.create(
        key=f"payout:{line.pk}",
        payout_line=line,
        receiver=present(account.user).person,
        station=present(account.station),
        amount_minor=line.amount_minor,
        currency=line.currency,
        reason=Refund.Reason.PAYOUT,
        source=Refund.Source.CUSTOMER_FUNDS,
        status=Refund.Status.GRANTED,
    )
    record_change(refund, old="", new=refund.status, at=at)
    publish(
        "finance.refund_granted",
        at=at,
        refund=str(refund.pk),
        payment=None,
        reason=refund.reason,
        station=refund.station_id,
        amount_minor=refund.amount_minor,
        currency=refund.currency,
    )
    enqueue("payments.notify_refund", dedupe_key=f"refund:{refund.pk}", payload={"refund": str(refund.pk)}, run_at=at)


def _look_at_account(line: PayoutLine, code: str, *, at: dt.datetime) -> None:
    account = lock(present(line.payout_account))
    if code in OF_THE_ACCOUNT and account.is_usable:
        restrict_payout_account(account=account, reason=code, by=None, at=at)


def _tell(line: PayoutLine, template: str, *, at: dt.datetime) -> None:
    tell_payee(
        present(line.payout_account),
        template=template,
        params=lambda language: {"amount": line.amount.display(language)},
        dedupe_key=f"{template}:{line.pk}",
        at=at,
    )


def _publish(line: PayoutLine, name: str, *, at: dt.datetime) -> None:
    publish(
        name,
        at=at,
        payout=str(line.pk),
        payee=line.payee,
        statement=str(line.statement_id) if line.statement_id else None,
        amount_minor=line.amount_minor,
        currency=line.currency,
    )
