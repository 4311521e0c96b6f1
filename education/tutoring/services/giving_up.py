"""What a tutor gave up counts: three lessons within 90 days pause the tutor."""

import datetime as dt

from core.history import record_change
from core.notices.services import notify
from education.tutoring.models import Tutor, TutoringSession
from stations.accounts.models import Role
from stations.accounts.queries import people_in_role

MOST_GIVEN_UP, WITHIN = 3, dt.timedelta(days=90)


def note_given_up(session: TutoringSession, *, at: dt.datetime) -> TutoringSession:
    """The tutor, who is locked, did not come or cancelled; the third time since 90 days pauses the tutor.

    What lies before the county made the tutor active again counts no more.
    """
    session.failed_at = at
    session.save(update_fields=["failed_at", "updated_at"])
    tutor = Tutor.objects.select_related("person__home_station", "login").get(pk=session.tutor_id)
    if tutor.status == Tutor.Status.ACTIVE and given_up_by(tutor, at=at) >= MOST_GIVEN_UP:
        _pause(tutor, at=at)
    return session


def given_up_by(tutor: Tutor, *, at: dt.datetime) -> int:
    """How many lessons a tutor gave up within 90 days and since the county's last word."""
    rows = TutoringSession.objects.filter(tutor=tutor, failed_at__gte=at - WITHIN, failed_at__lte=at)
    return rows.filter(failed_at__gte=tutor.active_since).count() if tutor.active_since else rows.count()


def _pause(tutor: Tutor, *, at: dt.datetime) -> None:
    before, tutor.status = tutor.status, Tutor.Status.PAUSED
    tutor.reason = Tutor.GAVE_UP
    tutor.save(update_fields=["status", "reason", "updated_at"])
    record_change(tutor, old=before, new=tutor.status, at=at, reason=tutor.reason)
    managers = people_in_role(Role.COUNTY_MANAGER, at=at, station=tutor.person.home_station)
    for reader in [tutor.login, *managers]:
        notify(
            template="you_are_paused_as_tutor" if reader == tutor.login else "tutor_paused",
            params={"count": MOST_GIVEN_UP, "days": WITHIN.days},
            language=reader.language,
            user=reader,
            link="" if reader == tutor.login else f"/education/tutoring/tutors/{tutor.pk}/",
            dedupe_key=f"edu:tutor-paused:{tutor.pk}:{at.isoformat()}:{reader.pk}",
            at=at,
        )
