"""Villagers' money that moves between stations: what was paid at one is collected at another, or a station closes."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID, uuid5

from django.db import transaction

from core.database.db import lock_all
from core.money import Money
from finance import chart
from finance.payments.models import Refund
from ledger.models import Account
from ledger.queries import balance, business_date_of
from ledger.services import SYSTEM, Leg, MadeBy, book_of, post_transfers
from stations.accounts.models import User
from stations.network.models import Station

#: The name space of the ids that keys become: the same key is the same transfer.
MOVES = UUID("0193f0c2-7a11-7c55-9a3e-5b1d2f6a0f0d")


@transaction.atomic
def move_funds(
    *, subject_ref: str, from_station: Station, to_station: Station, amount: Money, at: dt.datetime, key: str
) -> None:
    """customer_funds of one station -> those of another, once for each `key`. Refused: `not_enough`."""
    if from_station.pk == to_station.pk or not amount:
        return
    keys = chart.customer_funds(from_station), chart.customer_funds(to_station)
    country = from_station.county.country
    opened = chart.open_all(keys, country=country, currency=amount.currency, at=at)
    post_transfers(
        legs=[Leg(opened[keys[0]], opened[keys[1]], amount, f"moved with {subject_ref}"[:200], id=uuid5(MOVES, key))],
        event_type="funds_moved",
        event_id=key,
        business_date=business_date_of(book_of(country), at),
        made_by=SYSTEM,
        at=at,
    )


def take_over_funds(*, station: Station, successor: Station, by: User, at: dt.datetime) -> None:
    """A station closes, in the transaction that closes it: its successor owes what it owed."""
    move_all_funds(from_station=station, to_station=successor, at=at, key=f"closing:{station.code}")


def pass_on_funds(
    *,
    parts: Sequence[tuple[Station, Money]],
    target: Account,
    event_id: str,
    subject_ref: str,
    made_by: MadeBy,
    at: dt.datetime,
) -> None:
    """customer_funds of each station -> an account: what was paid for goods of an app that are delivered now.

    Once per event: said again it changes nothing. Refused: `not_enough`.
    """
    legs = [
        Leg(_funds_of(station, amount, at=at), target, amount, f"passed on for {subject_ref}"[:200])
        for station, amount in parts
    ]
    _post_parts(legs, "funds_passed_on", event_id, target, made_by=made_by, at=at)


def take_back_funds(
    *,
    parts: Sequence[tuple[Station, Money]],
    source: Account,
    event_id: str,
    subject_ref: str,
    made_by: MadeBy,
    at: dt.datetime,
) -> None:
    """An account -> customer_funds of each station: delivered goods were bad, and what was paid for them is owed again.

    Posted once for an event by the caller, who refunds the payments. Refused: `not_enough`.
    """
    legs = [
        Leg(source, _funds_of(station, amount, at=at), amount, f"taken back for {subject_ref}"[:200])
        for station, amount in parts
    ]
    _post_parts(legs, "funds_taken_back", event_id, source, made_by=made_by, at=at)


def _funds_of(station: Station, amount: Money, *, at: dt.datetime) -> Account:
    country = station.county.country
    return chart.open_one(chart.customer_funds(station), country=country, currency=amount.currency, at=at)


def _post_parts(
    legs: Sequence[Leg], event_type: str, event_id: str, beside: Account, *, made_by: MadeBy, at: dt.datetime
) -> None:
    post_transfers(
        legs=list(legs),
        event_type=event_type,
        event_id=event_id,
        business_date=business_date_of(beside.book, at),
        made_by=made_by,
        at=at,
    )


@transaction.atomic
def move_all_funds(*, from_station: Station, to_station: Station, at: dt.datetime, key: str) -> None:
    """A station closes: what it owes villagers is owed by another from now on, and fetched there."""
    refunds = lock_all(Refund.objects.filter(station=from_station, status__in=Refund.OWED))
    Refund.objects.filter(pk__in=[refund.pk for refund in refunds]).update(station=to_station, updated_at=at)
    code = chart.customer_funds(from_station).code
    for account in Account.objects.filter(code=code, closed_at=None).order_by("pk"):
        move_funds(
            subject_ref=f"station:{from_station.code}",
            from_station=from_station,
            to_station=to_station,
            amount=balance(account).available,
            at=at,
            key=f"{key}:{account.currency}",
        )
