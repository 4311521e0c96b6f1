"""What a claim is worth under deductible and ceilings, and the counters that say what of them is left.

Counters are locked in one order: deductible, event, person, household, fund; within it by id.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, refuses
from core.money import Money
from finance.insurance import arithmetic
from finance.insurance.models import (
    Benefit,
    CeilingRule,
    Claim,
    CounterEntry,
    CoverageCounter,
    IndexPayout,
    InsuranceProductVersion,
)
from finance.insurance.queries import given_to, premiums_paid_by, put_up_by
from stations.people.models import Person

_F, _K = Benefit.Formula, CoverageCounter.Kind
ORDER = list(CeilingRule.Scope)


class CeilingExhausted(Refused):
    """Nothing is left of a deductible year or ceiling."""

    code = "ceiling_exhausted"
    status = 422
    message = _("Nothing can be paid: the most for this year is used up, or the cost is below the deductible.")


@dataclass(frozen=True, slots=True)
class Ceiling:
    """One limit of a claim, and all records of its owner under which use of it may stand, the present one first."""

    kind: str
    scope: str
    refs: tuple[str, ...]
    peril: str
    year_start: dt.date
    limit: int


@dataclass(frozen=True, slots=True)
class Valuation:
    """What is paid of a claim, what the formula gave before ceilings, and what of the deductible it uses."""

    amount: Money
    gross: Money
    deductible_used: int
    left: tuple[tuple[Ceiling, int], ...]

    @property
    def is_partial(self) -> bool:
        """Whether a ceiling cut it."""
        return self.amount != self.gross


def value_claim(claim: Claim) -> Valuation:
    """What a claim is worth now, as far as nobody else is deciding: for proposals and pages."""
    ceilings = ceilings_of(claim)
    used = _used(ceilings, claim)
    return _value(claim, ceilings, lambda ceiling: ceiling.limit - used[ceiling])


def value_under_lock(claim: Claim) -> Valuation:
    """The same with every counter held until the transaction ends."""
    return _value(claim, ceilings_of(claim), lambda ceiling: ceiling.limit - _locked(ceiling, claim))


def left_of_family(claim: Claim, *, records: Iterable[UUID]) -> list[tuple[Ceiling, int]]:
    """What is left of the deductible and of each ceiling of the family, without what the payer has put up.

    `records` are all records of the insured, as a page reads them together with the claim.
    """
    ceilings = ceilings_of(claim, records=records, but=(CeilingRule.Scope.FUND_YEAR,))
    used = _used(ceilings, claim)
    return [(ceiling, max(0, ceiling.limit - used[ceiling])) for ceiling in ceilings]


@refuses(CeilingExhausted)
def use_counters(claim: Claim, valuation: Valuation, *, turn: int) -> None:
    """Count what a claim takes: one conditional UPDATE for each counter. Raises `CeilingExhausted`."""
    for ceiling, _left in valuation.left:
        minor = valuation.deductible_used if ceiling.kind == _K.DEDUCTIBLE else valuation.amount.minor
        if not minor:
            continue
        counter = _counter(ceiling, claim)
        fits = CoverageCounter.objects.filter(pk=counter.pk, used_minor__lte=ceiling.limit - minor)
        if not fits.update(used_minor=F("used_minor") + minor, limit_minor=ceiling.limit):
            raise CeilingExhausted
        CounterEntry.objects.create(
            counter=counter, claim=claim, turn=turn, kind=CounterEntry.Kind.USED, amount_minor=minor
        )


def give_back_counters(claim: Claim) -> None:
    """Give back what the last approval of a claim took; a second time gives back nothing."""
    taken = claim.counted.values("counter", "turn").annotate(left=Sum("amount_minor")).filter(left__gt=0)
    left_of = {row["counter"]: row for row in taken}
    for counter in sorted(CoverageCounter.objects.filter(pk__in=left_of), key=_place):
        row = left_of[counter.pk]
        CounterEntry.objects.create(
            counter_id=row["counter"],
            claim=claim,
            turn=row["turn"],
            kind=CounterEntry.Kind.GIVEN_BACK,
            amount_minor=-row["left"],
        )
        CoverageCounter.objects.filter(pk=row["counter"]).update(used_minor=F("used_minor") - row["left"])


def give_back_payout_counters(payout: IndexPayout) -> None:
    """Give back what a payout of an index took, in the order in which counters are taken."""
    taken = {entry.counter_id: entry.amount_minor for entry in payout.counted.all()}
    for counter in sorted(CoverageCounter.objects.filter(pk__in=taken), key=_place):
        CounterEntry.objects.create(
            counter=counter,
            payout=payout,
            kind=CounterEntry.Kind.GIVEN_BACK,
            amount_minor=-taken[counter.pk],
        )
        CoverageCounter.objects.filter(pk=counter.pk).update(used_minor=F("used_minor") - taken[counter.pk])


def _place(counter: CoverageCounter) -> tuple[bool, int, str, int]:
    """Where a counter stands in the order in which all are taken and given back."""
    scope = ORDER.index(CeilingRule.Scope(counter.scope))
    return counter.kind != _K.DEDUCTIBLE, scope, counter.peril, counter.pk


def ceilings_of(claim: Claim, *, records: Iterable[UUID] | None = None, but: Collection[str] = ()) -> list[Ceiling]:
    """Every limit that applies to a claim, in the order in which counters are taken; without the scopes in `but`.

    `records` are all records of the insured where the caller knows them.
    """
    policy, benefit = claim.policy, claim.benefit
    refs = _refs(claim, _records(claim) if records is None else records)
    found = []
    if benefit.deductible_minor:
        refs_of_person = refs[CeilingRule.Scope.PERSON_YEAR]
        year = policy.start_date
        found.append(
            Ceiling(_K.DEDUCTIBLE, "person_year", refs_of_person, benefit.peril, year, benefit.deductible_minor)
        )
    limits = limits_of(policy.version, benefit)
    kept = [each for each in limits if each[0] not in but]
    in_order = sorted(kept, key=lambda each: (ORDER.index(CeilingRule.Scope(each[0])), each[1]))
    for scope, peril in in_order:
        limit = limits[scope, peril]
        most = put_up(policy.version) if limit is None else limit
        year = year_of(scope, policy.start_date)
        found.append(Ceiling(_K.CEILING, scope, refs[CeilingRule.Scope(scope)], peril, year, most))
    return found


def limits_of(version: InsuranceProductVersion, benefit: Benefit) -> dict[tuple[str, str], int | None]:
    """The ceilings that a benefit comes under, by scope and peril ("" for all), in minor units; None: what was put up.

    A benefit's own yearly maximum is counted where a ceiling of the same year and peril is: the lower one binds.
    """
    rules = {(rule.scope, rule.peril): rule.limit_minor for rule in version.ceilings.all()}
    limits = {(scope, peril): limit for (scope, peril), limit in rules.items() if peril in ("", benefit.peril)}
    if benefit.cap_minor is not None:
        own = (str(CeilingRule.Scope.PERSON_YEAR), benefit.peril)
        limits[own] = min(benefit.cap_minor, limits.get(own) or benefit.cap_minor)
    return limits


def put_up(version: InsuranceProductVersion) -> int:
    """What the payer of a version's claims has put up, less what a fund has paid for premiums; minor units."""
    fund = version.payer_fund
    if fund is None:
        return put_up_by(version.product.insurer)
    return given_to([fund]).get(fund.pk, 0) - premiums_paid_by([fund]).get(fund.pk, 0)


def year_of(scope: str, start: dt.date) -> dt.date:
    """The policy year; what a payer has put up is counted once for all years."""
    return dt.date(2000, 1, 1) if scope == CeilingRule.Scope.FUND_YEAR else start


def _records(claim: Claim) -> Iterable[UUID]:
    return Person.objects.of_people(claim.person_id).values_list("pk", flat=True)


def _refs(claim: Claim, records: Iterable[UUID]) -> dict[str, tuple[str, ...]]:
    policy = claim.policy
    standing = claim.person.merged_into_id or claim.person_id
    people = (str(standing), *sorted(str(pk) for pk in records if pk != standing))
    household = (f"h{policy.household_id}",) if policy.household_id else people
    return {
        CeilingRule.Scope.EVENT: (f"{policy.pk}:{claim.event_ref}",),
        CeilingRule.Scope.PERSON_YEAR: people,
        CeilingRule.Scope.HOUSEHOLD_YEAR: household,
        CeilingRule.Scope.FUND_YEAR: (ref_of_payer(policy.version),),
    }


def ref_of_payer(version: InsuranceProductVersion) -> str:
    """What counters know the payer of a version's claims by."""
    return f"fund:{version.payer_fund_id}" if version.payer_fund_id else f"insurer:{version.product.insurer_id}"


def _value(claim: Claim, ceilings: Sequence[Ceiling], left_of: Callable[[Ceiling], int]) -> Valuation:
    left = tuple((ceiling, max(0, left_of(ceiling))) for ceiling in ceilings)
    deductible_left = sum(minor for ceiling, minor in left if ceiling.kind == _K.DEDUCTIBLE)
    worth = _worth(claim, deductible_left)
    amount = arithmetic.within(worth.amount, [minor for ceiling, minor in left if ceiling.kind == _K.CEILING])
    currency = claim.currency
    return Valuation(Money(amount, currency), Money(worth.amount, currency), worth.deductible_used, left)


def _worth(claim: Claim, deductible_left: int) -> arithmetic.Worth:
    benefit = claim.benefit
    accepted = claim.claimed_minor if claim.accepted_minor is None else claim.accepted_minor
    if benefit.formula == _F.REMAINING_COST:
        return arithmetic.remaining_cost(
            accepted,
            public=claim.public_cover_minor,
            other=claim.other_cover_minor,
            deductible_left=deductible_left,
            share_bp=benefit.share_bp,
        )
    if benefit.formula == _F.TERM_COST:
        return arithmetic.term_cost(accepted, share_bp=benefit.share_bp)
    return arithmetic.fixed(accepted)


def _about(ceiling: Ceiling, claim: Claim) -> dict[str, object]:
    return {
        "kind": ceiling.kind,
        "scope": ceiling.scope,
        "product": claim.policy.product_id,
        "peril": ceiling.peril,
        "year_start_date": ceiling.year_start,
    }


def _used(ceilings: Sequence[Ceiling], claim: Claim) -> dict[Ceiling, int]:
    """What is used of each, in one statement for all."""
    rows = CoverageCounter.objects.filter(
        product=claim.policy.product_id,
        scope_ref__in={ref for ceiling in ceilings for ref in ceiling.refs},
        year_start_date__in={ceiling.year_start for ceiling in ceilings},
    )
    found = {(row.kind, row.scope, row.peril, row.year_start_date, row.scope_ref): row.used_minor for row in rows}
    return {
        each: sum(found.get((each.kind, each.scope, each.peril, each.year_start, ref), 0) for ref in set(each.refs))
        for each in ceilings
    }


def _locked(ceiling: Ceiling, claim: Claim) -> int:
    """What is used, with the counter and those of merged records held."""
    _counter(ceiling, claim)
    rows = CoverageCounter.objects.filter(**_about(ceiling, claim), scope_ref__in=ceiling.refs)
    return sum(row.used_minor for row in rows.order_by("pk").select_for_update(no_key=True))


def _counter(ceiling: Ceiling, claim: Claim) -> CoverageCounter:
    about = {**_about(ceiling, claim), "scope_ref": ceiling.refs[0]}
    found = CoverageCounter.objects.filter(**about).first()
    if found is None:
        values = {name: value for name, value in about.items() if name != "product"}
        fresh = CoverageCounter(
            **values, product_id=claim.policy.product_id, limit_minor=ceiling.limit, currency=claim.currency
        )
        CoverageCounter.objects.bulk_create([fresh], ignore_conflicts=True)
        found = CoverageCounter.objects.get(**about)
    return found
