"""What tutors write about children is kept for a time, and forgotten with the child."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from core.days import earliest_day
from education.tutoring.models import SessionLearner, TutoringSession
from stations.people.models import Person


@transaction.atomic
def forget_notes(*, at: dt.datetime) -> int:
    """Clear what was written about lessons of long ago (`ECOMNET_KEEP_TUTORING_NOTES_DAYS`), held or not; how many."""
    kept_since = at - dt.timedelta(days=settings.ECOMNET_KEEP_TUTORING_NOTES_DAYS)
    never_ended = Q(ended_at=None, booking__session__local_date__lt=earliest_day(kept_since))
    old = TutoringSession.objects.filter(Q(ended_at__lt=kept_since) | never_ended).exclude(notes="", topic="")
    return old.update(notes="", topic="", updated_at=at)


@transaction.atomic
def forget_notes_about(*, person: Person, at: dt.datetime) -> int:
    """Clear what was written about the lessons of somebody who is erased, under whichever record; how many."""
    records = Person.objects.of_people(person.pk).values("pk")
    of_person = SessionLearner.objects.filter(learner__in=records).values("session")
    return TutoringSession.objects.filter(pk__in=of_person).update(notes="", topic="", updated_at=at)
