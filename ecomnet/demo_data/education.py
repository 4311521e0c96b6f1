"""Learning at the stations: children's files and consents, concerns, checks of adults."""

import datetime as dt
from typing import Any

from core.database.db import present
from core.days import day_in
from ecomnet.demo_data.days import day_of
from ecomnet.demo_data.stations import STORY, Cast
from education.safeguarding.services import (
    acknowledge_concern,
    confirm_vetting,
    note_concern,
    raise_concern,
    record_child_file,
    record_vetting,
)
from stations.models import Person, Station
from stations.people.queries import confirmed_guardians, text_of_the_day
from stations.people.services import record_consent, record_guardianship, register_person

DAY = dt.timedelta(days=1)


#: Names and years of age of the children of the story, and of the adults who help them.
CHILDREN = [("陈小雨", 8), ("陈小松", 10), ("周小梅", 7), ("周小勇", 12), ("吴小燕", 9)]
HELPERS = ["沈玉华", "顾明德"]


def load_education(cast: Cast, *, at: dt.datetime) -> None:
    """At the story's station: what the pages of learning show."""
    station = next(each for each in cast.village_stations if each.code == STORY)
    children = _register(cast, station, at=at - 300 * DAY)
    _load_children(cast, station, children, at=at)
    _load_concerns(cast, station, children, at=at)
    _load_vettings(cast, station, at=at)


def _register(cast: Cast, station: Station, *, at: dt.datetime) -> list[Person]:
    """Children of the village with the grandmother who answers for them."""
    partner, day = cast.partners[station.pk], day_in(station.zone, at)
    known: dict[str, Any] = {"station": station, "by": partner, "at": at, "confirmed_new": True}
    known["birth_precision"] = "day"
    grandmother = register_person(full_name="陈桂英", birth_date=dt.date(1956, 5, 2), **known)
    children = [
        register_person(full_name=name, birth_date=day - (age * 365 + 100) * DAY, **known) for name, age in CHILDREN
    ]
    for child in children:
        record_guardianship(
            child=child, guardian=grandmother, kind="grandparent", from_date=day, confirmed_by=partner, at=at
        )
    return children


def _load_children(cast: Cast, station: Station, children: list[Person], *, at: dt.datetime) -> None:
    """All but the last have every consent; the file of the first is due for review."""
    partner = cast.partners[station.pk]
    for number, child in enumerate(children[:-1]):
        reviewed = at - (100 if number == 0 else 20 + number) * DAY
        for purpose in ("education_record", "school_supplies", "parent_calls"):
            text = present(text_of_the_day(purpose=purpose, language="zh-hans", day=day_in(station.zone, reviewed)))
            record_consent(person=child, text=text, manner="signature", station=station, by=partner, at=reviewed - DAY)
        record_child_file(
            child=child,
            left_behind=("both_parents", "one_parent", "no")[number % 3],
            carer=confirmed_guardians(child, day_of(reviewed)).first(),
            parents_place=("苏州", "昆山", "")[number % 3],
            school="上塘中心小学",
            grade=number % 6 + 1,
            by=partner,
            at=reviewed,
        )


def _load_concerns(cast: Cast, station: Station, children: list[Person], *, at: dt.datetime) -> None:
    """One that nobody has taken on, and one that is being looked into."""
    helper, manager = cast.helpers[station.pk], cast.managers[station.county_id]
    raise_concern(
        child=children[0], category="welfare", urgency="today", text="连续几天穿得很单薄", by=helper, at=at - DAY / 8
    )
    taken = raise_concern(
        child=children[1], category="neglect", urgency="normal", text="常常一个人在家过夜", by=helper, at=at - 2 * DAY
    )
    acknowledge_concern(concern=taken, by=manager, at=at - DAY)
    note_concern(concern=taken, text="已约村干部明天上门看望", by=manager, at=at - DAY)


def _load_vettings(cast: Cast, station: Station, *, at: dt.datetime) -> None:
    """Two adults: one checked, whose documents end soon, and one whose second document waits."""
    clerk, manager = cast.clerks[station.county_id], cast.managers[station.county_id]
    day = day_in(station.zone, at)
    for number, name in enumerate(HELPERS):
        adult = register_person(
            station=station, full_name=name, birth_date=dt.date(1985, 4, 6), birth_precision="day",
            confirmed_new=True, by=cast.partners[station.pk], at=at - 90 * DAY,
        )  # fmt: skip
        for kind in ("identity", "police_record"):
            made = record_vetting(
                person=adult,
                kind=kind,
                issued_date=day - 60 * DAY,
                valid_to_date=day + (600 if number else 10) * DAY,
                by=clerk,
                at=at - 3 * DAY,
            )
            if number == 0 or kind == "identity":
                confirm_vetting(vetting=made, by=manager, at=at - 2 * DAY)
