"""Of a learner who was erased, the pictures go."""

from uuid import UUID

from django.db import transaction

from core.errors import refuses
from education.learners.models import LearnerPictures
from stations.people.models import Person


@refuses()
@transaction.atomic
def forget_pictures(*, person: UUID) -> int:
    """Delete the pictures of an erased person, under each record; how many."""
    records = Person.objects.of_people(person).values("pk")
    return LearnerPictures.objects.filter(learner__in=records).delete()[0]
