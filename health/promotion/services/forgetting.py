"""Names end with their consent and their person, photos with the time for which names are kept; the counts stay."""

import datetime as dt
from contextlib import suppress
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError

from core.errors import refuses
from core.files.services import forget_file
from health.promotion.models import PromotionEvent, Reach
from stations.people.models import Person

#: Photos in one run of the clock: the next run takes the others.
AT_ONCE = 500


@refuses()
@transaction.atomic
def forget_names_of(*, person: UUID) -> int:
    """Delete where somebody was, under all records; how many events it was. The events keep their counts."""
    records = Person.objects.of_people(person).values("pk")
    return Reach.objects.filter(resident__in=records).delete()[0]


@refuses()
@transaction.atomic
def forget_photos(*, at: dt.datetime) -> int:
    """Delete photos on which people can be seen longer than names are kept; how many."""
    since = at - dt.timedelta(days=settings.ECOMNET_KEEP_HEALTH_EVENT_NAMES_DAYS)
    rows = PromotionEvent.objects.filter(photo__isnull=False, recorded_at__lt=since).order_by("recorded_at", "pk")
    old = list(rows.select_for_update(skip_locked=True)[:AT_ONCE])
    for event in old:
        forget_photo(event)
    return len(old)


def forget_photo(event: PromotionEvent) -> None:
    """The event, which is locked, has its photo no more; one that proves something else, too, stays there."""
    photo, event.photo = event.photo, None
    if photo is None:
        return
    event.save(update_fields=["photo", "updated_at"])
    with suppress(ProtectedError):
        forget_file(photo)
