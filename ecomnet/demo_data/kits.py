"""A campaign of school kits: some in the county store, some on the way, some handed over, one damaged."""

import datetime as dt

from core.days import day_in
from ecomnet.demo_data.stations import STORY, Cast
from education.supplies.models import Campaign, Kit
from education.supplies.services import (
    hand_over_kit,
    open_campaign,
    receive_kit,
    register_kits,
    report_kit_damaged,
    return_kit,
    send_kits,
)
from stations.models import Person, Station
from stations.people.queries import confirmed_guardians

DAY = dt.timedelta(days=1)


def load_kits(cast: Cast, *, at: dt.datetime) -> None:
    """Forty kits of a donor for the story's county."""
    station = next(each for each in cast.village_stations if each.code == STORY)
    clerk, day = cast.clerks[station.county_id], day_in(station.zone, at)
    campaign = open_campaign(
        county=station.county,
        name="秋季爱心书包",
        donor="春蕾助学会",
        contents="书包 1 个，铅笔 12 支，作业本 10 本",
        starts_date=day - 60 * DAY,
        ends_date=day + 60 * DAY,
        age_from=6,
        age_to=15,
        by=clerk,
        at=at - 60 * DAY,
    )
    register_kits(campaign=campaign, count=40, by=clerk, at=at - 50 * DAY)
    send_kits(campaign=campaign, station=station, count=8, by=clerk, at=at - 40 * DAY)
    kits = [
        receive_kit(kit=kit, by=cast.helpers[station.pk], at=at - 38 * DAY)
        for kit in Kit.objects.filter(campaign=campaign, station=station).order_by("pk")
    ]
    _hand_over(cast, station, campaign, kits, at=at)
    report_kit_damaged(kit=kits[-1], reason="淋雨受潮", by=cast.helpers[station.pk], at=at - 15 * DAY)
    send_kits(campaign=campaign, station=station, count=4, by=clerk, at=at - 2 * DAY)


def _hand_over(cast: Cast, station: Station, campaign: Campaign, kits: list[Kit], *, at: dt.datetime) -> None:
    """Three children have theirs; one of them brought it back."""
    children = Person.objects.filter(home_station=station, child_file__isnull=False).order_by("pk")
    given = []
    for kit, child in zip(kits, children[1:4], strict=False):
        guardian = confirmed_guardians(child, day_in(station.zone, at)).first()
        if guardian is not None:
            given.append(
                hand_over_kit(
                    kit=kit,
                    child=child,
                    guardian=guardian,
                    proof="signature",
                    station=station,
                    by=cast.helpers[station.pk],
                    at=at - 16 * DAY,
                )
            )
    return_kit(handover=given[-1], reason="拉链坏了", by=cast.partners[station.pk], at=at - 15 * DAY)
