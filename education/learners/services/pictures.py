"""A child and whoever runs the room choose its pictures together; a wrong order uses up a try."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from core.crypto import blind_index, is_blind_index, writing_key
from core.database.db import lock
from core.datakeys.encrypted_columns import INDEX
from core.days import day_in
from core.errors import refused_by, refuses
from core.history import record_change
from education.courses.models import Enrolment
from education.learners.models import TRIES, WRONG_ORDERS, LearnerPictures
from education.learners.pictures import TAPPED, Picture
from education.learners.services.refusals import (
    PicturesLocked,
    PicturesNotLocked,
    PicturesSpent,
    PicturesTooEasy,
    PicturesWrong,
)
from education.safeguarding.purposes import EDUCATION_RECORD
from education.safeguarding.services import require_consent
from stations.accounts.models import User
from stations.people.models import Person
from stations.people.queries import standing_record


@refuses(PicturesTooEasy, *refused_by(require_consent))
@transaction.atomic
def set_learner_pictures(
    *, enrolment: Enrolment, emblem: str, tapped: Sequence[str], by: User, at: dt.datetime
) -> LearnerPictures:
    """Choose the pictures of a learner, or choose them anew. Of a minor a guardian's consent holds today."""
    if len(set(tapped)) != TAPPED or emblem in tapped or not {emblem, *tapped} <= set(Picture.values):
        raise PicturesTooEasy(field="first")
    learner, station = standing_record(enrolment.learner), enrolment.run.station
    require_consent(child=learner, purpose=EDUCATION_RECORD, on_date=day_in(station.zone, at))
    chosen = {"station": station, "emblem": emblem, "secret": _index_of(learner.pk, tapped)}
    unused = {"tries": 0, "wrong": 0}
    row, _is_new = LearnerPictures.objects.update_or_create(
        learner=learner, defaults={**chosen, **unused, "set_by": by, "set_at": at}
    )
    record_change(row, old="", new=row.Status.SET, at=at, actor=by.pk)
    return row


@refuses(PicturesNotLocked, PicturesSpent)
@transaction.atomic
def unlock_learner_pictures(*, pictures: LearnerPictures, by: User, at: dt.datetime) -> LearnerPictures:
    """Give a learner the tries back. Raises `PicturesNotLocked`, and `PicturesSpent` after twenty wrong orders."""
    pictures = lock(pictures)
    if not pictures.is_locked:
        raise PicturesNotLocked
    if pictures.is_spent:
        raise PicturesSpent
    pictures.tries = 0
    pictures.save(update_fields=["tries", "updated_at"])
    record_change(pictures, old=pictures.Status.LOCKED, new=pictures.Status.UNLOCKED, at=at, actor=by.pk)
    return pictures


@refuses(PicturesLocked, PicturesWrong)
def check_pictures(*, learner: Person, tapped: Sequence[str]) -> None:
    """Refuse a wrong order (`pictures_wrong`), and any after five wrong ones (`pictures_locked`).

    The try is used up before it is looked at, so that many guesses at once stay five; a right one gives them back. Of
    the twenty wrong ones that pictures bear in all it gives back its own alone.
    """
    rows = LearnerPictures.objects.filter(learner=standing_record(learner))
    with transaction.atomic():
        left = rows.filter(tries__lt=TRIES, wrong__lt=WRONG_ORDERS)
        if not left.update(tries=F("tries") + 1, wrong=F("wrong") + 1):
            raise PicturesLocked
        row = rows.get()
        fits = is_blind_index(row.secret, _words(row.learner_id, tapped))
        if fits:
            rows.update(tries=0, wrong=F("wrong") - 1, secret=_index_of(row.learner_id, tapped))
    if not fits:
        if row.is_locked:
            raise PicturesLocked
        raise PicturesWrong(tries_left=min(TRIES - row.tries, WRONG_ORDERS - row.wrong))


def forget_pictures_under(kind: str, number: int) -> None:
    """The key under which these pictures stand is retired: they are chosen anew."""
    if kind == INDEX and number != writing_key(settings.ECOMNET_INDEX_KEYS):
        stale = [row.pk for row in LearnerPictures.objects.only("secret") if bytes(row.secret)[0] == number]
        LearnerPictures.objects.filter(pk__in=stale).delete()


def _index_of(learner: UUID, tapped: Sequence[str]) -> bytes:
    """Three pictures are too few for any hash to hide them from a reader of the table: the key of the system does."""
    return blind_index(_words(learner, tapped))


def _words(learner: UUID, tapped: Sequence[str]) -> str:
    return f"learner-pictures:{learner}:{'-'.join(tapped)}"
