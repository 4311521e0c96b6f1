"""Clocks of claims: assessors hear of half the time, of the last day, and the county of what is overdue."""

import datetime as dt

from django.db import transaction

from core.days import day_in
from finance.insurance.models import Claim
from finance.insurance.services.filing import tell_assessors
from finance.insurance.services.steps import tell
from stations.accounts.models import Role
from stations.accounts.queries import people_in_role
from stations.places.models import Division
from stations.places.queries import working_day_after

SWEEP = 2_000


@transaction.atomic
def mind_claim_clocks(*, county: Division, zone: str, at: dt.datetime) -> dict[str, int]:
    """Once a day for a county: remind of claims by their deadlines; how many of each mark. A claim that waits for the
    family's papers has no clock.
    """
    today = day_in(zone, at)
    rows = Claim.objects.open().filter(station__county=county, documents_asked_at=None)
    told = {"half": 0, "last_day": 0, "overdue": 0}
    for claim in rows.select_related("station__county", "policy__version").order_by("decide_by_date", "pk")[:SWEEP]:
        mark = _mark(claim, today)
        if mark:
            told[mark] += 1
            _remind(claim, mark, at=at)
    return told


def _mark(claim: Claim, today: dt.date) -> str:
    deadline = claim.decide_by_date
    if deadline is None or claim.entered_at is None:
        return ""
    if deadline < today:
        return "overdue"
    country = claim.station.county.country
    if deadline in (today, working_day_after(country, today, 1)):
        return "last_day"
    half = working_day_after(country, day_in(claim.station.zone, claim.entered_at), _half_of(claim))
    return "half" if half <= today else ""


def _half_of(claim: Claim) -> int:
    return max(1, claim.policy.version.decision_working_days // 2)


def _remind(claim: Claim, mark: str, *, at: dt.datetime) -> None:
    tell_assessors(claim, f"claim_{mark}", at=at, turn=f"{mark}:{claim.decide_by_date}")
    if mark == "overdue":
        managers = people_in_role(Role.COUNTY_MANAGER, at=at, station=claim.station)
        tell(managers, "claim_overdue", claim, at=at, turn=f"county:{claim.decide_by_date}")
