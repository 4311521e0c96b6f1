"""Statements are made of what happened: each once, however often this runs."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db import DataError, IntegrityError, transaction

from core.database.db import checked_here, lock, why_refused
from core.days import instant_of
from core.errors import refuses
from education.statements.models import LearnerPseudonym, RecordStore, Statement, UntoldFact
from education.statements.sources import MOST, TRY_AGAIN, Fact, Unfit, facts_of
from finance.settlement.queries.places import zone_of
from stations.people.models import Person

#: What is collected begins so long before the last time: a device may have been without a line, a transaction slow.
AGAIN = dt.timedelta(days=1)


@refuses()
@transaction.atomic
def collect_statements(*, store: RecordStore, at: dt.datetime) -> int:
    """Store what the county has not told yet; how many facts it looked at.

    Of what no statement can be made is set apart with its reason (`UntoldFact`), and tried again each hour.
    """
    store = lock(store)
    by_source = facts_of(store.county, _since(store, at), at)
    found = [each for group in by_source.values() for each in group]
    facts = [each for each in found if isinstance(each, Fact)]
    names = _pseudonyms({fact.learner for fact in facts})
    failed = {each.id: each.why for each in found if isinstance(each, Unfit)}
    failed |= _store([_statement(fact, names[fact.learner], at) for fact in facts])
    _note_untold(store, [each.id for each in found], failed, at=at)
    if all(len(group) < MOST for group in by_source.values()):
        _forget_what_is_no_fact(store, at=at)
        store.collected_until = at
        store.save(update_fields=["collected_until", "updated_at"])
    return len(found)


def _store(statements: Sequence[Statement]) -> dict[UUID, str]:
    """Store these statements but those that fail, which are found by halving; why each of them failed."""
    if not statements:
        return {}
    try:
        with checked_here():
            Statement.objects.bulk_create(statements, ignore_conflicts=True)
    except (DataError, IntegrityError) as error:
        if len(statements) == 1:
            return {statements[0].pk: why_refused(error)}
        half = len(statements) // 2
        return _store(statements[:half]) | _store(statements[half:])
    return {}


def _note_untold(store: RecordStore, tried: Sequence[UUID], failed: Mapping[UUID, str], *, at: dt.datetime) -> None:
    """What failed is set apart, also once more; what was set apart before and has its statement now, is told."""
    if tried:
        told = UntoldFact.objects.open().filter(pk__in=set(tried) - failed.keys())
        told.update(told_at=at, updated_at=at)
    UntoldFact.objects.bulk_create(
        [UntoldFact(id=pk, store=store, error=why, found_at=at, tried_at=at) for pk, why in failed.items()],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["error", "tried_at", "updated_at"],
    )


def _forget_what_is_no_fact(store: RecordStore, *, at: dt.datetime) -> None:
    """What was due to be tried again and was not found is not to be told any more: its mark was corrected, its learner
    erased. Left open, it would let each minute look at everything since the first day.
    """
    store.untold.open().filter(tried_at__lte=at - TRY_AGAIN).delete()


@refuses()
@transaction.atomic
def forget_learner(*, person: UUID, at: dt.datetime) -> None:
    """The pseudonym of each record is nobody's from now on, and what was not sent stays here."""
    actors = LearnerPseudonym.objects.filter(learner__in=Person.objects.of_people(person).values("pk"))
    waiting = Statement.objects.waiting().filter(actor__in=actors.values("pk"))
    waiting.update(status=Statement.Status.WITHHELD, updated_at=at)
    actors.update(learner=None, updated_at=at)


def _since(store: RecordStore, at: dt.datetime) -> dt.datetime:
    """From when on facts are looked at: from the first day in the hour in which one is tried again."""
    first = instant_of(zone_of(store.county), store.since_date, dt.time())
    tries_again = store.untold.open().filter(tried_at__lte=at - TRY_AGAIN).exists()
    if store.collected_until is None or tries_again:
        return first
    return max(first, store.collected_until - AGAIN)


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
