"""Parcels of the demonstration: at some village stations one in every state, for invented receivers."""

import datetime as dt
import itertools
import re

from core.database.db import present
from core.models import Notice
from core.money import Money
from core.notices.services import message_of
from ecomnet.demo_data.stations import Cast
from logistics.parcels import services
from logistics.parcels.models import Parcel
from stations.models import Person, Station, User

DAY = dt.timedelta(days=1)
STATIONS = 3
#: What became of each parcel, and how many days ago it came.
STORY = (
    ("registered", 0),
    ("loaded", 0),
    ("loaded", 0),
    ("waiting", 0),
    ("waiting", 2),
    ("waiting", 5),
    ("collected", 3),
    ("refused", 2),
    ("uncollected", 9),
    ("sent_back", 4),
    ("returned", 12),
    ("lost", 6),
)


def load_parcels(cast: Cast, *, at: dt.datetime) -> None:
    """Parcels from the county's centre to a few of its stations."""
    for station in [each for each in cast.village_stations if each.county_id in cast.clerks][:STATIONS]:
        people = Person.objects.filter(home_station=station, archived_at=None).exclude(phone="").order_by("pk")
        receivers = itertools.cycle(list(people[: len(STORY)]) or [None])
        clerk, partner = cast.clerks[station.county_id], cast.partners[station.pk]
        for number, (end, days) in enumerate(STORY):
            key = f"demo:{station.code}:{number}"
            parcel = send_parcel(station, next(receivers), clerk, at=at - days * DAY - DAY / 2, key=key)
            _goes_on(parcel, end, clerk, partner, at=at - days * DAY)
        services.mark_uncollected(county=station.county.code, zone=station.zone, at=at)


def send_parcel(station: Station, receiver: Person | None, clerk: User, *, at: dt.datetime, key: str) -> Parcel:
    """A parcel that lies at the hub above a station."""
    return services.create_parcel(
        from_station=station.parent or station,
        to_station=station,
        contents_ref=None,
        receiver=receiver,
        receiver_name=receiver.full_name if receiver else "王建国",
        receiver_phone=str(receiver.phone) if receiver else "+8613800138000",
        cash_due=Money(0, station.currency),
        weight_g=850,
        by=clerk,
        at=at,
        key=key,
    )


def _goes_on(parcel: Parcel, end: str, clerk: User, partner: User, *, at: dt.datetime) -> None:
    if end == "registered":
        return
    parcel = services.load_parcel(parcel=parcel, by=clerk, at=at)
    if end == "loaded":
        return
    if end == "lost":
        services.report_exception(parcel=parcel, exception="lost", reason="车上找不到", by=clerk, at=at)
        return
    parcel = services.receive_at_station(parcel=parcel, by=partner, at=at)
    if end == "collected":
        services.collect_parcel(parcel=parcel, code=code_of(parcel), by=partner, at=at + DAY / 8)
    if end in ("refused", "sent_back", "returned"):
        parcel = services.refuse_parcel(parcel=parcel, reason="wrong_item", by=partner, at=at + DAY / 8)
    if end in ("sent_back", "returned"):
        parcel = services.return_to_sender(parcel=parcel, by=partner, at=at + DAY / 4)
    if end == "returned":
        services.receive_return_leg(parcel=parcel, by=clerk, at=at + DAY / 2)


def code_of(parcel: Parcel) -> str:
    """The six digits that the receiver's phone shows."""
    code = parcel.codes.get()
    notice = Notice.objects.get(dedupe_key=f"pickup-code:{code.pk}")
    text = message_of(present(notice.our_ref))["text"]
    return re.findall(r"(?<!\d)\d{6}(?!\d)", text)[-1]
