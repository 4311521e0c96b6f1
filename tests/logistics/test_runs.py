"""A van takes parcels in and gives them out by scan; nothing that went in is forgotten."""

import datetime as dt

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from core.errors import SamePerson, WrongState
from core.models import Event, Job, Notice, StatusChange
from logistics.closing_checks import parcels_left, routes_left
from logistics.models import RouteRun, RouteStop, RunException, RunStop
from logistics.parcels import tasks
from logistics.parcels.queries import returning_at
from logistics.parcels.services import (
    PhotoOfDamage,
    annul_scan,
    arrive_at_hub,
    load_parcel,
    receive_at_station,
    refuse_parcel,
    report_exception,
    return_to_sender,
)
from logistics.routes.queries import Ride, on_board, tally_of, to_take_along
from logistics.routes.services import (
    CannotDrive,
    DayIsOver,
    NotForThisBag,
    NotMissing,
    NotTheDriver,
    ParcelsOnBoard,
    RunDoesNotBalance,
    StepNotNext,
    advance_run,
    cancel_run,
    name_exception,
    pack_bag,
    plan_run,
    plan_runs,
    reconcile_run,
    remind_late,
    scan_run,
    skip_stop,
)
from tests.factories.parcels import code_of, parcel, waiting
from tests.factories.refunds import photo_by
from tests.factories.routes import go, route, run, scanned, scans
from tests.factories.stations import StationFactory, UserFactory, county, county_clerk_of, helper_of, partner_of

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
#: Six in the morning in China, on a Wednesday.
AT = dt.datetime(2026, 11, 24, 22, tzinfo=dt.UTC)


@pytest.fixture
def near():
    return StationFactory()


@pytest.fixture
def far(near):
    return StationFactory(county=near.county, parent=near.parent)


@pytest.fixture
def clerk(near):
    return county_clerk_of(near.county)


def numbers(*parcels):
    return [each.number for each in parcels]


def test_thirty_go_in_twentyeight_come_out_one_is_damaged_and_the_missing_one_is_named(near, far, clerk):
    ride = go(run(near, far, at=AT), at=AT)
    parcels = [parcel(near if n < 20 else far, at=AT) for n in range(30)]
    assert scanned(ride, "load", *numbers(*parcels), at=AT + MINUTE) == ["accepted"] * 30
    ride = go(ride, steps=2, at=AT + HOUR)
    assert scanned(ride, "unload", *numbers(*parcels[:20]), at=AT + HOUR) == ["accepted"] * 20
    ride = go(ride, steps=2, at=AT + 2 * HOUR)
    assert scanned(ride, "unload", *numbers(*parcels[20:28]), at=AT + 2 * HOUR) == ["accepted"] * 8
    ride = go(ride, steps=2, at=AT + 3 * HOUR)
    damaged, missing = parcels[28:]
    with pytest.raises(RunDoesNotBalance) as refusal:
        reconcile_run(run=ride, by=clerk, at=AT + 3 * HOUR)
    assert set(refusal.value.params["missing"].split(", ")) == {damaged.number, missing.number}
    told = {"reason": "车上找不到", "at": AT + 3 * HOUR}
    for wrong, number, why in ((ride.driver, missing, SamePerson), (clerk, parcels[0], NotMissing)):
        with pytest.raises(why):
            name_exception(run=ride, number=number.number, kind="lost", by=wrong, **told)
    with pytest.raises(PhotoOfDamage), transaction.atomic():
        name_exception(run=ride, number=damaged.number, kind="damaged", by=clerk, **told)
    name_exception(run=ride, number=damaged.number, kind="damaged", photo=photo_by(clerk), by=clerk, **told)
    with pytest.raises(RunDoesNotBalance, match=missing.number):
        reconcile_run(run=ride, by=clerk, at=AT + 3 * HOUR)
    name_exception(run=ride, number=missing.number, kind="lost", by=clerk, **told)
    with pytest.raises(SamePerson):
        reconcile_run(run=ride, by=ride.driver, at=AT + 3 * HOUR)
    ride = reconcile_run(run=ride, by=clerk, at=AT + 3 * HOUR)
    assert (ride.status, ride.scanned_in, ride.scanned_out, ride.exceptions) == ("reconciled", 30, 28, 2)
    damaged.refresh_from_db()
    missing.refresh_from_db()
    assert (damaged.status, damaged.exception, damaged.custodian) == ("at_county_hub", "damaged", near.parent)
    assert (missing.status, missing.run) == ("lost", None)
    kinds = StatusChange.objects.filter(object_id=str(ride.pk)).order_by("pk").values_list("new", flat=True)
    assert list(kinds) == ["planned", "loading", "departed", "finished", "reconciled"]


def test_what_a_van_brings_waits_at_the_station_and_its_receiver_gets_the_code(near):
    made = parcel(near, at=AT)
    ride = go(run(near, at=AT), at=AT)
    scanned(ride, "load", made.number, at=AT + MINUTE)
    made.refresh_from_db()
    assert (made.status, made.run, made.custodian) == ("out_for_delivery", ride, None)
    ride = go(ride, steps=2, at=AT + HOUR)
    scanned(ride, "unload", made.number, at=AT + HOUR)
    made.refresh_from_db()
    assert (made.status, made.run, made.custodian, made.codes.count()) == ("available_for_pickup", None, near, 0)
    assert made.storage_until_date == dt.date(2026, 12, 2)
    assert Event.objects.filter(name="logistics.parcel_available").count() == 1
    for _twice in range(2):
        tasks.issue_codes(Job.objects.get(kind="parcels.issue_codes").payload, AT + HOUR)
    assert (made.codes.count(), len(code_of(made))) == (1, 6)
    steps = list(made.events.order_by("sequence").values_list("kind", "run", "actor", "place"))
    assert steps[1:] == [
        ("loaded", ride.pk, ride.driver.pk, near.parent.pk),
        ("received", ride.pk, ride.driver.pk, near.pk),
    ]


def test_a_scan_says_why_it_cannot_be_and_changes_nothing(near, far):
    ride, elsewhere = run(near, at=AT), parcel(at=AT)
    here, other = parcel(near, at=AT), parcel(near, at=AT)
    with pytest.raises(WrongState):
        scanned(ride, "load", here.number, at=AT)
    ride = go(ride, at=AT)
    second = go(run(near, at=AT), at=AT)
    assert scanned(second, "load", other.number, at=AT + MINUTE) == ["accepted"]
    not_here = parcel(near, from_station=far, at=AT)
    wanted = (here.number, here.number, other.number, not_here.number, elsewhere.number, "P261125-AAAAAAA")
    assert scanned(ride, "load", *wanted, at=AT + MINUTE) == [
        *("accepted", "duplicate", "on_another_run", "lies_elsewhere", "not_on_this_run", "parcel_unknown"),
    ]
    ride = go(ride, at=AT + HOUR)
    assert scanned(ride, "unload", here.number, at=AT + HOUR) == ["not_at_a_stop"]
    ride = go(ride, at=AT + HOUR)
    assert scanned(ride, "unload", other.number, here.number, at=AT + HOUR) == ["not_on_board", "accepted"]
    assert scanned(ride, "unload", here.number, at=AT + HOUR) == ["unloaded_already"]
    with pytest.raises(NotTheDriver):
        scan_run(run=ride, scans=scans("unload", here.number), by=UserFactory(), at=AT + HOUR)
    assert tally_of(ride).scanned_in == tally_of(ride).scanned_out == 1


def test_the_same_scans_sent_again_change_nothing(near):
    ride, made = go(run(near, at=AT), at=AT), parcel(near, at=AT)
    sent = scans("load", made.number, at=AT + MINUTE)
    outcomes = [scan_run(run=ride, scans=sent, by=ride.driver, at=AT + MINUTE)[0].outcome for _twice in range(2)]
    assert (outcomes, made.events.filter(kind="loaded").count()) == (["accepted", "duplicate"], 1)


def test_the_scans_of_a_phone_without_a_network_are_taken_over_with_the_places_it_names(near, far):
    ride = go(run(near, far, at=AT), steps=3, at=AT)
    made, late = parcel(near, at=AT - HOUR), parcel(near, at=AT - HOUR)
    receive_at_station(parcel=late, by=partner_of(near), at=AT + 2 * MINUTE)
    [load, load_late] = scans("load", made.number, late.number, at=AT + MINUTE)
    [unload] = scans("unload", made.number, at=AT + 3 * MINUTE)
    at_hub, at_near = [type(load)(each.code, each.kind, each.scan, near.parent) for each in (load, load_late)], near
    sent = [*at_hub, type(unload)(unload.code, unload.kind, unload.scan, at_near)]
    done = scan_run(run=ride, scans=sent, by=ride.driver, at=AT + 3 * HOUR)
    assert [each.outcome for each in done] == ["accepted"] * 3
    made.refresh_from_db()
    late.refresh_from_db()
    assert (made.status, made.custodian, late.status) == ("available_for_pickup", near, "available_for_pickup")
    assert late.events.get(kind="loaded").is_out_of_order
    assert (tally_of(ride).scanned_in, tally_of(ride).scanned_out) == (1, 1)


def test_a_bag_is_packed_for_one_station_and_its_scan_is_a_scan_of_each_parcel(near, far, clerk):
    inside = [parcel(near, at=AT) for _ in range(3)]
    hub, key = near.parent, {"by": clerk, "at": AT, "key": "bag-1"}
    wrong = numbers(*inside, parcel(far))
    with pytest.raises(NotForThisBag):
        pack_bag(from_station=hub, to_station=near, numbers=wrong, by=clerk, at=AT, key="bag-0")
    bag = pack_bag(from_station=hub, to_station=near, numbers=numbers(*inside), **key)
    assert pack_bag(from_station=hub, to_station=near, numbers=numbers(*inside), **key).pk == bag.pk
    with pytest.raises(NotForThisBag, match=inside[0].number):
        pack_bag(from_station=hub, to_station=near, numbers=numbers(inside[0]), by=clerk, at=AT, key="bag-2")
    ride = go(run(near, at=AT), at=AT)
    assert scanned(ride, "load", bag.seal, at=AT + MINUTE) == ["accepted"]
    assert tally_of(ride).scanned_in == 3
    ride = go(ride, steps=2, at=AT + HOUR)
    assert scanned(ride, "unload", bag.seal, at=AT + HOUR) == ["accepted"]
    assert scanned(ride, "unload", bag.seal, at=AT + HOUR) == ["unloaded_already"]
    assert (tally_of(ride).scanned_out, bag.contents.filter(taken_out_at=None).count()) == (3, 0)


def test_a_van_takes_along_what_villagers_send_and_what_goes_back(near, far, clerk):
    sent = parcel(far, from_station=near, at=AT)
    back = refuse_parcel(parcel=waiting(near, at=AT), reason="late", by=partner_of(near), at=AT)
    back = return_to_sender(parcel=back, by=partner_of(near), at=AT)
    dispatched = load_parcel(parcel=parcel(far, at=AT), by=clerk, at=AT + MINUTE)
    ride = go(run(near, far, at=AT), at=AT)
    assert scanned(ride, "load", dispatched.number, at=AT) == ["accepted"]
    ride = go(ride, steps=2, at=AT + HOUR)
    assert scanned(ride, "load", sent.number, back.number, at=AT + HOUR) == ["accepted"] * 2
    assert scanned(ride, "unload", sent.number, at=AT + HOUR) == ["not_for_this_station"]
    ride = go(ride, steps=2, at=AT + 2 * HOUR)
    assert scanned(ride, "unload", sent.number, at=AT + 2 * HOUR) == ["accepted"]
    ride = go(ride, steps=2, at=AT + 3 * HOUR)
    assert scanned(ride, "unload", back.number, dispatched.number, at=AT + 3 * HOUR) == ["accepted"] * 2
    for each in (sent, back, dispatched):
        each.refresh_from_db()
    assert [sent.status, back.status, dispatched.status] == ["available_for_pickup", "returned", "at_county_hub"]
    assert Event.objects.filter(name="logistics.parcel_returned").count() == 1
    assert reconcile_run(run=ride, by=clerk, at=AT + 3 * HOUR).scanned_in == 3


def test_the_scans_of_a_stations_own_people_count_and_an_annulled_one_does_not(near, clerk):
    first, second = parcel(near, at=AT), parcel(near, at=AT)
    ride = go(run(near, at=AT), at=AT)
    scanned(ride, "load", first.number, second.number, at=AT + MINUTE)
    partner = partner_of(near)
    for each in (first, second):
        receive_at_station(parcel=each, by=partner, at=AT + HOUR)
    assert (tally_of(ride).scanned_out, tally_of(ride).missing) == (2, [])
    annul_scan(parcel=second, reason="扫错了", by=partner, at=AT + HOUR)
    assert (tally_of(ride).scanned_out, numbers(*tally_of(ride).missing)) == (1, [second.number])
    annul_scan(parcel=second, reason="扫错了", by=clerk, at=AT + HOUR)
    second.refresh_from_db()
    assert (second.status, second.run, tally_of(ride).scanned_in) == ("pre_transit", None, 1)


def test_steps_come_in_their_order_from_the_one_at_the_wheel_and_a_stop_is_left_out_with_a_reason(near, far, clerk):
    ride = plan_run(route=route(near, far), day=dt.date(2026, 11, 25), driver=None, by=clerk, at=AT)
    driver = helper_of(near)
    go(ride, by=driver, at=AT)
    with pytest.raises(StepNotNext):
        advance_run(run=ride, step="start_loading", by=driver, at=AT)
    ride.refresh_from_db()
    assert (ride.driver, ride.status) == (driver, "loading")
    with pytest.raises(NotTheDriver, match=driver.shown_name):
        advance_run(run=ride, step="depart", by=clerk, at=AT)
    pressed = AT - 5 * MINUTE
    ride = advance_run(run=ride, step="depart", by=driver, at=AT, made_at=pressed)
    assert ride.departed_at == pressed
    ride = skip_stop(run=ride, reason="雨天路断", by=driver, at=AT)
    ride = go(ride, at=AT)
    with pytest.raises(StepNotNext):
        skip_stop(run=ride, reason="雨天路断", by=driver, at=AT)
    ride = go(ride, steps=2, at=AT)
    assert ride.status == "finished"
    assert list(ride.stops.order_by("position").values_list("status", "reason")) == [
        ("skipped", "雨天路断"),
        ("left", ""),
    ]


def test_runs_are_planned_on_the_days_of_their_stops_once_and_a_driver_is_chosen_until_it_departs(near, far, clerk):
    driver = helper_of(near)
    weekly = route(near, far, usual_driver=driver)
    RouteStop.objects.filter(route=weekly, station=far).update(weekdays=[3])
    RouteStop.objects.filter(route=weekly, station=near).update(weekdays=[3, 4])
    where = {"county": near.county.code}
    wednesday, thursday, friday = (dt.date(2026, 11, 25 + n) for n in range(3))
    planned = [plan_runs(**where, day=day, at=AT) for day in (wednesday, wednesday, thursday, friday)]
    assert planned == [1, 0, 1, 0]
    assert [ride.stops.count() for ride in RouteRun.objects.order_by("run_date")] == [2, 1]
    ride = RouteRun.objects.get(run_date=wednesday)
    assert (ride.driver, ride.stops.get(position=1).planned_at) == (driver, dt.datetime(2026, 11, 25, 1, tzinfo=dt.UTC))
    order = {"route": weekly, "by": clerk, "at": AT}
    with pytest.raises(CannotDrive):
        plan_run(**order, day=wednesday, driver=helper_of(StationFactory()))
    with pytest.raises(DayIsOver):
        plan_run(**order, day=wednesday - DAY, driver=driver)
    assert plan_run(**order, day=wednesday, driver=clerk).driver == clerk
    assert plan_run(**order, day=friday, driver=None).stops.count() == 2
    ride = go(plan_run(**order, day=wednesday, driver=driver), at=AT)
    made = parcel(near, at=AT)
    scanned(ride, "load", made.number, at=AT + MINUTE)
    with pytest.raises(ParcelsOnBoard):
        cancel_run(run=ride, reason="车坏了", by=clerk, at=AT + MINUTE)
    assert scanned(ride, "unload", made.number, at=AT + 2 * MINUTE) == ["accepted"]
    assert cancel_run(run=ride, reason="车坏了", by=clerk, at=AT + 3 * MINUTE).status == "cancelled"
    go(plan_run(**order, day=wednesday, driver=driver), steps=2, at=AT)
    with pytest.raises(WrongState):
        plan_run(**order, day=wednesday, driver=clerk)
    assert len(routes_left(near)) == 1


def test_the_driver_of_a_late_van_is_told_once_at_each_stop(near, far):
    ride = run(near, far, at=AT)
    due = ride.stops.get(position=1).planned_at + 30 * MINUTE
    assert [remind_late(at=at) for at in (due, due + MINUTE, due + 10 * MINUTE)] == [0, 1, 1]
    notice = Notice.objects.get(template="run_is_late")
    assert (notice.user, notice.params["station"]) == (ride.driver.pk, near.name)
    go(ride, steps=4, at=due + 20 * MINUTE)
    assert remind_late(at=due + 30 * MINUTE) == 0
    assert remind_late(at=due + HOUR + MINUTE) == 1
    assert Notice.objects.filter(template="run_is_late").count() == 2


def test_the_database_refuses_what_a_run_must_never_say(near, clerk):
    ride = run(near, at=AT)
    with pytest.raises(IntegrityError, match="run_once_per_route_and_day"), transaction.atomic():
        RouteRun.objects.create(
            route=ride.route, start=ride.start, carrier=ride.carrier, run_date=ride.run_date, departs_at=AT
        )
    wrong = {"status": "reconciled", "reconciled_by": clerk, "reconciled_at": AT, "scanned_in": 2, "scanned_out": 1}
    with pytest.raises(IntegrityError, match="reconciled_run_balances"), transaction.atomic():
        RouteRun.objects.filter(pk=ride.pk).update(**wrong)
    with pytest.raises(IntegrityError, match="skipped_stop_has_a_reason"), transaction.atomic():
        RunStop.objects.filter(run=ride).update(status="skipped")
    with pytest.raises(IntegrityError, match="parcel_on_a_run_is_on_the_road"), transaction.atomic():
        type(parcel(near)).objects.update(run=ride)
    named = RunException.objects.create(
        run=ride, parcel=parcel(near), kind="lost", reason="丢了", driver=ride.driver, named_by=clerk, named_at=AT
    )
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        RunException.objects.filter(pk=named.pk).update(reason="other")


def test_a_run_of_another_country_keeps_its_own_clock():
    abroad = StationFactory(county=county(country="KE"), currency="KES", zone="Africa/Nairobi")
    evening = dt.datetime(2026, 11, 25, 21, 30, tzinfo=dt.UTC)
    ride = run(abroad, at=evening)
    assert ride.run_date == dt.date(2026, 11, 26)
    assert (ride.departs_at, ride.stops.get().planned_at) == (
        dt.datetime(2026, 11, 26, 5, tzinfo=dt.UTC),
        dt.datetime(2026, 11, 26, 6, tzinfo=dt.UTC),
    )


def _refused_by(station, *, sent_from):
    shelved = waiting(station, from_station=sent_from, at=AT)
    made = refuse_parcel(parcel=shelved, reason="late", by=partner_of(station), at=AT)
    return return_to_sender(parcel=made, by=partner_of(station), at=AT)


def test_what_goes_back_to_a_village_on_another_route_passes_the_hub_and_ends_there(near, far, clerk):
    back = _refused_by(near, sent_from=far)
    assert len(parcels_left(near)) == 1
    ride = go(run(near, at=AT), steps=3, at=AT)
    assert numbers(*to_take_along(Ride.of(ride), near)) == [back.number]
    assert scanned(ride, "load", back.number, at=AT + MINUTE) == ["accepted"]
    assert parcels_left(near) == []
    ride = go(ride, at=AT + HOUR)
    hub = ride.start
    assert numbers(*on_board(ride, hub)) == [back.number]
    assert scanned(ride, "unload", back.number, at=AT + HOUR) == ["accepted"]
    back.refresh_from_db()
    assert (back.status, back.run, returning_at(near), returning_at(hub)) == ("return_to_sender", None, [], [back.pk])
    assert tally_of(ride).missing == []
    onward = go(run(far, at=AT + HOUR), at=AT + HOUR)
    assert numbers(*to_take_along(Ride.of(onward), hub)) == [back.number]
    assert scanned(onward, "load", back.number, at=AT + 2 * HOUR) == ["accepted"]
    onward = go(onward, steps=2, at=AT + 3 * HOUR)
    assert scanned(onward, "unload", back.number, at=AT + 3 * HOUR) == ["accepted"]
    back.refresh_from_db()
    assert (back.status, back.ended_at) == ("returned", AT + 3 * HOUR)


def test_what_goes_back_is_taken_along_only_where_it_lies_by_a_van_that_goes_there(near, far, clerk):
    back = _refused_by(near, sent_from=far)
    onward = go(run(far, at=AT), at=AT)
    assert scanned(onward, "load", back.number, at=AT + MINUTE) == ["lies_elsewhere"]
    astray = arrive_at_hub(parcel=parcel(near, from_station=far, at=AT), hub=onward.start, by=clerk, at=AT)
    astray = report_exception(parcel=astray, exception="misrouted", reason="寄错了", by=clerk, at=AT)
    astray = return_to_sender(parcel=astray, by=clerk, at=AT)
    other = go(run(near, at=AT), at=AT)
    assert scanned(other, "load", astray.number, at=AT + MINUTE) == ["not_on_this_run"]
    assert scanned(onward, "load", astray.number, at=AT + MINUTE) == ["accepted"]


def test_what_is_damaged_on_its_way_back_to_the_hub_has_ended_and_does_not_set_out_again(near, clerk):
    back = _refused_by(near, sent_from=near.parent)
    ride = go(run(near, at=AT), steps=3, at=AT)
    assert scanned(ride, "load", back.number, at=AT + MINUTE) == ["accepted"]
    ride = go(ride, steps=2, at=AT + HOUR)
    about = {"run": ride, "number": back.number, "kind": "damaged", "reason": "压坏了"}
    name_exception(**about, photo=photo_by(clerk), by=clerk, at=AT + HOUR)
    back.refresh_from_db()
    assert (back.status, back.ended_at, back.exception) == ("returned", AT + HOUR, "damaged")
    assert tally_of(ride).missing == []
