"""What the platform itself keeps of money that an app above has taken, or puts in where it bears a part or a loss.

A county puts in what it bears of a promotion: its account may fall below nothing, since it pays afterwards.

The auditor explains customer funds by these events, as by the lines of those who earn.
"""

import datetime as dt

from core.money import Money
from finance import chart
from ledger.kinds import KINDS
from ledger.models import Account
from ledger.queries import business_date_of, transfers_of
from ledger.services import SYSTEM, Leg, open_account, post_transfers
from stations.places.models import Division

KEPT, PUT_IN, TAKEN_BACK = "platform_kept", "platform_put_in", "platform_took_back"
COUNTY_PUT_IN, COUNTY_TOOK_BACK = "county_put_in", "county_took_back"


def keep_part(*, event_id: str, source: Account, amount: Money, reason: str, at: dt.datetime) -> None:
    """source -> revenue: the platform's part of a sale. The caller holds the row of the event and posts it once."""
    _post(KEPT, event_id, Leg(source, _of_platform("revenue", source, at), amount, reason), at=at)


def give_part_back(*, event_id: str, target: Account, amount: Money, reason: str, at: dt.datetime) -> None:
    """revenue -> target: the platform's part of what a sale gives back. Posted once, for an event of its own."""
    _post(KEPT, event_id, Leg(_of_platform("revenue", target, at), target, amount, reason), at=at)


def put_in(*, event_id: str, target: Account, amount: Money, reason: str, at: dt.datetime) -> None:
    """expense -> target: a loss that the platform bears for those who earned. Posted once by the caller."""
    _post(PUT_IN, event_id, Leg(_of_platform("expense", target, at), target, amount, reason), at=at)


def what_was_put_in(*, event_id: str, currency: str) -> Money:
    """What the platform put in for this event; nothing where it did not."""
    return Money(sum(transfer.amount for transfer in transfers_of(PUT_IN, event_id)), currency)


def take_back_what_was_put_in(*, event_id: str, source: Account, amount: Money, reason: str, at: dt.datetime) -> None:
    """source -> expense: nobody earns it after all. Posted once by the caller."""
    _post(TAKEN_BACK, event_id, Leg(source, _of_platform("expense", source, at), amount, reason), at=at)


def put_in_by_county(
    *, event_id: str, county: Division, programme: str, target: Account, amount: Money, reason: str, at: dt.datetime
) -> None:
    """subsidy -> target: what a county bears of a programme of its own. Posted once by the caller."""
    _post(COUNTY_PUT_IN, event_id, Leg(_of_county(county, programme, target, at), target, amount, reason), at=at)


def take_back_for_county(
    *, event_id: str, county: Division, programme: str, source: Account, amount: Money, reason: str, at: dt.datetime
) -> None:
    """source -> subsidy: what a county had put in is not needed after all. Posted once by the caller."""
    _post(COUNTY_TOOK_BACK, event_id, Leg(source, _of_county(county, programme, source, at), amount, reason), at=at)


def _of_county(county: Division, programme: str, beside: Account, at: dt.datetime) -> Account:
    key = chart.subsidy(county, programme)
    return open_account(
        book=beside.book,
        kind=key.kind,
        key=key.key,
        currency=beside.currency,
        at=at,
        limit=KINDS[key.kind].other_limit,
    )


def _of_platform(kind: str, beside: Account, at: dt.datetime) -> Account:
    return chart.open_one(chart.platform(kind), country=beside.book.country, currency=beside.currency, at=at)


def _post(event_type: str, event_id: str, leg: Leg, *, at: dt.datetime) -> None:
    post_transfers(
        legs=[leg],
        event_type=event_type,
        event_id=event_id,
        business_date=business_date_of(leg.debit.book, at),
        made_by=SYSTEM,
        at=at,
    )
