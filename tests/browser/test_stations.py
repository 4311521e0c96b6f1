"""The pages of stations as people see them: both languages, phone and desk, no complaint of axe or the policy."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils.timezone import now

from stations.models import Certificate, Service, ServicePause
from stations.network import services
from tests.browser.conftest import DESK, PHONE, scrolls_sideways
from tests.factories.days import today
from tests.factories.stations import DeviceFactory, StationFactory, UserFactory, county, county_manager_of, partner_of

NUMBER = "321324000710004215"


@pytest.fixture
def station(live):
    within = county(code="321324000000", name="泗洪县")
    station = StationFactory(
        county=within, code="321324-0007", name="桑园村服务站", address_line="村委会东侧", last_seen_at=now()
    )
    day = [(dt.time(8), dt.time(12)), (dt.time(14), dt.time(18))]
    week = dict.fromkeys(range(1, 7), day)
    services.set_hours(station=station, week=week, from_date=dt.date(2026, 1, 1), actor=None)
    tomorrow = today() + dt.timedelta(days=2)
    services.set_exception(station=station, date=tomorrow, opens=None, closes=None, reason="村里赶集", actor=None)
    for code in ("bill_payment", "recharge", "parcel_pickup"):
        services.switch_service_on(station=station, service=Service.objects.get(code=code), actor=None, at=now())
    services.pause_service(
        service=Service.objects.get(code="recharge"), division=within, actor=None, at=now(), reason="运营商系统故障"
    )
    holder = UserFactory(last_name="王", first_name="秀英")
    Certificate.objects.create(
        holder=holder,
        station=station,
        subject="partner",
        number=NUMBER,
        issued_date=dt.date(2026, 1, 10),
        expires_date=dt.date(2028, 1, 9),
    )
    DeviceFactory(station=station, last_seen_at=now())
    return station


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("size", [PHONE, DESK])
def test_every_page_of_stations_is_calm_and_clear(console, station, axe, shot, language, size):
    speaker = UserFactory(language=language)
    partner = partner_of(station, speaker)
    manager = county_manager_of(station.county, UserFactory(language=language))
    pages = {
        "sign": (f"/s/{station.code}", None),
        "register": (f"/r/{NUMBER}", None),
        "station": (reverse("network:station"), partner),
        "exception": (reverse("network:exception"), partner),
        "closing": (reverse("network:closing"), partner),
        "paper-sign": (reverse("network:paper_sign"), partner),
        "certificate": (reverse("recruitment:certificate", args=[NUMBER]), partner),
        "county-stations": (reverse("network:county_stations"), manager),
        "county-station": (reverse("network:county_station", args=[station.code]), manager),
        "hours": (reverse("network:hours", args=[station.code]), manager),
        "pause": (reverse("network:pause"), manager),
        "end-pause": (reverse("network:end_pause", args=[ServicePause.objects.get().pk]), manager),
        "suspend": (reverse("network:move", args=[station.code, "suspend"]), manager),
        "switch": (reverse("network:switch", args=[station.code, "library", "on"]), manager),
    }
    for name, (path, user) in pages.items():
        page = console.open(path, size=size, language=language, user=user)
        shot(page, f"stations-{name}-{language}-{size[0]}")
        assert not scrolls_sideways(page), name
        axe(page)
        page.context.close()


def test_a_number_with_a_slip_of_the_pen_says_so(console, station, shot):
    console.forgive("422")
    page = console.open("/r/321324000710004216")
    assert "18 位" in page.inner_text("main")
    shot(page, "stations-mistyped")
