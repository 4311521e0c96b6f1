"""Photos of homework are deleted half a year after the class, and with the learner; grades stay."""

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress

from django.db import transaction
from django.db.models import ProtectedError

from core.errors import refuses
from core.files.services import forget_file
from core.history import record_changes
from education.homework.models import HomeworkPhoto, HomeworkSubmission
from education.homework.queries import photos_to_forget
from stations.people.models import Person

#: Photos in one run of the clock: the next run takes the others.
AT_ONCE = 500


@refuses()
@transaction.atomic
def forget_photos(*, at: dt.datetime) -> int:
    """Delete photos that have outlived their use; how many."""
    rows = photos_to_forget(at=at).select_for_update(of=("self",), skip_locked=True)
    return _forget(list(rows.select_related("photo").order_by("kept_at", "pk")[:AT_ONCE]))


@refuses()
@transaction.atomic
def forget_homework(*, learner: Person, at: dt.datetime) -> int:
    """Somebody was erased: their photos go, and what was written about them; how many submissions."""
    records = Person.objects.of_people(learner.pk).values("pk")
    rows = list(HomeworkSubmission.objects.select_for_update().filter(learner__in=records).order_by("pk"))
    photos = HomeworkPhoto.objects.filter(submission__in=[row.pk for row in rows]).select_related("photo")
    _forget(list(photos.order_by("pk")))
    HomeworkSubmission.objects.filter(pk__in=[row.pk for row in rows]).update(comment="")
    for status in HomeworkSubmission.Status:
        record_changes([row for row in rows if row.status == status], old=status, new="forgotten", at=at)
    return len(rows)


def _forget(photos: Sequence[HomeworkPhoto]) -> int:
    """The photos are homework no more; one that belongs to something else, too, stays there."""
    files = [photo.photo for photo in photos]
    HomeworkPhoto.objects.filter(pk__in=[photo.pk for photo in photos]).delete()
    for file in files:
        with suppress(ProtectedError):
            forget_file(file)
    return len(files)
