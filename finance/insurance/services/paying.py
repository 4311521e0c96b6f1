"""An approved claim is paid to the family's own bank account, once, whatever the bank says and in which order."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, present
from core.errors import Refused, SamePerson, WrongState, refuses
from core.events.services import publish
from core.fields import uuid7
from core.gateways.models import Instruction
from core.gateways.results import DISAGREEMENTS, Result, Status
from core.gateways.services import ask_again, instruct
from core.history import record_change
from finance.insurance import account_numbers, accounts
from finance.insurance.machine import CLAIM
from finance.insurance.models import Appeal, Claim, ClaimAccountKey, ClaimPayment
from finance.insurance.services.steps import move, tell_family
from finance.recon.models import ReconItem
from finance.settlement.models import InstalledCountry
from ledger.queries import business_date_of
from ledger.services import Leg, MadeBy, NotEnough, hold, post_transfers
from stations.accounts.models import User
from stations.two_persons import require_two_persons

_S, _P = Claim.Status, ClaimPayment.Status
PATH, PURPOSE = "/v1/payouts", "claim"
PROVIDER = MadeBy("provider")
STAYS_PAID = dt.timedelta(days=30)
ASK_AFTER = dt.timedelta(hours=24)
SWEEP = 500


class NoPayingBank(Refused):
    """No bank is set that pays in this country."""

    code = "no_paying_bank"
    status = 422
    message = _("No bank is set that pays claims in this country.")


class AccountForgotten(Refused):
    """The number of the account was destroyed with its person's data."""

    code = "account_forgotten"
    status = 422
    message = _("The account of this claim is no longer stored.")


class ClaimsFloatTooSmall(Refused):
    """Whoever bears claims has put up too little."""

    code = "claims_float_too_small"
    status = 422
    message = _("The account that claims are paid from holds too little. The insurer must put up more first.")


@refuses(WrongState, SamePerson, NoPayingBank, AccountForgotten, ClaimsFloatTooSmall)
@transaction.atomic
def send_claim_payment(*, claim: Claim, by: User, at: dt.datetime) -> Claim:
    """Hold the amount (claims float or fund -> payout clearing, pending) and have the bank pay it.

    By another person than took part in the claim.
    """
    claim = lock(claim)
    CLAIM.check("send_claim_payment", claim.status)
    require_two_persons(by, claim.filer_id, claim.assessor_id, claim.decider_id)
    if not ClaimAccountKey.objects.filter(account=claim.pk).exists():
        raise AccountForgotten
    product = claim.policy.product
    about = {"country": product.country, "currency": product.currency}
    paying = InstalledCountry.objects.filter(**about).select_related("payout_provider").first()
    if paying is None or paying.payout_provider is None:
        raise NoPayingBank
    amount, our_ref = present(claim.approved), uuid7()
    payer = accounts.payer_account(claim.policy.version, at=at)
    try:
        with transaction.atomic():
            held = hold(
                debit=payer,
                credit=accounts.payout_clearing(**about, at=at),
                amount=amount,
                event_type="claim_sent",
                event_id=str(our_ref),
                reason="claim",
                business_date=business_date_of(payer.book, at),
                made_by=MadeBy("staff", by.pk),
                at=at,
            )
    except NotEnough as refusal:
        raise ClaimsFloatTooSmall from refusal
    ClaimPayment.objects.create(
        our_ref=our_ref,
        claim=claim,
        payer=payer,
        amount_minor=amount.minor,
        currency=amount.currency,
        hold_transfer_id=held,
        sent_by=by,
        sent_at=at,
    )
    request = {"amount": str(amount), "currency": amount.currency, "purpose": PURPOSE}
    instruct(
        provider=paying.payout_provider,
        kind=Instruction.Kind.PAYOUT,
        path=PATH,
        request=request,
        our_ref=our_ref,
        at=at,
    )
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
    said = result.status
    if result.code in DISAGREEMENTS or _contradicts(payment, said):
        _note(payment, instruction, result, source=source, at=at)
    elif payment.status == _P.SENT and said in {Status.SUCCEEDED, Status.REVERSED}:
        _confirm(claim, payment, at=at)
        if said == Status.REVERSED:
            _come_back(claim, payment, result.code, at=at)
    elif payment.status == _P.SENT and said == Status.FAILED:
        _fail(claim, payment, result.code, at=at)
    elif payment.status == _P.PAID and said == Status.REVERSED:
        _come_back(claim, payment, result.code, at=at)


@transaction.atomic
def ask_about_claim_payments(*, at: dt.datetime) -> int:
    """Ask the bank about payments of which it has said nothing for a day; how many there are."""
    silent = ClaimPayment.objects.filter(status=_P.SENT, sent_at__lte=at - ASK_AFTER)
    rows = list(silent.order_by("pk").values_list("pk", flat=True)[:SWEEP])
    for our_ref in rows:
        ask_again(our_ref=our_ref, at=at)
    return len(rows)


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


def _confirm(claim: Claim, payment: ClaimPayment, *, at: dt.datetime) -> None:
    """The bank has paid: the hold moves, and the money leaves the bank account."""
    CLAIM.check("record_claim_payment", claim.status)
    clearing, bank = _clearing_and_bank(payment, at)
    held = payment.hold_transfer_id
    legs = [
        Leg(payment.payer, clearing, payment.amount, "claim", kind="post", pending_id=held),
        Leg(clearing, bank, payment.amount, "claim"),
    ]
    _post(payment, "claim_paid", legs, at=at)
    _end(payment, _P.PAID, "", at=at)
    claim.paid_minor, claim.paid_at = payment.amount_minor, at
    move(claim, _S.PAID, at=at, actor_kind="provider")
    publish("finance.claim_paid", at=at, claim=str(claim.pk), station=claim.station_id)
    tell_family(claim, "claim_paid_family", at=at, turn=str(payment.pk), amount=payment.amount)


def _fail(claim: Claim, payment: ClaimPayment, code: str, *, at: dt.datetime) -> None:
    """The bank has definitely not paid: the hold is given free, and the claim waits to be sent again."""
    CLAIM.check("record_claim_payment", claim.status)
    clearing, _bank = _clearing_and_bank(payment, at)
    held = payment.hold_transfer_id
    leg = Leg(payment.payer, clearing, payment.amount, "claim not paid", kind="void", pending_id=held)
    _post(payment, "claim_not_paid", [leg], at=at)
    _end(payment, _P.FAILED, code or "not_paid", at=at)
    claim.sender = None
    move(claim, _S.VALUATED, at=at, actor_kind="provider", reason=code)


def _come_back(claim: Claim, payment: ClaimPayment, code: str, *, at: dt.datetime) -> None:
    """The money has come back: it is the payer's again, and the claim waits to be sent again."""
    CLAIM.check("record_claim_payment", claim.status)
    clearing, bank = _clearing_and_bank(payment, at)
    legs = [
        Leg(bank, clearing, payment.amount, "claim came back"),
        Leg(clearing, payment.payer, payment.amount, "claim came back"),
    ]
    _post(payment, "claim_returned", legs, at=at)
    _end(payment, _P.RETURNED, code, at=at)
    claim.paid_minor, claim.paid_at, claim.sender = 0, None, None
    move(claim, _S.VALUATED, at=at, actor_kind="provider", reason=code)


def _clearing_and_bank(payment: ClaimPayment, at: dt.datetime) -> tuple[Any, Any]:
    product = payment.claim.policy.product
    about = {"country": product.country, "currency": product.currency}
    return accounts.payout_clearing(**about, at=at), accounts.bank(**about, at=at)


def _post(payment: ClaimPayment, event_type: str, legs: list[Leg], *, at: dt.datetime) -> None:
    post_transfers(
        legs=legs,
        event_type=event_type,
        event_id=str(payment.pk),
        business_date=business_date_of(payment.payer.book, at),
        made_by=PROVIDER,
        at=at,
    )


def _end(payment: ClaimPayment, status: str, code: str, *, at: dt.datetime) -> None:
    before, payment.status = payment.status, status
    payment.return_code, payment.ended_at = code, at
    payment.save(update_fields=["status", "return_code", "ended_at", "updated_at"])
    record_change(payment, old=before, new=status, at=at, actor_kind="provider", reason=code)


def _contradicts(payment: ClaimPayment, said: Status) -> bool:
    if said == Status.FAILED:
        return payment.status == _P.PAID
    return said in {Status.SUCCEEDED, Status.REVERSED} and payment.status == _P.FAILED


def _note(payment: ClaimPayment, instruction: Instruction, result: Result, *, source: str, at: dt.datetime) -> None:
    theirs = result.amount or payment.amount
    same_currency = theirs.currency == payment.currency
    item = ReconItem(
        kind=ReconItem.Kind.AMOUNT if result.code in DISAGREEMENTS else ReconItem.Kind.STATUS,
        sides=[ReconItem.Side.OURS, ReconItem.Side.PROVIDER],
        dedupe_key=f"claim:{payment.pk}:{result.status}:{result.code}",
        provider_id=instruction.provider_id,
        our_ref=str(payment.pk),
        amount_diff_minor=theirs.minor - payment.amount_minor if same_currency else 0,
        currency=payment.currency,
        detail={"claim": payment.claim.number, "ours": payment.status, "theirs": str(result.status), "source": source},
        opened_at=at,
    )
    ReconItem.objects.bulk_create([item], ignore_conflicts=True)
