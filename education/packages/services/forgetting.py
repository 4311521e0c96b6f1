"""Of a learner who was erased, what packages kept goes; status and score stay."""

import datetime as dt
from uuid import UUID

from django.db import transaction

from core.errors import refuses
from education.packages.models import ScormState
from stations.people.models import Person


@refuses()
@transaction.atomic
def forget_data(*, person: UUID, at: dt.datetime) -> int:
    """Take out what packages kept of an erased person, also what was typed there, under each record; how many rows."""
    records = Person.objects.of_people(person).values("pk")
    return ScormState.objects.filter(enrolment__learner__in=records).exclude(cmi={}).update(cmi={}, updated_at=at)
