"""A declined claim is appealed once; somebody who took no part judges, and a claim that is restored is a new one."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, present
from core.days import day_in
from core.errors import Refused, WrongState, refuses
from core.events.services import publish
from core.fields import uuid7
from core.files.services import FileUnknown, own_file
from core.history import record_change
from core.language.reasons import needs_words
from finance.insurance import account_numbers
from finance.insurance.machine import APPEAL, CLAIM
from finance.insurance.models import Appeal, Claim, ClaimAccount
from finance.insurance.services.filing import (
    BillReused,
    ClaimStands,
    DocumentReused,
    InsuranceConsentMissing,
    decide_by,
    has_consent,
    tell_assessors,
)
from finance.insurance.services.resting import rest_without_consent
from finance.insurance.services.steps import tell, tell_family
from finance.ties import OfficerIsTied, refuse_tied
from stations.accounts.models import Role, User
from stations.accounts.queries import people_in_role
from stations.network.paper_numbers import paper_number
from stations.two_persons import is_same_person

_A, _S = Appeal.Status, Claim.Status
JUDGED_WITHIN = 15


class AppealExists(Refused):
    """A claim is appealed once."""

    code = "appeal_exists"
    status = 422
    message = _("This claim was appealed already.")


class AppealTooLate(Refused):
    """The time to appeal is over."""

    code = "appeal_too_late"
    status = 422
    message = _("An appeal was possible until %(date)s.")


class JudgeTookPart(Refused):
    """Who filed, assessed or decided the claim, or filed the appeal, does not judge it."""

    code = "judge_took_part"
    status = 422
    message = _("This person took part in the claim. Another one must judge.")


class JudgeUnfit(Refused):
    """A judge is a claims assessor who reaches the claim."""

    code = "judge_unfit"
    status = 422
    message = _("Choose a claims assessor who works on this region.")


@refuses(WrongState, AppealExists, AppealTooLate, InsuranceConsentMissing, FileUnknown)
@needs_words("words")
@transaction.atomic
def file_appeal(*, claim: Claim, words: str, photos: Sequence[UUID] = (), by: User, at: dt.datetime) -> Appeal:
    """Say that a claim was declined wrongly, in the family's own words.

    It is raised and judged also where the insured has taken the consent back: on what the claim holds, which was
    declined on it. New photos are read with the consent only.
    """
    claim = lock(claim)
    CLAIM.check("file_appeal", claim.status)
    zone = claim.station.zone
    until = day_in(zone, present(claim.decided_at)) + dt.timedelta(days=claim.policy.version.appeal_days)
    if day_in(zone, at) > until:
        raise AppealTooLate(date=until)
    if photos and not has_consent(claim):
        raise InsuranceConsentMissing(field="photos")
    appeal = Appeal(
        claim=claim,
        words=words,
        filed_by=by,
        filed_at=at,
        decide_by_date=decide_by(claim, at, days=JUDGED_WITHIN),
        claim_filer_id=claim.filer_id,
        claim_assessor_id=claim.assessor_id,
        claim_decider_id=claim.decider_id,
    )
    try:
        with transaction.atomic():
            appeal.save(force_insert=True)
    except IntegrityError as error:
        if "claim_id" not in str(error):
            raise
        raise AppealExists from error
    appeal.photos.set([present(own_file(pk=pk, by=by.pk, field="photos")) for pk in photos])
    record_change(appeal, old="", new=appeal.status, at=at, actor=by.pk)
    tell_assessors(claim, "appeal_filed", at=at)
    return appeal


@refuses(WrongState, JudgeTookPart, JudgeUnfit, OfficerIsTied)
@transaction.atomic
def assign_appeal(*, appeal: Appeal, judge: User, by: User, at: dt.datetime) -> Appeal:
    """Give an appeal to a claims assessor who took no part in the claim."""
    appeal = lock(appeal)
    APPEAL.check("assign_appeal", appeal.status)
    assessors = people_in_role(Role.CLAIMS_ASSESSOR, at=at, station=appeal.claim.station)
    if not assessors.filter(pk=judge.pk).exists():
        raise JudgeUnfit(field="judge")
    if is_same_person(judge, *_took_part(appeal)):
        raise JudgeTookPart(field="judge")
    refuse_tied(judge, appeal.claim.person_id, appeal.claim.payee_id)
    appeal.judge = judge
    _move(appeal, _A.ASSIGNED, by=by, at=at)
    tell([judge], "appeal_to_judge", appeal.claim, at=at)
    return appeal


@refuses(WrongState, JudgeTookPart)
@needs_words("words")
@transaction.atomic
def uphold_rejection(*, appeal: Appeal, words: str, by: User, at: dt.datetime) -> Appeal:
    """Judge that the claim stays declined, and say why in plain words."""
    appeal = _judged(appeal, "uphold_rejection", by=by)
    appeal.outcome_words, appeal.decided_at = words, at
    _move(appeal, _A.UPHELD, by=by, at=at)
    _tell_decided(appeal, at=at)
    return appeal


@refuses(WrongState, JudgeTookPart, ClaimStands, DocumentReused, BillReused)
@needs_words("words")
@transaction.atomic
def restore_claim(*, appeal: Appeal, words: str, by: User, at: dt.datetime) -> Claim:
    """Judge that the claim is looked at anew: a new claim follows the old one, which stays declined.

    Where the insured has taken the consent back since, the new one rests.
    """
    appeal = _judged(appeal, "restore_claim", by=by)
    appeal.outcome_words, appeal.decided_at = words, at
    _move(appeal, _A.RESTORED, by=by, at=at)
    claim = _again(appeal.claim, by=by, at=at)
    _tell_decided(appeal, at=at)
    if not rest_without_consent(claim, at=at):
        tell_assessors(claim, "claim_to_assess", at=at, turn="restored")
    return claim


def _judged(appeal: Appeal, verb: str, *, by: User) -> Appeal:
    appeal = lock(appeal)
    APPEAL.check(verb, appeal.status)
    if not is_same_person(by, appeal.judge_id) or is_same_person(by, *_took_part(appeal)):
        raise JudgeTookPart
    return appeal


def _took_part(appeal: Appeal) -> tuple[UUID | None, ...]:
    return appeal.claim_filer_id, appeal.claim_assessor_id, appeal.claim_decider_id, appeal.filed_by_id


def _again(old: Claim, *, by: User, at: dt.datetime) -> Claim:
    """A claim of the same event with the same papers and account, as checked before."""
    visited = Claim.Review.DELIVERED if old.review == Claim.Review.DELIVERED else Claim.Review.NOT_SELECTED
    same = ("policy", "person", "benefit", "peril", "event_date", "event_ref", "station", "payee", "grade", "filer")
    claim = Claim(
        **{name: getattr(old, name) for name in same},
        number=paper_number(old.station, "K", at, marks=6),
        claimed_minor=old.claimed_minor,
        public_cover_minor=old.public_cover_minor,
        other_cover_minor=old.other_cover_minor,
        currency=old.currency,
        review=visited,
        status=_S.CHECKED,
        restores=old,
        started_at=at,
        entered_at=old.entered_at,
        decide_by_date=decide_by(old, at),
        key=f"restore:{old.pk}",
    )
    try:
        with transaction.atomic():
            claim.save(force_insert=True)
            for row in old.evidence.exclude(file=None).order_by("pk"):
                row.pk, row.claim, row.is_live = uuid7(), claim, True
                row.save(force_insert=True)
    except IntegrityError as error:
        if "photo_proves_one_claim" in str(error):
            raise DocumentReused from error
        if "bill_proves_one_claim" in str(error):
            raise BillReused from error
        if "event_is_claimed_once" in str(error):
            raise ClaimStands from error
        raise
    account = ClaimAccount.objects.select_related("data_key").filter(claim=old, data_key__isnull=False).first()
    if account is not None:
        account_numbers.store(
            claim,
            bank_code=account.bank_code,
            account_no=account_numbers.number_of(account),
            holder_name=account.holder_name,
        )
    for check in old.checks.order_by("pk"):
        claim.checks.create(code=check.code, run=check.run, result=check.result, evidence=check.evidence, at=check.at)
    record_change(claim, old="", new=claim.status, at=at, actor=by.pk)
    return claim


def _move(appeal: Appeal, status: str, *, by: User, at: dt.datetime) -> None:
    before, appeal.status = appeal.status, status
    appeal.save()
    record_change(appeal, old=before, new=status, at=at, actor=by.pk)


def _tell_decided(appeal: Appeal, *, at: dt.datetime) -> None:
    claim = appeal.claim
    publish("finance.appeal_decided", at=at, claim=str(claim.pk), station=claim.station_id)
    tell([appeal.filed_by], "appeal_decided", claim, at=at)
    tell_family(claim, "appeal_decided_family", at=at)
