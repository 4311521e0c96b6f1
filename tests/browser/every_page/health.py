"""Registering with a hospital: each step, an appointment of each state, and the desk of the hospital."""

from health.appointments.links import token_of
from health.models import (
    Allergy,
    Appointment,
    Article,
    CheckupDay,
    CheckupOrder,
    CheckupPackage,
    Consultation,
    Department,
    Doctor,
    EmergencyAccess,
    Enrolment,
    HealthRecord,
    Hospital,
    Prescription,
    PromotionCampaign,
    PromotionEvent,
)
from scheduling.calendars.models import Session
from tests.browser.every_page.page import Pages, Story, one


class Health(Story):
    """The hospital of the story's county."""

    def hospital(self) -> Hospital:
        return Hospital.objects.get(division=self.station.county)

    def department(self, code: str = "CARDIO") -> Department:
        return Department.objects.get(hospital=self.hospital(), code=code)

    def doctor(self) -> Doctor:
        """Of the hospital of the nurse and the doctor who can be tried."""
        return Doctor.objects.filter(department__hospital=self.hospital()).order_by("pk")[0]

    def appointments(self) -> list[Appointment]:
        """One of each state."""
        rows = Appointment.objects.filter(booking__station=self.station).order_by("booking__status", "-pk")
        return list(rows.distinct("booking__status"))

    def booked(self) -> Appointment:
        return Appointment.objects.filter(booking__station=self.station, booking__status="booked").latest("pk")

    def in_series(self) -> Appointment:
        """The first date of a series."""
        rows = Appointment.objects.filter(booking__station=self.station, booking__occurrence_no=1)
        return rows.select_related("booking__session").latest("pk")

    def full(self) -> Session:
        """A clinic with somebody who waits."""
        return Appointment.objects.get(booking__status="waitlist").booking.session

    def city(self) -> Session:
        """A clinic whose fee the station takes."""
        doctor = Doctor.objects.get(department__hospital__takes_fee="station")
        return Session.objects.filter(resource=doctor.resource).order_by("-starts_at")[3]

    def care_enrolments(self) -> list[Enrolment]:
        """At risk, in target, to be confirmed."""
        return list(Enrolment.objects.filter(clinic=self.hospital()).order_by("pk"))

    def health_record(self) -> HealthRecord:
        """One with an allergy and an encounter."""
        return HealthRecord.objects.filter(resident__in=Allergy.objects.values("resident")).order_by("pk")[0]

    def emergency_access(self) -> EmergencyAccess:
        return EmergencyAccess.objects.get(reviewed_at=None)

    def consultations(self) -> list[Consultation]:
        """One of each state."""
        rows = Consultation.objects.filter(station=self.station).order_by("status", "-pk")
        return list(rows.distinct("status"))

    def prescriptions(self) -> list[Prescription]:
        """One of each state."""
        return list(Prescription.objects.order_by("status", "-pk").distinct("status"))

    def health_articles(self, *codes: str) -> list[Article]:
        """Those of these addresses."""
        return list(Article.objects.filter(code__in=codes).order_by("code"))

    def health_event(self) -> PromotionEvent:
        """A talk at which some agreed to be named."""
        return PromotionEvent.objects.filter(station=self.station, named_people__gt=0).order_by("pk")[0]

    def checkup_days(self) -> list[CheckupDay]:
        """One that is over, one to come."""
        return list(CheckupDay.objects.filter(station=self.station).order_by("local_date"))

    def checkups(self) -> list[CheckupOrder]:
        """One whose report is explained, one with an urgent result, one to release, and one who did not come."""
        return list(CheckupOrder.objects.filter(day=self.checkup_days()[0]).order_by("serial")[:4])

    def with_other_times(self) -> Appointment:
        """One whose doctor is away, and who may choose."""
        return Appointment.objects.exclude(link_ref="").latest("pk")

    def called(self) -> Appointment:
        return Appointment.objects.filter(booking__cancelled_for__isnull=False).latest("pk")


PAGES: Pages = {
    "appointments:appointments": lambda house: [
        one("partner", "appointments:appointments"),
        one("partner", "appointments:appointments", query="?state=waiting"),
        one("helper", "appointments:appointments", query="?state=over"),
    ],
    "appointments:calls": lambda house: [one("partner", "appointments:calls")],
    "appointments:desk": lambda house: [
        one("nurse", "appointments:desk"),
        one("doctor", "appointments:desk", query="?state=ahead"),
    ],
    "appointments:hospitals": lambda house: [
        one("partner", "appointments:hospitals"),
        one("partner", "appointments:hospitals", query=f"?person={house.booked().resident_id}"),
    ],
    "appointments:departments": lambda house: [one("partner", "appointments:departments", house.hospital().pk)],
    "appointments:sessions": lambda house: [
        one("partner", "appointments:sessions", house.department().pk),
        one("partner", "appointments:sessions", house.department("BONES").pk),
    ],
    "appointments:book": lambda house: [
        one("partner", "appointments:book", house.booked().booking.session_id),
        one("partner", "appointments:book", house.full().pk, query=f"?person={house.booked().resident_id}"),
        one(
            "partner",
            "appointments:book",
            house.booked().booking.session_id,
            query=f"?person={house.booked().resident_id}",
        ),
        one("partner", "appointments:book", house.full().pk, query=f"?person={house.payer.pk}"),
        one("partner", "appointments:book", house.city().pk, query=f"?person={house.booked().resident_id}"),
    ],
    "appointments:appointment": lambda house: [
        *(one("partner", "appointments:appointment", each.pk) for each in house.appointments()),
        *(one("nurse", "appointments:appointment", each.pk) for each in house.appointments()),
        one("partner", "appointments:appointment", house.in_series().pk),
        one("partner", "appointments:appointment", house.called().pk),
    ],
    "appointments:series": lambda house: [
        one("partner", "appointments:series", house.in_series().booking.session_id),
        one(
            "partner",
            "appointments:series",
            house.in_series().booking.session_id,
            query=f"?person={house.in_series().resident_id}",
        ),
        one(
            "partner",
            "appointments:series",
            house.in_series().booking.session_id,
            query=f"?person={house.in_series().resident_id}&rhythm=week&count=4",
        ),
        one(
            "partner",
            "appointments:series",
            house.in_series().booking.session_id,
            query=f"?person={house.booked().resident_id}&rhythm=week&count=3&check=1&d2=on&d3=on",
        ),
    ],
    "appointments:dates": lambda house: [one("partner", "appointments:dates", house.in_series().pk)],
    "appointments:move": lambda house: [
        one("partner", "appointments:move", house.in_series().pk),
        one(
            "partner",
            "appointments:move",
            house.in_series().pk,
            query=f"?scope=all&to_date={house.in_series().booking.session.local_date}&clock=08:00",
        ),
    ],
    "other_times": lambda house: [
        one("", "other_times", token_of(house.with_other_times())),
        one("", "other_times", "nobody-gave-this", status=404),
    ],
    "appointments:slip": lambda house: [one("partner", "appointments:slip", house.booked().pk)],
    "hospitals:doctors": lambda house: [one("nurse", "hospitals:doctors")],
    "hospitals:doctor": lambda house: [
        one("nurse", "hospitals:doctor", house.doctor().pk),
        one("doctor", "hospitals:doctor", house.doctor().pk),
    ],
    "chronic:follow-ups": lambda house: [
        one("nurse", "chronic:follow-ups"),
        one("doctor", "chronic:follow-ups", query="?state=care"),
    ],
    "chronic:enrol": lambda house: [one("nurse", "chronic:enrol")],
    "chronic:dates": lambda house: [one("partner", "chronic:dates")],
    "chronic:figures": lambda house: [one("manager", "chronic:figures")],
    "consultations:consultations": lambda house: [
        one("partner", "consultations:consultations"),
        one("partner", "consultations:consultations", query="?state=over"),
    ],
    "consultations:new": lambda house: [
        one("partner", "consultations:new"),
        one("partner", "consultations:new", query=f"?person={house.consultations()[0].resident_id}"),
        one("partner", "consultations:new", query=f"?person={house.payer.pk}&clinic={house.hospital().pk}"),
        one(
            "partner",
            "consultations:new",
            query=f"?person={house.consultations()[0].resident_id}&clinic={house.hospital().pk}",
        ),
    ],
    "consultations:consultation": lambda house: [
        one("partner", "consultations:consultation", each.pk) for each in house.consultations()
    ],
    "consultations:cases": lambda house: [
        one("nurse", "consultations:cases"),
        one("doctor", "consultations:cases", query="?state=answering"),
    ],
    "consultations:case": lambda house: [
        one("doctor", "consultations:case", each.pk) for each in house.consultations()
    ],
    "consultations:prescriptions": lambda house: [one("pharmacist", "consultations:prescriptions")],
    "consultations:prescription": lambda house: [
        one("pharmacist", "consultations:prescription", each.pk) for each in house.prescriptions()
    ],
    "consultations:slip": lambda house: [
        one("pharmacist", "consultations:slip", each.pk) for each in house.prescriptions() if each.status == "dispensed"
    ],
    "calendars:own": lambda house: [one("doctor", "calendars:own"), one("partner", "calendars:own")],
    "calendars:resident": lambda house: [one("partner", "calendars:resident", house.payer.pk)],
    "records:readers": lambda house: [one("partner", "records:readers", house.payer.pk)],
    "records:records": lambda house: [one("nurse", "records:records")],
    "records:open": lambda house: [one("nurse", "records:open")],
    "records:emergency": lambda house: [one("doctor", "records:emergency")],
    "records:record": lambda house: [
        one("doctor", "records:record", house.health_record().pk),
        one("nurse", "records:record", house.health_record().pk),
    ],
    "records:paper": lambda house: [one("nurse", "records:paper", house.health_record().pk)],
    "records:emergencies": lambda house: [one("doctor", "records:emergencies")],
    "records:emergency-access": lambda house: [one("doctor", "records:emergency-access", house.emergency_access().pk)],
    "promotion:articles": lambda house: [
        one("partner", "promotion:articles"),
        one("nurse", "promotion:articles", query="?state=draft"),
    ],
    "promotion:new-article": lambda house: [one("nurse", "promotion:new-article", query="?from=less-salt")],
    "promotion:article": lambda house: [
        *(one("partner", "promotion:article", each.pk) for each in house.health_articles("less-salt", "heat")),
        one("partner", "promotion:article", house.health_articles("less-salt")[0].pk, query="?answered=wrong"),
        *(one("doctor", "promotion:article", each.pk) for each in house.health_articles("child-safety", "less-salt")),
    ],
    "promotion:events": lambda house: [one("partner", "promotion:events")],
    "promotion:event": lambda house: [one("partner", "promotion:event", house.health_event().pk)],
    "promotion:campaigns": lambda house: [one("manager", "promotion:campaigns"), one("helper", "promotion:campaigns")],
    "promotion:new-campaign": lambda house: [one("manager", "promotion:new-campaign")],
    "promotion:campaign": lambda house: [
        *(one("manager", "promotion:campaign", each.pk) for each in PromotionCampaign.objects.order_by("pk"))
    ],
    "promotion:figures": lambda house: [one("manager", "promotion:figures")],
    "health_article": lambda house: [
        one("partner", "health_article", "less-salt"),
        one("partner", "health_article", "no-such-article"),
    ],
    "health_leaflet": lambda house: [one("partner", "health_leaflet", "stroke-120")],
    "checkups:packages": lambda house: [one("doctor", "checkups:packages")],
    "checkups:package": lambda house: [
        one("doctor", "checkups:package", each.pk) for each in CheckupPackage.objects.order_by("revision")
    ],
    "checkups:campaigns": lambda house: [
        one("manager", "checkups:campaigns"),
        one("nurse", "checkups:campaigns"),
    ],
    "checkups:open-campaign": lambda house: [one("manager", "checkups:open-campaign")],
    "checkups:campaign": lambda house: [
        one("manager", "checkups:campaign", house.checkup_days()[0].campaign_id),
        one("nurse", "checkups:campaign", house.checkup_days()[0].campaign_id),
    ],
    "checkups:figures": lambda house: [one("manager", "checkups:figures")],
    "checkups:days": lambda house: [one("nurse", "checkups:days")],
    "checkups:day": lambda house: [
        *(one("nurse", "checkups:day", each.pk) for each in house.checkup_days()),
        one("nurse", "checkups:day", house.checkup_days()[0].pk, query="?group=blood&state=done"),
    ],
    "checkups:labels": lambda house: [one("nurse", "checkups:labels", house.checkup_days()[0].pk)],
    "checkups:rosters": lambda house: [one("partner", "checkups:rosters")],
    "checkups:roster": lambda house: [one("partner", "checkups:roster", each.pk) for each in house.checkup_days()],
    "checkups:order": lambda house: [
        *(one("doctor", "checkups:order", each.pk) for each in house.checkups()),
        one("nurse", "checkups:order", house.checkups()[1].pk, query="?group=blood"),
    ],
    "checkups:paper": lambda house: [one("doctor", "checkups:paper", each.pk) for each in house.checkups()[:3]],
    "checkups:reports": lambda house: [
        one("doctor", "checkups:reports"),
        one("nurse", "checkups:reports", query="?state=told"),
    ],
    "checkups:urgent": lambda house: [one("nurse", "checkups:urgent")],
    "chronic:enrolment": lambda house: [
        *(one("doctor", "chronic:enrolment", each.pk) for each in house.care_enrolments()),
    ],
}
NOT_PAGES = {
    "appointments:event",
    "health_article_qr",
    "checkups:figures-file",
    "promotion:figures-file",
    "calendars:end_own",
    "calendars:feed",
    "calendars:of_resident",
    "records:readers_of",
    "calendars:qr",
    "checkups:bars",
}
