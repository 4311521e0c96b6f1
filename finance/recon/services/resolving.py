"""What people do with a difference: take it on, close it with a reason, or have it written off by two."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, present
from core.errors import Refused, SamePerson, WrongState, refuses
from core.history import record_change
from core.language.reasons import needs_words, no_identity_numbers
from core.money import Money
from finance import chart
from finance.bills.models import Biller
from finance.chart import AccountKey
from finance.recharge.models import Operator
from finance.recon.machine import RECON_ITEM
from finance.recon.models import ReconItem
from finance.recon.reasons import TAKEN_BACK, Posting, may_be_written_off, reasons_for
from ledger.models import Account
from ledger.queries import business_date_of
from ledger.services import Leg, MadeBy, book_of, post_transfers
from stations.accounts.models import User
from stations.two_persons import require_two_persons

_S = ReconItem.Status


class ReasonUnfit(Refused):
    """Each kind of difference has reasons of its own."""

    code = "reason_unfit"
    status = 422
    message = _("This reason does not fit this difference.")


class PaymentUndecided(Refused):
    """While nobody knows how the payment ended, nothing about it is closed with money."""

    code = "payment_undecided"
    message = _("The outcome of this payment is unknown. Decide the payment first.")


class NotTakenBack(Refused):
    """Money of a payment moves back only when two people have said so, on the payment itself."""

    code = "not_taken_back"
    message = _("Reverse the payment first: one person proposes it on the payment's page, another confirms.")


class NothingToPost(Refused):
    """Only an amount can be borne or written off."""

    code = "nothing_to_post"
    status = 422
    message = _("This difference has no amount.")


class NothingAsked(Refused):
    """A second person writes off what a first one asked for."""

    code = "nothing_asked"
    message = _("No one has requested a write-off.")


@refuses(WrongState)
@transaction.atomic
def assign_recon_item(*, item: ReconItem, to: User, by: User, at: dt.datetime) -> ReconItem:
    """Say who works on it."""
    item = lock(item)
    _assign(item, to=to, by=by, at=at)
    return item


@refuses(WrongState, ReasonUnfit, PaymentUndecided, NotTakenBack, NothingToPost)
@no_identity_numbers("text")
@transaction.atomic
def resolve_recon_item(*, item: ReconItem, reason_code: str, text: str, by: User, at: dt.datetime) -> ReconItem:
    """Close a difference with a reason, which posts what it says; the one who closes one that is nobody's takes it on.

    That the company never did it is said of a payment that two people have taken back (`payments.decide_payment`).
    """
    item = lock(item)
    if item.status in {_S.UNMATCHED, _S.EXCEPTION}:
        _assign(item, to=by, by=by, at=at)
    RECON_ITEM.check("resolve_recon_item", item.status)
    reason = next((each for each in reasons_for(item) if each.code == reason_code), None)
    if reason is None:
        raise ReasonUnfit(field="reason")
    if reason.posting != Posting.NOTHING:
        _refuse_undecided(item)
    if reason.posting == Posting.BY_TWO:
        _refuse_unless_taken_back(item)
    elif reason.posting != Posting.NOTHING:
        item.transfer_id = _post(item, _party(item, reason.posting, at=at), by=by, at=at)
    return _close(item, _S.RESOLVED, reason.code, text, by=by, at=at)


@refuses(WrongState, NothingToPost, PaymentUndecided)
@needs_words("text")
@transaction.atomic
def ask_write_off(*, item: ReconItem, text: str, by: User, at: dt.datetime) -> ReconItem:
    """Ask that the company bears the difference; nothing moves yet."""
    item = lock(item)
    if item.status in {_S.UNMATCHED, _S.EXCEPTION}:
        _assign(item, to=by, by=by, at=at)
    RECON_ITEM.check("write_off_recon_item", item.status)
    if not may_be_written_off(item):
        raise NothingToPost
    _refuse_undecided(item)
    item.write_off_asked_by, item.reason = by, text
    item.save(update_fields=["write_off_asked_by", "reason", "updated_at"])
    return item


@refuses(WrongState, NothingAsked, SamePerson, PaymentUndecided, NothingToPost)
@transaction.atomic
def write_off_recon_item(*, item: ReconItem, by: User, at: dt.datetime) -> ReconItem:
    """Write off what another person asked for: expense -> the item's account, or that account -> revenue."""
    item = lock(item)
    RECON_ITEM.check("write_off_recon_item", item.status)
    if item.write_off_asked_by_id is None:
        raise NothingAsked
    require_two_persons(by, item.write_off_asked_by_id)
    _refuse_undecided(item)
    posting = Posting.TAKE_THEIR_FEE if item.kind == ReconItem.Kind.FEE else Posting.TAKE_THEIRS
    item.transfer_id = _post(item, _party(item, posting, at=at), by=by, at=at)
    return _close(item, _S.WRITTEN_OFF, "write_off", item.reason, by=by, at=at)


def _assign(item: ReconItem, *, to: User, by: User, at: dt.datetime) -> None:
    RECON_ITEM.check("assign_recon_item", item.status)
    before, item.status, item.owner = item.status, _S.ASSIGNED, to
    item.save(update_fields=["status", "owner", "updated_at"])
    record_change(item, old=before, new=item.status, at=at, actor=by.pk)


def _close(item: ReconItem, status: str, reason_code: str, text: str, *, by: User, at: dt.datetime) -> ReconItem:
    before, item.status = item.status, status
    item.reason_code, item.reason, item.closed_by, item.closed_at = reason_code, text, by, at
    item.save(update_fields=["status", "reason_code", "reason", "closed_by", "closed_at", "transfer", "updated_at"])
    record_change(item, old=before, new=status, at=at, actor=by.pk, reason=reason_code)
    return item


def _refuse_undecided(item: ReconItem) -> None:
    if item.payment is not None and item.payment.is_undecided:
        raise PaymentUndecided


def _refuse_unless_taken_back(item: ReconItem) -> None:
    if present(item.payment).status not in TAKEN_BACK:
        raise NotTakenBack(field="reason")


def _post(item: ReconItem, party: Account, *, by: User, at: dt.datetime) -> Any:
    """The difference in one transfer. A debit account (fees owed to us) grows where others shrink."""
    owed_more = item.amount_diff_minor > 0
    we_lose = owed_more != (party.normal_side == Account.Side.DEBIT)
    other = chart.open_one(
        chart.platform("expense" if we_lose else "revenue"), country=_country_of(item), currency=item.currency, at=at
    )
    debit, credit = (other, party) if we_lose else (party, other)
    [transfer] = post_transfers(
        legs=[Leg(debit, credit, Money(abs(item.amount_diff_minor), item.currency), f"difference: {item.kind}")],
        event_type="recon_item",
        event_id=str(item.pk),
        business_date=business_date_of(book_of(_country_of(item)), at),
        made_by=MadeBy("staff", by.pk),
        at=at,
    )
    return transfer


def _party(item: ReconItem, posting: Posting, *, at: dt.datetime) -> Account:
    """The account of the item: its biller or operator, the fees they owe us, else what is on its way to the company."""
    key = _party_key(item)
    if posting == Posting.TAKE_THEIR_FEE and key.kind == "biller":
        key = AccountKey("fee_receivable", key.key)
    return chart.open_one(key, country=_country_of(item), currency=item.currency, at=at)


def _party_key(item: ReconItem) -> AccountKey:
    if "account" in item.detail:
        kind, _colon, code = item.detail["account"].partition(":")
        return AccountKey(kind, code)
    bill, recharge = getattr(item.payment, "bill", None), getattr(item.payment, "recharge", None)
    if bill is not None:
        return chart.biller(bill.biller)
    if recharge is not None:
        return chart.operator(recharge.operator)
    if item.provider is None:
        raise NothingToPost
    billers = [chart.biller(biller) for biller in Biller.objects.filter(provider=item.provider)[:2]]
    operators = [chart.operator(operator) for operator in Operator.objects.filter(provider=item.provider)[:2]]
    parties = billers + operators
    return parties[0] if len(parties) == 1 else chart.clearing(item.provider)


def _country_of(item: ReconItem) -> str:
    """In whose book the difference is: the company's, without one that of the station that took the payment."""
    if item.provider is not None:
        return item.provider.country
    if item.payment is None:
        raise NothingToPost
    return item.payment.station.county.country
