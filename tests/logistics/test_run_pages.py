"""Runs over the API and on the pages of drivers and the county."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils.timezone import now

from logistics.models import Bag, RouteRun
from logistics.routes.console import CONSOLE
from logistics.routes.maps import map_of
from logistics.routes.queries import Ride
from logistics.scan_codes import address_of
from tests.factories.parcels import parcel
from tests.factories.routes import go, run
from tests.factories.stations import StationFactory, api_client, county_clerk_of, helper_of, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def near():
    return StationFactory(latitude="33.5", longitude="118.2")


@pytest.fixture
def clerk(near):
    near.parent.latitude, near.parent.longitude = "33.4", "118.1"
    near.parent.save()
    return county_clerk_of(near.county)


def press(client, path, **typed):
    """Open the page behind a verb and press it; the page that follows."""
    return client.post(path, {"key": f"k{'0' * 18}{press.count()}", **typed}, follow=True)


press.count = iter(range(10, 1000)).__next__


def page_of(ride, verb=""):
    return reverse(f"routes:run{'-' if verb else ''}{verb}", args=[ride.pk])


def test_a_day_of_a_van_over_the_api(near, clerk):
    ride, made, lost = run(near), parcel(near), parcel(near)
    office, driver = api_client(clerk), api_client(ride.driver)
    address = f"/api/v1/route-runs/{ride.pk}/"
    planned = send(office, "/api/v1/route-runs/", route=ride.route.code, day=ride.run_date.isoformat(),
                   driver=ride.driver.username)  # fmt: skip
    assert (planned.status_code, planned.json()["id"]) == (201, str(ride.pk))
    assert driver.get(address).json()["next_step"] == "start_loading"
    assert send(driver, f"{address}advance/", step="start_loading").json()["status"] == "loading"
    assert send(office, f"{address}advance/", step="depart").json()["code"] == "not_the_driver"
    stranger = api_client(helper_of(StationFactory()))
    assert send(stranger, f"{address}advance/", step="depart").status_code == 404
    made_at = now().isoformat()
    sent = [
        {"code": each.number, "kind": "load", "made_at": made_at, "key": f"phone-{n}-0001"}
        for n, each in enumerate((made, lost))
    ]
    results = send(driver, f"{address}scan/", scans=sent).json()["results"]
    assert [(row["outcome"], row["parcels"]) for row in results] == [("accepted", 1)] * 2
    assert {row["outcome"] for row in send(driver, f"{address}scan/", scans=sent).json()["results"]} == {"duplicate"}
    for step in ("depart", "arrive"):
        assert send(driver, f"{address}advance/", step=step).status_code == 200
    unload = [{"code": made.number, "kind": "unload", "made_at": now().isoformat(), "key": "phone-9-0001"}]
    elsewhere = [unload[0] | {"station": StationFactory().code}]
    assert send(driver, f"{address}scan/", scans=elsewhere).status_code == 400
    assert send(driver, f"{address}scan/", scans=unload).json()["results"][0]["outcome"] == "accepted"
    for step in ("leave", "finish"):
        send(driver, f"{address}advance/", step=step)
    refused = send(office, f"{address}reconcile/")
    assert (refused.status_code, refused.json()["code"], refused.json()["params"]) == (
        409, "run_does_not_balance", {"missing": lost.number},
    )  # fmt: skip
    assert driver.get(address).json()["tally"]["missing"] == [lost.number]
    named = send(office, f"{address}exceptions/", number=lost.number, kind="lost", reason="车上找不到")
    assert named.status_code == 200
    assert send(office, f"{address}reconcile/").json()["status"] == "reconciled"
    listed = office.get("/api/v1/route-runs/", {"status": "reconciled"}).json()["results"]
    assert [(row["scanned_in"], row["scanned_out"], row["exceptions"]) for row in listed] == [(2, 1, 1)]


def test_a_driver_goes_from_step_to_step_on_one_page_and_the_county_closes_the_run(client, near, clerk):
    ride, made = run(near), parcel(near)
    client.force_login(ride.driver)
    assert ride.route.name in client.get(reverse("routes:runs")).content.decode()
    page = client.get(page_of(ride))
    assert (page.context["advance"]["step"].value(), page.context["scan"]) == ("start_loading", None)
    page = press(client, page_of(ride, "advance"), step="start_loading")
    assert made.number in page.context["takes"]
    page = press(client, page_of(ride, "scan"), kind="load", code=made.number.lower())
    assert (page.context["tally"].scanned_in, page.context["takes"]) == (1, [])
    refused = press(client, page_of(ride, "advance"), step="start_loading")
    assert refused.status_code == 409
    press(client, page_of(ride, "advance"), step="depart")
    page = press(client, page_of(ride, "advance"), step="arrive")
    assert page.context["hands_out"] == [made.number]
    press(client, page_of(ride, "advance"), step="leave")
    press(client, page_of(ride, "advance"), step="finish")
    assert client.get(page_of(ride)).context["reconcile"] is None
    client.force_login(clerk)
    page = press(client, page_of(ride, "reconcile"))
    assert (page.status_code, made.number in page.content.decode()) == (409, True)
    page = press(client, page_of(ride, "exception"), number=made.number, kind="lost", reason="车上找不到")
    assert page.context["missing"] == []
    page = press(client, page_of(ride, "reconcile"))
    assert page.context["run"].status == "reconciled"


def test_the_map_is_drawn_from_coordinates_with_what_is_done_and_says_what_has_none(near, clerk):
    far = StationFactory(county=near.county, parent=near.parent, latitude="33.6", longitude="118.4")
    hidden = StationFactory(county=near.county, parent=near.parent)
    ride = go(run(near, far, hidden), steps=4)
    drawn = map_of(Ride.of(ride))
    assert [leg.is_driven for leg in drawn.legs] == [True, False]
    assert [(dot.label, dot.is_start, dot.is_passed) for dot in drawn.dots] == [
        ("", True, False), ("1", False, True), ("2", False, False),
    ]  # fmt: skip
    assert hidden.name in drawn.note
    percents = [(float(dot.x.rstrip("%")), float(dot.y.rstrip("%"))) for dot in drawn.dots]
    assert [x for x, _y in percents] == sorted(x for x, _y in percents)
    assert [y for _x, y in percents] == [88.0, 50.0, 12.0]
    assert map_of(Ride.of(run(hidden))) is None


def test_a_bag_is_packed_with_what_is_ticked_and_its_label_is_found_by_scan(client, near, clerk):
    made, other = parcel(near), parcel(near)
    client.force_login(clerk)
    page = client.get(reverse("routes:pack"))
    assert [(each["name"], each["count"]) for each in page.context["goals"]] == [(near.name, 2)]
    path = page.context["goals"][0]["href"]
    key = client.get(path).context["form"]["key"].value()
    page = client.post(path, {"key": key, "numbers": [made.number]}, follow=True)
    bag = Bag.objects.get()
    assert page.redirect_chain[-1][0] == reverse("routes:bag_label", args=[bag.pk]) == address_of(bag.seal, clerk)
    assert page.content.decode().count("<svg") >= 2
    assert address_of(bag.seal, helper_of(StationFactory())) == ""
    assert client.get(path).context["numbers"] == [other.number]
    answer = send(api_client(clerk), "/api/v1/bags/", from_station=near.parent.code, to_station=near.code,
                  numbers=[other.number, made.number])  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (422, "not_for_this_bag")


def test_of_many_parcels_exactly_what_is_scanned_goes_into_the_bag(client, near, clerk):
    made, other = parcel(near), parcel(near)
    client.force_login(clerk)
    path = f"{reverse('routes:pack')}?to={near.code}"
    shown = client.get(path)
    assert 'data-ticks="numbers"' in shown.content.decode()
    sent = {"key": shown.context["form"]["key"].value(), "numbers": [made.number, other.number]}
    refused = client.post(path, sent | {"codes": f"{made.number}\nP000000-0000000"})
    assert (refused.status_code, Bag.objects.count()) == (422, 0)
    sent["key"] = refused.context["form"]["key"].value()
    sent |= {"codes": f" {other.number.lower()}\n{other.number}\n"}
    assert [client.post(path, sent).status_code for _ in range(2)] == [303, 303]
    assert [each.parcel_id for each in Bag.objects.get().contents.all()] == [other.pk]
    nothing = {"key": "n" * 18, "codes": " "}
    assert client.post(path, nothing).status_code == 422


def test_a_run_is_planned_on_a_page_and_waits_for_those_whom_it_concerns(client, near, clerk):
    ride = run(near)
    client.force_login(clerk)
    typed = {"route": ride.route_id, "day": ride.run_date.isoformat(), "driver": ""}
    key = client.get(reverse("routes:plan")).context["form"]["key"].value()
    assert client.post(reverse("routes:plan"), {"key": key, **typed}).status_code == 303
    needs = {need.name: need for need in CONSOLE.needs}
    at = ride.departs_at
    waiting = {name: need.rows(user=clerk, at=at).count() for name, need in needs.items()}
    assert waiting == {"runs.mine": 0, "runs.late": 0, "runs.driver": 1, "runs.reconcile": 0}
    driver = helper_of(near)
    ride = go(RouteRun.objects.get(), by=driver)
    assert needs["runs.mine"].rows(user=driver, at=at).count() == 1
    late = ride.stops.get().planned_at + dt.timedelta(minutes=31)
    assert needs["runs.late"].rows(user=clerk, at=late).count() == 1
    ride = go(ride, steps=4)
    assert [needs["runs.reconcile"].rows(user=user, at=at).count() for user in (clerk, driver)] == [1, 0]
    [figure] = CONSOLE.figures
    assert (figure.measure(user=clerk, at=at).value, "1" in figure.measure(user=clerk, at=at).detail) == (0, True)
