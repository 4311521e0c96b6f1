"""Stations: their state, contracts, certificates, inspections and scores."""

import datetime as dt

from django.urls import reverse
from django.utils.timezone import now

from scheduling.models import Resource, RoomUse, StationRooms
from stations.models import (
    Contract,
    EarlyWarning,
    Inspection,
    KpiScore,
    RegisterReport,
    ServicePause,
    Station,
    StationClosing,
    StationDay,
    SupportVisit,
    Termination,
    User,
)
from stations.network.services import ask_closing
from stations.recruitment.models import Certificate
from stations.scores.services import open_warning, score_month
from tests.browser.every_page.page import STORY, TO_CLOSE, PageOf, Pages, Story, one, plain
from tests.factories.days import today


class Network(Story):
    """A certificate, contracts, a closing, inspections and scores."""

    def certificate(self) -> Certificate:
        issued = today()
        return Certificate.objects.get_or_create(
            holder=self.partner,
            subject=Certificate.Subject.CASH_SERVICES,
            defaults={
                "number": "321324000710004215",
                "station": self.station,
                "issued_date": issued,
                "expires_date": issued + dt.timedelta(days=365),
            },
        )[0]

    def closing(self) -> StationClosing:
        """Somebody of the county has asked to close a station."""
        found = StationClosing.objects.filter(status="asked", station__county=self.station.county).first()
        station = Station.objects.select_related("parent").get(code=TO_CLOSE)
        by = User.objects.get(username="manager")
        return found or ask_closing(station=station, actor=by, at=now(), reason="村庄整体搬迁")

    def contracts(self) -> list[Contract]:
        """One of each state in the county."""
        of_county = Contract.objects.filter(station__county=self.station.county)
        return list(of_county.order_by("status", "kind", "pk").distinct("status"))

    def termination(self) -> Termination:
        """Somebody of the county asks to end a contract."""
        return Termination.objects.filter(status="asked", contract__station__county=self.station.county).latest("pk")

    def inspection(self, status: str) -> Inspection:
        found = Inspection.objects.filter(station=self.station, status=status).first()
        done = {"done_at": now(), "score": 85, "answers": {"sign_outside": "yes", "till_locked": "no"}}
        return found or Inspection.objects.create(
            station=self.station,
            inspector=User.objects.get(username="manager"),
            planned_date=today(),
            status=status,
            **(done if status == "done" else {}),
        )

    def visit(self) -> SupportVisit:
        standing = EarlyWarning.objects.filter(station=self.station, closed_at=None).first()
        warning = standing or open_warning(
            station=self.station, kind="float_out", figures={"days": 3, "of": 7}, at=now()
        )
        return warning.visit

    def score(self) -> KpiScore:
        """Three months with their scores."""
        first = today().replace(day=1)
        for back in (1, 2, 3):
            month = (first - dt.timedelta(days=28 * back)).replace(day=1)
            if not KpiScore.objects.filter(station=self.station, month=month).exists():
                day = StationDay.objects.get_or_create(
                    station=self.station,
                    date=month,
                    defaults={"open_minutes": 600, "seen_minutes": 500, "services": 9, "float_outs": 1},
                )
                assert day
                score_month(stations=[self.station], month=month)
        return KpiScore.objects.filter(station=self.station).latest("month")

    def report(self) -> RegisterReport:
        return RegisterReport.objects.get_or_create(
            number=self.certificate().number,
            kind="asked_for_money",
            defaults={"county": self.station.county, "text": "要我先交五百元加盟费", "at": now()},
        )[0]


PAGES: Pages = {
    "network:sign": lambda house: [
        PageOf("", reverse("network:sign", args=[code])) for code in (STORY, "321324-0008", "321324-0009")
    ],
    "rooms:rooms": lambda house: [one("partner", "rooms:rooms"), one("manager", "rooms:rooms")],
    "rooms:add": lambda house: [one("partner", "rooms:add")],
    "rooms:station": lambda house: [
        one("partner", "rooms:station", each.pk)
        for each in StationRooms.objects.filter(station__county=house.station.county)
    ],
    "rooms:uses": lambda house: [one("partner", "rooms:uses"), one("partner", "rooms:uses", query="?state=asked")],
    "rooms:use": lambda house: [
        one("partner", "rooms:use", each.pk)
        for each in RoomUse.objects.filter(rooms__station__county=house.station.county).order_by("pk")
    ],
    "rooms:room": lambda house: [
        one("partner", "rooms:room", each.pk)
        for each in Resource.objects.filter(station=house.station, kind="meeting_room")
    ],
    "network:station": lambda house: [one("partner", "network:station"), one("helper", "network:station")],
    "network:exception": plain("partner", "network:exception"),
    "network:closing": plain("partner", "network:closing"),
    "network:paper_sign": plain("partner", "network:paper_sign"),
    "network:county_stations": plain("manager", "network:county_stations"),
    "network:county_station": lambda house: [
        one("manager", "network:county_station", code) for code in (STORY, "321324-0008", "321324-0009")
    ],
    "network:hours": plain("manager", "network:hours", STORY),
    "network:switch": plain("manager", "network:switch", STORY, "recharge", "off"),
    "network:move": lambda house: [
        one("manager", "network:move", STORY, slug) for slug in ("suspend", "close-temporarily")
    ],
    "network:close": lambda house: [
        one("manager", "network:close", STORY),
        one("manager", "network:close", house.closing().station.code),
    ],
    "network:reopening": plain("partner", "network:reopening"),
    "contracts:contract": lambda house: [
        *(one("manager", "contracts:contract", each.pk) for each in house.contracts()),
        one("manager2", "contracts:contract", house.termination().contract_id),
    ],
    "contracts:move": lambda house: [
        *(one("manager", "contracts:move", house.contracts()[0].pk, slug) for slug in ("suspend", "terminate")),
    ],
    "inspections:inspections": lambda house: [house.visit() and one("manager", "inspections:inspections")],
    "inspections:plan": plain("manager", "inspections:plan", STORY),
    "inspections:inspection": lambda house: [
        one("manager", "inspections:inspection", house.inspection(status).pk) for status in ("planned", "done")
    ],
    "inspections:visits": lambda house: [house.visit() and one("manager", "inspections:visits")],
    "inspections:visit": lambda house: [one("manager", "inspections:visit", house.visit().pk)],
    "scores:score": lambda house: [
        house.score() and one("partner", "scores:score"),
        one("partner3213240004", "scores:score"),
    ],
    "scores:station": lambda house: [house.score() and one("manager", "scores:station", STORY)],
    "scores:county": lambda house: [house.score() and one("manager", "scores:county")],
    "recruitment:report": lambda house: [
        one("", "recruitment:report", house.certificate().number),
        one("", "recruitment:report", house.certificate().number, query="?sent=1"),
    ],
    "recruitment:reports": plain("manager", "recruitment:reports"),
    "recruitment:register_report": lambda house: [one("manager", "recruitment:register_report", house.report().pk)],
    "recruitment:issue": lambda house: [one("manager", "recruitment:issue", house.station.code)],
    "recruitment:photograph": lambda house: [one("manager", "recruitment:photograph", house.certificate().number)],
    "network:pause": plain("manager", "network:pause"),
    "network:end_pause": lambda house: [
        one("manager330122", "network:end_pause", ServicePause.objects.latest("pk").pk)
    ],
    "recruitment:register": lambda house: [
        one("", "recruitment:register", house.certificate().number),
        one("", "recruitment:register", "321324000710004223", status=422),
    ],
    "recruitment:certificate": lambda house: [one("partner", "recruitment:certificate", house.certificate().number)],
}

#: Addresses that answer, but not with a page of the console.
NOT_PAGES = {
    "network:seen",
    *("network:confirm_closing", "network:withdraw_closing", "network:sign_picture"),
    *("contracts:terminate", "contracts:withdraw"),
    "inspections:call_off",
    *("recruitment:photo", "recruitment:picture"),
}
