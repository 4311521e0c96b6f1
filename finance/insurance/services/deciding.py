"""A claim is assessed by one person and decided by another, under lock; who is declined learns why."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, present
from core.errors import Refused, SamePerson, WrongState, refused_by, refuses
from core.events.services import publish
from core.files.services import FileUnknown, own_file
from core.language.reasons import needs_words, no_identity_numbers
from core.money import Money
from finance.insurance.machine import CLAIM
from finance.insurance.models import Benefit, Claim, ClaimCheck, ClaimDecision, ClaimReason
from finance.insurance.services.filing import (
    OF_COST,
    InsuranceConsentMissing,
    InsuranceConsentWithdrawn,
    claimed_of,
    decide_by,
    free_evidence,
    has_consent,
    plan_checks,
    refuse_without_consent,
    tell_assessors,
)
from finance.insurance.services.resting import rest_without_consent
from finance.insurance.services.steps import move, note, tell, tell_family
from finance.insurance.services.valuing import (
    CeilingExhausted,
    give_back_counters,
    use_counters,
    value_claim,
    value_under_lock,
)
from finance.ties import OfficerIsTied, refuse_tied
from stations.accounts.models import User
from stations.places.queries import working_day_after
from stations.scope import demand_post
from stations.two_persons import require_two_persons

_S, _T = Claim.Status, ClaimDecision.Step
APPROVE = "finance.approve_claim"
MOST_REASONS = 4


class ReviewOpen(Refused):
    """A visit was asked for and has not been made."""

    code = "review_open"
    message = _("A visit is needed first.")


class CheckFailed(Refused):
    """A check speaks against the terms: it is declined, or overruled with a reason."""

    code = "check_failed"
    status = 422
    message = _("The terms speak against it: decline it, or say why you overrule the check.")


class AcceptedTooMuch(Refused):
    """No more is accepted than was claimed."""

    code = "accepted_too_much"
    status = 422
    message = _("At most %(most)s was claimed.")


class ClaimReasonsUnfit(Refused):
    """One to four known reasons, none twice."""

    code = "claim_reasons_unfit"
    status = 422
    message = _("Name one to four different reasons.")


class ClaimLimit(Refused):
    """More than the decider's post may approve."""

    code = "claim_limit"
    status = 422
    message = _("Your post may approve at most %(most)s. Someone with a higher limit decides this.")


class AmountChanged(Refused):
    """Something else was decided meanwhile."""

    code = "amount_changed"
    message = _("The amount is now %(amount)s: something was paid meanwhile. Look again before you approve.")


@refuses(WrongState)
@needs_words("words")
@transaction.atomic
def ask_for_documents(*, claim: Claim, words: str, by: User, at: dt.datetime) -> Claim:
    """Ask the family for more papers; the clock stops until they are there."""
    claim = lock(claim)
    CLAIM.check("ask_for_documents", claim.status)
    if claim.documents_asked_at:
        raise WrongState(state=str(_("papers asked for")))
    claim.documents_asked_at = at
    claim.save(update_fields=["documents_asked_at", "updated_at"])
    note(claim, _T.ASKED, by=by, at=at, words=words)
    tell([claim.filer], "claim_documents", claim, at=at, turn=at.isoformat())
    tell_family(claim, "claim_documents_family", at=at, turn=at.isoformat())
    return claim


@refuses(WrongState, InsuranceConsentMissing)
@needs_words("words")
@transaction.atomic
def answer_documents(*, claim: Claim, words: str, by: User, at: dt.datetime) -> Claim:
    """Say that the papers are there; the clock goes on by the working days that it stood, and checks run again.

    Also where the claim has rested because the insured had taken the consent back, once that is recorded anew.
    """
    claim = lock(claim)
    CLAIM.check("answer_documents", claim.status)
    if claim.documents_asked_at is None:
        raise WrongState(state=str(claim.get_status_display()))
    if not has_consent(claim):
        raise InsuranceConsentMissing
    claim.decide_by_date = _later(claim, since=claim.documents_asked_at, until=at)
    claim.documents_asked_at = None
    claim.save(update_fields=["decide_by_date", "documents_asked_at", "updated_at"])
    note(claim, _T.ANSWERED, by=by, at=at, words=words)
    if claim.status != _S.PROCESSED:  # what was proposed already is decided as it is
        plan_checks(claim, at=at)
    return claim


@refuses(WrongState, SamePerson, OfficerIsTied, InsuranceConsentWithdrawn, FileUnknown)
@needs_words("words")
@transaction.atomic
def deliver_review(*, claim: Claim, words: str, photos: Sequence[UUID] = (), by: User, at: dt.datetime) -> Claim:
    """Say what a visit found, with photos that the visitor has stored; by another person than filed the claim."""
    claim = lock(claim)
    CLAIM.check("deliver_review", claim.status)
    if claim.review != Claim.Review.SELECTED:
        raise WrongState(state=str(claim.get_review_display()))
    require_two_persons(by, claim.filer_id)
    refuse_tied(by, claim.person_id, claim.payee_id)
    refuse_without_consent(claim)
    claim.review = Claim.Review.DELIVERED
    claim.save(update_fields=["review", "updated_at"])
    found = note(claim, _T.VISITED, by=by, at=at, words=words)
    found.photos.set([present(own_file(pk=pk, by=by.pk, field="photos")) for pk in photos])
    tell_assessors(claim, "claim_visited", at=at, turn="visited")
    return claim


@refuses(
    *(WrongState, SamePerson, OfficerIsTied, ReviewOpen, CheckFailed, AcceptedTooMuch, ClaimReasonsUnfit),
    *(InsuranceConsentWithdrawn, CeilingExhausted),
    *refused_by(claimed_of),
)
@no_identity_numbers("words", "override")
@transaction.atomic
def process_claim(
    *,
    claim: Claim,
    accepted: Money | None,
    other_cover: Money | None,
    grade: str = "",
    reasons: Sequence[str],
    words: str,
    override: str,
    by: User,
    at: dt.datetime,
) -> Claim:
    """Propose to pay, or with one to four reasons to decline; another person decides.

    `accepted` is what of the documented cost the papers prove (all, where it is left out).
    """
    claim = lock(claim)
    CLAIM.check("process_claim", claim.status)
    require_two_persons(by, claim.filer_id)
    refuse_tied(by, claim.person_id, claim.payee_id)
    refuse_without_consent(claim)
    if claim.review == Claim.Review.SELECTED:
        raise ReviewOpen
    claim.assessor = by
    if reasons:
        _refuse_reasons(reasons)
        claim.assessed_minor = None
        note(claim, _T.PROPOSED_REJECTION, by=by, at=at, reasons=reasons, words=words)
        return move(claim, _S.PROCESSED, at=at, by=by, reason=",".join(reasons))
    _overrule(claim, override)
    _accept(claim, accepted, other_cover, grade)
    valuation = value_claim(claim)
    if not valuation.amount:
        raise CeilingExhausted
    claim.assessed_minor = valuation.amount.minor
    note(claim, _T.PROPOSED, by=by, at=at, amount_minor=valuation.amount.minor, words=words)
    return move(claim, _S.PROCESSED, at=at, by=by)


@refuses(
    *(WrongState, SamePerson, OfficerIsTied, InsuranceConsentWithdrawn, ClaimLimit, AmountChanged, CeilingExhausted),
)
@transaction.atomic
def approve_claim(*, claim: Claim, amount: Money, by: User, at: dt.datetime) -> Claim:
    """Approve the amount that the decider saw; it is computed anew with every counter held."""
    claim = lock(claim)
    CLAIM.check("approve_claim", claim.status)
    if claim.assessed_minor is None:
        raise WrongState(state=str(_("declining proposed")))
    require_two_persons(by, claim.filer_id, claim.assessor_id)
    refuse_tied(by, claim.person_id, claim.payee_id)
    refuse_without_consent(claim)
    _refuse_above_limit(claim, amount, by=by)
    valuation = value_under_lock(claim)
    if not valuation.amount:
        raise CeilingExhausted
    if valuation.amount != amount:
        raise AmountChanged(amount=valuation.amount.display())
    turn = 1 + claim.decisions.filter(step=_T.APPROVED).count()
    use_counters(claim, valuation, turn=turn)
    claim.decider, claim.decided_at, claim.approved_minor = by, at, amount.minor
    claim.outcome = Claim.Outcome.PARTIAL if valuation.is_partial else Claim.Outcome.COMPLETE
    claim.reason_codes = [ClaimReason.CEILING_REACHED] if valuation.is_partial else []
    note(claim, _T.APPROVED, by=by, at=at, amount_minor=amount.minor, reasons=claim.reason_codes)
    move(claim, _S.VALUATED, at=at, by=by)
    publish("finance.claim_decided", at=at, claim=str(claim.pk), station=claim.station_id)
    tell([claim.filer], "claim_approved", claim, at=at, turn=str(turn))
    tell_family(claim, "claim_approved_family", at=at, turn=str(turn), amount=amount)
    return claim


@refuses(WrongState, SamePerson, OfficerIsTied, InsuranceConsentWithdrawn, ClaimReasonsUnfit)
@needs_words("words")
@transaction.atomic
def reject_claim(*, claim: Claim, reasons: Sequence[str], words: str, by: User, at: dt.datetime) -> Claim:
    """Decline with one to four reasons and what would help; the family may appeal. Its photos are free again."""
    claim = lock(claim)
    CLAIM.check("reject_claim", claim.status)
    require_two_persons(by, claim.filer_id, claim.assessor_id)
    refuse_tied(by, claim.person_id, claim.payee_id)
    refuse_without_consent(claim)
    _refuse_reasons(reasons)
    claim.decider, claim.decided_at, claim.reason_codes = by, at, list(reasons)
    claim.assessed_minor, claim.outcome = None, Claim.Outcome.ERROR
    free_evidence(claim)
    note(claim, _T.REJECTED, by=by, at=at, reasons=reasons, words=words)
    move(claim, _S.REJECTED, at=at, by=by, reason=",".join(reasons))
    publish("finance.claim_decided", at=at, claim=str(claim.pk), station=claim.station_id)
    tell([claim.filer], "claim_rejected", claim, at=at)
    tell_family(claim, "claim_rejected_family", at=at, days=claim.policy.version.appeal_days)
    return claim


@refuses(WrongState, SamePerson)
@needs_words("reason")
@transaction.atomic
def return_to_assessor(*, claim: Claim, reason: str, by: User, at: dt.datetime) -> Claim:
    """Send a proposal back: another look is needed."""
    claim = lock(claim)
    CLAIM.check("return_to_assessor", claim.status)
    require_two_persons(by, claim.filer_id, claim.assessor_id)
    note(claim, _T.RETURNED, by=by, at=at, words=reason)
    claim.assessor = claim.assessed_minor = None
    move(claim, _S.CHECKED, at=at, by=by, reason=reason)
    tell_assessors(claim, "claim_returned", at=at, turn=at.isoformat())
    return claim


@refuses(WrongState, SamePerson)
@needs_words("reason")
@transaction.atomic
def reverse_approval(*, claim: Claim, reason: str, by: User, at: dt.datetime) -> Claim:
    """Take an approval back before money was sent; what it took of ceilings is given back once.

    Where the insured has taken the consent back since, the claim rests.
    """
    claim = lock(claim)
    CLAIM.check("reverse_approval", claim.status)
    require_two_persons(by, claim.decider_id)
    give_back_counters(claim)
    note(claim, _T.REVERSED, by=by, at=at, amount_minor=claim.approved_minor, words=reason)
    claim.approved_minor = claim.decider = claim.decided_at = None
    claim.reason_codes, claim.outcome = [], Claim.Outcome.QUEUED
    move(claim, _S.PROCESSED, at=at, by=by, reason=reason)
    rest_without_consent(claim, at=at)
    return claim


def latest_checks(claim: Claim) -> list[ClaimCheck]:
    """What the last run of the checks found."""
    rows = list(claim.checks.order_by("-run", "pk"))
    return [row for row in rows if row.run == rows[0].run]


def _overrule(claim: Claim, override: str) -> None:
    failed = [check.code for check in latest_checks(claim) if check.result == ClaimCheck.Result.FAIL]
    if failed and not override:
        raise CheckFailed(field="override")
    claim.overrides = [{"check": code, "reason": override} for code in failed]


def _accept(claim: Claim, accepted: Money | None, other_cover: Money | None, grade: str) -> None:
    if other_cover is not None:
        claim.other_cover_minor = other_cover.minor
    minor: int | None = None
    if claim.benefit.formula in OF_COST and accepted is not None:
        minor = accepted.minor
    elif claim.benefit.formula == Benefit.Formula.GRADED and grade:
        minor, claim.grade = claimed_of(claim.benefit, amount=None, grade=grade), grade
    if minor is not None and minor > claim.claimed_minor:
        raise AcceptedTooMuch(field="accepted", most=claim.claimed.display())
    claim.accepted_minor = claim.claimed_minor if minor is None else minor


def _refuse_reasons(reasons: Sequence[str]) -> None:
    known = set(reasons) <= set(ClaimReason.values) and len(set(reasons)) == len(reasons)
    if not known or not 1 <= len(reasons) <= MOST_REASONS:
        raise ClaimReasonsUnfit(field="reasons")


def _refuse_above_limit(claim: Claim, amount: Money, *, by: User) -> None:
    post = demand_post(by, APPROVE, claim.station)
    if post.limit_minor is None or post.currency != amount.currency or post.limit_minor < amount.minor:
        raise ClaimLimit(most=Money(post.limit_minor or 0, post.currency or amount.currency).display())


def _later(claim: Claim, *, since: dt.datetime, until: dt.datetime) -> dt.date:
    """The deadline moved by the working days between two instants."""
    country = claim.station.county.country
    asked, answered, days = decide_by(claim, since, days=0), decide_by(claim, until, days=0), 0
    day = asked
    while day < answered:
        day = working_day_after(country, day, 1)
        days += day <= answered
    deadline = present(claim.decide_by_date)
    return working_day_after(country, deadline, days) if days else deadline
