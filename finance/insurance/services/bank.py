"""Payments over the bank: the amount is held when it is sent, and moved, given free or taken back at the bank's word.

Every payment of the insurance book is one of these kinds; what its end means for a claim, a statement or a payout is
said where that is paid.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, refuses
from core.gateways.models import Instruction, Provider
from core.gateways.results import DISAGREEMENTS, Result, Status
from core.gateways.services import ask_again, instruct
from core.history import record_change
from core.money import Money
from finance.insurance import accounts
from finance.insurance.models import ClaimPayment, IndexPayment, PremiumPayment
from finance.payouts.models import PayoutAccount
from finance.recon.models import ReconItem
from finance.settlement.models import InstalledCountry
from ledger.models import Account
from ledger.queries import business_date_of
from ledger.services import Group, Leg, MadeBy, post_transfers

Payment = ClaimPayment | PremiumPayment | IndexPayment
PATH = "/v1/payouts"
PROVIDER = MadeBy("provider")
ASK_AFTER = dt.timedelta(hours=24)
SWEEP = 500


class NoPayingBank(Refused):
    """No bank is set that pays in this country."""

    code = "no_paying_bank"
    status = 422
    message = _("No bank is set that pays in this country.")


@dataclass(frozen=True, slots=True)
class PaymentKind:
    """What a kind of payment is called: to the bank (`purpose`), in the ledger's events, and on its transfers."""

    purpose: str
    sent: str
    paid: str
    not_paid: str
    returned: str


class OfCountry(Protocol):
    """Something of one country and currency."""

    country: str
    currency: str


@refuses(NoPayingBank)
def paying_bank(of: OfCountry) -> Provider:
    """The bank that pays in this country and currency."""
    installed = InstalledCountry.objects.filter(country=of.country, currency=of.currency)
    paying = installed.select_related("payout_provider").first()
    if paying is None or paying.payout_provider is None:
        raise NoPayingBank
    return paying.payout_provider


def held(kind: PaymentKind, *, payer: Account, amount: Money, our_ref: UUID, made_by: MadeBy, at: dt.datetime) -> Group:
    """The hold of an amount as a group: payer -> payout clearing, pending. Its transfer is the group's only leg."""
    clearing = accounts.payout_clearing(payer.book.country, amount.currency, at=at)
    leg = Leg(payer, clearing, amount, kind.purpose, kind="pending")
    return Group([leg], kind.sent, str(our_ref), business_date_of(payer.book, at), made_by)


def tell_bank(kind: PaymentKind, payment: Payment, provider: Provider, *, at: dt.datetime) -> None:
    """Have the bank pay it once the caller's transaction is committed."""
    request = {"amount": str(payment.amount), "currency": payment.currency, "purpose": kind.purpose}
    instruct(
        provider=provider,
        kind=Instruction.Kind.PAYOUT,
        path=PATH,
        request=request,
        our_ref=payment.pk,
        at=at,
    )


def apply_answer(
    kind: PaymentKind,
    payment: Payment,
    instruction: Instruction,
    result: Result,
    *,
    about: dict[str, str],
    source: str,
    at: dt.datetime,
) -> list[str]:
    """Book one word of the bank about a held payment; the states that the payment went through.

    What is not definite changes nothing. What contradicts an end changes nothing and opens a reconciliation item, in
    which `about` says what was to be paid.
    """
    said, states = result.status, payment.Status
    if result.code in DISAGREEMENTS or _contradicts(payment, said):
        _note(kind, payment, instruction, result, about={**about, "source": source}, at=at)
        return []
    went: list[str] = []
    if payment.status == states.SENT and said in {Status.SUCCEEDED, Status.REVERSED}:
        _book_paid(kind, payment, at=at)
        went.append(states.PAID)
    if payment.status == states.PAID and said == Status.REVERSED:
        _book_returned(kind, payment, result.code, at=at)
        went.append(states.RETURNED)
    if payment.status == states.SENT and said == Status.FAILED:
        _book_not_paid(kind, payment, result.code, at=at)
        went.append(states.FAILED)
    return went


def _book_paid(kind: PaymentKind, payment: Payment, *, at: dt.datetime) -> None:
    """The bank has paid: the hold moves, and the money leaves the bank account."""
    clearing, bank = _clearing_and_bank(payment, at)
    legs = [
        Leg(payment.payer, clearing, payment.amount, kind.purpose, kind="post", pending_id=payment.hold_transfer_id),
        Leg(clearing, bank, payment.amount, kind.purpose),
    ]
    _post(payment, kind.paid, legs, at=at)
    _end(payment, payment.Status.PAID, "", at=at)


def _book_not_paid(kind: PaymentKind, payment: Payment, code: str, *, at: dt.datetime) -> None:
    """The bank has definitely not paid: the hold is given free."""
    clearing, _bank = _clearing_and_bank(payment, at)
    reason = f"{kind.purpose} not paid"
    leg = Leg(payment.payer, clearing, payment.amount, reason, kind="void", pending_id=payment.hold_transfer_id)
    _post(payment, kind.not_paid, [leg], at=at)
    _end(payment, payment.Status.FAILED, code or "not_paid", at=at)


def _book_returned(kind: PaymentKind, payment: Payment, code: str, *, at: dt.datetime) -> None:
    """The money has come back: it is the payer's again."""
    clearing, bank = _clearing_and_bank(payment, at)
    reason = f"{kind.purpose} came back"
    legs = [
        Leg(bank, clearing, payment.amount, reason),
        Leg(clearing, payment.payer, payment.amount, reason),
    ]
    _post(payment, kind.returned, legs, at=at)
    _end(payment, payment.Status.RETURNED, code, at=at)


def _clearing_and_bank(payment: Payment, at: dt.datetime) -> tuple[Account, Account]:
    about = {"country": payment.payer.book.country, "currency": payment.currency}
    return accounts.payout_clearing(**about, at=at), accounts.bank(**about, at=at)


def _post(payment: Payment, event_type: str, legs: list[Leg], *, at: dt.datetime) -> None:
    post_transfers(
        legs=legs,
        event_type=event_type,
        event_id=str(payment.pk),
        business_date=business_date_of(payment.payer.book, at),
        made_by=PROVIDER,
        at=at,
    )


def _end(payment: Payment, status: str, code: str, *, at: dt.datetime) -> None:
    before, payment.status = payment.status, status
    payment.return_code, payment.ended_at = code, at
    payment.save(update_fields=["status", "return_code", "ended_at", "updated_at"])
    record_change(payment, old=before, new=status, at=at, actor_kind="provider", reason=code)


def _contradicts(payment: Payment, said: Status) -> bool:
    if said == Status.FAILED:
        return payment.status == payment.Status.PAID
    return said in {Status.SUCCEEDED, Status.REVERSED} and payment.status == payment.Status.FAILED


def _note(
    kind: PaymentKind,
    payment: Payment,
    instruction: Instruction,
    result: Result,
    *,
    about: dict[str, str],
    at: dt.datetime,
) -> None:
    theirs = payment.amount if result.amount is None else result.amount
    same_currency = theirs.currency == payment.currency
    item = ReconItem(
        kind=ReconItem.Kind.AMOUNT if result.code in DISAGREEMENTS else ReconItem.Kind.STATUS,
        sides=[ReconItem.Side.OURS, ReconItem.Side.PROVIDER],
        dedupe_key=f"{kind.purpose}:{payment.pk}:{result.status}:{result.code}",
        provider_id=instruction.provider_id,
        our_ref=str(payment.pk),
        amount_diff_minor=theirs.minor - payment.amount_minor if same_currency else 0,
        currency=payment.currency,
        detail={**about, "ours": payment.status, "theirs": str(result.status)},
        opened_at=at,
    )
    ReconItem.objects.bulk_create([item], ignore_conflicts=True)


def usable_account_of(payee: str) -> PayoutAccount | None:
    """The bank account to which a payee is paid, once it is in use and its number is still stored."""
    accounts_of = PayoutAccount.objects.standing().filter(payee=payee, kind=PayoutAccount.Kind.BANK)
    return accounts_of.filter(status=PayoutAccount.Status.ACTIVE, data_key__isnull=False).first()


@transaction.atomic
def ask_about_payments(*, at: dt.datetime) -> int:
    """Ask the bank about payments of every kind of which it has said nothing for a day; how many there are."""
    silent = [
        our_ref
        for payments in (ClaimPayment, PremiumPayment, IndexPayment)
        for our_ref in payments.objects.filter(status="sent", sent_at__lte=at - ASK_AFTER)
        .order_by("pk")
        .values_list("pk", flat=True)[:SWEEP]
    ]
    for our_ref in silent:
        ask_again(our_ref=our_ref, at=at)
    return len(silent)
