"""Money out of the float again: set aside at once, paid with the next payouts."""

import datetime as dt

from django.db import transaction

from core.errors import refused_by, refuses
from core.money import Money
from finance import chart
from finance.floats.queries import float_account, partner_contract
from finance.floats.services.limits import (
    FloatStopped,
    NoPartnerHere,
    NothingToMove,
    NotYourFloat,
    WithdrawalTooLarge,
)
from finance.payouts.models import PayoutLine
from finance.payouts.services import payout_of_withdrawal
from ledger.queries import balance
from ledger.services import NotEnough
from stations.accounts.models import User
from stations.network.models import Station
from stations.recruitment.models import Contract
from stations.two_persons import is_same_person


@refuses(
    NoPartnerHere, NotYourFloat, FloatStopped, NothingToMove, WithdrawalTooLarge, *refused_by(payout_of_withdrawal)
)
@transaction.atomic
def withdraw_float(*, station: Station, amount: Money, by: User, at: dt.datetime) -> PayoutLine:
    """Take money out of one's own float: it is held now, and paid with the next batch of payouts."""
    contract = _contract(station)
    if contract.user_id != by.pk:
        raise NotYourFloat
    if contract.status == Contract.Status.SUSPENDED:
        raise FloatStopped(station=station.name)
    return _withdraw(station, contract, amount, by=by, at=at)


@refuses(NoPartnerHere, NothingToMove, WithdrawalTooLarge, *refused_by(payout_of_withdrawal))
@transaction.atomic
def clear_float(*, station: Station, by: User, at: dt.datetime) -> PayoutLine:
    """At the end of a contract: everything that can be used goes back to the partner, also of a float that stands
    still. By the county. Refused: as `withdraw_float`.
    """
    contract = _contract(station)
    if is_same_person(by, contract.user_id):
        raise NothingToMove(field="amount")  # who takes out the own money says how much
    account = float_account(station)
    amount = balance(account).available if account else Money(0, station.currency)
    return _withdraw(station, contract, amount, by=by, at=at)


def _contract(station: Station) -> Contract:
    contract = partner_contract(station)
    if contract is None:
        raise NoPartnerHere
    return contract


def _withdraw(station: Station, contract: Contract, amount: Money, *, by: User, at: dt.datetime) -> PayoutLine:
    if amount.minor <= 0:
        raise NothingToMove(field="amount")
    key = chart.float_of(station, contract.user_id)
    account = chart.open_one(key, country=station.county.country, currency=amount.currency, at=at)
    try:
        return payout_of_withdrawal(account=account, amount=amount, station=station, by=by, at=at)
    except NotEnough as refusal:
        available = balance(account).available
        raise WithdrawalTooLarge(field="amount", available=available.display()) from refusal
