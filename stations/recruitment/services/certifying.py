"""A certificate that opens a service of a station: issued when its courses are completed, renewed before it ends."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in, months_later
from core.errors import Refused, SamePerson, refuses
from core.history import record_change
from core.notices.services import notify
from core.notices.templates import in_each_language
from stations.accounts.models import User
from stations.hooks import CoursesNeeded
from stations.network.models import Station
from stations.people.models import Person
from stations.recruitment.models import Certificate, CourseReport
from stations.recruitment.numbers import with_check_digits
from stations.recruitment.queries import certifiable_at, completed_courses, courses_missing, courses_needed
from stations.two_persons import require_two_persons

MONTHS = 24
#: The first digit of a serial says for what: 1 partner, 2 helper, 3 a service.
KINDS = {Certificate.Subject.PARTNER: 1, Certificate.Subject.HELPER: 2}
SERVICE_KIND = 3


class CoursesNotNamed(Refused):
    """The country has not said which courses this certificate needs."""

    code = "courses_not_named"
    message = _("Which courses this certificate needs is not recorded for this country yet.")


class CoursesMissing(Refused):
    """The holder has not completed what the certificate needs."""

    code = "courses_missing"
    message = _("Not completed yet: %(courses)s.")


class CertificateStands(Refused):
    """The holder has this certificate, and it does not end soon."""

    code = "certificate_stands"
    message = _("This certificate is valid through %(day)s. It can be renewed from %(from_day)s.")


class NotAtStation(Refused):
    """Certificates are for partners and helpers of the station."""

    code = "holder_not_at_station"
    status = 422
    message = _("This person is neither partner nor helper of the station.")


@transaction.atomic
def keep_course_report(*, person: Person, course: str, version: int, at: dt.datetime) -> bool:
    """Somebody has completed a version of a course; whether that was new. The same report twice is one."""
    _row, is_new = CourseReport.objects.get_or_create(person=person, course=course, version=version, reported_at=at)
    return is_new


@refuses(SamePerson, NotAtStation, CoursesNotNamed, CoursesMissing, CertificateStands)
@transaction.atomic
def issue_certificate(*, station: Station, holder: User, subject: str, by: User, at: dt.datetime) -> Certificate:
    """Certify a partner or helper for 24 months from today; the last day is included.

    Its courses are those that the country names on this day; for a renewal the refresher, completed since the old
    certificate was issued. Raises `SamePerson` for one's own, `NotAtStation`, `CoursesNotNamed`, `CoursesMissing` with
    their codes, and `CertificateStands` before the time of renewal.
    """
    station = lock(station)
    require_two_persons(by, holder.pk)
    if holder not in certifiable_at(station, at):
        raise NotAtStation(field="holder")
    day = day_in(station.zone, at)
    needed = courses_needed(subject=subject, country=station.county.country, on_date=day)
    if needed is None:
        raise CoursesNotNamed(field="subject")
    standing = Certificate.objects.filter(holder=holder, subject=subject, revoked_at=None).first()
    if standing is not None:
        _check_renewal(standing, needed, day)
    _check_courses(holder, needed, standing)
    if standing is not None:
        _replace(standing, by=by, at=at)
    made = Certificate.objects.create(
        holder=holder,
        subject=subject,
        number=_next_number(station, subject),
        station=station,
        issued_date=day,
        expires_date=last_day_of(day),
        photo_id=standing.photo_id if standing else None,
    )
    record_change(made, old="", new="issued", at=at, actor=by.pk)
    _tell_holder(made, at=at)
    return made


def last_day_of(issued: dt.date) -> dt.date:
    """The last day of a term of 24 months; one from 29 February ends on 28 February."""
    after = months_later(issued, MONTHS)
    return after if after.day != issued.day else after - dt.timedelta(days=1)


def _check_renewal(standing: Certificate, needed: CoursesNeeded, day: dt.date) -> None:
    opens = needed.renewed_from(standing.expires_date)
    if day < opens:
        raise CertificateStands(day=standing.expires_date, from_day=opens)


def _check_courses(holder: User, needed: CoursesNeeded, standing: Certificate | None) -> None:
    missing = courses_missing(completed_courses(holder.person), needed, standing)
    if missing:
        raise CoursesMissing(courses=", ".join(missing))


def _replace(standing: Certificate, *, by: User, at: dt.datetime) -> None:
    standing.revoked_at, standing.reason = at, "renewed"
    standing.save(update_fields=["revoked_at", "reason", "updated_at"])
    record_change(standing, old="issued", new="renewed", at=at, actor=by.pk)


def _next_number(station: Station, subject: str) -> str:
    """The next serial of the station for this kind; its row is locked."""
    begins = f"{station.code.replace('-', '')}{KINDS.get(Certificate.Subject(subject), SERVICE_KIND)}"
    last = Certificate.objects.filter(number__startswith=begins).order_by("-number").first()
    serial = int(last.number[len(begins) : len(begins) + 5]) + 1 if last else 1
    return with_check_digits(f"{begins}{serial:05d}")


def _tell_holder(made: Certificate, *, at: dt.datetime) -> None:
    notify(
        template="station_certificate_issued",
        params={"subject": in_each_language(made.get_subject_display), "day": made.expires_date},
        language=made.holder.language,
        user=made.holder_id,
        dedupe_key=f"certificate:{made.number}",
        at=at,
    )
