"""A success that is given back: in part or whole by the system, whole by the company that takes it back."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock_all
from core.errors import Refused, WrongState, refused_by, refuses
from core.gateways.models import Instruction
from core.history import record_changes
from core.keys.services import KeyReused
from core.money import Money
from finance.fees.models import CommissionLine
from finance.fees.services import MoreThanStands, Step, prepare_return, prepare_reversal, reverse_fees
from finance.hooks import Accrual
from finance.payments.machine import PAYMENT, REFUND
from finance.payments.models import Payment, Refund, Reversal
from finance.payments.services.granting import grant_refund, grant_refunds, granted_before
from finance.payments.services.paying_back import arrive_by_the_bank, note_paid_twice
from finance.payments.services.steps import PROVIDER, clearing_and_funds, end, held, move, post
from finance.recon.models import ReconItem
from finance.recon.services import match_recon_items
from ledger.queries import balance, transfers_of
from ledger.services import SYSTEM, Leg, MadeBy

_P = Payment.Status


class RefundExceedsPayment(Refused):
    """No more comes back than was paid."""

    code = "refund_exceeds_payment"
    status = 422
    message = _("Only %(left)s of this payment can still be refunded.")


class NotARefund(Refused):
    """What is given beside what was paid is granted, not refunded; it changes no payment."""

    code = "not_a_refund"
    status = 422
    message = _("This is paid in addition; it is not a refund of the payment.")


@refuses(KeyReused, WrongState, NotARefund, RefundExceedsPayment, MoreThanStands)
@transaction.atomic
def refund_payment(
    *, payment: Payment, amount: Money, reason: str, at: dt.datetime, key: str, made_by: MadeBy = SYSTEM
) -> Refund:
    """Give a part of a success back, or what is left of it; everybody who earned from it gives back their part.

    Where a provider was paid, each leg of the success comes back by one rule (`finance.fees.services.returning`), and
    customer_funds owe the amount. Where nobody was, the app above has the money in customer_funds, and what the sale
    earned comes back by the same rule. The same `key` again gives the refund that stands.
    """
    payment = held(payment.pk)
    stands = granted_before(key, payment=payment, amount=amount, reason=reason)
    if stands is not None:
        return stands
    PAYMENT.check("refund_payment", payment.status)
    if reason in Refund.BESIDE:
        raise NotARefund(field="reason")
    left = Money(payment.total_minor - payment.refunded_minor, payment.currency)
    if amount.minor <= 0 or left < amount:
        raise RefundExceedsPayment(field="amount", left=left.display())
    step = Step(payment.refunded_minor, payment.refunded_minor + amount.minor, payment.total_minor)
    refund = grant_refund(payment=payment, amount=amount, reason=reason, at=at, key=key)
    if payment.hold_transfer_id:
        _take_back_from_everybody(payment, step, amount, made_by=made_by, at=at)
    else:
        reverse_fees(
            event_type="payment",
            event_id=str(payment.pk),
            part=step.after,
            base=step.base,
            at=at,
            key=f"refund:{refund.pk}",
        )
    status = Payment.Status.REFUNDED if step.is_last else Payment.Status.PARTIALLY_REFUNDED
    if payment.status != status:
        move(payment, status, at=at, actor=made_by)
    return refund


@dataclass(frozen=True, slots=True)
class Back:
    """So much of a payment goes back; `key` is unique for ever."""

    payment: Payment
    amount: Money
    key: str


@refuses(*refused_by(refund_payment))
@transaction.atomic
def refund_payments(*, parts: Sequence[Back], reason: str, at: dt.datetime) -> None:
    """Give a part of each of many payments back, once by its key: the same as `refund_payment` for each.

    Payments in cash from which nobody has earned anything are given back together, in a few statements; a second part
    of one payment, or a key that is named twice, by itself.
    """
    locked = {row.pk: row for row in lock_all(Payment.objects.filter(pk__in=[part.payment.pk for part in parts]))}
    known = set(Refund.objects.filter(key__in=[part.key for part in parts]).values_list("key", flat=True))
    earned = set(
        CommissionLine.objects.filter(event_type="payment", event_id__in=[str(pk) for pk in locked]).values_list(
            "event_id", flat=True
        )
    )
    together: dict[str, tuple[Payment, Money]] = {}
    one_by_one: list[Back] = []
    for part in parts:
        payment = locked.pop(part.payment.pk, None)
        if payment is not None and part.key not in known and _is_plain(payment, part.amount, earned):
            known.add(part.key)
            together[part.key] = (payment, part.amount)
        else:
            one_by_one.append(part)
    _refund_together(together, reason=reason, at=at)
    for part in one_by_one:
        refund_payment(payment=part.payment, amount=part.amount, reason=reason, at=at, key=part.key)


def _is_plain(payment: Payment, amount: Money, earned: set[str]) -> bool:
    """Whether it is a success in cash without a provider, of which nobody earned anything and enough is left."""
    return (
        PAYMENT.allows("refund_payment", payment.status)
        and payment.hold_transfer_id is None
        and payment.method == Payment.Method.CASH
        and str(payment.pk) not in earned
        and 0 < amount.minor <= payment.total_minor - payment.refunded_minor
    )


def _refund_together(amounts: dict[str, tuple[Payment, Money]], *, reason: str, at: dt.datetime) -> None:
    moved: dict[tuple[str, str], list[Payment]] = defaultdict(list)
    for payment, amount in amounts.values():
        payment.refunded_minor += amount.minor
        is_whole = payment.refunded_minor == payment.total_minor
        before = payment.status
        after: str = _P.REFUNDED if is_whole else _P.PARTIALLY_REFUNDED
        payment.status = after
        if before != after:
            moved[before, after].append(payment)
    payments = [payment for payment, _amount in amounts.values()]
    Payment.objects.bulk_update(payments, ["refunded_minor", "status"])
    for (before, after), rows in moved.items():
        record_changes(rows, old=before, new=after, at=at)
    grant_refunds(amounts=amounts, reason=reason, at=at)


@refuses(KeyReused, WrongState, NotARefund, RefundExceedsPayment, MoreThanStands)
@transaction.atomic
def reverse_payment(*, payment: Payment, at: dt.datetime, made_by: MadeBy = PROVIDER) -> Payment:
    """The provider took a success back: every leg of it is reversed, and the villager is owed the total.

    It says so itself, or two people of finance know it from its own hand (`decisions.decide_payment`).

    Of a payment that was given back in part, the rest is refunded. Money collected online goes back to the payer
    through the provider itself; what it takes beyond the rest it owes us (`_take_back_the_rest_online`).
    """
    payment = held(payment.pk)
    if payment.status == Payment.Status.PARTIALLY_REFUNDED:
        take_back = _take_back_the_rest if payment.hold_transfer_id else _take_back_the_rest_online
        return take_back(payment, made_by=made_by, at=at)
    PAYMENT.check("reverse_payment", payment.status)
    clearing, funds = clearing_and_funds(payment, at=at)
    legs = [
        Leg(transfer.credit, transfer.debit, transfer.money, "taken back", reversal_of=transfer.id)
        for transfer in transfers_of("payment_succeeded", str(payment.pk))
        if transfer.kind == "posted"
    ]
    taken_back = Accrual([], [])
    if payment.hold_transfer_id:
        legs.append(Leg(clearing, funds, payment.total, "owed to the villager"))
        country = payment.station.county.country
        taken_back = prepare_reversal(event_type="payment", event_id=str(payment.pk), country=country, at=at)
    post(payment, [*legs, *taken_back.legs], event_type="payment_reversed", made_by=made_by, at=at)
    CommissionLine.objects.bulk_create(taken_back.lines)
    move(payment, Payment.Status.REVERSED, at=at, actor=made_by)
    asked = payment.reversals.filter(status=Reversal.Status.ASKED)
    asked.update(status=Reversal.Status.TAKEN_BACK, answered_at=at, updated_at=at)
    if payment.hold_transfer_id:
        grant_refund(payment=payment, amount=payment.total, reason=Refund.Reason.REVERSED, at=at)
    _explain_item(payment, at=at)
    end(payment, "finance.payment_reversed", at=at)
    return payment


def can_be_reversed(payment: Payment, *, at: dt.datetime) -> bool:
    """Whether a reversal can be posted: what was collected online may have been passed on already."""
    if not takes_a_reversal(payment):
        return False
    if payment.hold_transfer_id:
        return True
    _clearing, funds = clearing_and_funds(payment, at=at)
    here = payment.total_minor - payment.refunded_minor
    waiting = payment.refunds.filter(source=Refund.Source.ONLINE, status__in=REFUND.arrows["arrive_by_the_bank"])
    return here + sum(each.amount_minor for each in waiting) <= balance(funds).available.minor


def takes_a_reversal(payment: Payment) -> bool:
    """Whether something of a success is left that a company could take back."""
    return payment.status in {*PAYMENT.arrows["reverse_payment"], Payment.Status.PARTIALLY_REFUNDED}


def was_taken_back(payment: Payment) -> bool:
    """Whether the company has taken it back, whole or what was left of it."""
    return (
        payment.status == Payment.Status.REVERSED
        or payment.refunds.filter(reason=Refund.Reason.REVERSED, payment__status=Payment.Status.REFUNDED).exists()
    )


def _take_back_the_rest(payment: Payment, *, made_by: MadeBy, at: dt.datetime) -> Payment:
    rest = Money(payment.total_minor - payment.refunded_minor, payment.currency)
    refund_payment(
        payment=payment,
        amount=rest,
        reason=Refund.Reason.REVERSED,
        at=at,
        key=f"reversed:{payment.pk}",
        made_by=made_by,
    )
    payment.refresh_from_db()
    end(payment, "finance.payment_reversed", at=at)
    return payment


def _take_back_the_rest_online(payment: Payment, *, made_by: MadeBy, at: dt.datetime) -> Payment:
    """The payer's bank has taken all of it: the rest is back with the payer, and so is what was still to be refunded.

    customer_funds -> clearing, each. What had been refunded before was taken a second time: nothing moves, so that
    the clearing says that the gateway owes it, and an item of each such refund waits for people. A refund that the
    gateway is just executing ends when it says how.
    """
    gateway = Instruction.objects.select_related("provider").get(pk=payment.pk).provider
    earlier = lock_all(payment.refunds.filter(source=Refund.Source.ONLINE).select_related("station__county"))
    rest = Money(payment.total_minor - payment.refunded_minor, payment.currency)
    payment.refunded_minor = payment.total_minor
    payment.save(update_fields=["refunded_minor", "updated_at"])
    back = Refund(
        key=f"reversed:{payment.pk}",
        payment=payment,
        station=payment.station,
        source=Refund.Source.ONLINE,
        reason=Refund.Reason.REVERSED,
        status=Refund.Status.GRANTED,
        amount_minor=rest.minor,
        currency=rest.currency,
    )
    for refund in [*earlier, back]:
        if REFUND.allows("arrive_by_the_bank", refund.status):
            arrive_by_the_bank(refund, gateway, at=at)
        elif refund.status == Refund.Status.SUCCEEDED:
            note_paid_twice(refund, gateway, at=at)
    move(payment, Payment.Status.REFUNDED, at=at, actor=made_by)
    _explain_item(payment, at=at)
    end(payment, "finance.payment_reversed", at=at)
    return payment


def _explain_item(payment: Payment, *, at: dt.datetime) -> None:
    """Where the money was not here at first, an item said so."""
    match_recon_items(items=ReconItem.objects.filter(dedupe_key=f"status:{payment.pk}:reversed"), at=at)


def _take_back_from_everybody(payment: Payment, step: Step, amount: Money, *, made_by: MadeBy, at: dt.datetime) -> None:
    clearing, funds = clearing_and_funds(payment, at=at)
    back = prepare_return(
        event_type="payment",
        event_id=str(payment.pk),
        transfers=transfers_of("payment_succeeded", str(payment.pk)),
        step=step,
        currency=payment.currency,
        country=payment.station.county.country,
        at=at,
    )
    before = len(transfers_of("payment_refunded", str(payment.pk)))
    post(
        payment,
        [*back.legs, Leg(clearing, funds, amount, "owed to the villager")],
        event_type="payment_refunded",
        made_by=made_by,
        at=at,
        first_leg_no=before + 1,
    )
    CommissionLine.objects.bulk_create(back.lines)
