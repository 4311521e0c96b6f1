"""Where the drawer meets the ledger: its accounts, and postings in the name of who made them."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from finance import chart
from ledger.models import Account
from ledger.queries import business_date_of
from ledger.services import Leg, MadeBy, NotEnough, book_of, post_transfers
from stations.network.models import Station


def account_of(key: chart.AccountKey, station: Station, at: dt.datetime) -> Account:
    """The account of this key in the book of the station, opened when it is missing."""
    return chart.open_one(key, country=station.county.country, currency=station.currency, at=at)


def till_of(station: Station, at: dt.datetime) -> Account:
    """The account of a station's drawer."""
    return account_of(chart.till(station), station, at)


def post(
    legs: Sequence[Leg], *, station: Station, event_type: str, event_id: str, made_by: MadeBy, at: dt.datetime
) -> list[UUID]:
    """Post one group on today's business date of the station's book. Raises what `post_transfers` raises."""
    return post_transfers(
        legs=legs,
        event_type=event_type,
        event_id=event_id,
        business_date=business_date_of(book_of(station.county.country), at),
        made_by=made_by,
        at=at,
    )


def is_empty_till(refusal: NotEnough) -> bool:
    """Whether it was a drawer that held too little."""
    return refusal.params["kind"] == "till"
