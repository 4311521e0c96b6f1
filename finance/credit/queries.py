"""What stands about an application: its visits, the ties that were found, what is left of the caps."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Min, Prefetch, QuerySet, Sum
from django.db.models.functions import TruncMonth

from core.money import Money
from finance.credit.models import (
    Assessment,
    ConflictCheck,
    CreditFact,
    ExposureCounter,
    ExposureLimit,
    PartnerVintage,
    RecommendationStanding,
    Scorecard,
    ScoreLine,
    ScoreRun,
)
from finance.credit.scoring import FEW_RECORDS, Card, CardLine, Step, at_least, at_most, reasons_in_order
from finance.credit.vintages import QUARTERS
from stations.people.models import Person

_K = CreditFact.Kind
YEAR = dt.timedelta(days=365)


def assessments_of(application_ref: UUID) -> QuerySet[Assessment]:
    """The visits that stand, the recommender's first."""
    rows = Assessment.objects.filter(application_ref=application_ref, replaced_by=None)
    return rows.select_related("station", "assessor").order_by("role", "pk")


def latest_checks(application_ref: UUID) -> Sequence[ConflictCheck]:
    """What was found when ties were last looked for, in the order of the kinds."""
    rows = ConflictCheck.objects.filter(application_ref=application_ref)
    newest = rows.order_by("-run").first()
    return list(rows.filter(run=newest.run).order_by("pk")) if newest else []


def cap_on(scope: str, *, country: str, currency: str, date: dt.date) -> Money | None:
    """The cap of a scope on a date; None where none was set."""
    rows = ExposureLimit.objects.filter(scope=scope, country=country, currency=currency, from_date__lte=date)
    found = rows.order_by("-from_date").first()
    return found.limit if found else None


def left_of_cap(scope: str, *refs: str, country: str, currency: str, date: dt.date) -> tuple[Money, Money] | None:
    """What of a cap is left under the names of one, and the cap; None where none was set."""
    limit = cap_on(scope, country=country, currency=currency, date=date)
    if limit is None:
        return None
    counters = ExposureCounter.objects.filter(scope=scope, scope_ref__in=refs, currency=currency)
    used = counters.aggregate(used=Sum("used_minor", default=0))["used"]
    return Money(max(0, limit.minor - used), currency), limit


def card_of(scorecard: Scorecard) -> Card:
    """A stored scorecard as the arithmetic reads it."""
    attributes = scorecard.attributes.prefetch_related("bins").order_by("position")
    lines = [
        CardLine(
            code=each.code,
            is_online=each.block == "online",
            max_points=each.max_points,
            no_fact_points=each.no_fact_points,
            reason=each.reason_code,
            steps=[Step(step.lower, step.upper, step.points) for step in each.bins.all()],
        )
        for each in attributes
    ]
    return Card(lines, scorecard.approve_from, scorecard.refer_from, scorecard.thin_offline_from)


def records_of(person: Person, *, requested: Money, date: dt.date) -> dict[str, int]:
    """What the records say, attribute by attribute; what has no fact is left out."""
    year = CreditFact.objects.filter(person=person, on_date__gt=date - YEAR, on_date__lte=date)
    ever = CreditFact.objects.filter(person=person, on_date__lte=date)
    found: dict[str, int] = {}
    first = ever.filter(kind__in=[_K.SETTLED_SALE, _K.SETTLED_PURCHASE]).aggregate(first=Min("on_date"))["first"]
    if first is not None:
        found["months_active"] = _months(first, date)
        found["turnover"] = at_least(_sum(year, _K.SETTLED_SALE, _K.SETTLED_PURCHASE), requested.minor)
    bought = _sum(year, _K.SETTLED_PURCHASE)
    if bought:
        found["returns"] = at_most(_sum(year, _K.RETURNED_GOODS), bought)
    on_time, late = _sum(year, _K.BILL_PAID_ON_TIME), _sum(year, _K.BILL_PAID_LATE)
    if on_time + late:
        found["bills_on_time"] = at_least(on_time, on_time + late)
    if ever.filter(kind=_K.LOAN_LATE_OVER_30).exists():
        found["loans"] = 0
    elif ever.filter(kind=_K.LOAN_CLOSED_ON_TIME).exists():
        found["loans"] = 2
    months = year.filter(kind=_K.RECHARGE).annotate(month=TruncMonth("on_date")).values("month").distinct().count()
    if months:
        found["recharge_months"] = min(months, 12)
    return found


def seen_on(visit: Assessment, *, installment: Money) -> dict[str, int]:
    """What a visit says, attribute by attribute."""
    return {
        "instalment_share": at_most(installment.minor, visit.surplus.minor),
        "proofs": visit.proofs_seen,
        "years": visit.years_in_village,
        "activity": ["none", "weak", "sound", "strong"].index(visit.activity),
        "references": visit.references_called,
        "debt_share": at_most(visit.other_debt_minor, visit.income_minor * 12),
    }


def latest_score(application_ref: UUID) -> ScoreRun | None:
    """The newest score of an application, with its lines in the order of the card."""
    lines = Prefetch("lines", ScoreLine.objects.select_related("attribute").order_by("attribute__position"))
    rows = ScoreRun.objects.filter(application_ref=application_ref).select_related("scorecard")
    return rows.prefetch_related(lines).order_by("-pk").first()


def standings() -> Any:
    """Partners who recommend loans, with what is shown of them."""
    return RecommendationStanding.objects.select_related("partner", "county")


def newest_vintages(standing: RecommendationStanding) -> list[PartnerVintage]:
    """How each of the last quarters stood last, the newest quarter first."""
    rows = PartnerVintage.objects.filter(partner_ref=standing.partner_ref, county=standing.county_id)
    last = rows.order_by("-quarter_date", "currency", "-as_of_date").distinct("quarter_date", "currency")
    return list(last[:QUARTERS])


def reasons_of(run: ScoreRun) -> list[str]:
    """The reasons that a score suggests: most points lost first, ties in the order of the card."""
    return reasons_in_order((line.lost_points, _reason(line)) for line in run.lines.all())


def _reason(line: ScoreLine) -> str:
    has_own = line.input_value is not None or line.attribute.no_fact_points
    return line.attribute.reason_code if has_own else FEW_RECORDS


def _sum(facts: QuerySet[CreditFact], *kinds: str) -> int:
    return facts.filter(kind__in=kinds).aggregate(sum=Sum("value"))["sum"] or 0


def _months(since: dt.date, date: dt.date) -> int:
    """Whole months between two dates."""
    months = (date.year - since.year) * 12 + date.month - since.month
    return months if date.day >= since.day else months - 1
