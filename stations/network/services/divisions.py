"""Stations follow the tree of divisions."""

from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, refuses


class StationsStranded(Refused):
    """Stations come into a county that has no centre for them to stand under, or a centre into one that has one."""

    code = "stations_stranded"
    message = _(
        "These stations come into another county, which needs exactly one centre for them: %(stations)s. "
        "Nothing was changed."
    )


# What the tree says now of every station; used after an import has moved divisions.
ABOVE = """
SELECT standing.id,
    max(division.id) FILTER (WHERE division.level = 'township') AS township,
    max(division.id) FILTER (WHERE division.level = 'county') AS county,
    max(division.id) FILTER (WHERE division.level = 'prefecture') AS prefecture,
    max(division.id) FILTER (WHERE division.level = 'province') AS province
FROM stations_station AS standing
JOIN stations_division AS village ON village.id = standing.village_id
JOIN stations_division AS division ON division.id = ANY (string_to_array(rtrim(village.path, '/'), '/')::bigint[])
GROUP BY standing.id
"""
FOLLOW = f"""
UPDATE stations_station AS station
SET township_id = above.township, county_id = above.county, prefecture_id = above.prefecture,
    province_id = above.province, updated_at = now()
FROM ({ABOVE}) AS above
WHERE above.id = station.id AND (station.township_id, station.county_id, station.prefecture_id, station.province_id)
    IS DISTINCT FROM (above.township, above.county, above.prefecture, above.province)
"""  # noqa: S608
# A county has one centre: one that comes into a county with another is for people to decide.
RIVALS = f"""
SELECT string_agg(DISTINCT moving.code, ', ' ORDER BY moving.code)
FROM stations_station AS moving
JOIN ({ABOVE}) AS above ON above.id = moving.id AND above.county <> moving.county_id
JOIN stations_station AS rival ON rival.county_id = above.county AND rival.kind = 'county_centre'
    AND rival.status <> 'closed'
WHERE moving.kind = 'county_centre' AND moving.status <> 'closed'
"""  # noqa: S608
# A station whose county changed stands under the centre of the new one.
ADOPT = """
UPDATE stations_station AS station SET parent_id = centre.id, updated_at = now()
FROM stations_station AS parent, stations_station AS centre
WHERE parent.id = station.parent_id AND parent.county_id <> station.county_id
    AND centre.county_id = station.county_id AND centre.kind = 'county_centre' AND centre.status <> 'closed'
"""
STRANDED = """
SELECT string_agg(station.code, ', ' ORDER BY station.code) FROM stations_station AS station
JOIN stations_station AS parent ON parent.id = station.parent_id AND parent.county_id <> station.county_id
"""


@refuses(StationsStranded)
@transaction.atomic
def follow_divisions() -> int:
    """Let every station's columns say again what the tree says; how many changed.

    A station that is now in another county stands under that county's centre. Raises `StationsStranded`.
    """
    with connection.cursor() as cursor:
        _refuse_stranded(cursor, RIVALS)
        cursor.execute(FOLLOW)
        changed = cursor.rowcount
        cursor.execute(ADOPT)
        _refuse_stranded(cursor, STRANDED)
    return changed


def _refuse_stranded(cursor: Any, statement: str) -> None:
    cursor.execute(statement)
    if stranded := cursor.fetchone()[0]:
        raise StationsStranded(stations=stranded)
