"""Payouts of an index go to a bank account by themselves: of the insured, a guardian, or the head of the household."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from core.database.db import lock
from core.days import day_in
from core.errors import WrongState, refused_by, refuses
from core.fields import uuid7
from core.gateways.models import Instruction
from core.gateways.results import Result
from core.history import record_change, record_changes
from core.language.text import fold
from core.notices.services import notify
from finance.insurance import accounts
from finance.insurance.machine import PAYOUT
from finance.insurance.models import IndexPayment, IndexPayout, InsuranceProductVersion, Policy
from finance.insurance.queries import head_of_family, payee_of_person, payees_of_payouts, ways_to_pay
from finance.insurance.services import bank
from finance.insurance.services.bank import NoPayingBank, PaymentKind
from finance.insurance.services.filing import HolderNameDiffers, PayeeUnfit
from finance.payouts import account_numbers
from finance.payouts.models import PayoutAccount
from finance.payouts.services import BankDetails, set_bank_account
from ledger.services import SYSTEM, NotEnough, book_of, post_groups
from stations.accounts.models import User
from stations.people.models import Person
from stations.people.queries import standing_record

_S, _P = IndexPayout.Status, IndexPayment.Status
KIND = PaymentKind("index", "index_payout_sent", "index_payout_paid", "index_payout_not_paid", "index_payout_returned")
#: Payouts that are sent in one transaction.
CHUNK = 200
Way = tuple[Person, PayoutAccount]


@refuses(PayeeUnfit, HolderNameDiffers, *refused_by(set_bank_account))
@transaction.atomic
def set_policy_account(
    *,
    policy: Policy,
    payee: Person,
    bank_code: str,
    account_no: str,
    holder_name: str,
    by: User,
    at: dt.datetime,
) -> PayoutAccount:
    """Write down where a policy is paid: an own account of the insured, a guardian, the head of the household, or heir.

    It is used once finance has confirmed it, three days later.
    """
    today = day_in(policy.station.zone, at)
    if payee.pk not in {person.pk for person in payees_of_payouts(policy, today)}:
        raise PayeeUnfit(field="payee")
    if fold(holder_name) != fold(payee.full_name):
        raise HolderNameDiffers(field="holder_name", name=payee.full_name)
    return set_bank_account(
        payee=payee_of_person(payee),
        user=None,
        details=BankDetails(bank_code, account_no, holder_name),
        by=by,
        at=at,
    )


@refuses(WrongState)
@transaction.atomic
def pay_index_payouts(*, country: str, after: UUID | None, at: dt.datetime) -> UUID | None:
    """Have the bank pay the next payouts of a country that wait; the last that was looked at, None when none is left.

    Each is held (claims float or fund -> payout clearing, pending). What the payer's account does not cover waits, and
    so does a payout whose people have no account that is in use; they are told once.
    """
    waiting = IndexPayout.objects.filter(status__in=IndexPayout.WAITING, policy__product__country=country)
    rows = list(
        (waiting.filter(pk__gt=after) if after else waiting)
        .select_related(
            *("policy__person__household__head", "policy__person__merged_into__household__head"),
            *("policy__household__head", "policy__station", "heir__merged_into"),
            *("policy__version__product__insurer", "policy__version__payer_fund"),
        )
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True, skip_locked=True)[:CHUNK]
    )
    if not rows:
        return None
    ways = ways_to_pay(rows, day_in(book_of(country).zone, at))
    _mark_missing([row for row in rows if row.pk not in ways and row.status == _S.DUE], at=at)
    by_version: dict[int, list[IndexPayout]] = defaultdict(list)
    for row in rows:
        if row.pk in ways:
            by_version[row.policy.version_id].append(row)
    for payouts in by_version.values():
        _send(payouts[0].policy.version, payouts, ways, at=at)
    return rows[-1].pk


def body_of_index_payment(our_ref: UUID) -> dict[str, str]:
    """What the bank is told besides amount and reference; the number of the account is stored nowhere in clear."""
    account = IndexPayment.objects.select_related("payout_account__data_key").get(pk=our_ref).payout_account
    return {
        "bank_code": account.bank_code,
        "account_no": account_numbers.number_of(account),
        "holder_name": account.holder_name,
    }


@refuses(WrongState)
@transaction.atomic
def record_index_payment(*, instruction: Instruction, result: Result, source: str, at: dt.datetime) -> None:
    """Apply one word of the bank: paid; or not paid or come back, and the payout waits for another account."""
    payout = lock(IndexPayout.objects.get(payments=instruction.our_ref))
    payment = lock(IndexPayment.objects.get(pk=instruction.our_ref))
    about = {"policy": payout.policy.number}
    for status in bank.apply_answer(KIND, payment, instruction, result, about=about, source=source, at=at):
        PAYOUT.check("record_index_payment", payout.status)
        if status == _P.PAID:
            payout.paid_at = at
            _move(payout, _S.PAID, at=at)
            _tell(payout, "index_payout_paid", turn=str(payment.pk), at=at)
        else:
            payout.paid_at, payout.payee = None, None
            _move(payout, _S.ACCOUNT_MISSING, at=at, reason=result.code)
            _tell(payout, "index_payout_account", turn=str(payment.pk), at=at)


def _send(
    version: InsuranceProductVersion, payouts: Sequence[IndexPayout], ways: dict[UUID, Way], *, at: dt.datetime
) -> None:
    """What the payer's account covers of these payouts, in their order, goes to the bank; the rest waits."""
    try:
        provider = bank.paying_bank(version.product)
    except NoPayingBank:
        return
    payer = accounts.payer_account(version, at=at)
    left, covered = accounts.available(payer), []
    for payout in payouts:
        if payout.amount_minor <= left:
            left -= payout.amount_minor
            covered.append(payout)
    refs = {payout.pk: uuid7() for payout in covered}
    groups = [
        bank.held(KIND, payer=payer, amount=row.amount, our_ref=refs[row.pk], made_by=SYSTEM, at=at) for row in covered
    ]
    try:
        with transaction.atomic():
            post_groups(groups=groups, at=at)
    except NotEnough:  # somebody was faster: all of them wait for the next time
        return
    payments = [
        IndexPayment(
            our_ref=refs[payout.pk],
            payout=payout,
            payer=payer,
            payout_account=ways[payout.pk][1],
            amount_minor=payout.amount_minor,
            currency=payout.currency,
            hold_transfer_id=group.legs[0].id,
            sent_at=at,
        )
        for payout, group in zip(covered, groups, strict=True)
    ]
    IndexPayment.objects.bulk_create(payments)
    for payment in payments:
        bank.tell_bank(KIND, payment, provider, at=at)
    for payout in covered:
        payout.payee = ways[payout.pk][0]
    _move_all(covered, _S.SENT, at=at)


def _mark_missing(payouts: Sequence[IndexPayout], *, at: dt.datetime) -> None:
    """People without an account are told, and their station sees it."""
    _move_all(payouts, _S.ACCOUNT_MISSING, at=at)
    for payout in payouts:
        _tell(payout, "index_payout_account", turn="", at=at)


def _move_all(payouts: Sequence[IndexPayout], status: str, *, at: dt.datetime) -> None:
    """These payouts in their new state."""
    for before in sorted({payout.status for payout in payouts}):
        PAYOUT.check("pay_index_payouts", before)
        same = [payout for payout in payouts if payout.status == before]
        record_changes(same, old=before, new=status, at=at)
    for payout in payouts:
        payout.status, payout.updated_at = status, at
    IndexPayout.objects.bulk_update(payouts, ["status", "payee", "updated_at"])


def _move(payout: IndexPayout, status: str, *, at: dt.datetime, reason: str = "") -> None:
    before, payout.status = payout.status, status
    payout.save(update_fields=["status", "payee", "paid_at", "updated_at"])
    record_change(payout, old=before, new=status, at=at, actor_kind="provider", reason=reason)


def _tell(payout: IndexPayout, template: str, *, turn: str, at: dt.datetime) -> None:
    """A message to the phone of the payee, insured, head of the household, or heir; of nobody who has died."""
    policy = payout.policy
    insured = standing_record(policy.person)
    head = head_of_family(policy)
    heir = payout.heir if payout.answered_by_id else None
    living = (each for each in (payout.payee, insured, head, heir) if each is not None and each.died_date is None)
    person = next((each for each in living if each.phone), None)
    if person is None:
        return
    notify(
        template=template,
        params={"amount": payout.amount.display(person.language), "station": policy.station.name},
        language=person.language,
        phone=str(person.phone),
        dedupe_key=f"{template}:{payout.pk}:{turn}",
        at=at,
        zone=policy.station.zone,
    )
