"""Statements are made of what happened: each once, however often this runs."""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from core.database.db import lock
from core.days import instant_of
from core.errors import refuses
from education.statements.models import LearnerPseudonym, RecordStore, Statement
from education.statements.sources import MOST, Fact, facts_of
from finance.settlement.queries.places import zone_of
from stations.people.models import Person

#: What is collected begins so long before the last time: a device may have been without a line, a transaction slow.
AGAIN = dt.timedelta(days=1)


@refuses()
@transaction.atomic
def collect_statements(*, store: RecordStore, at: dt.datetime) -> int:
    """Store what the county has not told yet; how many statements."""
    store = lock(store)
    by_source = facts_of(store.county, _since(store))
    facts = [fact for found in by_source.values() for fact in found]
    names = _pseudonyms({fact.learner for fact in facts})
    Statement.objects.bulk_create([_statement(fact, names[fact.learner], at) for fact in facts], ignore_conflicts=True)
    if all(len(found) < MOST for found in by_source.values()):
        store.collected_until = at
        store.save(update_fields=["collected_until", "updated_at"])
    return len(facts)


@refuses()
@transaction.atomic
def forget_learner(*, person: UUID, at: dt.datetime) -> None:
    """The pseudonym of each record is nobody's from now on, and what was not sent stays here."""
    actors = LearnerPseudonym.objects.filter(learner__in=Person.objects.of_people(person).values("pk"))
    waiting = Statement.objects.waiting().filter(actor__in=actors.values("pk"))
    waiting.update(status=Statement.Status.WITHHELD, updated_at=at)
    actors.update(learner=None, updated_at=at)


def _since(store: RecordStore) -> dt.datetime:
    first = instant_of(zone_of(store.county), store.since_date, dt.time())
    return first if store.collected_until is None else max(first, store.collected_until - AGAIN)


def _pseudonyms(learners: Iterable[UUID]) -> dict[UUID, LearnerPseudonym]:
    """The pseudonym of each learner; who has none yet gets one."""
    wanted = list(learners)
    made = [LearnerPseudonym(learner_id=learner) for learner in sorted(wanted)]
    known = set(LearnerPseudonym.objects.filter(learner__in=wanted).values_list("learner", flat=True))
    LearnerPseudonym.objects.bulk_create([row for row in made if row.learner_id not in known], ignore_conflicts=True)
    return {row.learner_id: row for row in LearnerPseudonym.objects.filter(learner__in=wanted) if row.learner_id}


def _statement(fact: Fact, actor: LearnerPseudonym, at: dt.datetime) -> Statement:
    status = Statement.Status.WITHHELD if fact.lacks_consent else Statement.Status.WAITING
    return Statement(
        id=fact.id,
        kind=fact.kind,
        actor=actor,
        station_id=fact.station,
        content=fact.content,
        happened_at=fact.happened_at,
        stored_at=at,
        status=status,
    )
