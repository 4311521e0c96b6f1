"""The state's list of divisions, written to a file and loaded."""

import csv
import datetime as dt
from pathlib import Path

from stations.models import Division
from stations.network.services import follow_divisions
from stations.places.services import (
    Edition,
    import_divisions,
)
from tests.factories.stations import DivisionFactory, StationFactory

DATA = Path(__file__).resolve().parents[2] / "data" / "places"
FIRST = dt.date(2023, 6, 30)
NEXT = dt.date(2026, 1, 1)
CHAIN = [
    ("320000000000", "province", "江苏省", ""),
    ("321300000000", "prefecture", "宿迁市", "320000000000"),
    ("321324000000", "county", "泗洪县", "321300000000"),
    ("321324001000", "township", "青阳街道", "321324000000"),
    ("321324002000", "township", "双沟镇", "321324000000"),
    ("321324001201", "village", "桑园村村民委员会", "321324001000"),
]
ELSEWHERE = [
    ("330000000000", "province", "浙江省", ""),
    ("331100000000", "prefecture", "丽水市", "330000000000"),
    ("331124000000", "county", "松阳县", "331100000000"),
]


def loader(folder):
    """Write rows to a file and load them."""

    def run(rows, *, on=FIRST, service=import_divisions, header="code,level,name,parent_code", **more):
        path = folder / "list.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            file.write(header + "\n")
            csv.writer(file).writerows(rows)
        edition = Edition(country="CN", source="tests", valid_from=on, **more)
        return service(path=path, edition=edition, follow=follow_divisions)

    return run


def the(code, level):
    return Division.objects.get(code=code, level=level, valid_to=None)


def centre_in_another_township():
    village = DivisionFactory(level="village", parent=the("321324002000", "township"), valid_from=FIRST)
    return StationFactory(kind="county_centre", village=village)
