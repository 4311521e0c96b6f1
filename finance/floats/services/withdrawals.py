"""Money out of the float again: set aside at once, paid with the next payouts."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from core.fields import uuid7
from core.history import record_change
from core.money import Money
from finance import chart
from finance.floats.queries import float_account, partner_contract
from finance.floats.services.limits import FloatStopped, FloatTooSmall, NoPartnerHere, NothingToMove, NotYourFloat
from finance.payouts.models import PayoutAccount, PayoutLine
from ledger.models import Account
from ledger.queries import balance, business_date_of
from ledger.services import MadeBy, NotEnough, book_of, hold
from stations.recruitment.models import Contract

WITHDRAWN = "float_withdrawn"


class PayoutAccountMissing(Refused):
    """Nobody knows where the money should go."""

    code = "payout_account_missing"
    message = _("Say first where you want to be paid: a bank account, or cash at a station.")


@transaction.atomic
def withdraw_float(*, station: Any, amount: Money, by: Any, at: dt.datetime) -> PayoutLine:
    """Take money out of one's own float: it is held now, and paid with the next batch of payouts.

    Refused: `nothing_to_move`, `no_partner_here`, `not_your_float`, `float_stopped`, `payout_account_missing`,
    `float_too_small`.
    """
    contract = _contract(station)
    if contract.user_id != by.pk:
        raise NotYourFloat
    if contract.status == Contract.Status.SUSPENDED:
        raise FloatStopped(station=station.name)
    return _withdraw(station, contract, amount, by=by, made_by=MadeBy("person", by.pk), at=at)


@transaction.atomic
def clear_float(*, station: Any, by: Any, at: dt.datetime) -> PayoutLine:
    """At the end of a contract: everything that can be used goes back to the partner, also of a float that stands
    still. By the county. Refused: as `withdraw_float`.
    """
    contract = _contract(station)
    if contract.user_id == by.pk:
        raise NothingToMove(field="amount")  # who takes out the own money says how much
    account = float_account(station)
    amount = balance(account).available if account else Money(0, station.currency)
    return _withdraw(station, contract, amount, by=by, made_by=MadeBy("staff", by.pk), at=at)


def _contract(station: Any) -> Contract:
    contract = partner_contract(station)
    if contract is None:
        raise NoPartnerHere
    return contract


def _withdraw(
    station: Any, contract: Contract, amount: Money, *, by: Any, made_by: MadeBy, at: dt.datetime
) -> PayoutLine:
    if amount.minor <= 0:
        raise NothingToMove(field="amount")
    payee = contract.user_id.hex
    target = _payout_account(payee)
    country = station.county.country
    source, clearing = chart.float_of(station, contract.user_id), chart.platform("payout_clearing")
    opened = chart.open_all([source, clearing], country=country, currency=amount.currency, at=at)
    our_ref = uuid7()
    held = _hold(opened[source], opened[clearing], amount, our_ref, country=country, made_by=made_by, at=at)
    line = PayoutLine.objects.create(
        our_ref=our_ref,
        payee=payee,
        account=opened[source],
        payout_account=target,
        county=station.county,
        amount_minor=amount.minor,
        currency=amount.currency,
        hold_transfer_id=held,
        asked_by=by,
        made_at=at,
    )
    record_change(line, old="", new=line.status, at=at, actor=by.pk)
    return line


def _payout_account(payee: str) -> PayoutAccount:
    standing = PayoutAccount.objects.standing().filter(payee=payee).exclude(kind=PayoutAccount.Kind.FLOAT).first()
    if standing is None or standing.status == PayoutAccount.Status.REJECTED:
        raise PayoutAccountMissing
    return standing


def _hold(
    source: Account, target: Account, amount: Money, our_ref: Any, *, country: str, made_by: MadeBy, at: dt.datetime
) -> Any:
    try:
        return hold(
            debit=source,
            credit=target,
            amount=amount,
            event_type=WITHDRAWN,
            event_id=str(our_ref),
            reason="withdrawn from the float",
            business_date=business_date_of(book_of(country), at),
            made_by=made_by,
            at=at,
        )
    except NotEnough as refusal:
        available = balance(source).available
        raise FloatTooSmall(field="amount", available=available.display(), needed=amount.display()) from refusal
