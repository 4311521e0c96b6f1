"""Two phones at once: a bag goes into one van, and comes out of it once."""

import datetime as dt
import time

import pytest
from django.utils.timezone import now

from logistics.routes.services import pack_bag, scan_run
from tests.factories.parcels import parcel
from tests.factories.routes import go, run, scans
from tests.factories.stations import StationFactory, api_client, county_clerk_of, send
from tests.logistics.test_parcel_races import at_once

pytestmark = pytest.mark.usefixtures("own_database")
MINUTE = dt.timedelta(minutes=1)


def test_one_bag_is_scanned_into_two_vans_at_once_and_lies_in_one_and_is_unloaded_once():
    near, at = StationFactory(), now()
    numbers = [parcel(near).number for _ in range(3)]
    bag = pack_bag(
        from_station=near.parent,
        to_station=near,
        numbers=numbers,
        by=county_clerk_of(near.county),
        at=at,
        key="bag",
    )
    vans = [go(run(near)) for _ in range(2)]
    later = now() + MINUTE
    loads = [scans("load", bag.seal, at=later) for _van in vans]

    def load(number):
        van = vans[number]
        [done] = scan_run(run=van, scans=loads[number], by=van.driver, at=later)
        return done.refusal.code if done.refusal else done.outcome

    assert at_once(2, load) == ["accepted", "on_another_run"]
    van = next(each for each in vans if each.parcels.exists())
    assert van.parcels.count() == 3
    van = go(van, steps=2)
    unloads = [scans("unload", bag.seal, at=later + MINUTE) for _phone in range(4)]

    def unload(number):
        [done] = scan_run(run=van, scans=unloads[number], by=van.driver, at=later + MINUTE)
        return done.refusal.code if done.refusal else done.outcome

    assert at_once(4, unload) == ["accepted"] + ["unloaded_already"] * 3


@pytest.mark.slow
def test_a_thousand_scans_are_one_request_of_few_statements(django_assert_max_num_queries):
    near = StationFactory()
    numbers = [parcel(near).number for _ in range(1_000)]
    van = go(run(near))
    client, address = api_client(van.driver), f"/api/v1/route-runs/{van.pk}/"

    def batch(kind, day):
        made_at = (now() + day).isoformat()
        return [
            {"code": number, "kind": kind, "made_at": made_at, "key": f"{kind}-key-{n}"}
            for n, number in enumerate(numbers)
        ]

    began = time.monotonic()
    with django_assert_max_num_queries(60):
        loaded = send(client, f"{address}scan/", scans=batch("load", MINUTE)).json()["results"]
    taken = time.monotonic() - began
    assert {row["outcome"] for row in loaded} == {"accepted"}
    for step in ("depart", "arrive"):
        send(client, f"{address}advance/", step=step)
    unloaded = send(client, f"{address}scan/", scans=batch("unload", 2 * MINUTE)).json()["results"]
    assert {row["outcome"] for row in unloaded} == {"accepted"}
    tally = client.get(address).json()["tally"]
    assert (tally["scanned_in"], tally["scanned_out"], tally["missing"]) == (1_000, 1_000, [])
    print(f"1,000 scans: {taken:.2f} s")  # noqa: T201
