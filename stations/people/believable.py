"""Invented villagers for the demonstration, the benchmarks and tests: common names, ages and families, no real person.

Surnames and given names are drawn with about the weights that they have in the country; a seed gives the same village
again.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

from stdnum.cn import ric

from core.days import day_in
from stations.network.models import Station
from stations.people.bulk import NewHousehold, NewResident

SURNAMES = (
    *"王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段钱汤尹黎易常武乔贺赖龚文单解仇翟查覃",
    "欧阳",
    "尉迟",
)
WEIGHTS = [max(1, 1000 // (rank + 3)) for rank in range(len(SURNAMES))]
MALE_OLD = tuple("德国建志永福明贵金保长文玉廷传殿兴学家洪")
MALE_OLD_LAST = tuple("生才林山海富财喜田华军民强胜龙根友成发祥")
FEMALE_OLD = tuple("秀桂玉素凤淑月翠春兰红爱金美巧")
FEMALE_OLD_LAST = tuple("英兰珍芳梅华荣云琴芝霞香莲花娥萍")
YOUNG = tuple("子雨浩梓欣宇思嘉俊佳一晓小诗文天明若沐可")
YOUNG_LAST = tuple("涵轩怡萱宇豪琪妍睿航彤杰燕红宁瑶阳洋辰馨")
MOBILE = (*range(130, 140), *range(150, 154), *range(155, 160), 177, 178, *range(180, 190))
YEAR = dt.timedelta(days=365, hours=6)


def villagers(
    *, stations: list[Any], people: int, random: Random, at: dt.datetime, first_number: int = 1
) -> Iterator[NewHousehold]:
    """Households of these stations until `people` of them are there; stations come with `village` and `county`.

    `first_number` keeps the phones of two calls apart; identity numbers are unique within a county of one call.
    """
    number, house = first_number, 0
    taken: set[str] = set()
    while number < first_number + people:
        house += 1
        station = stations[house % len(stations)]
        members = _family(random, station, at, number, first_number + people - number)
        number += len(members)
        members = [_with_own_number(member, taken) for member in members]
        yield NewHousehold(
            station=station,
            village=station.village,
            members=members,
            house_number=str(house // len(stations) + 1),
        )


def _family(random: Random, station: Station, at: dt.datetime, number: int, most: int) -> list[NewResident]:
    """The old at home, the young away, and often a grandchild between them."""
    name, age = _surname(random), random.randint(28, 84)
    sex = random.choice(["male", "male", "male", "female"])
    shape = [("head", sex, age, name)]
    if random.random() < 0.75:
        shape.append(("spouse", "female" if sex == "male" else "male", age - random.randint(-3, 4), _surname(random)))
    if age > 48 and random.random() < 0.55:
        shape.append(("child", random.choice(["male", "female"]), age - random.randint(22, 27), name))
    if age < 48 or random.random() < 0.45:
        young = max(1, age - (24 if age < 48 else 52))
        shape.append(("child" if age < 48 else "grandchild", random.choice(["male", "female"]), min(young, 17), name))
    return [
        _resident(random, station, at, number + place, *person)
        for place, person in enumerate(shape[: max(1, min(most, len(shape)))])
    ]


def _resident(
    random: Random, station: Station, at: dt.datetime, number: int, relation: str, sex: str, age: int, surname: str
) -> NewResident:
    born = day_in(station.zone, at - age * YEAR - dt.timedelta(days=random.randint(0, 360)))
    has_phone = age >= 14 and random.random() < (0.93 if age < 70 else 0.7)
    served = at - dt.timedelta(minutes=random.randint(1, 90 * 24 * 60)) if random.random() < 0.6 else None
    is_away = relation == "child" and age >= 18 and random.random() < 0.7
    return NewResident(
        full_name=surname + _given(random, sex, age),
        relation=relation,
        sex=sex,
        birth_date=born,
        phone=_phone(number) if has_phone else "",
        id_number=_id_number(station.county.code[:6], born, number, sex) if random.random() < 0.8 else "",
        residence="away" if is_away else "resident",
        served_at=served,
    )


def _with_own_number(member: NewResident, taken: set[str]) -> NewResident:
    """Two people of one birthday may draw the same number: the second goes without a document."""
    if member.id_number in taken:
        return replace(member, id_number="")
    if member.id_number:
        taken.add(member.id_number)
    return member


def _surname(random: Random) -> str:
    return random.choices(SURNAMES, WEIGHTS)[0]


def _given(random: Random, sex: str, age: int) -> str:
    if age < 30:
        first, last = YOUNG, YOUNG_LAST
    else:
        first, last = (MALE_OLD, MALE_OLD_LAST) if sex == "male" else (FEMALE_OLD, FEMALE_OLD_LAST)
    return random.choice(last) if random.random() < 0.18 else random.choice(first) + random.choice(last)


def _phone(number: int) -> str:
    """Each number once: the running number, scattered over the last eight digits."""
    scattered = number * 48_271 % 100_000_000
    return f"+86{MOBILE[number % len(MOBILE)]}{scattered:08d}"


def _id_number(county: str, born: dt.date, number: int, sex: str) -> str:
    """Of the right form; the three digits of the day's order follow the running number and the sex."""
    order = number % 500 * 2 + (1 if sex == "male" else 0)
    body = f"{county}{born:%Y%m%d}{order:03d}"
    return body + ric.calc_check_digit(body + "0")
