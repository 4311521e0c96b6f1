"""What many policies get of one window under their ceilings: all counters held and changed together.

Counters are taken in the order of claims (`finance.insurance.services.valuing`): by scope, peril and id. A policy of an
earlier number is paid before one of a later number where a household or a payer has not enough left for both.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from finance.insurance.models import CounterEntry, CoverageCounter, IndexPayout, IndexWindow, Policy
from finance.insurance.services.valuing import ORDER, limits_of, put_up, ref_of_payer, year_of

_RECORDS = """
SELECT record, standing_record(record), ARRAY(SELECT records_of_person(standing_record(record)))
  FROM unnest(%s::uuid[]) AS record
"""
Key = tuple[str, str, str, dt.date]


@dataclass(frozen=True, slots=True)
class _Limit:
    """One ceiling of one policy: the counter that is used, and all under which use may stand (merged records)."""

    counter: Key
    counted: tuple[Key, ...]
    most: int


def value_payouts(
    window: IndexWindow, policies: Sequence[Policy], gross_minor: int, *, at: dt.datetime
) -> list[IndexPayout]:
    """Store what these policies get: the formula's amount, as far as each one's ceilings leave it.

    Policies are of the window's version. A person who has two, under records that were merged, is paid for one. The
    caller holds the window until the transaction ends.
    """
    records = _records(policy.person_id for policy in policies)
    limits = _limits(window, policies, records)
    counters = _locked(window, limits)
    paid_people = _paid_people(window, records)
    payouts = []
    for policy in policies:
        standing = records[policy.person_id][0]
        amount = 0 if standing in paid_people else _take(limits[policy.pk], counters, gross_minor)
        paid_people |= {standing} if amount else set()
        payouts.append(_payout(window, policy, gross_minor, amount, at=at))
    IndexPayout.objects.bulk_create(payouts)
    paid = [payout for payout in payouts if payout.amount_minor]
    CounterEntry.objects.bulk_create(
        CounterEntry(
            counter=counters[limit.counter],
            payout=payout,
            kind=CounterEntry.Kind.USED,
            amount_minor=payout.amount_minor,
        )
        for payout in paid
        for limit in limits[payout.policy_id]
    )
    used = {limit.counter for payout in paid for limit in limits[payout.policy_id]}
    CoverageCounter.objects.bulk_update([counters[key] for key in sorted(used)], ["used_minor", "limit_minor"])
    return payouts


def _payout(window: IndexWindow, policy: Policy, gross: int, amount: int, *, at: dt.datetime) -> IndexPayout:
    states = IndexPayout.Status
    return IndexPayout(
        policy=policy,
        window=window,
        gross_minor=gross,
        amount_minor=amount,
        currency=policy.product.currency,
        status=states.DUE if amount else states.EXHAUSTED,
        made_at=at,
    )


def _take(limits: Iterable[_Limit], counters: dict[Key, CoverageCounter], gross: int) -> int:
    """What the ceilings leave of an amount; it is used at once, so that the next policy finds less."""
    amount = gross
    for limit in limits:
        used = sum(counters[key].used_minor for key in limit.counted if key in counters)
        amount = min(amount, max(0, limit.most - used))
    for limit in limits:
        counters[limit.counter].used_minor += amount
        counters[limit.counter].limit_minor = limit.most
    return amount


def _limits(
    window: IndexWindow, policies: Sequence[Policy], records: dict[UUID, tuple[str, ...]]
) -> dict[UUID, list[_Limit]]:
    """The ceilings of each policy, in the order in which counters are taken."""
    version, benefit = policies[0].version, window.benefit
    wanted = limits_of(version, benefit)
    most = {key: put_up(version) if limit is None else limit for key, limit in wanted.items()}
    in_order = sorted(most, key=lambda key: (ORDER.index(key[0]), key[1]))  # type: ignore[arg-type]
    payer = ref_of_payer(version)
    found = {}
    for policy in policies:
        people = records[policy.person_id]
        refs = {
            "event": (f"{policy.pk}:{window.pk}",),
            "person_year": people,
            "household_year": (f"h{policy.household_id}",) if policy.household_id else people,
            "fund_year": (payer,),
        }
        found[policy.pk] = [
            _limit(scope, peril, refs[scope], year_of(scope, policy.start_date), most[scope, peril])
            for scope, peril in in_order
        ]
    return found


def _limit(scope: str, peril: str, refs: Sequence[str], year: dt.date, most: int) -> _Limit:
    counted = tuple((scope, peril, ref, year) for ref in refs)
    return _Limit(counted[0], counted, most)


def _records(people: Iterable[UUID]) -> dict[UUID, tuple[str, ...]]:
    """All records of each person, the one that stands first."""
    with connection.cursor() as cursor:
        cursor.execute(_RECORDS, [sorted(set(people))])
        rows = cursor.fetchall()
    return {
        record: (str(standing), *sorted(str(each) for each in records if each != standing))
        for record, standing, records in rows
    }


def _paid_people(window: IndexWindow, records: dict[UUID, tuple[str, ...]]) -> set[str]:
    """The standing records of those whom this window, or another one of the benefit for its days, has paid already."""
    every = {each: found[0] for found in records.values() for each in found}
    paid = IndexPayout.objects.filter(
        policy__person__in=list(every),
        amount_minor__gt=0,
        window__benefit=window.benefit_id,
        window__start_date__lte=window.end_date,
        window__end_date__gte=window.start_date,
    )
    return {every[str(person)] for person in paid.values_list("policy__person", flat=True)}


def _locked(window: IndexWindow, limits: dict[UUID, list[_Limit]]) -> dict[Key, CoverageCounter]:
    """The counters of these ceilings, made where they are missing, and held until the transaction ends."""
    product = window.benefit.version.product
    every = {limit.counter: limit for each in limits.values() for limit in each}
    CoverageCounter.objects.bulk_create(
        [
            CoverageCounter(
                kind=CoverageCounter.Kind.CEILING,
                scope=scope,
                peril=peril,
                scope_ref=ref,
                year_start_date=year,
                product=product,
                limit_minor=every[scope, peril, ref, year].most,
                currency=product.currency,
            )
            for scope, peril, ref, year in sorted(every, key=lambda key: (ORDER.index(key[0]), *key[1:]))  # type: ignore[arg-type]
        ],
        ignore_conflicts=True,
    )
    counters: dict[Key, CoverageCounter] = {}
    for scope in ORDER:
        refs = {key[2] for each in limits.values() for limit in each for key in limit.counted if key[0] == scope}
        rows = CoverageCounter.objects.filter(
            kind=CoverageCounter.Kind.CEILING, scope=scope, scope_ref__in=refs, product=product
        )
        for row in rows.order_by("peril", "pk").select_for_update(no_key=True):
            counters[row.scope, row.peril, row.scope_ref, row.year_start_date] = row
    return counters
