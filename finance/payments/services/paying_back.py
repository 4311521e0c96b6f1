"""Money that goes back through the gateway that collected it."""

import datetime as dt
from typing import Any

from django.db import transaction

from core.database.db import lock, present
from core.errors import WrongState, refused_by, refuses
from core.fields import uuid7
from core.gateways.models import Instruction, Provider
from core.gateways.results import Result, Status
from core.gateways.services import instruct, is_lost, settle_as_failed
from core.history import record_change
from finance import chart
from finance.payments.machine import REFUND
from finance.payments.models import Refund
from finance.payments.services.refunds import publish_end
from finance.recon.models import ProviderLine, ReconItem
from finance.recon.services import open_recon_item
from ledger.queries import business_date_of
from ledger.services import Leg, MadeBy, book_of, post_transfers, resolution
from stations.accounts.models import User

#: So long after it was sent a gateway can no longer execute an order that it has not received.
LOST_AFTER = dt.timedelta(hours=24)


@refuses(WrongState)
@transaction.atomic
def submit_refund(*, refund: Refund, at: dt.datetime) -> Refund:
    """Order a granted refund back to where it was paid from; the money waits as a hold until the gateway says so."""
    refund = lock(refund)
    if refund.status != Refund.Status.GRANTED or refund.source != Refund.Source.ONLINE:
        return refund
    REFUND.check("submit_refund", refund.status)
    return _order_back(refund, at=at)


@refuses(WrongState)
@transaction.atomic
def retry_refund(*, refund: Refund, by: User, at: dt.datetime) -> Refund:
    """Order a refund again that has definitely not arrived, under a new reference."""
    refund = lock(refund)
    REFUND.check("retry_refund", refund.status)
    return _order_back(refund, at=at, by=by)


@refuses(*refused_by(resolution))
@transaction.atomic
def record_refund(*, instruction: Instruction, result: Result, source: str, at: dt.datetime) -> None:
    """Apply what the gateway says of a refund: only a definite word moves the money.

    A word about an order that was given up for a newer one, or that contradicts the end, is laid before people.
    """
    refund = _refund_of(instruction)
    is_current = refund.our_ref == instruction.our_ref and REFUND.allows("record_refund", refund.status)
    if not is_current:
        if result.is_definite and not _was_known(refund, instruction, result):
            _note_difference(refund, instruction, result, source=source, at=at)
    elif result.status == Status.SUCCEEDED:
        reason = "back on the payer's account"
        _arrive(refund, resolution(pending_id=present(refund.hold_transfer_id), kind="post", reason=reason), at=at)
        if _bank_has_all(refund):
            note_paid_twice(refund, instruction.provider, at=at)
    elif result.status == Status.FAILED:
        _come_back(refund, code=result.code or "operator_rejected", at=at)
    elif result.status == Status.NOT_FOUND and is_lost(instruction, at=at) and not _is_in_a_file(instruction):
        settle_as_failed(instruction=instruction, code="never_received", at=at)
        _come_back(refund, code="never_received", at=at)
    elif result.status == Status.REVERSED:
        _note_difference(refund, instruction, result, source=source, at=at)


def arrive_by_the_bank(refund: Refund, gateway: Provider, *, at: dt.datetime) -> None:
    """The payer's bank has taken the whole payment back: customer_funds -> clearing, and nothing is ordered any more.

    The caller holds the row and has looked at its state; a new one is written.
    """
    refund.our_ref = uuid7()
    clearing, funds = _accounts(refund, gateway, at=at)
    hold = Leg(funds, clearing, refund.amount, "taken back by the payer's bank", kind="pending")
    _post(refund, [hold], event_type="refund_ordered", event_id=str(refund.our_ref), at=at)
    refund.hold_transfer_id, refund.failure_code = hold.id, ""
    reason = "taken back by the payer's bank"
    _arrive(refund, Leg(funds, clearing, refund.amount, reason, kind="post", pending_id=hold.id), at=at)


def note_paid_twice(refund: Refund, gateway: Provider, *, at: dt.datetime) -> None:
    """What we had refunded the payer's bank has taken as well: the gateway owes it, and people claim or bear it."""
    open_recon_item(
        kind=ReconItem.Kind.DUPLICATE,
        dedupe_key=f"refunded_twice:{refund.pk}",
        provider_id=gateway.pk,
        payment=refund.payment,
        our_ref=str(refund.our_ref),
        amount_diff_minor=refund.amount_minor,
        currency=refund.currency,
        detail={"ours": "refunded", "theirs": "reversed", "amount": str(refund.amount)},
        at=at,
    )


def _order_back(refund: Refund, *, at: dt.datetime, by: User | None = None) -> Refund:
    gateway = _gateway_of(refund)
    refund.our_ref = uuid7()
    clearing, funds = _accounts(refund, gateway, at=at)
    hold = Leg(funds, clearing, refund.amount, "on its way back to the payer", kind="pending")
    _post(refund, [hold], event_type="refund_ordered", event_id=str(refund.our_ref), at=at)
    refund.hold_transfer_id, refund.failure_code = hold.id, ""
    _move(refund, Refund.Status.PENDING, at=at, by=by)
    instruct(
        provider=gateway,
        kind=Instruction.Kind.REFUND,
        path="/v1/refunds",
        request={
            "original_ref": str(refund.payment_id),
            "amount": str(refund.amount),
            "currency": refund.currency,
        },
        our_ref=refund.our_ref,
        at=at,
        cutoff_at=at + LOST_AFTER,
    )
    return refund


def _arrive(refund: Refund, done: Leg, *, at: dt.datetime) -> None:
    _post(refund, [done], event_type="refund_paid_out", event_id=str(refund.pk), at=at)
    refund.paid_at = at
    _move(refund, Refund.Status.SUCCEEDED, at=at)
    publish_end(refund, station=refund.station, at=at)


def _come_back(refund: Refund, *, code: str, at: dt.datetime) -> None:
    freed = resolution(pending_id=present(refund.hold_transfer_id), kind="void", reason="did not arrive")
    _post(refund, [freed], event_type="refund_failed", event_id=str(refund.our_ref), at=at)
    refund.hold_transfer, refund.failure_code = None, code[:40]
    _move(refund, Refund.Status.FAILED, at=at)
    if _bank_has_all(refund):
        arrive_by_the_bank(refund, _gateway_of(refund), at=at)


def _bank_has_all(refund: Refund) -> bool:
    """Whether the payer's bank has taken the whole payment back meanwhile: its reversal is a refund of its own."""
    online = Refund.objects.filter(payment=refund.payment_id, source=Refund.Source.ONLINE)
    return online.filter(reason=Refund.Reason.REVERSED).exists()


def _move(refund: Refund, status: str, *, at: dt.datetime, by: User | None = None) -> None:
    before, refund.status = refund.status, status
    refund.save()
    kind = "person" if by else "provider" if status in {Refund.Status.SUCCEEDED, Refund.Status.FAILED} else "system"
    record_change(refund, old=before, new=status, at=at, actor=by.pk if by else None, actor_kind=kind)


def _gateway_of(refund: Refund) -> Provider:
    return Instruction.objects.select_related("provider").get(pk=present(refund.payment_id)).provider


def _refund_of(instruction: Instruction) -> Refund:
    rows = Refund.objects.select_for_update(of=("self",), no_key=True).select_related("payment", "station__county")
    found = rows.filter(our_ref=instruction.our_ref).first()
    return found or rows.get(pk=_owner_of_older_order(instruction))


def _owner_of_older_order(instruction: Instruction) -> Any:
    """The refund whose earlier order this was: its payment, and the amount that was ordered back."""
    refunds = Refund.objects.filter(payment=instruction.request["original_ref"], source=Refund.Source.ONLINE)
    same = (refund.pk for refund in refunds.order_by("pk") if str(refund.amount) == instruction.request["amount"])
    return next(same)


def _was_known(refund: Refund, instruction: Instruction, result: Result) -> bool:
    if refund.our_ref != instruction.our_ref:
        return result.status == Status.FAILED
    return (refund.status, result.status) in {
        (Refund.Status.SUCCEEDED, Status.SUCCEEDED),
        (Refund.Status.FAILED, Status.FAILED),
    }


def _is_in_a_file(instruction: Instruction) -> bool:
    return ProviderLine.objects.filter(our_ref=str(instruction.our_ref)).exists()


def _note_difference(refund: Refund, instruction: Instruction, result: Result, *, source: str, at: dt.datetime) -> None:
    open_recon_item(
        kind=ReconItem.Kind.STATUS,
        dedupe_key=f"refund:{instruction.our_ref}:{result.status}",
        provider_id=instruction.provider_id,
        payment=refund.payment,
        our_ref=str(instruction.our_ref),
        amount_diff_minor=refund.amount_minor,
        currency=refund.currency,
        detail={"ours": refund.status, "theirs": str(result.status), "source": source, "amount": str(refund.amount)},
        at=at,
    )


def _accounts(refund: Refund, gateway: Provider, *, at: dt.datetime) -> tuple[Any, Any]:
    keys = chart.clearing(gateway), chart.customer_funds(refund.station)
    country = refund.station.county.country
    opened = chart.open_all(keys, country=country, currency=refund.currency, at=at)
    return opened[keys[0]], opened[keys[1]]


def _post(refund: Refund, legs: list[Leg], *, event_type: str, event_id: str, at: dt.datetime) -> None:
    post_transfers(
        legs=legs,
        event_type=event_type,
        event_id=event_id,
        business_date=business_date_of(book_of(refund.station.county.country), at),
        made_by=MadeBy("system" if event_type == "refund_ordered" else "provider"),
        at=at,
    )
