"""Residents of the demonstration: invented villages, and the family that README.md looks for."""

import datetime as dt
from collections.abc import Iterator
from random import Random

from ecomnet.demo_data.stations import STORY, Cast
from stations.models import Membership, Person, Station
from stations.people.believable import villagers
from stations.people.bulk import NewHousehold, NewResident, load_people


def load_residents(cast: Cast, *, people: int, random: Random, at: dt.datetime) -> None:
    """So many invented people around the village stations, and the family of the story."""
    homes = [station for station in cast.stations if station.kind == "village_station"]
    load_people(_households(homes, people=people, random=random, at=at), at=at)


def _households(homes: list[Station], *, people: int, random: Random, at: dt.datetime) -> Iterator[NewHousehold]:
    yield from villagers(stations=homes, people=people, random=random, at=at)
    yield _family_of_the_story(next(station for station in homes if station.code == STORY))


def _family_of_the_story(station: Station) -> NewHousehold:
    """A phone prefix that no invented villager has keeps the numbers apart."""
    head = NewResident(
        full_name="张桂兰", sex=Person.Sex.FEMALE, birth_date=dt.date(1958, 3, 8), phone="+8619905270312"
    )
    grandson = NewResident(
        full_name="陈浩宇",
        relation=Membership.Relation.GRANDCHILD,
        sex=Person.Sex.MALE,
        birth_date=dt.date(2004, 9, 1),
        phone="+8619905270455",
    )
    return NewHousehold(station=station, village=station.village, members=[head, grandson], house_number="201")
