"""Campaigns and school kits for tests."""

import datetime as dt
from typing import Any

from django.utils.timezone import now

from core.days import day_in
from education.supplies.models import Campaign, Handover, Kit, KitEntitlement
from education.supplies.queries import entitlements_of
from education.supplies.services import (
    approve_entitlement,
    hand_over_kit,
    open_campaign,
    propose_entitlement,
    receive_kit,
    register_kits,
    send_kits,
)
from stations.network.models import Station
from stations.people.models import Person
from stations.people.queries import confirmed_guardians
from tests.factories.finance import switch_on
from tests.factories.stations import county_clerk_of, helper_of, partner_of

DAY = dt.timedelta(days=1)


def campaign_of(station: Station, *, kits: int = 5, **values: Any) -> Campaign:
    """A campaign of this station's county that runs today, with so many kits in the county store."""
    day = day_in(station.zone, now())
    clerk = county_clerk_of(station.county)
    about = {"age_from": 6, "age_to": 15, "starts_date": day - 10 * DAY, "ends_date": day + 10 * DAY, **values}
    campaign = open_campaign(
        county=station.county, name="爱心书包", donor="春蕾助学会", contents="书包", **about, by=clerk, at=now()
    )
    return register_kits(campaign=campaign, count=kits, by=clerk, at=now())


def kits_at(station: Station, campaign: Campaign, count: int = 1) -> list[Kit]:
    """So many kits of the campaign that have come to this station."""
    switch_on(station, "school_supplies")
    before = set(Kit.objects.filter(campaign=campaign, station=station).values_list("pk", flat=True))
    send_kits(campaign=campaign, station=station, count=count, by=county_clerk_of(station.county), at=now())
    sent = Kit.objects.filter(campaign=campaign, station=station).exclude(pk__in=before).order_by("pk")
    return [receive_kit(kit=kit, by=helper_of(station), at=now()) for kit in sent]


def proposed(campaign: Campaign, child: Person, **values: Any) -> KitEntitlement:
    """A child whom the partner of the own station has proposed for a kit."""
    station = values.pop("station", None) or child.home_station
    switch_on(station, "school_supplies")
    about = {"station": station, "by": partner_of(station), "at": now(), **values}
    return propose_entitlement(campaign=campaign, child=child, **about)


def entitled(campaign: Campaign, child: Person, **values: Any) -> KitEntitlement:
    """A child for whom the county's clerk has approved a kit, as another child where it may be a second one."""
    made = proposed(campaign, child, **values)
    clerk = county_clerk_of(campaign.county)
    return approve_entitlement(entitlement=made, reason="另一个孩子", by=clerk, at=values.get("at", now()))


def given(kit: Kit, child: Person, **values: Any) -> Handover:
    """A kit, approved now where it was not before, handed to this child against the signature of the first guardian."""
    station = kit.station
    if not entitlements_of(kit.campaign, child).live().exists():
        entitled(kit.campaign, child)
    guardian = values.pop("guardian", None) or confirmed_guardians(child, day_in(station.zone, now())).first()
    about = {"proof": "signature", "station": station, "by": helper_of(station), "at": now(), **values}
    return hand_over_kit(kit=kit, child=child, guardian=guardian, **about)
