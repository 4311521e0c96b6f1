"""Concerns about children: raised by anyone, taken on by a manager in time, passed on, closed; never deleted.

Histories and messages of a concern hold neither the child's name nor what was written.
"""

import datetime as dt

from django.db import transaction

from core.database.db import lock, lock_all
from core.errors import SamePerson, WrongState, refuses
from core.history import record_change
from core.language.reasons import needs_words
from core.notices.services import notify
from education.safeguarding.machine import CONCERN
from education.safeguarding.models import Concern, ConcernNote
from stations.accounts.models import Post, Role, User
from stations.accounts.queries import people_in_role
from stations.people.models import Person
from stations.people.queries import merged_into
from stations.places.models import Division
from stations.two_persons import is_same_person, require_two_persons

#: From report to somebody who takes it on.
CLOCKS = {
    Concern.Urgency.NOW: dt.timedelta(hours=1),
    Concern.Urgency.TODAY: dt.timedelta(hours=24),
    Concern.Urgency.NORMAL: dt.timedelta(hours=72),
}


@refuses()
@needs_words("text")
@transaction.atomic
def raise_concern(
    *,
    child: Person,
    category: str,
    urgency: str,
    text: str,
    by: User,
    at: dt.datetime,
    about_person: Person | None = None,
    about_user: User | None = None,
) -> Concern:
    """Report a fear for a child; the managers of the county are told and its clock begins.

    Where the person reported holds the post that would handle it, the region above does.
    """
    standing = merged_into(child.pk)
    child = Person.objects.get(pk=standing) if standing else child
    concern = Concern.objects.create(
        child=child,
        station=child.home_station,
        handling=_handling_division(child, about_person, about_user, at=at),
        reporter=by,
        about_person=about_person,
        about_user=about_user,
        category=category,
        urgency=urgency,
        text=text,
        raised_at=at,
        acknowledge_due_at=at + CLOCKS[Concern.Urgency(urgency)],
    )
    record_change(concern, old="", new=concern.status, at=at, actor=by.pk)
    _tell(concern.handling, "concern_raised", concern, at=at)
    return concern


@refuses(WrongState, SamePerson)
@transaction.atomic
def acknowledge_concern(*, concern: Concern, by: User, at: dt.datetime) -> Concern:
    """Take it on. Raises `SamePerson` for the person reported."""
    concern = lock(concern)
    CONCERN.check("acknowledge_concern", concern.status)
    require_two_persons(by, concern.about_person_id, concern.about_user_id)
    concern.acknowledged_by, concern.acknowledged_at = by, at
    return _move(concern, Concern.Status.ACKNOWLEDGED, by=by, at=at)


@refuses(WrongState)
@needs_words("authority")
@transaction.atomic
def refer_concern(*, concern: Concern, authority: str, reference: str, by: User, at: dt.datetime) -> Concern:
    """It was passed on to an authority, under its reference."""
    concern = lock(concern)
    CONCERN.check("refer_concern", concern.status)
    concern.authority, concern.reference = authority, reference
    return _move(concern, Concern.Status.REFERRED, by=by, at=at)


@refuses(WrongState)
@needs_words("outcome")
@transaction.atomic
def close_concern(*, concern: Concern, outcome: str, by: User, at: dt.datetime) -> Concern:
    """What came of it."""
    concern = lock(concern)
    CONCERN.check("close_concern", concern.status)
    concern.outcome = outcome
    return _move(concern, Concern.Status.CLOSED, by=by, at=at)


@refuses(WrongState)
@needs_words("text")
@transaction.atomic
def note_concern(*, concern: Concern, text: str, by: User, at: dt.datetime) -> Concern:
    """Add what was found or done."""
    concern = lock(concern)
    CONCERN.check("note_concern", concern.status)
    ConcernNote.objects.create(concern=concern, text=text, made_by=by, at=at)
    return concern


@refuses(WrongState)
@transaction.atomic
def escalate_overdue(*, at: dt.datetime) -> int:
    """Concerns that nobody took on in time call the managers above, once; how many."""
    late = Concern.objects.filter(status=Concern.Status.OPEN, escalated_at=None, acknowledge_due_at__lte=at)
    held = lock_all(late.select_related("handling", "station"))
    for concern in held:
        CONCERN.check("escalate_concern", concern.status)
        Concern.objects.filter(pk=concern.pk).update(escalated_at=at)
        record_change(concern, old=concern.status, new="escalated", at=at)
        _tell(concern.handling.parent, "concern_overdue", concern, at=at)
    return len(held)


def _handling_division(
    child: Person, about_person: Person | None, about_user: User | None, *, at: dt.datetime
) -> Division:
    """The county of the child, or the first region above it whose managers do not include the person reported."""
    region: Division = child.home_station.county
    about = [each.pk for each in (about_person, about_user) if each is not None]
    while about and region.parent and any(is_same_person(each, *about) for each in _managers_in(region, at=at)):
        region = region.parent
    return region


def _managers_in(region: Division, *, at: dt.datetime) -> list[User]:
    """Managers whose post is over this very region."""
    posts = Post.objects.live(at).filter(role=Role.COUNTY_MANAGER, division=region)
    return list(User.objects.filter(is_active=True, pk__in=posts.values("user")).order_by("pk"))


def _called(concern: Concern, region: Division | None, *, at: dt.datetime) -> list[User]:
    """The managers of a region, or of the first above it that has any, but for the person reported.

    Without any, the administrators.
    """
    about = (concern.about_person_id, concern.about_user_id)
    while region is not None:
        if others := [user for user in _managers_in(region, at=at) if not is_same_person(user, *about)]:
            return others
        region = region.parent
    return [user for user in people_in_role(Role.PLATFORM_ADMIN, at=at) if not is_same_person(user, *about)]


def _tell(region: Division | None, template: str, concern: Concern, *, at: dt.datetime) -> None:
    for user in _called(concern, region, at=at):
        notify(
            template=template,
            params={"station": concern.station.name},
            language=user.language,
            user=user,
            link=f"/education/safeguarding/concerns/{concern.pk}/",
            dedupe_key=f"edu:concern:{concern.pk}:{template}:{user.pk}",
            at=at,
        )


def _move(concern: Concern, status: str, *, by: User, at: dt.datetime) -> Concern:
    before, concern.status = concern.status, status
    concern.save()
    record_change(concern, old=before, new=status, at=at, actor=by.pk)
    return concern
