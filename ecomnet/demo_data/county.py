"""A county's life beside the money: scores and warnings, inspections, emergency posts, records of one person, rights.

Everything stands at stations of the first county other than the story's own, so that each page has something to show.
"""

import datetime as dt
from random import Random

from core.days import day_in
from ecomnet.demo_data.days import day_of
from ecomnet.demo_data.stations import STORY, Cast
from finance.models import Payment
from stations.accounts.services import break_glass, quarantine_device
from stations.archive.services import archive_proposed, keep_proposed, propose_archiving
from stations.contracts.services import ask_termination, start_leave
from stations.duplicates.services import merge_persons, propose_merge
from stations.inspections.models import Inspection, InspectionQuestion
from stations.inspections.services import cancel_inspection, finish_inspection, finish_support_visit, plan_inspection
from stations.models import (
    ArchiveProposal,
    Certificate,
    Contract,
    Device,
    Person,
    RegisterReport,
    Station,
    StationDay,
    User,
)
from stations.network.services import ask_closing
from stations.people.services import issue_card, record_death, record_guardianship, register_person
from stations.recruitment.numbers import with_check_digits
from stations.recruitment.services import report_number
from stations.rights.services import request_erasure, request_export
from stations.scores.models import EarlyWarning
from stations.scores.services import close_warning, open_warning, score_month

DAY = dt.timedelta(days=1)
MONTHS = 3


def load_county_life(cast: Cast, *, random: Random, at: dt.datetime) -> None:
    """One of everything, in every state that pages show."""
    first = [station for station in cast.village_stations if station.code.startswith("321324")]
    manager = cast.managers[first[0].county_id]
    second = cast.seconds[first[0].county_id]
    by_code = {station.code[-4:]: station for station in first}
    _load_days(cast, random, at)
    _load_scores(cast, at)
    _load_warnings(by_code, manager, at)
    _load_inspections(by_code, manager, at)
    _load_posts(cast, by_code["0004"], manager, at)
    _load_people([station for station in first if station.code != STORY], cast, manager, second, at)
    _load_certificates(by_code["0004"], cast, at)
    _load_standing(by_code, manager, at)
    ask_closing(station=by_code["0009"], actor=manager, at=at, reason="整村搬迁，住户已搬到镇上")


def _load_days(cast: Cast, random: Random, at: dt.datetime) -> None:
    """Days of the last months with figures that lie apart: good, middling and weak stations."""
    today = day_in(cast.stations[0].zone, at)
    rows = []
    for number, station in enumerate(cast.village_stations):
        strength = (0.95, 0.8, 0.6)[number % 3]
        for back in range(1, 31 * MONTHS + 31):
            active = random.random() < strength
            rows.append(
                StationDay(
                    station=station,
                    date=today - back * DAY,
                    open_minutes=510,
                    seen_minutes=int(510 * min(1, strength + random.random() / 10)),
                    services=random.randint(4, 30) if active else 0,
                    money_services=random.randint(1, 4) if active else 0,
                    float_outs=int(random.random() > strength + 0.1),
                    offered_parcels=random.randint(0, 8),
                    refused_parcels=int(random.random() > strength),
                    income_minor=random.randint(4_00, 30_00) if active else 0,
                )
            )
    StationDay.objects.bulk_create(rows, batch_size=2000)


def _load_scores(cast: Cast, at: dt.datetime) -> None:
    month = day_in(cast.stations[0].zone, at).replace(day=1)
    for _month in range(MONTHS):
        month = (month - DAY).replace(day=1)
        for county in cast.managers:
            score_month(stations=[each for each in cast.village_stations if each.county_id == county], month=month)


def _load_warnings(by_code: dict[str, Station], manager: User, at: dt.datetime) -> None:
    open_warning(station=by_code["0004"], kind="float_out", figures={"days": 3, "of": 7}, at=at - 2 * DAY)
    open_warning(station=by_code["0007"], kind="inactive", figures={"active": 5, "of": 14}, at=at - 9 * DAY)
    helped = open_warning(station=by_code["0006"], kind="silent", figures={"days": 4}, at=at - 12 * DAY)
    finish_support_visit(
        visit=helped.visit, seen="路由器坏了，电脑连不上网", agreed="县里送来新路由器", actor=manager, at=at - 8 * DAY
    )
    close_warning(warning=EarlyWarning.objects.get(pk=helped.pk), at=at - 8 * DAY)


def _load_inspections(by_code: dict[str, Station], manager: User, at: dt.datetime) -> None:
    codes = InspectionQuestion.objects.filter(is_asked=True).values_list("code", flat=True)
    for code, different in (("0003", {}), ("0004", {"till_locked": "no"}), ("0010", {"way_in": "no"})):
        row = _planned(by_code[code], manager, at - 20 * DAY)
        answers = dict.fromkeys(codes, "yes") | different
        finish_inspection(inspection=row, answers=answers, actor=manager, at=at - 19 * DAY, notes="现场看过")
    cancel_inspection(
        inspection=_planned(by_code["0005"], manager, at - 3 * DAY), actor=manager, at=at - 2 * DAY, reason="大雪封路"
    )
    _planned(by_code["0006"], manager, at)


def _planned(station: Station, manager: User, at: dt.datetime) -> Inspection:
    date = day_in(station.zone, at) + DAY
    return plan_inspection(station=station, inspector=manager, planned_date=date, actor=manager, at=at)


def _load_posts(cast: Cast, station: Station, manager: User, at: dt.datetime) -> None:
    holder = cast.helpers[station.pk]
    other = next(each for each in cast.village_stations if each.code == "321324-0006")
    began = at - 5 * dt.timedelta(hours=1)
    break_glass(
        user=holder,
        role="partner",
        station=other,
        actor=manager,
        at=began,
        reason="合伙人突发疾病，村民等着取退款",
        to_at=began + dt.timedelta(hours=3),
    )
    device = Device.objects.create(station=station, label="旧手机", registered_by=holder, registered_at=at - 90 * DAY)
    quarantine_device(device=device, actor=None, at=at - DAY, reason="同一队列从两处发来")


def _load_people(stations: list[Station], cast: Cast, manager: User, second: User, at: dt.datetime) -> None:
    """People who have paid nothing yet, so that nothing of the money's story changes."""
    here = Person.objects.filter(home_station__in=stations, died_date=None).exclude(household=None)
    quiet = here.exclude(pk__in=Payment.objects.exclude(payer=None).values("payer")).select_related("home_station")
    adults = list(quiet.filter(birth_date__year__lt=1990).exclude(household__head=None).order_by("pk")[:17])
    _merges(adults[:4], cast, manager, second, at)
    if child := quiet.filter(birth_date__year__gt=2013).order_by("pk").first():
        guardian, by = adults[4], cast.partners[child.home_station_id]
        record_guardianship(
            child=child, guardian=guardian, kind="grandparent", from_date=day_of(at), confirmed_by=by, at=at
        )
    for person in adults[5:8]:
        issue_card(person=person, by=cast.partners[person.home_station_id], at=at)
    dead, copied, forgotten = adults[8:11]
    record_death(person=dead, died_date=day_of(at) - 3 * DAY, by=cast.partners[dead.home_station_id], at=at)
    request_export(person=copied, by=cast.partners[copied.home_station_id], at=at)
    request_erasure(person=forgotten, by=cast.partners[forgotten.home_station_id], at=at)
    _archive(adults[11:17], manager, at)


def _archive(unseen: list[Person], manager: User, at: dt.datetime) -> None:
    """People who left years ago: some to be decided, one set aside, one kept."""
    for number, person in enumerate(unseen, start=37):
        Person.objects.filter(pk=person.pk).update(last_served_at=at - number * 31 * DAY)
    county = unseen[0].home_station.county
    propose_archiving(county=county.code, zone=unseen[0].home_station.zone, at=at)
    aside, kept, *_waiting = ArchiveProposal.objects.order_by("-last_seen_at")
    archive_proposed(proposal=aside, actor=manager, at=at)
    keep_proposed(proposal=kept, actor=manager, at=at, reason="在外打工，春节会回来")


def _merges(known: list[Person], cast: Cast, manager: User, second: User, at: dt.datetime) -> None:
    """Somebody was registered twice: one pair to find, two proposed, one merged."""
    for number, person in enumerate(known):
        twin = register_person(
            station=person.home_station,
            full_name=person.full_name,
            birth_date=person.birth_date,
            sex=person.sex,
            by=cast.partners[person.home_station_id],
            at=at,
            is_walk_in=True,
            confirmed_new=True,
        )
        if number == 0:
            continue
        row = propose_merge(keep=person, merge=twin, actor=manager, at=at, reason="本人到场，看了身份证")
        if number == 1:
            merge_persons(merge=row, actor=second, at=at)


def _load_standing(by_code: dict[str, Station], manager: User, at: dt.datetime) -> None:
    """A helper on leave, and a partner whose contract somebody wants to end."""
    helper = Contract.objects.filter(station=by_code["0005"], kind="helper").first()
    if helper is not None:
        start_leave(contract=helper, actor=manager, at=at - 3 * DAY, reason="回家照顾老人，两周")
    partner = Contract.objects.get(station=by_code["0010"], kind="partner", status="active")
    ask_termination(contract=partner, actor=manager, at=at - DAY, reason="连续两个月没有开门")


def _load_certificates(station: Station, cast: Cast, at: dt.datetime) -> None:
    number = with_check_digits(f"{station.code.replace('-', '')}100042")
    Certificate.objects.create(
        holder=cast.partners[station.pk],
        subject=Certificate.Subject.PARTNER,
        number=number,
        station=station,
        issued_date=day_of(at) - 100 * DAY,
        expires_date=day_of(at) + 630 * DAY,
    )
    told = RegisterReport.Kind.ASKED_FOR_MONEY
    report_number(number=number, kind=told, text="有人拿着这个编号要我先交五百元", address="demonstration", at=at)
