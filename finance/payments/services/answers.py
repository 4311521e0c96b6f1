"""What a provider says, from wherever it comes and in whatever order, ends in the same place."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from core.events.services import publish
from core.gateways.models import Instruction
from core.gateways.results import DISAGREEMENTS, Result, Status
from core.gateways.services import is_lost, settle_as_failed, withdraw
from core.history import record_change
from core.notices.services import notify
from finance import chart
from finance.fees.models import CommissionLine
from finance.fees.services import prepare_reversal, store_accrual
from finance.payments.machine import PAYMENT
from finance.payments.models import Payment, Receipt, Refund
from finance.payments.services.receipts import issue_receipt, trade_lines_of
from finance.payments.services.refunds import grant_refund
from finance.payments.trades import TRADES
from finance.recon.models import ReconItem
from finance.recon.services import open_recon_item
from ledger.queries import business_date_of, transfers_of
from ledger.services import Leg, MadeBy, book_of, post_transfers
from stations.accounts.models import Role
from stations.accounts.queries import people_in_role

PROVIDER = MadeBy("provider", None)
#: The source of an answer that two people gave (`decisions.decide_payment`).
PEOPLE = "people"
#: How long "in progress" may last after submission, and how long "no answer" before people look; money.md 4.3, 3.1.
PENDING_FOR, PENDING_BILL_FOR = dt.timedelta(minutes=15), dt.timedelta(hours=4)
UNKNOWN_FOR, UNKNOWN_TICKET_FOR = dt.timedelta(days=3), dt.timedelta(hours=24)
SWEEP = 500
WAITING_FOR_WORD = frozenset({Payment.Status.HELD, Payment.Status.SUBMITTED, Payment.Status.UNKNOWN})


class OnlyWhoTookIt(Refused):
    """Whoever took the money calls the payment off; to all others it may be somebody's cash on the counter."""

    code = "only_who_took_it"
    message = _("Only the person who took the money can call this payment off.")


@transaction.atomic
def record_answer(*, instruction: Instruction, result: Result, source: str, at: dt.datetime) -> None:
    """Apply one answer to the payment of this reference.

    `source` is answer, enquiry, callback, file or people. An answer with another amount or currency is not definite; a
    definite answer that contradicts a final state changes nothing and opens a reconciliation item.
    """
    payment = _held(instruction.our_ref)
    if result.code in DISAGREEMENTS:
        _note_difference(payment, instruction, _kind_of_difference(result.code), result, source=source, at=at)
    if payment.is_undecided:
        _decide(payment, instruction, result, made_by=_made_by(payment, source), at=at)
    elif result.status == Status.REVERSED:
        if payment.status in PAYMENT.arrows["reverse_payment"]:
            reverse_payment(payment=payment, at=at)
    elif _contradicts(payment, result):
        _note_difference(payment, instruction, ReconItem.Kind.STATUS, result, source=source, at=at)


@transaction.atomic
def cancel_payment(*, payment: Payment, by: Any, at: dt.datetime) -> Payment:
    """Call off a payment that has not been sent. Refused: `only_who_took_it`, `already_submitted`, `wrong_state`."""
    if payment.taken_by_id != by.pk:
        raise OnlyWhoTookIt
    withdraw(our_ref=payment.pk, at=at)
    payment = _held(payment.pk)
    PAYMENT.check("cancel_payment", payment.status)
    return _fail(payment, code="cancelled", made_by=MadeBy("person", by.pk), at=at)


@transaction.atomic
def reverse_payment(*, payment: Payment, at: dt.datetime) -> Payment:
    """The provider took a success back: every leg of it is reversed, and the villager is owed the total."""
    payment = _held(payment.pk)
    PAYMENT.check("reverse_payment", payment.status)
    clearing, funds = _clearing_and_funds(payment, at=at)
    success = transfers_of("payment_succeeded", str(payment.pk))
    legs = [
        Leg(transfer.credit, transfer.debit, transfer.money, "taken back", reversal_of=transfer.id)
        for transfer in success
        if transfer.kind == "posted"
    ]
    legs.append(Leg(clearing, funds, payment.total, "owed to the villager"))
    taken_back = prepare_reversal(
        event_type="payment", event_id=str(payment.pk), country=payment.station.county.country, at=at
    )
    _post(payment, [*legs, *taken_back.legs], event_type="payment_reversed", made_by=PROVIDER, at=at)
    CommissionLine.objects.bulk_create(taken_back.lines)
    _move(payment, Payment.Status.REVERSED, at=at)
    grant_refund(payment=payment, amount=payment.total, reason=Refund.Reason.REVERSED, at=at)
    _end(payment, "finance.payment_reversed", at=at)
    return payment


@transaction.atomic
def pass_deadline(*, payment: Payment, at: dt.datetime) -> Payment:
    """In progress for too long: nobody knows any more."""
    payment = _held(payment.pk)
    PAYMENT.check("pass_deadline", payment.status)
    _move(payment, Payment.Status.UNKNOWN, at=at)
    return payment


@transaction.atomic
def send_to_review(*, payment: Payment, at: dt.datetime) -> Payment:
    """Three days without a definite answer: people look, and the county knows of it."""
    payment = _held(payment.pk)
    PAYMENT.check("send_to_review", payment.status)
    _move(payment, Payment.Status.MANUAL_REVIEW, at=at)
    open_recon_item(
        kind=ReconItem.Kind.STATUS,
        dedupe_key=f"review:{payment.pk}",
        provider_id=Instruction.objects.values_list("provider", flat=True).get(pk=payment.pk),
        payment=payment,
        our_ref=str(payment.pk),
        currency=payment.currency,
        detail={"ours": payment.status, "theirs": "no definite answer"},
        at=at,
    )
    for role in (Role.COUNTY_CLERK, Role.COUNTY_MANAGER):
        for user in people_in_role(role, at=at, station=payment.station):
            _tell_of_review(user, payment, at=at)
    return payment


def _tell_of_review(user: Any, payment: Payment, *, at: dt.datetime) -> None:
    notify(
        template="payment_in_review",
        params={"amount": payment.total.display(user.language), "station": payment.station.name},
        language=user.language,
        user=user,
        link=f"/finance/payments/{payment.pk}/",
        dedupe_key=f"payment_in_review:{payment.pk}:{user.pk}",
        at=at,
    )


@transaction.atomic
def pass_deadlines(*, at: dt.datetime) -> int:
    """Every payment that has been in progress for too long becomes unknown; how many did."""
    is_bill = Q(purpose=Payment.Purpose.BILL)
    due = Payment.objects.filter(status=Payment.Status.PENDING).filter(
        is_bill & Q(submitted_at__lte=at - PENDING_BILL_FOR) | ~is_bill & Q(submitted_at__lte=at - PENDING_FOR)
    )
    return _sweep(due, pass_deadline, at=at)


@transaction.atomic
def review_unknown(*, at: dt.datetime) -> int:
    """Every payment of which nobody has known anything for too long is laid before people; how many were."""
    is_travel = Q(purpose=Payment.Purpose.TRAVEL)
    due = Payment.objects.filter(status=Payment.Status.UNKNOWN).filter(
        is_travel & Q(submitted_at__lte=at - UNKNOWN_TICKET_FOR) | ~is_travel & Q(submitted_at__lte=at - UNKNOWN_FOR)
    )
    return _sweep(due, send_to_review, at=at)


def _sweep(due: QuerySet[Payment], verb: Callable[..., Payment], *, at: dt.datetime) -> int:
    """The verb on each of the next rows; a row that somebody holds is left to the next sweep."""
    rows = list(due.order_by("pk").select_for_update(of=("self",), no_key=True, skip_locked=True)[:SWEEP])
    for payment in rows:
        verb(payment=payment, at=at)
    return len(rows)


def _made_by(payment: Payment, source: str) -> MadeBy:
    return MadeBy("staff", payment.decision.decided_by_id) if source == PEOPLE else PROVIDER


def _decide(payment: Payment, instruction: Instruction, result: Result, *, made_by: MadeBy, at: dt.datetime) -> None:
    if result.status == Status.SUCCEEDED:
        _succeed(payment, instruction, result, made_by=made_by, at=at)
    elif result.status == Status.REVERSED:
        _succeed(payment, instruction, result, made_by=made_by, at=at)
        reverse_payment(payment=payment, at=at)
    elif result.status == Status.FAILED:
        _fail(payment, code=result.code or "operator_rejected", made_by=made_by, at=at)
    elif result.status == Status.NOT_FOUND and _never_arrived(payment, instruction, at=at):
        settle_as_failed(instruction=instruction, code="never_received", at=at)
        _fail(payment, code="never_received", made_by=PROVIDER, at=at)
    elif result.status == Status.PENDING and payment.status in WAITING_FOR_WORD:
        _move(payment, Payment.Status.PENDING, at=at)
    elif result.status == Status.UNKNOWN and payment.status in {Payment.Status.HELD, Payment.Status.SUBMITTED}:
        _move(payment, Payment.Status.UNKNOWN, at=at)


def _never_arrived(payment: Payment, instruction: Instruction, *, at: dt.datetime) -> bool:
    """Enquiries after the cut-off found nothing, twice and half an hour apart, and the daily file lacks it too."""
    return is_lost(instruction, at=at) and not payment.provider_lines.exists()


def _succeed(payment: Payment, instruction: Instruction, result: Result, *, made_by: MadeBy, at: dt.datetime) -> None:
    trade = TRADES[payment.purpose]
    hold = payment.hold_transfer_id
    clearing, source = _hold_accounts(payment)
    distribution = trade.distribute(payment=payment, provider=instruction.provider, result=result, at=at)
    legs = [
        Leg(source, clearing, payment.total, "the provider has done it", kind="post", pending_id=hold),
        *distribution.legs,
        *(leg for accrual in distribution.accruals for leg in accrual.legs),
    ]
    _post(payment, legs, event_type="payment_succeeded", made_by=made_by, at=at)
    for accrual in distribution.accruals:
        store_accrual(accrual, at=at)
    _move(payment, Payment.Status.SUCCEEDED, at=at, actor=made_by)
    slip = payment.receipts.get(kind=Receipt.Kind.IN_PROGRESS)
    issue_receipt(
        payment=payment,
        kind=Receipt.Kind.FINAL,
        trade_lines=[
            *trade_lines_of(slip),
            *distribution.slip_lines,
            {"name": "slip_in_progress", "value": slip.number},
        ],
        at=at,
    )
    _end(payment, "finance.payment_succeeded", at=at)


def _fail(payment: Payment, *, code: str, made_by: MadeBy, at: dt.datetime) -> Payment:
    clearing, source = _hold_accounts(payment)
    legs = [Leg(source, clearing, payment.total, "given back", kind="void", pending_id=payment.hold_transfer_id)]
    if payment.funding == Payment.Funding.FLOAT:
        _clearing, funds = _clearing_and_funds(payment, at=at)
        legs.append(Leg(source, funds, payment.total, "owed to the villager"))
    _post(payment, legs, event_type="payment_failed", made_by=made_by, at=at)
    payment.failure_code = code[:40]
    _move(payment, Payment.Status.FAILED, at=at, actor=made_by)
    grant_refund(payment=payment, amount=payment.total, reason=Refund.Reason.FAILED_PAYMENT, at=at)
    _end(payment, "finance.payment_failed", at=at)
    return payment


def _end(payment: Payment, event: str, *, at: dt.datetime) -> None:
    TRADES[payment.purpose].ended(payment, at)
    publish(
        event,
        at=at,
        payment=str(payment.pk),
        purpose=payment.purpose,
        subject_ref=payment.subject_ref,
        payer=str(payment.payer_id) if payment.payer_id else None,
        station=payment.station_id,
        amount_minor=payment.total_minor,
        currency=payment.currency,
    )


def _move(payment: Payment, status: str, *, at: dt.datetime, actor: MadeBy = PROVIDER) -> None:
    before, payment.status = payment.status, status
    if not payment.is_undecided and payment.finished_at is None:
        payment.finished_at = at
    if payment.is_undecided and payment.submitted_at is None:
        payment.submitted_at = at  # the answer overtook our own mark
    payment.save(update_fields=["status", "failure_code", "submitted_at", "finished_at", "updated_at"])
    record_change(payment, old=before, new=status, at=at, actor=actor.id, actor_kind=actor.kind)


def _held(our_ref: Any) -> Payment:
    return (
        Payment.objects.select_related("station__county", "hold_transfer", "taken_by")
        .select_for_update(of=("self",), no_key=True)
        .get(pk=our_ref)
    )


def _hold_accounts(payment: Payment) -> tuple[Any, Any]:
    """Clearing and the account the money was held on."""
    hold = transfers_of("payment_taken", str(payment.pk))[-1]
    return hold.credit, hold.debit


def _clearing_and_funds(payment: Payment, *, at: dt.datetime) -> tuple[Any, Any]:
    clearing, _source = _hold_accounts(payment)
    funds = chart.open_one(
        chart.customer_funds(payment.station),
        country=payment.station.county.country,
        currency=payment.currency,
        at=at,
    )
    return clearing, funds


def _post(payment: Payment, legs: list[Leg], *, event_type: str, made_by: MadeBy, at: dt.datetime) -> None:
    post_transfers(
        legs=legs,
        event_type=event_type,
        event_id=str(payment.pk),
        business_date=business_date_of(book_of(payment.station.county.country), at),
        made_by=made_by,
        at=at,
    )


def _kind_of_difference(code: str) -> str:
    return ReconItem.Kind.CURRENCY if code == "currency_differs" else ReconItem.Kind.AMOUNT


def _contradicts(payment: Payment, result: Result) -> bool:
    failed = payment.status == Payment.Status.FAILED
    return (result.status == Status.SUCCEEDED and failed) or (result.status == Status.FAILED and not failed)


def _note_difference(
    payment: Payment, instruction: Instruction, kind: str, result: Result, *, source: str, at: dt.datetime
) -> None:
    theirs = result.amount or payment.amount
    same_currency = theirs.currency == payment.currency
    open_recon_item(
        kind=kind,
        dedupe_key=f"{kind}:{payment.pk}:{result.status}",
        provider_id=instruction.provider_id,
        payment=payment,
        our_ref=str(payment.pk),
        amount_diff_minor=theirs.minor - payment.amount_minor if same_currency else 0,
        currency=payment.currency,
        detail={"ours": payment.status, "theirs": result.status, "source": source, "amount": str(theirs)},
        at=at,
    )
