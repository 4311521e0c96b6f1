"""Corrections of one event on a payee's account: proposed by one person, posted by another, told to the payee."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, SamePerson, WrongState, refuses
from core.history import record_change
from core.language.reasons import needs_words
from core.money import Money
from core.notices.services import notify
from core.state_machines import Machine
from finance import chart
from finance.complaints.models import Complaint
from finance.fees.models import Adjustment, CommissionLine, PayableLine
from finance.payments.models import Payment
from ledger.kinds import PAYEE_KINDS
from ledger.models import Account
from ledger.queries import business_date_of
from ledger.services import Leg, MadeBy, post_transfers
from stations.accounts.models import Role, User
from stations.accounts.queries import people_in_role
from stations.two_persons import require_two_persons

_S = Adjustment.Status
ADJUSTMENT = Machine(
    name="adjustment",
    states=Adjustment.Status,
    arrows={
        "approve_adjustment": frozenset({_S.PROPOSED}),
        "reject_adjustment": frozenset({_S.PROPOSED}),
    },
)


class AccountNotAdjustable(Refused):
    """Only what a payee has earned is corrected; money of villagers, drawers and floats never."""

    code = "account_not_adjustable"
    status = 422
    message = _("Only payees' accounts can be corrected, not %(account)s.")


class NothingToCorrect(Refused):
    """A correction is of an amount."""

    code = "nothing_to_correct"
    status = 422
    message = _("Enter the amount to add or deduct.")


class EventUnknown(Refused):
    """A correction names the sale that it corrects."""

    code = "event_unknown"
    status = 422
    message = _("There is no such payment. A correction must name its payment.")


class PricingErrorNotTheirs(Refused):
    """Our wrong price is never taken from a partner or helper."""

    code = "pricing_error"
    status = 422
    message = _("A pricing error of ours is never charged to a partner or helper.")


class AboveEvent(Refused):
    """More cannot be taken back than the event brought."""

    code = "above_event"
    status = 422
    message = _("This payment brought %(most)s to this account. No more can be reversed.")


class DisputeOpen(Refused):
    """Nothing is taken for what somebody disputes, until that is decided."""

    code = "dispute_open"
    message = _("The payee disputes this. Nothing is deducted until it is decided.")


@refuses(NothingToCorrect, AccountNotAdjustable, PricingErrorNotTheirs, EventUnknown, DisputeOpen, AboveEvent)
@needs_words("text")
@transaction.atomic
def propose_adjustment(
    *,
    account: Account,
    event_type: str,
    event_id: str,
    amount: Money,
    reason: str,
    text: str,
    by: User,
    at: dt.datetime,
) -> Adjustment:
    """Propose a correction; `amount` is added to the account, or taken from it when negative. Nothing moves yet."""
    if not amount:
        raise NothingToCorrect(field="amount")
    _refuse_unless_adjustable(account, amount, reason)
    _refuse_unknown_event(event_type, event_id)
    _refuse_disputed(account, event_id, amount)
    _refuse_above_event(account, event_type, event_id, amount)
    adjustment = Adjustment.objects.create(
        account=account,
        event_type=event_type,
        event_id=event_id,
        amount_minor=amount.minor,
        currency=amount.currency,
        reason=reason,
        text=text,
        made_by=by,
        made_at=at,
    )
    record_change(adjustment, old="", new=adjustment.status, at=at, actor=by.pk)
    return adjustment


@refuses(WrongState, SamePerson, DisputeOpen, AboveEvent)
@transaction.atomic
def approve_adjustment(*, adjustment: Adjustment, by: User, at: dt.datetime) -> Adjustment:
    """Post a correction, expense -> account or account -> revenue, and tell the payee in the same transaction.

    It counts from when what it corrects is the payee's, and waits where that waits.
    """
    adjustment = lock(adjustment)
    ADJUSTMENT.check("approve_adjustment", adjustment.status)
    require_two_persons(by, adjustment.made_by_id)
    account = lock(adjustment.account)  # two corrections of one event take turns
    _refuse_disputed(account, adjustment.event_id, adjustment.amount)
    _refuse_above_event(account, adjustment.event_type, adjustment.event_id, adjustment.amount)
    adjustment.transfer_id = _post(adjustment, account, by=by, at=at)
    adjustment.status, adjustment.checked_by, adjustment.checked_at = _S.APPROVED, by, at
    adjustment.eligible_at = max([at, *_eligible_at_of(adjustment)])
    adjustment.save(update_fields=["status", "checked_by", "checked_at", "eligible_at", "transfer", "updated_at"])
    record_change(adjustment, old=_S.PROPOSED, new=adjustment.status, at=at, actor=by.pk)
    for user in _concerned(adjustment, account, at=at):
        _tell(user, adjustment, at=at)
    return adjustment


@refuses(WrongState, SamePerson)
@transaction.atomic
def reject_adjustment(*, adjustment: Adjustment, by: User, at: dt.datetime) -> Adjustment:
    """Decide that a correction is not made."""
    adjustment = lock(adjustment)
    ADJUSTMENT.check("reject_adjustment", adjustment.status)
    require_two_persons(by, adjustment.made_by_id)
    adjustment.status, adjustment.checked_by, adjustment.checked_at = _S.REJECTED, by, at
    adjustment.save(update_fields=["status", "checked_by", "checked_at", "updated_at"])
    record_change(adjustment, old=_S.PROPOSED, new=adjustment.status, at=at, actor=by.pk)
    return adjustment


def _refuse_unless_adjustable(account: Account, amount: Money, reason: str) -> None:
    if account.kind not in PAYEE_KINDS or account.currency != amount.currency:
        raise AccountNotAdjustable(field="account", account=account.code)
    is_person = account.kind == "commission" and account.holder is not None
    if reason == Adjustment.Reason.PRICING_ERROR and is_person and amount.minor < 0:
        raise PricingErrorNotTheirs(field="reason")


def _refuse_unknown_event(event_type: str, event_id: str) -> None:
    about = {"event_type": event_type, "event_id": event_id}
    is_known = (
        CommissionLine.objects.filter(**about).exists()
        or PayableLine.objects.filter(**about).exists()
        or (event_type == "payment" and _is_payment(event_id))
    )
    if not is_known:
        raise EventUnknown(field="event_id")


def _is_payment(event_id: str) -> bool:
    try:
        return Payment.objects.filter(pk=UUID(event_id)).exists()
    except ValueError:
        return False


def _refuse_above_event(account: Account, event_type: str, event_id: str, amount: Money) -> None:
    """What is taken back is at most what the event has brought to this account, corrections included."""
    if amount.minor > 0:
        return
    brought = sum(
        rows.aggregate(minor=Sum("amount_minor"))["minor"] or 0
        for rows in (
            CommissionLine.objects.filter(account=account, event_type=event_type, event_id=event_id),
            PayableLine.objects.filter(account=account, event_type=event_type, event_id=event_id),
            Adjustment.objects.approved_for(account, event_type, event_id),
        )
    )
    if brought + amount.minor < 0:
        raise AboveEvent(field="amount", most=Money(max(brought, 0), amount.currency).display())


def _eligible_at_of(adjustment: Adjustment) -> list[dt.datetime]:
    """When what it corrects is the payee's; the greatest instant of the lines of its event on this account."""
    about = {
        "account": adjustment.account_id,
        "event_type": adjustment.event_type,
        "event_id": adjustment.event_id,
        "reverses": None,
    }
    found = [
        lines.objects.filter(**about).aggregate(last=Max("eligible_at"))["last"]
        for lines in (CommissionLine, PayableLine)
    ]
    return [instant for instant in found if instant is not None]


def _refuse_disputed(account: Account, event_id: str, amount: Money) -> None:
    disputes = Complaint.objects.open().filter(entry__account=account, entry__transfer__event_id=event_id)
    if amount.minor < 0 and disputes.exists():
        raise DisputeOpen


def _post(adjustment: Adjustment, account: Account, *, by: User, at: dt.datetime) -> Any:
    book = account.book
    amount = adjustment.amount
    key = chart.platform("expense" if amount.minor > 0 else "revenue")
    other = chart.open_one(key, country=book.country, currency=amount.currency, at=at)
    debit, credit = (other, account) if amount.minor > 0 else (account, other)
    [transfer] = post_transfers(
        legs=[Leg(debit, credit, Money(abs(amount.minor), amount.currency), f"adjustment {adjustment.reason}")],
        event_type="adjustment",
        event_id=str(adjustment.pk),
        business_date=business_date_of(book, at),
        made_by=MadeBy("staff", by.pk),
        at=at,
    )
    return transfer


def _concerned(adjustment: Adjustment, account: Account, *, at: dt.datetime) -> list[Any]:
    """The payee; for a county's account its managers."""
    if account.holder is not None:
        return list(get_user_model().objects.filter(pk=account.holder))
    line = (
        CommissionLine.objects.filter(account=account)
        .filter(event_type=adjustment.event_type, event_id=adjustment.event_id)
        .select_related("station")
        .first()
    )
    return list(people_in_role(Role.COUNTY_MANAGER, at=at, station=line.station)) if line else []


def _tell(user: User, adjustment: Adjustment, *, at: dt.datetime) -> None:
    notify(
        template="account_adjusted",
        params={"amount": adjustment.amount.display(user.language), "text": adjustment.text},
        language=user.language,
        user=user,
        link="/finance/fees/",
        dedupe_key=f"account_adjusted:{adjustment.pk}:{user.pk}",
        at=at,
    )
