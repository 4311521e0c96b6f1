"""Services of stations: switched, paused, certified; and the one way to ask whether one is open."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now

from core.errors import WrongState
from core.models import Event, StatusChange
from stations.models import Certificate, Contract, Service, ServicePause, Station, StationService
from stations.network import services
from stations.network.queries import service_open, services_known, services_offered
from stations.network.services import (
    CertificateMissing,
    ClearanceOpen,
    ClosingTooLong,
    InspectionMissing,
    NoChange,
    ParentMisplaced,
    StationCodeTaken,
    StationNotReady,
    TrialTooShort,
)
from tests.factories.days import today
from tests.factories.inspections import inspected
from tests.factories.stations import (
    StationFactory,
    UserFactory,
    county,
    county_manager_of,
    division_below,
    partner_of,
)

AT = dt.datetime(2026, 11, 25, 2, tzinfo=dt.UTC)
LATER = AT + dt.timedelta(hours=1)


def catalogue(code):
    return Service.objects.get(code=code)


def switch_on(station, code, at=AT):
    return services.switch_service_on(station=station, service=catalogue(code), actor=None, at=at)


def why(station, code="recharge", user=None, at=AT):
    return service_open(station, code, user, at).why


def certify(holder, station, subject, **values):
    fields = {
        "number": f"3213240007{Certificate.objects.count():08d}",
        "issued_date": dt.date(2026, 1, 1),
        "expires_date": dt.date(2026, 11, 25),
        **values,
    }
    return Certificate.objects.create(holder=holder, station=station, subject=subject, **fields)


def contract(user, station, status="active", **values):
    signed = {"signed_by_person_at": AT, "signed_by_county_at": AT, "county_signer": UserFactory()}
    return Contract.objects.create(
        **{
            "user": user,
            "station": station,
            "kind": "partner",
            "from_date": AT.date(),
            "to_date": dt.date(2027, 11, 25),
            "terms_sha256": "0" * 64,
            "commission_plan_code": "standard",
            "status": status,
            **signed,
            **values,
        }
    )


@pytest.fixture
def station(db):
    return StationFactory()


def test_the_catalogue_names_every_service_in_two_languages(db):
    assert Service.objects.count() == 23
    assert not Service.objects.filter(name="").exists()
    assert not Service.objects.filter(name_zh="").exists()
    assert set(Service.objects.filter(is_essential=True).values_list("code", flat=True)) == {
        "hospital_registration",
        "health_booth",
        "insurance_enrolment",
        "insurance_claim",
    }


def test_a_service_is_open_when_it_is_switched_on(station, django_assert_num_queries):
    assert why(station) == "not_switched_on"
    switch_on(station, "recharge")
    with django_assert_num_queries(1):
        assert service_open(station, "recharge", None, AT).is_open
    assert why(station, at=AT - dt.timedelta(seconds=1)) == "not_switched_on"
    assert why(station, "time_travel") == "unknown_service"


def test_a_pause_of_the_county_beats_the_switch_until_it_ends(station):
    switch_on(station, "recharge")
    pause = services.pause_service(
        service=catalogue("recharge"), division=station.county, actor=None, at=AT, reason="运营商故障"
    )
    answer = service_open(station, "recharge", None, AT)
    assert (answer.is_open, answer.why, "运营商故障" in answer.reason) == (False, "paused", True)
    assert Event.objects.filter(name="stations.service_paused").count() == 1
    services.end_pause(pause=pause, actor=None, at=LATER)
    assert why(station, at=LATER - dt.timedelta(seconds=1)) == "paused"
    assert service_open(station, "recharge", None, LATER).is_open


@pytest.mark.parametrize("level", ["village", "township", "county", "prefecture", "province", None])
def test_a_pause_of_any_division_above_reaches_the_station(station, level):
    switch_on(station, "recharge")
    division = getattr(station, level) if level else None
    services.pause_service(service=catalogue("recharge"), division=division, actor=None, at=AT, reason="x")
    assert why(station) == "paused"
    assert why(station, "bill_payment") == "not_switched_on"


def test_a_pause_of_another_county_does_not_reach_it(station):
    switch_on(station, "recharge")
    other = division_below(None, "county")
    services.pause_service(service=catalogue("recharge"), division=other, actor=None, at=AT, reason="x")
    assert service_open(station, "recharge", None, AT).is_open


@pytest.mark.parametrize("status", [s for s in Station.Status.values if s not in ("active", "trial", "closed")])
def test_services_of_a_station_that_does_not_work_are_closed(station, status):
    switch_on(station, "recharge")
    Station.objects.filter(pk=station.pk).update(status=status)
    assert why(station) == "station_not_open"


def test_services_stop_when_the_partner_is_suspended(station):
    switch_on(station, "recharge")
    contract(UserFactory(), station, "suspended")
    assert why(station) == "partner_suspended"


def test_a_suspended_helper_stops_only_himself(station):
    switch_on(station, "recharge")
    partner, helper = UserFactory(), UserFactory()
    contract(partner, station)
    contract(helper, station, "suspended", kind="helper", partner_user=partner, helper_share_bp=2000)
    assert why(station, user=helper) == "partner_suspended"
    assert service_open(station, "recharge", partner, AT).is_open


def test_whoever_acts_holds_the_certificate_through_its_last_day(station):
    holder, other = UserFactory(), UserFactory()
    certify(holder, station, "insurance")
    switch_on(station, "insurance_claim")
    midnight = dt.datetime(2026, 11, 25, 16, tzinfo=dt.UTC)  # the end of the 25th in Shanghai
    assert service_open(station, "insurance_claim", holder, midnight - dt.timedelta(seconds=1)).is_open
    assert why(station, "insurance_claim", holder, midnight) == "certificate_missing"
    assert why(station, "insurance_claim", other) == "certificate_missing"
    assert service_open(station, "insurance_claim", None, AT).is_open


def test_a_revoked_certificate_stops_at_that_second(station):
    holder = UserFactory()
    row = certify(holder, station, "insurance")
    switch_on(station, "insurance_claim")
    row.revoked_at = LATER
    row.save()
    assert service_open(station, "insurance_claim", holder, LATER - dt.timedelta(seconds=1)).is_open
    assert why(station, "insurance_claim", holder, LATER) == "certificate_missing"


def test_a_service_that_needs_a_certificate_is_not_switched_on_without(station):
    with pytest.raises(CertificateMissing):
        switch_on(station, "insurance_claim")
    assert not StationService.objects.exists()


def test_switching_twice_is_refused_and_changes_nothing(station):
    first = switch_on(station, "recharge")
    with pytest.raises(NoChange):
        switch_on(station, "recharge", LATER)
    services.switch_service_off(station=station, service=catalogue("recharge"), actor=None, at=LATER)
    with pytest.raises(NoChange):
        services.switch_service_off(station=station, service=catalogue("recharge"), actor=None, at=LATER)
    assert [(row.pk, row.from_at, row.to_at) for row in StationService.objects.all()] == [(first.pk, AT, LATER)]


def test_a_closed_station_switches_nothing_on(station):
    Station.objects.filter(pk=station.pk).update(status="closed", closed_date=AT.date())
    with pytest.raises(WrongState):
        switch_on(station, "recharge")
    assert not StationService.objects.exists()


def test_an_ended_pause_does_not_end_twice(station):
    pause = services.pause_service(
        service=catalogue("recharge"), division=station.county, actor=None, at=AT, reason="x"
    )
    services.end_pause(pause=pause, actor=None, at=LATER)
    with pytest.raises(NoChange):
        services.end_pause(pause=pause, actor=None, at=LATER + dt.timedelta(hours=1))
    pause.refresh_from_db()
    assert pause.to_at == LATER


def test_the_database_refuses_two_pauses_of_one_division(station):
    for division in (station.county, None):
        fields = {"service": catalogue("recharge"), "division": division, "from_at": AT, "reason": "x"}
        ServicePause.objects.create(**fields)
        with pytest.raises(IntegrityError, match="paused_once"), transaction.atomic():
            ServicePause.objects.create(**fields)


@pytest.mark.usefixtures("own_database")
def test_of_two_pauses_at_once_one_is_refused():
    division = division_below(None, "county")
    together = Barrier(2)

    def pause(_):
        together.wait()
        try:
            return services.pause_service(
                service=catalogue("recharge"), division=division, actor=None, at=AT, reason="x"
            ).pk
        except NoChange:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(pause, range(2)))
    assert len([pk for pk in made if pk]) == ServicePause.objects.count() == 1


def test_all_services_of_a_station_are_asked_in_one_query(station, django_assert_num_queries):
    switch_on(station, "recharge")
    switch_on(station, "bill_payment")
    with django_assert_num_queries(2):
        assert [answer.code for answer in services_offered(station, None, AT)] == ["recharge", "bill_payment"]
        assert len(services_known(station, None, AT)) == 23


# --- the life of a station


def ready_for_trial(station):
    week = {1: [(dt.time(8), dt.time(18))]}
    services.set_hours(station=station, week=week, from_date=dt.date(2026, 1, 1), actor=None)
    switch_on(station, "recharge")
    contract(UserFactory(), station)


def planned(**values):
    within = county()
    centre = StationFactory(kind="county_centre", county=within)
    return services.plan_station(
        **{
            "kind": "village_station",
            "name": "桑园村服务站",
            "village": division_below(within, "village"),
            "parent": centre,
            "actor": None,
            "at": AT,
            **values,
        }
    )


def test_a_station_is_planned_with_the_next_code_of_its_county(db):
    station = planned()
    assert station.code == f"{station.county.code[:6]}-0002"
    assert (station.status, station.township, station.province) == (
        "planned",
        station.village.parent,
        station.prefecture.parent,
    )
    another = services.plan_station(
        kind="village_station",
        name="又一站",
        village=station.village,
        parent=station.parent,
        actor=None,
        at=AT,
    )
    assert another.code.endswith("-0003")


def test_a_code_that_is_taken_is_refused(db):
    station = planned()
    with pytest.raises(StationCodeTaken):
        planned(code=station.code)
    assert Station.objects.filter(kind="village_station").count() == 1


def test_a_station_stands_under_a_hub_or_centre_of_its_own_county(db):
    elsewhere, third = StationFactory(county=county()), StationFactory(county=county())
    for values in ({"parent": elsewhere}, {"parent": elsewhere.parent}, {"parent": None}, {"kind": "county_centre"}):
        with pytest.raises(ParentMisplaced):
            planned(**values)
    assert not Station.objects.filter(status="planned").exists()
    with transaction.atomic():
        Station.objects.filter(pk=elsewhere.pk).update(parent=third.parent)
        with pytest.raises(IntegrityError, match="cannot stand under"):
            connection.check_constraints()
        transaction.set_rollback(True)


def test_a_station_lives_from_paper_to_its_end(db):
    station = planned()
    services.begin_fitting_out(station=station, actor=None, at=AT)
    with pytest.raises(StationNotReady) as refusal:
        services.start_trial(station=station, actor=None, at=AT)
    assert refusal.value.params["missing"].count(",") == 2
    ready_for_trial(station)
    for score, allowed in ((None, False), (69, False), (70, True)):
        if score is not None:
            inspected(station, score, at=AT)
        if not allowed:
            with pytest.raises(InspectionMissing):
                services.start_trial(station=station, actor=None, at=AT)
    services.start_trial(station=station, actor=None, at=AT)
    with pytest.raises(TrialTooShort):
        services.activate_station(station=station, actor=None, at=AT + dt.timedelta(days=14, seconds=-1))
    active_at = AT + dt.timedelta(days=14)
    inspected(station, 79, at=active_at)
    with pytest.raises(InspectionMissing):
        services.activate_station(station=station, actor=None, at=active_at)
    inspected(station, 80, at=active_at + dt.timedelta(seconds=1))
    station = services.activate_station(station=station, actor=None, at=active_at)
    assert (station.status, station.opened_date) == ("active", dt.date(2026, 11, 25))
    services.suspend_station(station=station, actor=None, at=active_at, reason="投诉")
    services.lift_suspension(station=station, actor=None, at=active_at, reason="查无此事")
    closing = services.ask_closing(station=station, actor=UserFactory(), at=active_at, reason="搬迁")
    with pytest.raises(ClearanceOpen):
        services.close_station(closing=closing, actor=UserFactory(), at=active_at)
    Contract.objects.update(status="ended")
    services.close_station(closing=closing, actor=UserFactory(), at=active_at)
    station.refresh_from_db()
    assert (station.status, station.closed_date) == ("closed", dt.date(2026, 12, 9))
    changes = StatusChange.objects.filter(object_id=str(station.pk)).order_by("pk").values_list("new", flat=True)
    assert list(changes) == ["planned", "fitting_out", "trial", "active", "suspended", "active", "closed"]
    assert set(Event.objects.values_list("name", flat=True)) == {
        "stations.station_activated",
        "stations.station_suspended",
        "stations.station_closed",
    }


@pytest.mark.parametrize(("days", "allowed"), [(0, False), (1, True), (7, True), (8, False)])
def test_a_partner_closes_for_at_most_seven_days(station, days, allowed):
    partner, until = partner_of(station), dt.date(2026, 11, 25) + dt.timedelta(days=days)
    if allowed:
        assert (
            services.close_temporarily(station=station, until=until, actor=partner, at=AT, reason="探亲").reopens_date
            == until
        )
        assert services.reopen_station(station=station, actor=None, at=LATER).reopens_date is None
        return
    with pytest.raises(ClosingTooLong):
        services.close_temporarily(station=station, until=until, actor=partner, at=AT, reason="探亲")
    station.refresh_from_db()
    assert station.status == "active"


def test_the_county_closes_for_longer(station):
    manager = county_manager_of(station.county)
    until = today() + dt.timedelta(days=90)
    assert services.close_temporarily(station=station, until=until, actor=manager, at=now(), reason="翻修").reopens_date
