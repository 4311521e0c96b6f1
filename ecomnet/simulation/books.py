"""What our own books say of the day: payments, transfers, refunds, the auditor and the trial balance."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from ecomnet.simulation.judgement import Ours, OwedBack
from finance.models import Payment, Refund
from ledger.audit import audit_book
from ledger.models import AuditFinding, Book, Transfer, TransferKey
from ledger.queries import business_date_of, trial_balance
from ledger.services import book_of

#: What a company executes.
EXECUTED = frozenset({Payment.Purpose.BILL, Payment.Purpose.RECHARGE})
EVENTS = ("payment_taken", "payment_succeeded", "payment_failed", "payment_reversed")
#: Companies that take a bill in parts may take it several times.
IN_PARTS = frozenset({"up_to", "any"})


def ours_since(since: dt.datetime, *, taken_by: Sequence[Any]) -> list[Ours]:
    """The payments that these people have taken since then, with what the ledger did for each."""
    payments = list(
        Payment.objects.filter(taken_at__gte=since, taken_by__in=taken_by)
        .select_related("bill__biller__provider", "recharge__operator__provider")
        .prefetch_related("refunds")
        .order_by("pk")
    )
    transfers = _transfers(EVENTS, [payment.pk for payment in payments])
    paid_out = _paid_out([refund.pk for payment in payments for refund in payment.refunds.all()])
    return [_ours(payment, transfers[str(payment.pk)], paid_out) for payment in payments]


def known_to_others(our_refs: Iterable[str], *, taken_by: Sequence[Any]) -> set[str]:
    """Of these references, the payments of people who do not play."""
    others = Payment.objects.filter(pk__in=list(our_refs)).exclude(taken_by__in=taken_by)
    return {str(pk) for pk in others.values_list("pk", flat=True)}


def disagreements_of_all_books(*, at: dt.datetime) -> list[str]:
    """What the auditor finds in any book of this installation: a day in one country leaves the others alone."""
    countries = Book.objects.order_by("code").values_list("country", flat=True)
    return [f"{country}: {why}" for country in countries for why in disagreements(country, at=at)]


def disagreements(country: str, *, at: dt.datetime) -> list[str]:
    """What the auditor finds in the whole book, and currencies in which debits are not credits."""
    book = book_of(country)
    run = audit_book(book=book, at=at)
    found = AuditFinding.objects.filter(last_run=run, cleared_at=None)
    words = [f"{finding.check_code}: {finding.row_count} rows of {finding.scope_key}" for finding in found]
    debits: Counter[str] = Counter()
    credits: Counter[str] = Counter()
    for line in trial_balance(book, business_date_of(book, at)):
        debits[line.currency] += line.debits
        credits[line.currency] += line.credits
    words += [f"trial balance {currency}" for currency in debits if debits[currency] != credits[currency]]
    return words


def _ours(payment: Payment, transfers: list[Transfer], paid_out: Counter) -> Ours:
    if payment.purpose not in EXECUTED:
        return _done_at_once(payment, transfers, paid_out)
    is_recharge = payment.purpose == Payment.Purpose.RECHARGE
    party: Any = payment.recharge.operator if is_recharge else payment.bill.biller
    return Ours(
        our_ref=str(payment.pk),
        company=party.provider.code,
        status=payment.status,
        total=payment.total_minor,
        passed_on=_margin_and_all(transfers) if is_recharge else _net(transfers, f"biller:{party.code}"),
        still_held=_held(transfers),
        bill="" if is_recharge or party.amount_rule in IN_PARTS else f"{party.code}:{payment.bill.bill_ref}",
        owed=tuple(_owed(refund, paid_out) for refund in payment.refunds.all()),
        from_owed=_from_owed(payment, transfers),
    )


def _done_at_once(payment: Payment, transfers: list[Transfer], paid_out: Counter) -> Ours:
    """Goods, fees of hospitals, loans: nobody executes them, their money is at once with the funds of customers."""
    into_funds = sum(row.amount for row in transfers if row.credit.kind == "customer_funds")
    return Ours(
        our_ref=str(payment.pk),
        company="",
        status=payment.status,
        total=payment.total_minor,
        passed_on=into_funds - sum(row.amount for row in transfers if row.debit.kind == "customer_funds"),
        still_held=_held(transfers),
        owed=tuple(_owed(refund, paid_out) for refund in payment.refunds.all()),
        from_owed=_from_owed(payment, transfers),
        refunded=payment.refunded_minor,
    )


def _margin_and_all(transfers: list[Transfer]) -> int:
    """What these transfers brought to an operator and to those who share its margin, no matter who they are."""
    accounts = {account for transfer in transfers for account in (transfer.debit, transfer.credit)}
    nets = {account: _net(transfers, account.code) for account in accounts}
    return sum(net for account, net in nets.items() if account.kind in {"operator", "commission", "revenue", "expense"})


def _owed(refund: Refund, paid_out: Counter) -> OwedBack:
    return OwedBack(refund.amount_minor, refund.status, paid_out[str(refund.pk)], str(refund.spent_on_id or ""))


def _from_owed(payment: Payment, transfers: list[Transfer]) -> int:
    """What of a payment was money owed back: all that did not come into the drawer."""
    if payment.funding != Payment.Funding.OWED:
        return 0
    return payment.total_minor - sum(row.amount for row in transfers if row.debit.kind == "till")


def _net(transfers: list[Transfer], code: str) -> int:
    """What these transfers brought to an account."""
    moved = [transfer for transfer in transfers if transfer.kind in {"posted", "post"}]
    came = sum(transfer.amount for transfer in moved if transfer.credit.code == code)
    return came - sum(transfer.amount for transfer in moved if transfer.debit.code == code)


def _held(transfers: list[Transfer]) -> int:
    ended = {transfer.pending_id for transfer in transfers if transfer.pending_id}
    return sum(row.amount for row in transfers if row.kind == "pending" and row.id not in ended)


def _paid_out(refunds: list[Any]) -> Counter:
    paid: Counter[str] = Counter()
    for refund, transfers in _transfers(["refund_paid_out"], refunds).items():
        paid[refund] = sum(transfer.amount for transfer in transfers)
    return paid


def _transfers(event_types: Sequence[str], event_ids: list[Any]) -> dict[str, list[Transfer]]:
    keys = TransferKey.objects.filter(event_type__in=event_types, event_id__in=[str(each) for each in event_ids])
    known = dict(keys.values_list("pk", "recorded_at"))
    found: dict[str, list[Transfer]] = defaultdict(list)
    if known:
        rows = Transfer.objects.filter(pk__in=known, recorded_at__in=set(known.values()))
        for transfer in rows.select_related("debit", "credit").order_by("recorded_at", "leg_no"):
            found[transfer.event_id].append(transfer)
    return found
