"""Automatic checks of a filed claim: against the terms, and against other claims. Any doubt asks for a visit."""

import datetime as dt
import hashlib
import hmac
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q

from core.database.db import lock
from core.days import day_in
from core.errors import WrongState, refuses
from finance.insurance import account_numbers
from finance.insurance.machine import CLAIM
from finance.insurance.models import Claim, ClaimAccount, ClaimCheck, ClaimEvidence, Policy
from finance.insurance.pictures import ALIKE, difference_hash, distance, parts_near, parts_of
from finance.insurance.queries import covered_since
from finance.insurance.services.filing import has_consent, tell_assessors
from finance.insurance.services.steps import move
from stations.accounts.models import Post
from stations.people.models import Person
from stations.people.queries import age_on

_C, _R, _S = ClaimCheck.Code, ClaimCheck.Result, Claim.Status
EARLY = dt.timedelta(days=30)
SHARED_BY, SHARED_WITHIN = 3, dt.timedelta(days=365)
OUTLIER_WITHIN, OUTLIER_TIMES, OUTLIER_LEAST = dt.timedelta(days=90), 3, 5
FULL = 10_000
logger = structlog.get_logger(__name__)

Found = tuple[str, list[str]]


@refuses(WrongState)
@transaction.atomic
def check_claim(*, claim: Claim, at: dt.datetime) -> Claim:
    """Run every check and decide whether somebody visits; assessors are told, unless the insured has taken the consent
    back. Once more after papers were brought.
    """
    claim = lock(claim)
    CLAIM.check("check_claim", claim.status)
    run = 1 + max(claim.checks.values_list("run", flat=True), default=0)
    _look_at_pictures(claim)
    found = {**_against_terms(claim), **_of_papers(claim), **_of_people(claim, at), **_of_lot(claim)}
    ClaimCheck.objects.bulk_create(
        ClaimCheck(claim=claim, code=code, run=run, result=result, evidence=rows, at=at)
        for code, (result, rows) in found.items()
    )
    if claim.review in (Claim.Review.IDLE, Claim.Review.NOT_SELECTED):
        is_odd = any(result == _R.REFER for result, _rows in found.values())
        claim.review = Claim.Review.SELECTED if is_odd else Claim.Review.NOT_SELECTED
    move(claim, _S.CHECKED, at=at)
    if has_consent(claim):
        tell_assessors(claim, "claim_to_assess", at=at, turn=str(run))
    return claim


def is_drawn(number: str) -> bool:
    """Whether the lot sends somebody to this claim; nobody can foretell it without the secret."""
    drawn = hmac.new(settings.SECRET_KEY.encode(), number.encode(), hashlib.sha256).hexdigest()[:8]
    return int(drawn, 16) % FULL < settings.ECOMNET_CLAIM_VISITS_BP


def _found(is_against: bool, result: str, rows: list[str] | None = None) -> Found:
    return (result, rows or []) if is_against else (str(_R.PASS), [])


def _against_terms(claim: Claim) -> dict[str, Found]:
    policy, version, person, event = claim.policy, claim.policy.version, claim.person, claim.event_date
    since = covered_since(policy)
    begins = since + dt.timedelta(days=claim.benefit.waiting_days)
    filed = day_in(claim.station.zone, claim.entered_at) if claim.entered_at else event
    in_force = policy.status in (Policy.Status.ACTIVE, Policy.Status.EXPIRED)
    age = age_on(person.birth_date, event)
    late = filed > event + dt.timedelta(days=version.late_filing_days)
    outside_age = age is None or not version.age_min <= age <= version.age_max
    return {
        _C.POLICY_NOT_ACTIVE: _found(not in_force, _R.FAIL),
        _C.EVENT_OUTSIDE: _found(not since <= event <= policy.end_date, _R.FAIL),
        _C.WAITING_PERIOD: _found(since <= event < begins, _R.FAIL),
        _C.FILED_LATE: _found(late, _R.FAIL),
        _C.PERSON_MISMATCH: _found(person.died_date is not None and person.died_date < event, _R.FAIL),
        _C.AGE_OUTSIDE: _found(outside_age, _R.FAIL),
        _C.EARLY_CLAIM: _found(begins <= event < begins + EARLY, _R.REFER),
    }


def _of_papers(claim: Claim) -> dict[str, Found]:
    bills = [row for row in claim.evidence.all() if row.total_minor is not None]
    wrong = [
        str(row.pk)
        for row in bills
        if row.self_paid_minor is not None
        and (row.total_minor or 0) != (row.public_cover_minor or 0) + row.self_paid_minor
    ]
    over = bool(bills) and claim.claimed_minor > sum(row.total_minor or 0 for row in bills)
    alike = _alike(claim)
    return {
        _C.BILL_ARITHMETIC: _found(bool(wrong), _R.REFER, wrong),
        _C.AMOUNT_OVER_BILL: _found(over, _R.REFER),
        _C.PICTURE_SIMILAR: _found(bool(alike), _R.REFER, alike),
    }


def _of_people(claim: Claim, at: dt.datetime) -> dict[str, Found]:
    records = Person.objects.of_people(claim.person_id)
    event = claim.event_date
    policies = Policy.objects.alive().filter(person__in=records, start_date__lte=event, end_date__gte=event)
    return {
        _C.ACCOUNT_SHARED: _found(households_of_account(claim, at) >= SHARED_BY, _R.REFER),
        _C.PAYEE_IS_STAFF: _found(works_at_a_station(claim.payee_id, at), _R.REFER),
        _C.SEVERAL_POLICIES: _found(policies.count() > 1, _R.REFER),
        _C.STATION_OUTLIER: _found(_is_outlier(claim, at), _R.REFER),
    }


def _of_lot(claim: Claim) -> dict[str, Found]:
    return {_C.RANDOM_VISIT: _found(is_drawn(claim.number), _R.REFER)}


def works_at_a_station(payee: UUID, at: dt.datetime) -> bool:
    """Whether this resident is a partner or helper now, under whichever record."""
    staff = Post.objects.live(at).filter(role__in=["partner", "helper"])
    return staff.filter(user__person__in=Person.objects.of_people(payee)).exists()


def households_of_account(claim: Claim, at: dt.datetime) -> int:
    """How many households were, or would be, paid to this account within a year."""
    account = ClaimAccount.objects.select_related("data_key").filter(claim=claim).first()
    if account is None:
        return 0
    same = Claim.objects.filter(
        account__account_index__in=account_numbers.indexes_of(account), started_at__gte=at - SHARED_WITHIN
    ).exclude(status=_S.WITHDRAWN)
    counted = same.aggregate(
        households=Count("policy__household", distinct=True),
        alone=Count("person", distinct=True, filter=Q(policy__household=None)),
    )
    return counted["households"] + counted["alone"]


def _is_outlier(claim: Claim, at: dt.datetime) -> bool:
    """More than three times as many claims for each insured person as in the county, and at least five."""
    recent = Claim.objects.filter(entered_at__gte=at - OUTLIER_WITHIN, station__county=claim.station.county_id)
    by_station = dict(recent.order_by().values_list("station").annotate(n=Count("pk")))
    mine = by_station.get(claim.station_id, 0)
    if mine < OUTLIER_LEAST:
        return False
    covered = Policy.objects.filter(status=Policy.Status.ACTIVE, station__county=claim.station.county_id)
    insured = dict(covered.order_by().values_list("station").annotate(n=Count("pk")))
    here, everywhere = insured.get(claim.station_id, 0), sum(insured.values())
    return mine * everywhere > OUTLIER_TIMES * sum(by_station.values()) * max(here, 1)


def _look_at_pictures(claim: Claim) -> None:
    for row in claim.evidence.filter(dhash64=None).exclude(file=None).select_related("file"):
        if row.file is None or not row.file.media_type.startswith("image/"):
            continue
        try:
            with row.file.content.open("rb") as content:
                row.dhash64 = difference_hash(content.read())
        except FileNotFoundError as missing:  # restored without its files: people look, machines cannot compare
            logger.warning("evidence_file_missing", claim=str(claim.pk), exc_info=missing)
            continue
        row.dhash_parts = parts_of(row.dhash64)
        row.save(update_fields=["dhash64", "dhash_parts", "updated_at"])


def _alike(claim: Claim) -> list[str]:
    """Papers of other claims that look like one of this claim; a claim that this one follows is no other."""
    found: set[str] = set()
    others = ClaimEvidence.objects.exclude(claim__in=[claim.pk, claim.restores_id]).exclude(dhash64=None)
    for row in claim.evidence.exclude(dhash64=None):
        near = others.filter(dhash_parts__overlap=parts_near(row.dhash64 or 0)).values_list("pk", "dhash64")
        found |= {str(pk) for pk, other in near if distance(row.dhash64 or 0, other or 0) <= ALIKE}
    return sorted(found)
