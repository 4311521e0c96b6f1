"""The lender decides: one officer proposes, another approves, for large amounts a third; who is declined learns why."""

import datetime as dt
from collections.abc import Sequence
from typing import cast
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, present
from core.days import day_in, latest_day
from core.errors import Refused, SamePerson, WrongState, refused_by, refuses
from core.events.services import publish
from core.language.reasons import needs_words
from core.money import Money, units
from finance.credit.models import Assessment, Reason
from finance.credit.models.exposures import Scope
from finance.credit.queries import assessments_of
from finance.credit.services import (
    check_conflicts,
    is_suspended_meanwhile,
    release_exposure,
    reserve_exposure,
)
from finance.loans.machine import APPLICATION, LOAN
from finance.loans.models import Appraisal, LoanApplication
from finance.loans.services.applying import ask_second
from finance.loans.services.grouping import GroupLeft, demand_member, refuse_arrears
from finance.loans.services.quotes import quote_loan
from finance.loans.services.scores import compute_score
from finance.loans.services.signed import end_signed_loan, loan_of
from finance.loans.services.steps import move, tell, tell_borrower
from finance.ties import OfficerIsTied, refuse_tied
from stations.accounts.models import User
from stations.people.models import Person
from stations.scope import demand_post
from stations.two_persons import person_of, require_two_persons

_S = LoanApplication.Status
APPROVE, CO_APPROVE = "finance.approve_application", "finance.co_approve_application"
#: Above so many units of the currency, two people approve.
TWO_APPROVE_ABOVE = 200_000
OFFER_STANDS = dt.timedelta(days=30)
RECONSIDERED_WITHIN = dt.timedelta(days=30)
MOST_REASONS = 4
#: Why an application that one has approved stays with the lender.
FIRST_OF_TWO = "first_of_two"
SWEEP = 500


class SecondAssessmentNeeded(Refused):
    """A tie was found, or the recommender is suspended: somebody of another station visits as well."""

    code = "second_assessor_needed"
    status = 422
    message = _("Another station has to visit first.")


class ReasonsUnfit(Refused):
    """Reasons stand exactly where less than asked for is given, one to four, none twice."""

    code = "loan_reasons_unfit"
    status = 422
    message = _("Name one to four different reasons where less than asked for is given, and none otherwise.")


class ApprovalLimit(Refused):
    """More than the officer's post may approve."""

    code = "approval_limit"
    status = 422
    message = _("Your post may approve at most %(most)s. An officer with a higher limit decides this.")


class OneApproves(Refused):
    """The amount needs one approver, or the first has not approved yet."""

    code = "one_approves"
    message = _("This amount is approved by one person.")


class ReconsiderationOver(Refused):
    """Looked at again already, or too late."""

    code = "reconsideration_over"
    message = _("A declined application is looked at again once, within 30 days.")


@refuses(WrongState, SamePerson, OfficerIsTied, SecondAssessmentNeeded, ReasonsUnfit, *refused_by(compute_score))
@needs_words("opinion")
@transaction.atomic
def appraise_application(
    *,
    application: LoanApplication,
    amount: Money,
    installments: int,
    reasons: Sequence[str],
    opinion: str,
    by: User,
    at: dt.datetime,
) -> LoanApplication:
    """Propose what to lend; somebody else decides. Less than asked for needs reasons."""
    application = lock(application)
    APPLICATION.check("appraise_application", application.status)
    require_two_persons(by, *_recommended_by(application))
    refuse_tied(by, application.person_id)
    _demand_second_visit(application)
    least = min(amount, application.requested)
    _refuse_reasons(reasons, are_needed=least < application.requested)
    compute_score(application, amount=least, installments=installments, at=at)
    Appraisal.objects.create(
        application=application,
        proposed_minor=least.minor,
        proposed_installments=installments,
        currency=least.currency,
        reasons=list(reasons),
        opinion=opinion,
        appraiser=by,
        at=at,
    )
    application.appraiser = by
    return move(application, _S.APPRAISED, at=at, by=by)


@refuses(
    WrongState,
    SamePerson,
    OfficerIsTied,
    ApprovalLimit,
    SecondAssessmentNeeded,
    *refused_by(check_conflicts, reserve_exposure, quote_loan, refuse_arrears),
)
@transaction.atomic
def approve_application(*, application: LoanApplication, by: User, at: dt.datetime) -> LoanApplication:
    """Approve what was proposed; a large amount waits for a second approver with its room under the caps reserved."""
    application = lock(application)
    APPLICATION.check("approve_application", application.status)
    require_two_persons(by, application.appraiser_id, *_recommended_by(application))
    refuse_tied(by, application.person_id)
    if application.approver_id:
        raise WrongState(state=str(application.get_status_display()))
    _demand_second_visit(application)
    proposal = latest_appraisal(application)
    _refuse_above_limit(application, proposal.proposed, verb=APPROVE, by=by)
    quote_loan(
        version=application.version, amount=proposal.proposed, installments=proposal.proposed_installments, at=at
    )
    refuse_arrears(application.person)
    check_ties_again(application, at=at)
    _reserve(application, proposal.proposed, at=at)
    application.approver = by
    application.approved_minor = proposal.proposed_minor
    application.approved_installments = proposal.proposed_installments
    if needs_two(proposal.proposed):
        return move(application, _S.APPRAISED, at=at, by=by, reason=FIRST_OF_TWO)
    return _approve(application, proposal, by=by, at=at)


@refuses(
    *(WrongState, SamePerson, OfficerIsTied, ApprovalLimit, OneApproves, SecondAssessmentNeeded),
    *refused_by(refuse_arrears),
)
@transaction.atomic
def co_approve_application(*, application: LoanApplication, by: User, at: dt.datetime) -> LoanApplication:
    """Approve a large amount as the second person."""
    application = lock(application)
    APPLICATION.check("co_approve_application", application.status)
    proposal = latest_appraisal(application)
    if application.approver_id is None or not needs_two(proposal.proposed):
        raise OneApproves
    _demand_second_visit(application)
    require_two_persons(by, application.appraiser_id, application.approver_id, *_recommended_by(application))
    refuse_tied(by, application.person_id)
    _refuse_above_limit(application, proposal.proposed, verb=CO_APPROVE, by=by)
    refuse_arrears(application.person)
    application.approver2 = by
    return _approve(application, proposal, by=by, at=at)


@refuses(WrongState, SamePerson, OfficerIsTied, ReasonsUnfit)
@transaction.atomic
def reject_application(
    *, application: LoanApplication, reasons: Sequence[str], by: User, at: dt.datetime
) -> LoanApplication:
    """Decline it with one to four reasons; the borrower reads them, and may ask to look again."""
    application = lock(application)
    APPLICATION.check("reject_application", application.status)
    require_two_persons(by, application.recommender_id)
    refuse_tied(by, application.person_id)
    _refuse_reasons(reasons, are_needed=True)
    release_exposure(loan_ref=application.pk, amount=None, event_ref=f"rejected:{application.times_reconsidered}")
    application.approved_minor = application.approved_installments = None
    application.approver = application.approver2 = None
    application.reasons, application.rejected_by, application.decided_at = list(reasons), by, at
    move(application, _S.REJECTED, at=at, by=by, reason=",".join(reasons))
    publish("finance.loan_rejected", at=at, application=str(application.pk), station=application.station_id)
    tell([application.recommender], "loan_rejected", application, at=at, turn=str(application.times_reconsidered))
    tell_borrower(application, "loan_rejected_borrower", at=at)
    return application


@refuses(WrongState, SamePerson, OfficerIsTied, ReconsiderationOver, GroupLeft)
@transaction.atomic
def reconsider_application(*, application: LoanApplication, by: User, at: dt.datetime) -> LoanApplication:
    """Look again at what was declined, by another officer: once, within 30 days, and for a member only who is one.

    Whose recommender was suspended meanwhile gets a second visit, as what waited then.
    """
    is_suspended = is_suspended_meanwhile(application.speaks)
    demand_member(application.person, application.group)
    application = lock(application)
    APPLICATION.check("reconsider_application", application.status)
    require_two_persons(by, application.rejected_by_id, application.appraiser_id, application.recommender_id)
    refuse_tied(by, application.person_id)
    if application.times_reconsidered or at - present(application.decided_at) > RECONSIDERED_WITHIN:
        raise ReconsiderationOver
    application.times_reconsidered += 1
    application.reasons, application.rejected_by, application.decided_at = [], None, None
    application.appraiser = None
    if is_suspended and not application.needs_second_assessment:
        ask_second(application, at=at)
    return move(application, _S.SUBMITTED, at=at, by=by)


@refuses(WrongState)
@transaction.atomic
def expire_offers(*, at: dt.datetime) -> int:
    """Offers that nobody took up end; how many there were. What was reserved for them is free again."""
    rows = list(
        LoanApplication.objects.filter(status=_S.APPROVED, offer_valid_until_date__lt=latest_day(at))
        .select_related("station__county")
        .order_by("offer_valid_until_date", "pk")
        .select_for_update(of=("self",), no_key=True, skip_locked=True)[:SWEEP]
    )
    ended = 0
    for application in rows:
        if present(application.offer_valid_until_date) < day_in(application.station.zone, at):
            APPLICATION.check("expire_application", application.status)
            loan = loan_of(application)
            if loan is not None and not LOAN.allows("cancel_loan", loan.status):
                continue
            if loan is not None:
                end_signed_loan(loan, at=at)
            release_exposure(loan_ref=application.pk, amount=None, event_ref="expired")
            move(application, _S.EXPIRED, at=at)
            ended += 1
    return ended


def latest_appraisal(application: LoanApplication) -> Appraisal:
    """The proposal that counts."""
    return application.appraisals.order_by("-pk")[0]


def needs_two(amount: Money) -> bool:
    """Whether two people approve this amount."""
    return units(TWO_APPROVE_ABOVE, amount.currency) < amount


def _approve(application: LoanApplication, proposal: Appraisal, *, by: User, at: dt.datetime) -> LoanApplication:
    today = day_in(application.station.zone, at)
    application.reasons, application.decided_at = proposal.reasons, at
    application.offer_valid_until_date = today + OFFER_STANDS
    move(application, _S.APPROVED, at=at, by=by)
    publish("finance.loan_approved", at=at, application=str(application.pk), station=application.station_id)
    tell([application.recommender], "loan_approved", application, at=at)
    tell_borrower(application, "loan_approved_borrower", at=at)
    return application


def _reserve(application: LoanApplication, amount: Money, *, at: dt.datetime) -> None:
    station, person = application.station, application.person
    scopes = {
        Scope.BORROWER: _known_as(person_of(person)),
        Scope.PARTNER: _known_as(person_of(application.speaks)),
        Scope.VILLAGE: [str(station.village_id)],
        Scope.COUNTY: [str(station.county_id)],
    }
    if person.household_id:
        scopes[Scope.HOUSEHOLD] = [str(person.household_id)]
    reserve_exposure(
        loan_ref=application.pk,
        scopes={str(scope): refs for scope, refs in scopes.items()},
        amount=amount,
        country=station.county.country,
        date=day_in(station.zone, at),
        event_ref=f"approved:{application.times_reconsidered}",
    )


def _known_as(person: UUID) -> list[str]:
    """What a person is, or was, counted under: the record that stands, those that became part of it, and logins."""
    records = Person.objects.of_people(person)
    logins = User.objects.filter(person__in=records)
    merged, signed_in = records.values_list("pk", flat=True), logins.values_list("pk", flat=True)
    return [str(ref) for ref in dict.fromkeys([person, *merged, *signed_in])]


@refuses(SecondAssessmentNeeded, *refused_by(check_conflicts))
def check_ties_again(application: LoanApplication, *, at: dt.datetime) -> None:
    """Look for ties once more, before approval and before money moves; one that nobody visited for is refused."""
    visit = assessments_of(application.pk).get(role=Assessment.Role.RECOMMENDER)
    checks = check_conflicts(
        application_ref=application.pk,
        borrower=application.person,
        assessment=visit,
        recommender=cast(User, application.recommender),
        station=application.station,
        at=at,
    )
    if any(check.hit for check in checks) and not _has_second_visit(application):
        raise SecondAssessmentNeeded


@refuses(SecondAssessmentNeeded)
def _demand_second_visit(application: LoanApplication) -> None:
    """Of a tie, or of a recommender who was suspended meanwhile, a second visit stands before anybody goes on."""
    if application.needs_second_assessment and not _has_second_visit(application):
        raise SecondAssessmentNeeded


def _has_second_visit(application: LoanApplication) -> bool:
    return assessments_of(application.pk).filter(role=Assessment.Role.SECOND_ASSESSOR).exists()


def _recommended_by(application: LoanApplication) -> set[UUID | None]:
    """Who speaks for the borrower, and who earns by that: none of them decides."""
    assessors = assessments_of(application.pk).values_list("assessor", flat=True)
    return {application.recommender_id, application.fee_partner_id, *assessors}


def _refuse_reasons(reasons: Sequence[str], *, are_needed: bool) -> None:
    known = set(reasons) <= set(Reason.values) and len(set(reasons)) == len(reasons)
    fits = 1 <= len(reasons) <= MOST_REASONS if are_needed else not reasons
    if not known or not fits:
        raise ReasonsUnfit(field="reasons")


def _refuse_above_limit(application: LoanApplication, amount: Money, *, verb: str, by: User) -> None:
    post = demand_post(by, verb, application.station)
    if post.limit_minor is None or post.currency != amount.currency or post.limit_minor < amount.minor:
        most = Money(post.limit_minor or 0, post.currency or amount.currency)
        raise ApprovalLimit(most=most.display())
