"""An approved claim is paid to the family's own bank account, once, whatever the bank says and in which order."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, present
from core.errors import Refused, SamePerson, WrongState, refuses
from core.events.services import publish
from core.fields import uuid7
from core.gateways.models import Instruction
from core.gateways.results import Result
from finance.insurance import account_numbers, accounts
from finance.insurance.machine import CLAIM
from finance.insurance.models import Appeal, Claim, ClaimAccount, ClaimPayment
from finance.insurance.services import bank
from finance.insurance.services.bank import SWEEP, NoPayingBank, PaymentKind
from finance.insurance.services.correcting import has_died
from finance.insurance.services.steps import move, tell, tell_family
from finance.recon.models import ReconItem
from finance.ties import OfficerIsTied, refuse_tied
from ledger.services import MadeBy, NotEnough, post_groups
from stations.accounts.models import User
from stations.two_persons import require_two_persons

_S, _P = Claim.Status, ClaimPayment.Status
KIND = PaymentKind("claim", "claim_sent", "claim_paid", "claim_not_paid", "claim_returned")
STAYS_PAID = dt.timedelta(days=30)


class AccountForgotten(Refused):
    """The number of the account was destroyed with its person's data."""

    code = "account_forgotten"
    status = 422
    message = _("The account of this claim is no longer stored.")


class PayeeGone(Refused):
    """Nobody is paid who has died."""

    code = "payee_gone"
    status = 422
    message = _("The person to be paid has died. The station records the account of another member of the family.")


class PaymentDisputed(Refused):
    """The bank has contradicted itself about an earlier try: nobody knows yet whether the claim was paid."""

    code = "payment_disputed"
    message = _("The bank says two different things about an earlier payment. Resolve that under Reconciliation first.")


class ClaimsFloatTooSmall(Refused):
    """Whoever bears claims has put up too little."""

    code = "claims_float_too_small"
    status = 422
    message = _("The account that claims are paid from holds too little. The insurer must put up more first.")


@refuses(
    *(WrongState, SamePerson, OfficerIsTied, NoPayingBank, AccountForgotten, PayeeGone, PaymentDisputed),
    ClaimsFloatTooSmall,
)
@transaction.atomic
def send_claim_payment(*, claim: Claim, by: User, at: dt.datetime) -> Claim:
    """Hold the amount (claims float or fund -> payout clearing, pending) and have the bank pay it.

    By another person than took part in the claim, also in correcting its account.
    """
    claim = lock(claim)
    CLAIM.check("send_claim_payment", claim.status)
    account = ClaimAccount.objects.filter(claim=claim, data_key__isnull=False).first()
    took_part = (claim.filer_id, claim.assessor_id, claim.decider_id)
    require_two_persons(by, *took_part, account.corrected_by_id if account else None)
    refuse_tied(by, claim.person_id, claim.payee_id)
    if has_died(claim):
        raise PayeeGone
    if account is None:
        raise AccountForgotten
    if _is_disputed(claim):
        raise PaymentDisputed
    provider = bank.paying_bank(claim.policy.product)
    amount, our_ref = present(claim.approved), uuid7()
    payer = accounts.payer_account(claim.policy.version, at=at)
    group = bank.held(KIND, payer=payer, amount=amount, our_ref=our_ref, made_by=MadeBy("staff", by.pk), at=at)
    try:
        with transaction.atomic():
            post_groups(groups=[group], at=at)
    except NotEnough as refusal:
        raise ClaimsFloatTooSmall from refusal
    payment = ClaimPayment.objects.create(
        our_ref=our_ref,
        claim=claim,
        payer=payer,
        amount_minor=amount.minor,
        currency=amount.currency,
        hold_transfer_id=group.legs[0].id,
        account_tail=account.account_tail,
        account_by_id=account.corrected_by_id,
        sent_by=by,
        sent_at=at,
    )
    bank.tell_bank(KIND, payment, provider, at=at)
    claim.sender = by
    return move(claim, _S.PAYMENT_PENDING, at=at, by=by)


def body_of_payment(our_ref: UUID) -> dict[str, str]:
    """What the bank is told besides amount and reference; the number of the account is stored nowhere in clear."""
    account = Claim.objects.get(payments=our_ref).account
    return {
        "bank_code": account.bank_code,
        "account_no": account_numbers.number_of(account),
        "holder_name": account.holder_name,
    }


@refuses(WrongState)
@transaction.atomic
def record_claim_payment(*, instruction: Instruction, result: Result, source: str, at: dt.datetime) -> None:
    """Apply one word of the bank: paid, not paid, or come back. What is not definite leaves it with the bank.

    What contradicts an end changes nothing and opens a reconciliation item.
    """
    claim = lock(Claim.objects.get(payments=instruction.our_ref))
    payment = lock(ClaimPayment.objects.get(pk=instruction.our_ref))
    about = {"claim": claim.number}
    for status in bank.apply_answer(KIND, payment, instruction, result, about=about, source=source, at=at):
        CLAIM.check("record_claim_payment", claim.status)
        if status == _P.PAID:
            _is_paid(claim, payment, at=at)
        else:
            _waits_again(claim, payment, result.code, at=at)


@refuses(WrongState)
@transaction.atomic
def close_claims(*, at: dt.datetime) -> int:
    """Close what was paid 30 days ago and is not appealed; how many."""
    rows = list(
        Claim.objects.filter(status=_S.PAID, paid_at__lte=at - STAYS_PAID)
        .exclude(restores__appeal__status__in=Appeal.OPEN)
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True, skip_locked=True)[:SWEEP]
    )
    for claim in rows:
        CLAIM.check("close_claim", claim.status)
        move(claim, _S.CLOSED, at=at)
    return len(rows)


def _is_disputed(claim: Claim) -> bool:
    tries = [str(our_ref) for our_ref in claim.payments.values_list("pk", flat=True)]
    said = ReconItem.objects.still_open().filter(kind__in=[ReconItem.Kind.STATUS, ReconItem.Kind.AMOUNT])
    return said.filter(our_ref__in=tries).exists()


def _is_paid(claim: Claim, payment: ClaimPayment, *, at: dt.datetime) -> None:
    claim.paid_minor, claim.paid_at = payment.amount_minor, at
    move(claim, _S.PAID, at=at, actor_kind="provider")
    publish("finance.claim_paid", at=at, claim=str(claim.pk), station=claim.station_id)
    tell_family(claim, "claim_paid_family", at=at, turn=str(payment.pk), amount=payment.amount)


def _waits_again(claim: Claim, payment: ClaimPayment, code: str, *, at: dt.datetime) -> None:
    """It was not paid, or came back: the claim waits to be sent again; the station asks the family for the account."""
    claim.paid_minor, claim.paid_at, claim.sender = 0, None, None
    move(claim, _S.VALUATED, at=at, actor_kind="provider", reason=code)
    tell([claim.filer], "claim_not_paid", claim, at=at, turn=str(payment.pk))
    tell_family(claim, "claim_not_paid_family", at=at, turn=str(payment.pk))
