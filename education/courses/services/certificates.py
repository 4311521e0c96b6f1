"""Certificates: issued once for each learner and version, numbered without gaps, revoked with a reason, expired."""

import datetime as dt
from collections.abc import Sequence

from django.db import connection, transaction

from core.database.db import lock, lock_all
from core.days import day_in, months_later
from core.errors import WrongState, refuses
from core.events.services import publish, publish_all
from core.history import record_change, record_changes
from core.language.reasons import needs_words
from education.courses.machine import CERTIFICATE
from education.courses.models import ClassRun, CourseCertificate, Enrolment
from education.courses.queries import people_in
from education.courses.serials import new_token, serial_of
from education.courses.services.steps import tell_family
from stations.accounts.models import User
from stations.people.models import Person, StandingRecord

# One statement takes the next numbers of a course and year, and holds the counter until the transaction ends.
NUMBERS = """
INSERT INTO education_certificatecounter (code, year, last) VALUES (%(code)s, %(year)s, %(count)s)
ON CONFLICT (code, year) DO UPDATE SET last = education_certificatecounter.last + excluded.last
RETURNING last
"""


@refuses()
@transaction.atomic
def issue_certificates(*, run: ClassRun, completed: Sequence[Enrolment], at: dt.datetime) -> list[CourseCertificate]:
    """A certificate for each who has none of this version yet, under whichever record; the family is told."""
    records = Person.objects.of_people(*(each.learner_id for each in completed)).values("pk")
    has_one = CourseCertificate.objects.filter(course=run.course_id, learner__in=records)
    has_one = has_one.exclude(status=CourseCertificate.Status.REVOKED).annotate(person=StandingRecord("learner"))
    held, people = set(has_one.values_list("person", flat=True)), people_in(run)
    new = list({people[each.pk]: each for each in completed if people[each.pk] not in held}.values())
    if not new:
        return []
    day = day_in(run.station.zone, at)
    first = _take_numbers(run.course.code, day.year, len(new)) - len(new) + 1
    months = run.course.certificate_months
    made = [
        CourseCertificate(
            serial=serial_of(run.course.code, day.year, number),
            token=new_token(),
            learner=each.learner,
            course=run.course,
            run=run,
            issued_date=day,
            expires_date=months_later(day, months) if months else None,
            minutes=each.minutes or 0,
        )
        for number, each in enumerate(new, start=first)
    ]
    CourseCertificate.objects.bulk_create(made)
    record_changes(made, old="", new=CourseCertificate.Status.ISSUED, at=at)
    facts = [
        {"certificate": str(each.pk), "person": str(each.learner_id), "course": str(run.course_id)} for each in made
    ]
    publish_all("education.certificate_issued", facts, at=at)
    for each in made:
        key, title = f"edu:certificate:{each.pk}", run.course.title
        tell_family(each.learner, "course_certificate_ready", station=run.station, key=key, at=at, title=title)
    return made


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def revoke_course_certificate(
    *, certificate: CourseCertificate, reason: str, by: User, at: dt.datetime
) -> CourseCertificate:
    """It is not valid any more; whoever verifies it is told so at once."""
    certificate = lock(certificate)
    CERTIFICATE.check("revoke_course_certificate", certificate.status)
    before, certificate.status, certificate.revoked_reason = certificate.status, "revoked", reason
    certificate.save(update_fields=["status", "revoked_reason", "updated_at"])
    record_change(certificate, old=before, new=certificate.status, at=at, actor=by.pk, reason=reason)
    about = {"certificate": str(certificate.pk), "person": str(certificate.learner_id)}
    publish("education.certificate_revoked", at=at, course=str(certificate.course_id), **about)
    return certificate


@transaction.atomic
def expire_certificates(*, zone: str, at: dt.datetime) -> int:
    """Those of stations in this zone whose last day is over; how many."""
    day = day_in(zone, at)
    rows = CourseCertificate.objects.filter(
        status=CourseCertificate.Status.ISSUED, expires_date__lt=day, run__station__zone=zone
    )
    over = lock_all(rows)
    CourseCertificate.objects.filter(pk__in=[each.pk for each in over]).update(status=CourseCertificate.Status.EXPIRED)
    record_changes(over, old=CourseCertificate.Status.ISSUED, new=CourseCertificate.Status.EXPIRED, at=at)
    return len(over)


def _take_numbers(code: str, year: int, count: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(NUMBERS, {"code": code, "year": year, "count": count})
        return cursor.fetchone()[0]
