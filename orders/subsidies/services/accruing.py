"""The county's subsidy for a parcel: accrued to the partner when it is handed over, or given to the carrier."""

import datetime as dt

from django.db import transaction

from core.database.db import lock
from core.days import day_in
from core.errors import refused_by, refuses
from core.money import Money
from finance import chart
from finance.settlement.services import accrue_payable
from ledger.kinds import KINDS
from ledger.services import book_of, open_account
from logistics.parcels.models import Parcel
from orders.subsidies.models import ParcelSubsidy, SubsidyProgramme
from orders.subsidies.queries import programme_at
from stations.network.models import Station
from stations.recruitment.queries import terms_at

EVENT = "parcel_subsidy"
_D = ParcelSubsidy.Direction


@refuses(*refused_by(accrue_payable))
@transaction.atomic
def accrue_subsidy(*, parcel: Parcel, at: dt.datetime) -> ParcelSubsidy | None:
    """Give the partner what the county's programme gives for this parcel: subsidy -> commission, once.

    `at` is when it was handed over, or given to the carrier. It is nothing once the budget is used up, and None where
    no programme runs, the station has no partner, or one village sent it to another.
    """
    parcel = lock(parcel)
    known = ParcelSubsidy.objects.filter(parcel=parcel).first()
    direction = _direction_of(parcel)
    if known is not None or direction is None:
        return known
    station = _station_of(parcel)
    found = programme_at(station, on=day_in(station.zone, at))
    partner = terms_at(station, acted_by=None).partner
    if found is None or partner is None:
        return None
    programme = lock(found)
    each = programme.inbound_minor if direction == _D.INBOUND else programme.outbound_minor
    if not each:
        return None
    made = ParcelSubsidy.objects.create(
        programme=programme,
        parcel=parcel,
        station=station,
        partner_id=partner,
        direction=direction,
        amount_minor=each if each <= programme.left.minor else 0,
        currency=programme.currency,
        accrued_at=at,
    )
    if made.amount_minor:
        _give(made, station, programme)
    return made


def _direction_of(parcel: Parcel) -> str | None:
    """What a parcel is to the county; what one village sends to another brings nothing."""
    if parcel.goes_outside:
        return _D.OUTBOUND if parcel.outside_carrier_id else None
    is_from_hub = parcel.from_station.kind != Station.Kind.VILLAGE_STATION
    return _D.INBOUND if is_from_hub and parcel.status == Parcel.Status.COLLECTED else None


def _station_of(parcel: Parcel) -> Station:
    pk = parcel.from_station_id if parcel.goes_outside else parcel.to_station_id
    return Station.objects.select_related("county").get(pk=pk)


def _give(made: ParcelSubsidy, station: Station, programme: SubsidyProgramme) -> None:
    """The county pays afterwards: its account may fall below nothing, as far as the budget goes."""
    country, at = station.county.country, made.accrued_at
    key = chart.subsidy(station.county, programme.code)
    source = open_account(
        book=book_of(country),
        kind=key.kind,
        key=key.key,
        currency=made.currency,
        at=at,
        limit=KINDS[key.kind].other_limit,
    )
    account = chart.open_one(chart.commission_of_user(made.partner_id), country=country, currency=made.currency, at=at)
    accrue_payable(
        event_type=EVENT,
        event_id=str(made.pk),
        account=account,
        amount=Money(made.amount_minor, made.currency),
        source=source,
        eligible_at=at,
        explanation={"parcel": made.parcel.number, "programme": programme.code},
        station=station,
        at=at,
    )
