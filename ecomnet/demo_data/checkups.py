"""Check-ups of old villagers of the story: a day that is over, one today, one to come; urgent, released, explained."""

import datetime as dt
from decimal import Decimal
from uuid import NAMESPACE_OID, uuid5

from core.days import day_in, instant_of
from core.money import Money
from ecomnet.demo_data.stations import Cast
from health.checkups.models import CheckupDay, CheckupItem, CheckupOrder, CheckupPackage
from health.checkups.queries import agreed_to_record, eligible, items_of, orders
from health.checkups.services import (
    Limits,
    Reading,
    approve_checkup_package,
    finish_order,
    open_campaign,
    open_checkup_day,
    propose_range,
    record_results,
    release_report,
    roster_eligible,
    tell_resident,
)
from health.hospitals.models import Hospital
from health.records.services import agree
from stations.models import Station, User

DAY = dt.timedelta(days=1)
RECORD = "health.record_checkup_result"
#: Values that are not normal, by the place on the list.
FOUND: dict[int, dict[str, str]] = {
    0: {"glucose": "6.6", "hba1c": "6.8"},
    1: {"glucose": "17.2"},
    2: {"systolic": "152", "diastolic": "92"},
}


def load_checkups(clinic: Hospital, cast: Cast, station: Station, *, at: dt.datetime) -> None:
    """Of those whose check-up was nine days ago one report is explained, one to release, and one result is urgent."""
    nurse, doctor, manager = cast.hospital_staff[0], cast.hospital_staff[-1], cast.managers[station.county_id]
    lead, proposer = cast.clinical_leads
    opened = at - 20 * DAY
    package = CheckupPackage.objects.get(code="cn-65plus-2025", revision=1)
    approve_checkup_package(package=package, by=lead, at=opened)
    limits = Limits(low=Decimal("3.9"), high=Decimal("6.0"), critical_high=Decimal("16.7"))
    propose_range(package=package, item="glucose", limits=limits, laboratory="SIHONG-1", by=proposer, at=opened)
    today = day_in(clinic.zone, at)
    campaign = open_campaign(
        package=package,
        clinic=clinic,
        name="2026年65岁以上老年人体检",
        from_date=today - 30 * DAY,
        to_date=today + 60 * DAY,
        price=Money(120_00, clinic.currency),
        budget=Money(60_000_00, clinic.currency),
        by=manager,
        at=opened,
    )
    over, ahead = (
        open_checkup_day(
            campaign=campaign,
            station=station,
            day=today + days * DAY,
            starts=dt.time(8),
            ends=dt.time(11),
            per_slot=3,
            by=nurse,
            at=opened,
        )
        for days in (-9, 5)
    )
    for person in [*eligible(over)[:6]]:
        agree(resident=person, manner="signature", by=nurse, at=opened)
    if not agreed_to_record(eligible(over)).exists():
        return
    roster_eligible(day=over, by=nurse, at=opened)
    _examine(over, nurse, doctor, at=at)
    for person in [*eligible(ahead)[:3]]:
        agree(resident=person, manner="signature", by=nurse, at=opened)
    if agreed_to_record(eligible(ahead)).exists():
        roster_eligible(day=ahead, by=nurse, at=at)


def _examine(day: CheckupDay, nurse: User, doctor: User, *, at: dt.datetime) -> None:
    """Examined on the day; the last value came now, since what is owed for it belongs to a day that is not settled."""
    noon = instant_of(day.campaign.clinic.zone, day.local_date, dt.time(12))
    items = items_of(day.campaign.package_id)
    rows = list(orders().filter(day=day).order_by("serial"))
    for number, order in enumerate(rows[:3]):
        readings = [_reading(order, item, FOUND[number], noon) for item in items if item.is_required or number == 0]
        # The second is not completed: something is still to come.
        sent = readings[:-2] if number == 1 else readings
        record_results(readings=sent, within=orders().open_to(nurse, RECORD), by=nurse, at=noon)
        if number != 1:
            finish_order(order=order, by=nurse, at=at)
    if rows:
        report = release_report(
            report=rows[0].report, summary="没有要马上去医院的，下次随访带上这张纸。", by=doctor, at=at
        )
        tell_resident(report=report, how="in_person", by=nurse, at=at)


def _reading(order: CheckupOrder, item: CheckupItem, found: dict[str, str], at: dt.datetime) -> Reading:
    is_number = item.kind == CheckupItem.Kind.NUMBER
    value = found.get(item.code) or _normal(item)
    return Reading(
        op_id=uuid5(NAMESPACE_OID, f"{order.pk}:{item.code}"),
        serial=order.serial,
        item=item.code,
        made_at=at,
        value=Decimal(value) if is_number else None,
        choice="" if is_number else value,
        device="tablet",
    )


def _normal(item: CheckupItem) -> str:
    """In the middle of what is normal, for whomever."""
    if item.kind == CheckupItem.Kind.CHOICE:
        return str(item.options[0]["code"])
    known = {"height": "162", "weight": "58", "bmi": "22.1", "waist": "80", "creatinine": "70", "haemoglobin": "140"}
    found = next(iter(item.ranges.all()), None)
    if item.code in known or found is None:
        return known.get(item.code, "1")
    if found.low is not None and found.high is not None:
        return str((found.low + found.high) / 2)
    return str(found.low if found.low is not None else found.high)
