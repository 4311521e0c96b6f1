"""Single payouts: a partner's withdrawal from the float, and what failed or came back paid again."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import present
from core.errors import Refused, WrongState, refuses
from core.history import record_change
from core.money import Money
from finance import chart
from finance.payouts.machine import LINE
from finance.payouts.models import PayoutAccount, PayoutLine
from finance.payouts.queries import payee_of, usable_accounts
from finance.payouts.services.ends import held_with_batch
from finance.settlement.models import Statement
from ledger.models import Account
from ledger.queries import business_date_of
from ledger.services import MadeBy, hold
from stations.accounts.models import User
from stations.network.models import Station

_L = PayoutLine.Status


class NoPayoutAccount(Refused):
    """Money that leaves a float goes to a bank account of the partner's."""

    code = "no_payout_account"
    status = 422
    message = _("There is no active bank account to pay this to. Add one first; it takes effect three days later.")


class WithdrawalStands(Refused):
    """What a bank could not pay of a withdrawal is back in the float, and can be taken out anew."""

    code = "back_in_the_float"
    message = _("This money is back in the float. The partner can withdraw it again.")


class StatementCarried(Refused):
    """The amount already stands in the next statement."""

    code = "statement_carried"
    message = _("Carried over to the next statement and paid with it.")


@refuses(NoPayoutAccount)
@transaction.atomic
def payout_of_withdrawal(*, account: Account, amount: Money, station: Station, by: User, at: dt.datetime) -> PayoutLine:
    """Set money of a float aside (float -> payout_clearing, pending) and let the next batch pay it to its holder.

    Refused: `no_payout_account`; `not_enough` of the ledger when less than this can be used.
    """
    payee = payee_of(account)
    bank = usable_accounts().filter(payee=payee, kind=PayoutAccount.Kind.BANK).first()
    if bank is None:
        raise NoPayoutAccount
    line = PayoutLine(
        payee=payee,
        account=account,
        payout_account=bank,
        county=station.county,
        amount_minor=amount.minor,
        currency=amount.currency,
        asked_by=by,
        made_at=at,
    )
    line.hold_transfer_id = _hold(line, by=by, at=at)
    line.save(force_insert=True)
    record_change(line, old="", new=line.status, at=at, actor=by.pk)
    return line


@refuses(WrongState, WithdrawalStands, StatementCarried)
@transaction.atomic
def reissue_payout(*, line: PayoutLine, by: User, at: dt.datetime) -> PayoutLine:
    """Pay again what failed or came back, the same net, with the next batch."""
    line = held_with_batch(line.pk)
    LINE.check("reissue_payout", line.status)
    if line.is_withdrawal:
        raise WithdrawalStands
    if present(line.statement).status == Statement.Status.CARRIED:
        raise StatementCarried
    before, line.status = line.status, _L.REISSUED
    line.save(update_fields=["status", "updated_at"])
    record_change(line, old=before, new=line.status, at=at, actor=by.pk)
    again = PayoutLine.objects.create(
        payee=line.payee,
        statement=line.statement,
        account=line.account,
        county=line.county,
        amount_minor=line.amount_minor,
        currency=line.currency,
        reissues=line,
        asked_by=by,
        made_at=at,
    )
    record_change(again, old="", new=again.status, at=at, actor=by.pk)
    return again


def _hold(line: PayoutLine, *, by: User, at: dt.datetime) -> Any:
    book = line.account.book
    key = chart.platform("payout_clearing")
    clearing = chart.open_one(key, country=book.country, currency=line.currency, at=at)
    return hold(
        debit=line.account,
        credit=clearing,
        amount=line.amount,
        event_type="payout_asked",
        event_id=str(line.pk),
        reason="withdrawn from the float",
        business_date=business_date_of(book, at),
        made_by=MadeBy("person", by.pk),
        at=at,
    )
