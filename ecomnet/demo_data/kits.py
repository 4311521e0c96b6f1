"""School kits: children proposed, approved and held; some kits handed over, one twice, one damaged, some sent back."""

import datetime as dt
from contextlib import suppress

from core.database.db import present
from core.days import day_in
from ecomnet.demo_data.stations import STORY, Cast
from education.safeguarding.purposes import SCHOOL_SUPPLIES
from education.safeguarding.queries import consent_on
from education.supplies.models import Campaign, Handover, Kit
from education.supplies.queries import why_not_for
from education.supplies.services import (
    HandedOverBefore,
    approve_entitlement,
    hand_over_kit,
    open_campaign,
    propose_entitlement,
    propose_kit_settlement,
    receive_kit,
    register_kits,
    report_kit_damaged,
    return_kit,
    send_crate,
    send_kits,
)
from stations.models import Person, Station, User
from stations.people.queries import confirmed_guardians, text_of_the_day
from stations.people.services import record_consent, record_guardianship, register_person

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
    children = _proposed(cast, station, campaign, at=at)
    _hold(cast, station, campaign, children[0], at=at)
    _hand_over(cast, station, kits, children[:2], at=at)
    damaged = report_kit_damaged(kit=kits[-1], reason="淋雨受潮", by=cast.helpers[station.pk], at=at - 15 * DAY)
    propose_kit_settlement(kit=damaged, outcome="written_off", reason="纸箱泡水，文具全坏", by=clerk, at=at - 14 * DAY)
    back = [kit.serial for kit in kits[-3:-1]]
    by = cast.partners[station.pk]
    send_crate(campaign=campaign, station=station, serials=back, by=by, at=at - 3 * DAY)
    send_kits(campaign=campaign, station=station, count=4, by=clerk, at=at - 2 * DAY)


def _proposed(cast: Cast, station: Station, campaign: Campaign, *, at: dt.datetime) -> list[Person]:
    """Every child whose guardian agreed is proposed; all but the last are approved."""
    day, partner, clerk = day_in(station.zone, at), cast.partners[station.pk], cast.clerks[station.county_id]
    children = Person.objects.filter(home_station=station, child_file__isnull=False).order_by("pk")
    agreed = [
        child for child in children if consent_on(child, SCHOOL_SUPPLIES, day) and not why_not_for(campaign, child)
    ]
    proposed_at = at - 20 * DAY
    rows = [
        propose_entitlement(campaign=campaign, child=child, station=station, by=partner, at=proposed_at)
        for child in agreed
    ]
    for row in rows[:-1]:
        reason = "两村都问过，不是同一个孩子" if row.is_suspected else ""
        approve_entitlement(entitlement=row, reason=reason, by=clerk, at=at - 18 * DAY)
    return agreed[:-1]


def _hold(cast: Cast, station: Station, campaign: Campaign, child: Person, *, at: dt.datetime) -> None:
    """The next village proposes a child of the same name and birth date: the clerk looks at both."""
    beside = next(each for each in cast.village_stations if each.county_id == station.county_id and each != station)
    day, partner = day_in(beside.zone, at), cast.partners[beside.pk]
    second = register_person(
        station=beside, full_name=child.full_name, birth_date=child.birth_date, birth_precision="day",
        confirmed_new=True, by=partner, at=at - 4 * DAY,
    )  # fmt: skip
    grandmother = present(confirmed_guardians(child, day).first())
    record_guardianship(
        child=second, guardian=grandmother, kind="grandparent", from_date=day - 4 * DAY, confirmed_by=partner,
        at=at - 4 * DAY,
    )  # fmt: skip
    text = present(text_of_the_day(purpose=SCHOOL_SUPPLIES, language="zh-hans", day=day))
    record_consent(person=second, text=text, manner="signature", station=beside, by=partner, at=at - 4 * DAY)
    propose_entitlement(campaign=campaign, child=second, station=beside, by=partner, at=at - 4 * DAY)


def _hand_over(cast: Cast, station: Station, kits: list[Kit], children: list[Person], *, at: dt.datetime) -> None:
    """Two children have theirs; one of them brought it back. The third waits for it."""
    given = []
    for kit, child in zip(kits, children, strict=False):
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
    _report_again(given[0], by=cast.partners[station.pk], at=at - 14 * DAY)


def _report_again(first: Handover, *, by: User, at: dt.datetime) -> None:
    """The partner's phone had no network for two days, and sends what the helper had recorded meanwhile."""
    with suppress(HandedOverBefore):
        hand_over_kit(
            kit=first.kit, child=first.child, guardian=first.received_by, proof=first.proof, station=first.station,
            by=by, made_at=first.at, at=at,
        )  # fmt: skip
