"""How a claim is shown: what checks found, which papers look alike, what of ceilings is left."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.language import formatting
from core.money import Money
from finance.insurance.models import Claim, ClaimCheck, ClaimEvidence
from finance.insurance.services import latest_checks, value_claim

#: The colour of a result.
RESULTS = {"pass": "ok", "refer": "wait", "fail": "bad"}


@dataclass(frozen=True, slots=True)
class CheckShown:
    """A check as its row shows it."""

    words: str
    kind: str
    result: str


@dataclass(frozen=True, slots=True)
class CeilingShown:
    """A limit, what is left and used of it in words, and both in minor units for its bar."""

    name: str
    left: str
    spent: str
    limit: str
    used_minor: int
    limit_minor: int


def checks_shown(claim: Claim) -> list[CheckShown]:
    """What the last run found: what speaks against the claim first."""
    order = list(RESULTS)
    rows = sorted(latest_checks(claim), key=lambda check: -order.index(check.result))
    return [
        CheckShown(str(check.get_code_display()), RESULTS[check.result], str(check.get_result_display()))
        for check in rows
        if not (check.code == ClaimCheck.Code.RANDOM_VISIT and check.result == ClaimCheck.Result.PASS)
    ]


def similar_papers(claim: Claim) -> list[ClaimEvidence]:
    """Papers of other claims that look like one of this claim, by the last run of the checks."""
    found = [check for check in latest_checks(claim) if check.code == ClaimCheck.Code.PICTURE_SIMILAR]
    ids = [pk for check in found for pk in check.evidence]
    return list(ClaimEvidence.objects.filter(pk__in=ids).select_related("claim", "file")) if ids else []


def ceilings_shown(claim: Claim) -> list[CeilingShown]:
    """What of each deductible and ceiling is left, before this claim where it is not decided."""
    valuation = value_claim(claim)
    return [
        CeilingShown(
            _("deductible") if ceiling.kind == "deductible" else _scope(ceiling.scope),
            formatting.money(Money(left, claim.currency)),
            formatting.money(Money(ceiling.limit - left, claim.currency)),
            formatting.money(Money(ceiling.limit, claim.currency)),
            ceiling.limit - left,
            ceiling.limit,
        )
        for ceiling, left in valuation.left
        if ceiling.scope != "fund_year"
    ]


def _scope(scope: str) -> str:
    return {"event": _("this event"), "person_year": _("the person"), "household_year": _("the household")}[scope]
