"""Looking at what is hidden: for a reason, in writing, and counted."""

import datetime as dt

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in, instant_of
from core.errors import Refused, refuses
from core.language.text import is_blank
from core.notices.services import notify
from core.resident_ids import refuse_number
from stations.accounts.models import Post, Role, User
from stations.network.models import Station
from stations.people.identity import unseal
from stations.people.models import Person, Reveal

#: How long a value is shown, and how many a day raise no question.
SHOWN_FOR = dt.timedelta(seconds=60)
REVEALS_A_DAY = 20


class Field(models.TextChoices):
    """What can be revealed."""

    PHONE = "phone", _("phone")
    ID_NUMBER = "id_number", _("identity number")
    BIRTH_DATE = "birth_date", _("birth date")
    FULL_NAME = "full_name", _("full name")


class ReasonRequired(Refused):
    """No reason, or “another reason” without words."""

    code = "reason_missing"
    status = 400
    message = _("State why you need to see this.")


class NothingToShow(Refused):
    """The field is empty."""

    code = "nothing_to_show"
    status = 422
    message = _("Nothing recorded.")


class NoLongerShown(Refused):
    """A reveal is over after its minute; looking again is a new reveal."""

    code = "no_longer_shown"
    status = 409
    message = _("It was shown for a minute. Request it again to see it.")


@refuses(ReasonRequired, NothingToShow)
@transaction.atomic
def reveal_person(
    *, person: Person, field: str, reason: str, note: str, user: User, post: Post, at: dt.datetime
) -> Reveal:
    """Leave the row that opens a field for 60 seconds (`value_of`); the 21st of a station day is told to the county.

    Nothing of the value is stored. Raises `ReasonRequired`, `NothingToShow`, `NumberInText`.
    """
    if reason not in Reveal.Reason.values or (reason == Reveal.Reason.OTHER and is_blank(note)):
        raise ReasonRequired(field="note" if reason == Reveal.Reason.OTHER else "reason")
    refuse_number(note, field="note")
    if not _value(person, field):
        raise NothingToShow(field="field")
    # The user's row counts: two reveals at once are numbered one after the other.
    lock(user)
    reveal = Reveal.objects.create(
        user=user, person=person, field=field, reason=reason, note=note.strip(), at=at, post=post
    )
    _tell_county(user, person.home_station, at)
    return reveal


@refuses(NoLongerShown)
def value_of(reveal: Reveal, *, at: dt.datetime) -> str:
    """The value that a reveal opened, within its minute. Raises `NoLongerShown`."""
    if at >= shown_until(reveal):
        raise NoLongerShown
    return _value(reveal.person, reveal.field)


def shown_until(reveal: Reveal) -> dt.datetime:
    """When the value disappears again."""
    return reveal.at + SHOWN_FOR


def _value(person: Person, field: str) -> str:
    if field == Field.ID_NUMBER:
        return unseal(person)
    if field == Field.BIRTH_DATE:
        return person.birth_date.isoformat() if person.birth_date else ""
    return str(getattr(person, field) or "")


def _tell_county(user: User, station: Station, at: dt.datetime) -> None:
    """Once a day, when the count passes what raises no question."""
    day = day_in(station.zone, at)
    begins = instant_of(station.zone, day, dt.time())
    count = Reveal.objects.filter(user=user, at__gte=begins, at__lte=at).count()
    if count <= REVEALS_A_DAY:
        return
    managers = Post.objects.live(at).filter(role=Role.COUNTY_MANAGER, division=station.county_id)
    for post in managers.select_related("user").exclude(user=user):
        notify(
            template="many_reveals",
            params={"user": user.shown_name, "count": count, "station": station.name},
            language=post.user.language,
            user=post.user,
            dedupe_key=f"many-reveals:{user.pk}:{day}:{post.user_id}",
            at=at,
        )
