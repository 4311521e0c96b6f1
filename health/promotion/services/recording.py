"""What a station did, how many people were reached, and who of them agreed to be named.

What came over a bad line is sent again: the ids of the event and of each name decide what is stored.
"""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, SamePerson, WrongState, refused_by, refuses
from core.files.models import StoredFile
from core.history import record_change
from core.language.reasons import needs_words
from health.promotion.machine import EVENT
from health.promotion.models import Article, PromotionCampaign, PromotionEvent, Reach
from health.promotion.queries import meant_by, was_shown_at
from health.promotion.services.forgetting import forget_photo
from health.records.services.agreeing import agree
from scheduling.violations import refused_as
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.models import Person
from stations.people.queries import QueryTooShort
from stations.people.services.registration import PersonGone
from stations.two_persons import require_two_persons

CONSENT = "health_promotion"
#: A device without a line sends what it recorded at most so many days later.
RECORDED_WITHIN_DAYS = 7


class ArticleNotShown(Refused):
    """Not published on that day, of another country, or its review was over."""

    code = "article_not_shown"
    message = _("This article is not shown at the moment. Choose another one.")


class EventDateWrong(Refused):
    """To come, or too long ago."""

    code = "event_date_wrong"
    status = 422
    message = _("Record it on the day, or within %(days)s days after it.")


class EventIdUsed(Refused):
    """A device gives each event an id of its own: this one is of something else."""

    code = "event_id_used"
    message = _("This id belongs to something else that was recorded.")


class EventPhotoUsed(Refused):
    """One photo shows one event."""

    code = "event_photo_used"
    message = _("This photo has been kept already.")


class AlreadyNamed(Refused):
    """Once for each event, under whichever record."""

    code = "already_named"
    message = _("This person has signed in already.")


class NameIdUsed(Refused):
    """A device gives each name an id of its own: this one is of somebody else."""

    code = "name_id_used"
    message = _("This id belongs to another name.")


class NoResidentMeant(Refused):
    """No resident has this card, or this name or number at the station."""

    code = "resident_not_found"
    status = 422
    message = _("No resident is found by this. Scan the card, or register the person first.")


class SeveralResidentsMeant(Refused):
    """More than one resident fits."""

    code = "several_residents_found"
    status = 422
    message = _("Several people fit. Choose one of them below.")


@refuses(NoResidentMeant, SeveralResidentsMeant, QueryTooShort)
def resident_meant(*, typed: str, by: User) -> Person:
    """The one resident whom a card, the end of a phone number or a name means."""
    found = meant_by(typed, by)
    if not found:
        raise NoResidentMeant(field="code")
    if len(found) > 1:
        raise SeveralResidentsMeant(field="code")
    return found[0]


@refuses(ArticleNotShown, EventDateWrong, EventIdUsed, EventPhotoUsed)
@transaction.atomic
def record_event(
    *,
    event_id: UUID,
    station: Station,
    article: Article,
    kind: str,
    counted_people: int,
    on_date: dt.date,
    by: User,
    at: dt.datetime,
    photo: StoredFile | None = None,
) -> PromotionEvent:
    """Record that so many people saw, heard or took an article. A campaign of its topic that runs there counts them.

    The same id again gives what was recorded first, whatever has become of the article since.
    """
    known = PromotionEvent.objects.filter(pk=event_id).first()
    if known is not None:
        return _the_same(known, station, article, kind)
    today = day_in(station.zone, at)
    if not today - dt.timedelta(days=RECORDED_WITHIN_DAYS) <= on_date <= today:
        raise EventDateWrong(field="on_date", days=RECORDED_WITHIN_DAYS)
    is_shown = Article.objects.shown_at(station, on_date).filter(pk=article.pk).exists()
    if not is_shown and not was_shown_at(article, station, on_date):
        raise ArticleNotShown
    running = PromotionCampaign.objects.running_on(on_date).filter(topic=article.topic)
    values = {
        "station": station,
        "local_date": on_date,
        "article": article,
        "kind": kind,
        "campaign": running.of_station(station).first(),
        "counted_people": counted_people,
        "photo": photo,
        "recorded_by": by,
        "recorded_at": at,
    }
    with refused_as({"health_promotionevent_photo_id_key": EventPhotoUsed}):
        made, is_new = PromotionEvent.objects.get_or_create(pk=event_id, defaults=values)
    if not is_new:
        return _the_same(made, station, article, kind)
    record_change(made, old="", new=made.status, at=at, actor=by.pk)
    return made


def _the_same(known: PromotionEvent, station: Station, article: Article, kind: str) -> PromotionEvent:
    """What was recorded under an id. Raises `EventIdUsed` where that was something else."""
    if (known.station_id, known.article_id, known.kind) != (station.pk, article.pk, kind):
        raise EventIdUsed(field="id")
    return known


@refuses(WrongState, SamePerson, PersonGone, AlreadyNamed, NameIdUsed, *refused_by(agree))
@transaction.atomic
def sign_in_resident(
    *, event: PromotionEvent, resident: Person, op_id: UUID, by: User, at: dt.datetime, manner: str = ""
) -> Reach:
    """Name a resident who was there and agrees to it; `manner` says how, where this is agreed to only now.

    One who was not counted is counted with it. Raises `SamePerson` for somebody who names himself, `AlreadyNamed` for
    a person under whichever record, and what `agree` refuses.
    """
    event = lock(event)
    EVENT.check("sign_in_resident", event.status)
    known = Reach.objects.filter(op_id=op_id).first()
    if known is not None:
        if (known.event_id, known.resident_id) != (event.pk, resident.pk):
            raise NameIdUsed(field="op_id")
        return known
    if resident.died_date:
        raise PersonGone
    require_two_persons(by, resident.pk)
    if Reach.objects.filter(event=event, resident__in=Person.objects.of_people(resident.pk)).exists():
        raise AlreadyNamed
    agree(resident=resident, manner=manner, by=by, at=at, purpose=CONSENT)
    counted = Greatest("counted_people", F("named_people") + 1)
    PromotionEvent.objects.filter(pk=event.pk).update(counted_people=counted, updated_at=at)
    return Reach.objects.create(op_id=op_id, event=event, resident=resident, signed_in_by=by, signed_in_at=at)


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def withdraw_event(*, event: PromotionEvent, reason: str, by: User, at: dt.datetime) -> PromotionEvent:
    """It was recorded by mistake: it counts in no figure, and its names and its photo are deleted."""
    event = lock(event)
    EVENT.check("withdraw_event", event.status)
    Reach.objects.filter(event=event).delete()
    event.refresh_from_db()
    event.status = PromotionEvent.Status.WITHDRAWN
    event.save(update_fields=["status", "updated_at"])
    forget_photo(event)
    record_change(event, old=PromotionEvent.Status.RECORDED, new=event.status, at=at, actor=by.pk, reason=reason[:200])
    return event
