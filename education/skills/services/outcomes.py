"""What people do after a training. The events of other apps say so; each person counts once."""

import datetime as dt

from django.db import transaction

from core.errors import refuses
from education.courses.models import Course, Enrolment
from education.skills.models import OutcomeFact
from stations.people.models import Person


@refuses()
@transaction.atomic
def note_outcome(*, person: Person, kind: str, at: dt.datetime) -> OutcomeFact | None:
    """Count it to the last training that the person completed in the 90 days before; the first time alone.

    None when there was no training, or when the person has been counted before, under whichever record. The 90th day
    is included.
    """
    records = Person.objects.of_people(person.pk)
    if OutcomeFact.objects.filter(person__in=records, kind=kind).exists():
        return None
    since = at - dt.timedelta(days=OutcomeFact.WITHIN_DAYS)
    done = Enrolment.objects.filter(
        learner__in=records,
        status=Enrolment.Status.COMPLETED,
        run__course__audience__in=Course.TRAININGS,
        ended_at__range=(since, at),
    )
    last = done.select_related("run").order_by("-ended_at", "-pk").first()
    if last is None:
        return None
    made, is_new = OutcomeFact.objects.get_or_create(person=person, kind=kind, defaults={"run": last.run, "at": at})
    return made if is_new else None
