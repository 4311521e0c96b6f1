"""How a claim is shown: what checks found, which papers look alike, what of ceilings is left."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from core.language import formatting
from core.money import Money
from finance.insurance.models import Claim, ClaimCheck, ClaimEvidence, ClaimPayment
from finance.insurance.services import left_of_family
from finance.payouts.display import reason

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


@dataclass(frozen=True, slots=True)
class PaymentShown:
    """A try to pay as its row shows it."""

    words: str
    detail: str
    amount: Money
    sent_at: dt.datetime


def checks_shown(checks: Sequence[ClaimCheck]) -> list[CheckShown]:
    """What the last run found: what speaks against the claim first."""
    order = list(RESULTS)
    rows = sorted(checks, key=lambda check: -order.index(check.result))
    return [
        CheckShown(str(check.get_code_display()), RESULTS[check.result], str(check.get_result_display()))
        for check in rows
        if not (check.code == ClaimCheck.Code.RANDOM_VISIT and check.result == ClaimCheck.Result.PASS)
    ]


def papers_of(claim: Claim, checks: Sequence[ClaimCheck]) -> tuple[list[ClaimEvidence], list[ClaimEvidence]]:
    """Its papers, and those of other claims that look like one of them by the last run of the checks; one statement."""
    found = [check for check in checks if check.code == ClaimCheck.Code.PICTURE_SIMILAR]
    ids = {pk for check in found for pk in check.evidence}
    rows = ClaimEvidence.objects.filter(Q(claim=claim) | Q(pk__in=ids)).select_related("claim__person").order_by("pk")
    papers = list(rows)
    return [each for each in papers if each.claim_id == claim.pk], [each for each in papers if str(each.pk) in ids]


def ceilings_shown(claim: Claim, records: Iterable[UUID]) -> list[CeilingShown]:
    """What of each deductible and ceiling is left, before this claim where it is not decided."""
    return [
        CeilingShown(
            _("deductible") if ceiling.kind == "deductible" else _scope(ceiling.scope),
            formatting.money(Money(left, claim.currency)),
            formatting.money(Money(ceiling.limit - left, claim.currency)),
            formatting.money(Money(ceiling.limit, claim.currency)),
            ceiling.limit - left,
            ceiling.limit,
        )
        for ceiling, left in left_of_family(claim, records=records)
    ]


def payments_shown(claim: Claim) -> list[PaymentShown]:
    """Each try to pay it, the newest first: to which account, and why it did not stay paid."""
    return [
        PaymentShown(
            str(each.get_status_display()),
            " · ".join(filter(None, [f"…{each.account_tail}" if each.account_tail else "", _why(each)])),
            each.amount,
            each.sent_at,
        )
        for each in claim.payments.order_by("-pk")
    ]


def _why(payment: ClaimPayment) -> str:
    return reason(payment.return_code) if payment.return_code else ""


def _scope(scope: str) -> str:
    return {"event": _("this event"), "person_year": _("the person"), "household_year": _("the household")}[scope]
