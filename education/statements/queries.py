"""Which statements may be shown or sent today."""

import datetime as dt
from collections.abc import Collection, Iterable

from django.db.models import Q

from core.days import day_in
from core.jobs.models import Job
from education.safeguarding.purposes import EDUCATION_RECORD
from education.safeguarding.queries import Agreements
from education.statements.models import RecordStore, Statement
from stations.people.models import Person
from stations.people.queries import standing_record
from stations.places.models import Division


def learners_in(statements: Iterable[Statement]) -> list[Person]:
    """The people of whom these statements tell, each once; one statement."""
    names = {each.actor.learner_id for each in statements if each.actor.learner_id}
    return list(Person.objects.filter(pk__in=names).select_related("home_station__county"))


def lacking_consent(statements: Collection[Statement], at: dt.datetime) -> set[Statement]:
    """Those that tell of a minor for whom no guardian's consent holds on the day; four statements for any number.

    Consents are those of the record that stands. One that takes another back tells nothing of anybody.
    """
    telling = [each for each in statements if each.kind != Statement.Kind.VOIDED]
    people = {person.pk: standing_record(person) for person in learners_in(telling)}
    agreements = Agreements(people.values(), EDUCATION_RECORD)
    missing = {
        name for name, person in people.items() if agreements.is_missing(person, day_in(person.home_station.zone, at))
    }
    return {each for each in telling if each.actor.learner_id in missing}


def waiting_in(county: Division, most: int) -> list[Statement]:
    """The oldest that wait in a county, in the order in which they were stored."""
    rows = Statement.objects.waiting().filter(station__county=county).select_related("actor")
    return list(rows.order_by("stored_at", "pk")[:most])


def stores_to_collect_for() -> list[RecordStore]:
    """The stores of whose counties no earlier collecting waits or runs: one that fails does not pile up."""
    under_way = Job.objects.filter(Q(state=Job.State.WAITING) | Q(state=Job.State.RUNNING))
    busy = set(under_way.filter(kind="statements.collect_county").values_list("payload__store", flat=True))
    return [store for store in RecordStore.objects.order_by("pk") if store.pk not in busy]


def due_to_send(at: dt.datetime) -> list[RecordStore]:
    """The stores for which something waits, and that nothing keeps from being called now."""
    rows = RecordStore.objects.filter(provider__isnull=False).select_related("county")
    due = [row for row in rows if _is_past(row.next_attempt_at, at) and _is_past(row.sending_until, at)]
    return [row for row in due if Statement.objects.waiting().filter(station__county=row.county).exists()]


def _is_past(instant: dt.datetime | None, at: dt.datetime) -> bool:
    return instant is None or instant <= at
