"""Parcels on their way to a station, and the code that its receiver reads."""

import datetime as dt
import itertools
import re
from typing import Any
from uuid import UUID, uuid4

from django.utils.timezone import now

from core.models import Notice
from core.money import Money
from core.notices.services import message_of
from logistics.parcels.models import Parcel
from logistics.parcels.services import create_parcel, load_parcel, receive_at_station
from stations.network.models import Station
from tests.factories.stations import StationFactory, UserFactory

_keys = itertools.count(1)


def parcel(to_station: Station | None = None, *, cash: int = 0, **values: Any) -> Parcel:
    """A parcel that lies at the county's centre, for a receiver who has a phone."""
    station = to_station or StationFactory()
    contents: UUID | None = values.pop("contents_ref", uuid4() if cash else None)
    return create_parcel(
        **{
            "from_station": station.parent,
            "to_station": station,
            "contents_ref": contents,
            "receiver": None,
            "receiver_name": "王秀英",
            "receiver_phone": "+8613800138000",
            "cash_due": Money(cash, station.currency),
            "weight_g": 800,
            "by": UserFactory(),
            "at": now(),
            "key": f"parcel-{next(_keys)}",
            **values,
        }
    )


def waiting(to_station: Station | None = None, *, at: dt.datetime | None = None, **values: Any) -> Parcel:
    """A parcel that its receiver can collect; a code was sent."""
    at, by = at or now(), UserFactory()
    made = load_parcel(parcel=parcel(to_station, at=at, **values), by=by, at=at)
    return receive_at_station(parcel=made, by=by, at=at)


def code_of(made: Parcel) -> str:
    """The six digits of the newest code, as the phone shows them."""
    ids = [f"pickup-code:{code.pk}" for code in made.codes.filter(status="issued")]
    text = message_of(Notice.objects.get(dedupe_key__in=ids).our_ref)["text"]
    return re.findall(r"(?<!\d)\d{6}(?!\d)", text)[-1]


def wrong_code(made: Parcel) -> str:
    """Another one."""
    return f"{(int(code_of(made)) + 1) % 1_000_000:06}"
