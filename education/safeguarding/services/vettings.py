"""Vetting of adults: recorded, checked by another person of the county, revoked, watched as it ends."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in, earliest_day, latest_day
from core.errors import Refused, SamePerson, WrongState, refuses
from core.files.models import StoredFile
from core.history import record_change
from core.language.reasons import needs_words
from core.notices.services import notify
from education.hooks import follow_vettings
from education.safeguarding.machine import VETTING
from education.safeguarding.models import Vetting
from education.safeguarding.queries import ending_vettings
from stations.accounts.models import Role, User
from stations.accounts.queries import people_in_role
from stations.people.machine import MACHINE as PERSON
from stations.people.machine import standing_of
from stations.people.masking import mask_name
from stations.people.models import Person
from stations.two_persons import require_two_persons

#: The county is told so many days before a vetting ends.
WARNED_DAYS = 14


class VettingDates(Refused):
    """It ends before it begins."""

    code = "vetting_dates"
    status = 422
    message = _("The last day lies before the day of issue.")


@refuses(WrongState, VettingDates)
@transaction.atomic
def record_vetting(
    *,
    person: Person,
    kind: str,
    issued_date: dt.date,
    valid_to_date: dt.date,
    by: User,
    at: dt.datetime,
    document: StoredFile | None = None,
) -> Vetting:
    """Record a document about an adult, to be checked by another person. Raises `VettingDates`, `WrongState`."""
    PERSON.check("change_record", standing_of(person))
    if valid_to_date < issued_date:
        raise VettingDates(field="valid_to_date")
    vetting = Vetting.objects.create(
        person=person,
        kind=kind,
        issued_date=issued_date,
        valid_to_date=valid_to_date,
        document=document,
        recorded_by=by,
        recorded_at=at,
    )
    record_change(vetting, old="", new=vetting.status, at=at, actor=by.pk)
    return vetting


@refuses(WrongState, SamePerson)
@transaction.atomic
def confirm_vetting(*, vetting: Vetting, by: User, at: dt.datetime) -> Vetting:
    """The document was checked: it counts from now on. Raises `SamePerson` for who recorded it, and for the adult."""
    vetting = lock(vetting)
    VETTING.check("confirm_vetting", vetting.status)
    require_two_persons(by, vetting.person_id, vetting.recorded_by_id)
    vetting.checked_by, vetting.checked_at = by, at
    return _move(vetting, Vetting.Status.VALID, by=by, at=at)


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def revoke_vetting(*, vetting: Vetting, reason: str, by: User, at: dt.datetime) -> Vetting:
    """It counts no more, from the next request on."""
    vetting = lock(vetting)
    VETTING.check("revoke_vetting", vetting.status)
    return _move(vetting, Vetting.Status.REVOKED, by=by, at=at, reason=reason)


@transaction.atomic
def warn_of_ending(*, at: dt.datetime) -> int:
    """Tell the county's managers of vettings that end within 14 days, once each; how many end."""
    # Every day that it may be where the vetted people work.
    first, last = earliest_day(at), latest_day(at)
    near = ending_vettings(first, within_days=WARNED_DAYS + (last - first).days)
    ending = [each for each in near if 0 <= _days_left(each, at) <= WARNED_DAYS]
    for vetting in ending:
        for manager in people_in_role(Role.COUNTY_MANAGER, at=at, station=vetting.person.home_station):
            notify(
                template="vetting_ends",
                params={"name": mask_name(vetting.person.full_name), "day": vetting.valid_to_date},
                language=manager.language,
                user=manager,
                link=f"/education/safeguarding/vettings/{vetting.pk}/",
                dedupe_key=f"edu:vetting:{vetting.person_id}:{vetting.valid_to_date}:{WARNED_DAYS}:{manager.pk}",
                at=at,
            )
    return len(ending)


def _days_left(vetting: Vetting, at: dt.datetime) -> int:
    return (vetting.valid_to_date - day_in(vetting.person.home_station.zone, at)).days


def _move(vetting: Vetting, status: str, *, by: User, at: dt.datetime, reason: str = "") -> Vetting:
    before, vetting.status = vetting.status, status
    vetting.save()
    record_change(vetting, old=before, new=status, at=at, actor=by.pk, reason=reason)
    follow_vettings(vetting.person, by=by, at=at)
    return vetting
