"""Of a learner who was erased, what was written beside a mark of a roll call goes; the mark stays."""

import datetime as dt
from uuid import UUID

from django.db import transaction

from core.errors import refuses
from education.courses.models import AttendanceRecord
from stations.people.models import Person

#: What stands in place of a reason; the database takes no other.
NO_WORDS = "–"


@refuses()
@transaction.atomic
def forget_roll_words(*, person: UUID, at: dt.datetime) -> int:
    """Take out the reasons on an erased person's marks, under each record; how many."""
    records = list(Person.objects.of_people(person).values_list("pk", flat=True))
    written = AttendanceRecord.objects.filter(learner__in=records).exclude(reason__in=["", NO_WORDS])
    return written.update(reason=NO_WORDS, updated_at=at)
