"""What a provider says, from wherever it comes and in whatever order, ends in the same place."""

import datetime as dt
from collections.abc import Callable

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.database.compiled_queries import compiled_query
from core.database.db import present
from core.days import day_in
from core.errors import Refused, WrongState, refused_by, refuses
from core.gateways.models import Instruction
from core.gateways.results import DISAGREEMENTS, Result, Status
from core.gateways.services import is_lost, settle_as_failed, withdraw
from core.keys.services import KeyReused
from core.money import Money
from core.notices.services import notify
from finance.fees.services import MoreThanStands, store_accrual
from finance.hooks import TRADES, Distribution
from finance.payments.machine import PAYMENT
from finance.payments.models import Payment, Receipt, Refund
from finance.payments.services.clocks import stop_clock
from finance.payments.services.fee_messages import tell_payer_of_fee
from finance.payments.services.giving_back import (
    NotARefund,
    RefundExceedsPayment,
    can_be_reversed,
    reverse_payment,
    takes_a_reversal,
    was_taken_back,
)
from finance.payments.services.granting import grant_refund
from finance.payments.services.receipts import issue_receipt, trade_lines_of
from finance.payments.services.steps import (
    PROVIDER,
    clearing_and_funds,
    end,
    held,
    hold_accounts,
    move,
    post,
    publish_payment,
)
from finance.recon.models import ProviderFile, ReconItem
from finance.recon.services import match_recon_items, open_recon_item
from ledger.services import Leg, MadeBy
from stations.accounts.models import Role, User
from stations.accounts.queries import people_in_role

#: The source of an answer that two people gave (`decisions.decide_payment`).
PEOPLE = "people"
#: How long "in progress" may last after submission, and how long "no answer" before people look; money.md 4.3, 3.1.
PENDING_FOR, PENDING_BILL_FOR = dt.timedelta(minutes=15), dt.timedelta(hours=4)
UNKNOWN_FOR, UNKNOWN_TICKET_FOR = dt.timedelta(days=3), dt.timedelta(hours=24)
SWEEP = 500
WAITING_FOR_WORD = frozenset({Payment.Status.HELD, Payment.Status.SUBMITTED, Payment.Status.UNKNOWN})


class OnlyWhoTookIt(Refused):
    """Anyone who took the money calls the payment off; to all others it may be somebody's cash on the counter."""

    code = "only_who_took_it"
    message = _("Only the person who took the money can cancel this payment.")


@refuses(KeyReused, WrongState, NotARefund, RefundExceedsPayment, MoreThanStands)
@transaction.atomic(savepoint=False)  # nobody goes on after its failure
def record_answer(*, instruction: Instruction, result: Result, source: str, at: dt.datetime) -> None:
    """Apply one answer to the payment of this reference.

    `source` is answer, enquiry, callback, file or people. An answer with another amount or currency is not definite; a
    definite answer that contradicts a final state changes nothing and opens a reconciliation item. Money that was taken
    back and is with nobody here any more is told to the app above (`finance.reversal_unfunded`).
    """
    payment = held(instruction.our_ref)
    if result.code in DISAGREEMENTS:
        _note_difference(payment, instruction, _kind_of_difference(result.code), result, source=source, at=at)
    if PAYMENT.allows("record_answer", payment.status):
        was_in_review = payment.status == Payment.Status.MANUAL_REVIEW
        _decide(payment, instruction, result, made_by=_made_by(payment, source), at=at)
        if was_in_review and not payment.is_undecided:
            match_recon_items(items=ReconItem.objects.filter(dedupe_key=_review_item(payment)), at=at)
    elif result.status == Status.REVERSED and can_be_reversed(payment, at=at):
        reverse_payment(payment=payment, at=at, made_by=_made_by(payment, source))
    elif _contradicts(payment, result):
        _note_difference(payment, instruction, ReconItem.Kind.STATUS, result, source=source, at=at)
        if result.status == Status.REVERSED and takes_a_reversal(payment):
            publish_payment(payment, "finance.reversal_unfunded", at=at)


@refuses(OnlyWhoTookIt, WrongState, KeyReused, *refused_by(withdraw))
@transaction.atomic
def cancel_payment(*, payment: Payment, by: User, at: dt.datetime) -> Payment:
    """Call off a payment that has not been sent."""
    if payment.taken_by_id != by.pk:
        raise OnlyWhoTookIt
    withdraw(our_ref=payment.pk, at=at)
    payment = held(payment.pk)
    PAYMENT.check("cancel_payment", payment.status)
    return _fail(payment, code="cancelled", made_by=MadeBy("person", by.pk), at=at)


@refuses(WrongState)
@transaction.atomic
def pass_deadline(*, payment: Payment, at: dt.datetime) -> Payment:
    """In progress for too long: nobody knows any more."""
    payment = held(payment.pk)
    PAYMENT.check("pass_deadline", payment.status)
    move(payment, Payment.Status.UNKNOWN, at=at)
    return payment


@refuses(WrongState)
@transaction.atomic
def send_to_review(*, payment: Payment, at: dt.datetime) -> Payment:
    """Three days without a definite answer: people look, and the county knows of it."""
    payment = held(payment.pk)
    PAYMENT.check("send_to_review", payment.status)
    move(payment, Payment.Status.MANUAL_REVIEW, at=at)
    open_recon_item(
        kind=ReconItem.Kind.STATUS,
        dedupe_key=_review_item(payment),
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


def _review_item(payment: Payment) -> str:
    return f"review:{payment.pk}"


def _tell_of_review(user: User, payment: Payment, *, at: dt.datetime) -> None:
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
    """Every payment that has been in progress for too long becomes unknown; how many did.

    An online collection may be paid until it expires.
    """
    is_bill, is_online = Q(purpose=Payment.Purpose.BILL), Q(method=Payment.Method.ONLINE)
    due = Payment.objects.filter(status=Payment.Status.PENDING).filter(
        is_online & Q(cutoff_at__lte=at)
        | ~is_online & is_bill & Q(submitted_at__lte=at - PENDING_BILL_FOR)
        | ~is_online & ~is_bill & Q(submitted_at__lte=at - PENDING_FOR)
    )
    return _sweep(due, pass_deadline, at=at)


@transaction.atomic
def review_unknown(*, at: dt.datetime) -> int:
    """Every payment of which nobody has known anything for too long is laid before people; how many were."""
    is_travel, is_online = Q(purpose=Payment.Purpose.TRAVEL), Q(method=Payment.Method.ONLINE)
    due = Payment.objects.filter(status=Payment.Status.UNKNOWN).filter(
        is_online & Q(cutoff_at__lte=at - UNKNOWN_FOR)
        | ~is_online & is_travel & Q(submitted_at__lte=at - UNKNOWN_TICKET_FOR)
        | ~is_online & ~is_travel & Q(submitted_at__lte=at - UNKNOWN_FOR)
    )
    return _sweep(due, send_to_review, at=at)


def _sweep(due: QuerySet[Payment], verb: Callable[..., Payment], *, at: dt.datetime) -> int:
    """The verb on each of the next rows; a row that somebody holds is left to the next sweep."""
    rows = list(due.order_by("pk").select_for_update(of=("self",), no_key=True, skip_locked=True)[:SWEEP])
    for payment in rows:
        verb(payment=payment, at=at)
    return len(rows)


def _made_by(payment: Payment, source: str) -> MadeBy:
    if source != PEOPLE:
        return PROVIDER
    decided = payment.decisions.filter(decided_by__isnull=False).latest("decided_at")
    return MadeBy("staff", decided.decided_by_id)


def _decide(payment: Payment, instruction: Instruction, result: Result, *, made_by: MadeBy, at: dt.datetime) -> None:
    if result.status == Status.SUCCEEDED:
        _succeed(payment, instruction, result, made_by=made_by, at=at)
    elif result.status == Status.REVERSED:
        _succeed(payment, instruction, result, made_by=made_by, at=at)
        reverse_payment(payment=payment, at=at, made_by=made_by)
    elif result.status == Status.FAILED:
        _fail(payment, code=result.code or "operator_rejected", made_by=made_by, at=at)
    elif result.status == Status.NOT_FOUND and _never_arrived(payment, instruction, at=at):
        settle_as_failed(instruction=instruction, code="never_received", at=at)
        _fail(payment, code="never_received", made_by=PROVIDER, at=at)
    elif result.status == Status.PENDING and payment.status in WAITING_FOR_WORD:
        move(payment, Payment.Status.PENDING, at=at)
    elif result.status == Status.UNKNOWN and payment.status in {Payment.Status.HELD, Payment.Status.SUBMITTED}:
        move(payment, Payment.Status.UNKNOWN, at=at)


def _never_arrived(payment: Payment, instruction: Instruction, *, at: dt.datetime) -> bool:
    """Enquiries after the cut-off found nothing, twice and half an hour apart, and the daily file lacks it too."""
    is_in_a_file = payment.provider_lines.exists()
    return is_lost(instruction, at=at) and not is_in_a_file and _file_is_here(payment, instruction)


def _file_is_here(payment: Payment, instruction: Instruction) -> bool:
    """Whether the file that could have named a recharge has come; a bill's cut-off is that file's arrival."""
    provider = instruction.provider
    if instruction.kind != Instruction.Kind.RECHARGE or provider.file_time is None:
        return True
    sent_on = day_in(provider.time_zone, present(payment.submitted_at))
    return ProviderFile.objects.filter(provider=provider, file_date=sent_on).exists()


def _succeed(payment: Payment, instruction: Instruction, result: Result, *, made_by: MadeBy, at: dt.datetime) -> None:
    legs, distribution = _legs_of_success(payment, instruction, result, at=at)
    post(payment, legs, event_type="payment_succeeded", made_by=made_by, at=at)
    for accrual in distribution.accruals:
        store_accrual(accrual, at=at)
    move(payment, Payment.Status.SUCCEEDED, at=at, actor=made_by)
    slip = _slip_in_progress.get(payment.pk)
    final = issue_receipt(
        payment=payment,
        kind=Receipt.Kind.FINAL,
        trade_lines=[
            *trade_lines_of(slip),
            *distribution.slip_lines,
            {"name": "slip_in_progress", "value": slip.number},
        ],
        at=at,
    )
    tell_payer_of_fee(payment=payment, receipt=final, at=at)
    end(payment, "finance.payment_succeeded", at=at)
    stop_clock(payment, at=at)


@compiled_query
def _slip_in_progress(payment: Payment) -> QuerySet[Receipt]:
    return Receipt.objects.filter(payment=payment, kind=Receipt.Kind.IN_PROGRESS)


def _legs_of_success(
    payment: Payment, instruction: Instruction, result: Result, *, at: dt.datetime
) -> tuple[list[Leg], Distribution]:
    """What was held moves on to everybody; what was collected online comes to the station that serves."""
    if not payment.hold_transfer_id:
        clearing, funds = clearing_and_funds(payment, at=at)
        return [Leg(clearing, funds, payment.total, "collected online")], Distribution([])
    clearing, source = hold_accounts(payment)
    trade = TRADES[payment.purpose]
    distribution = trade.distribute(payment=payment, provider=instruction.provider, result=result, at=at)
    taken = Leg(
        source,
        clearing,
        payment.total,
        "the provider has done it",
        kind="post",
        pending_id=payment.hold_transfer_id,
    )
    return [taken, *distribution.legs, *(leg for each in distribution.accruals for leg in each.legs)], distribution


def _fail(payment: Payment, *, code: str, made_by: MadeBy, at: dt.datetime) -> Payment:
    """Nothing was paid. What was taken is owed back; online nothing was taken."""
    payment.failure_code = code[:40]
    if payment.hold_transfer_id:
        post(payment, _legs_of_failure(payment, at=at), event_type="payment_failed", made_by=made_by, at=at)
    move(payment, Payment.Status.FAILED, at=at, actor=made_by)
    if payment.hold_transfer_id:
        grant_refund(payment=payment, amount=payment.total, reason=Refund.Reason.FAILED_PAYMENT, at=at)
    end(payment, "finance.payment_failed", at=at)
    return payment


def _legs_of_failure(payment: Payment, *, at: dt.datetime) -> list[Leg]:
    clearing, source = hold_accounts(payment)
    legs = [Leg(source, clearing, payment.total, "given back", kind="void", pending_id=payment.hold_transfer_id)]
    if payment.funding == Payment.Funding.FLOAT:
        _clearing, funds = clearing_and_funds(payment, at=at)
        legs.append(Leg(source, funds, payment.total, "owed to the villager"))
    return legs


def _kind_of_difference(code: str) -> str:
    return ReconItem.Kind.CURRENCY if code == "currency_differs" else ReconItem.Kind.AMOUNT


def _contradicts(payment: Payment, result: Result) -> bool:
    """What cannot be: paid after it had failed, failed after it was paid, taken back what is with nobody any more."""
    failed = payment.status == Payment.Status.FAILED
    if result.status == Status.REVERSED:
        return not was_taken_back(payment)
    return (result.status == Status.SUCCEEDED and failed) or (result.status == Status.FAILED and not failed)


def _note_difference(
    payment: Payment, instruction: Instruction, kind: str, result: Result, *, source: str, at: dt.datetime
) -> None:
    theirs = payment.amount if result.amount is None else result.amount
    open_recon_item(
        kind=kind,
        dedupe_key=f"{kind}:{payment.pk}:{result.status}",
        provider_id=instruction.provider_id,
        payment=payment,
        our_ref=str(payment.pk),
        amount_diff_minor=_difference(payment, kind, result, theirs),
        currency=payment.currency,
        detail={"ours": payment.status, "theirs": result.status, "source": source, "amount": str(theirs)},
        at=at,
    )


def _difference(payment: Payment, kind: str, result: Result, theirs: Money) -> int:
    """What they say less what we say, of what we owe them: of a payment that one side holds for done and the other not,
    the whole; of a recharge the wholesale amount. What a gateway collects it owes us."""
    if kind == ReconItem.Kind.STATUS:
        is_online = payment.method == Payment.Method.ONLINE
        whole = -payment.total_minor if is_online else _owed_for(payment, payment.amount_minor)
        return whole if result.status == Status.SUCCEEDED else -whole
    return _owed_for(payment, theirs.minor - payment.amount_minor) if theirs.currency == payment.currency else 0


def _owed_for(payment: Payment, minor: int) -> int:
    """What the company is owed for so much of a payment, in minor units."""
    recharge = getattr(payment, "recharge", None)
    return minor if recharge is None else recharge.wholesale_for(minor)
