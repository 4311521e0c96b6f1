"""A claim at the counter: started, proved by photos, filed with the insurer, or withdrawn."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, WrongState, refused_by, refuses
from core.events.services import publish
from core.files.models import StoredFile
from core.jobs.services import enqueue
from core.language.text import fold
from core.money import Money
from finance.insurance import account_numbers
from finance.insurance.arithmetic import share_of
from finance.insurance.machine import CLAIM
from finance.insurance.models import Benefit, Claim, ClaimEvidence, EvidenceRule, Grade, Policy
from finance.insurance.queries import payees_of
from finance.insurance.services.steps import move, tell, tell_family
from stations.accounts.models import Role, User
from stations.accounts.queries import people_in_role
from stations.network.models import Station
from stations.network.paper_numbers import paper_number
from stations.network.services import refuse_unless_open
from stations.people.models import Consent, Person
from stations.places.queries import working_day_after

_S, _F = Claim.Status, Benefit.Formula
CONSENT = "insurance_data"
#: The service of the catalogue that a station offers when it takes claims.
SERVICE = "insurance_claim"
#: Formulas whose amount follows from a documented cost.
OF_COST = (_F.REMAINING_COST, _F.TERM_COST)
ONE_AT_A_TIME = ("event_is_claimed_once", "claim_key")


class ClaimStands(Refused):
    """One event is claimed once."""

    code = "claim_stands"
    message = _("A claim for this event is under way, or was paid already.")


class BenefitUnfit(Refused):
    """The benefit is not one of the policy, or is paid without a claim."""

    code = "benefit_unfit"
    status = 422
    message = _("This policy does not cover that.")


class EventInFuture(Refused):
    """A claim is of something that has happened."""

    code = "event_in_future"
    status = 422
    message = _("The day lies in the future. Check it.")


class PayeeUnfit(Refused):
    """Money goes to the insured, a guardian, or the head of the household."""

    code = "payee_unfit"
    status = 422
    message = _("Money is paid to the insured, to a guardian, or to the head of the household.")


class HolderNameDiffers(Refused):
    """The account is in the name of the one who is paid."""

    code = "holder_name_differs"
    status = 422
    message = _("The account must be in the name of %(name)s.")


class GradeMissing(Refused):
    """What is paid follows from the grade."""

    code = "grade_missing"
    status = 422
    message = _("Choose how bad it is, as the paper says.")


class ClaimAmountMissing(Refused):
    """What is paid follows from the cost."""

    code = "claim_amount_missing"
    status = 422
    message = _("Enter the amount that the paper says.")


class DocumentReused(Refused):
    """A photo proves one claim."""

    code = "document_reused"
    status = 422
    message = _("This very photo belongs to another claim already.")


class BillReused(Refused):
    """A bill is claimed once."""

    code = "bill_reused"
    status = 422
    message = _("This bill belongs to another claim already.")


class PapersMissing(Refused):
    """The papers that the benefit needs are not complete."""

    code = "papers_missing"
    status = 422
    message = _("Still missing: %(papers)s.")


class InsuranceConsentMissing(Refused):
    """Health papers are shown to the insurer with the person's agreement only."""

    code = "insurance_consent_missing"
    status = 422
    message = _("Read the consent about insurance aloud first, and record it.")


class InsuranceConsentWithdrawn(Refused):
    """The insured has taken the consent back: nobody looks at what happened to them before it is recorded anew."""

    code = "insurance_consent_withdrawn"
    status = 422
    message = _(
        "The insured has withdrawn the consent to look at insurance data. The station records it again, or "
        "withdraws the claim."
    )


@dataclass(frozen=True, slots=True)
class PayTo:
    """Where the money shall go, as it is typed; the number is encrypted at once."""

    payee: Person
    bank_code: str
    account_no: str
    holder_name: str


@dataclass(frozen=True, slots=True)
class Bill:
    """What a photographed bill says. Amounts are in the currency of the claim."""

    number: str = ""
    issuer: str = ""
    issued_date: dt.date | None = None
    total: Money | None = None
    public_cover: Money | None = None
    self_paid: Money | None = None


@refuses(
    *(ClaimStands, BenefitUnfit, EventInFuture, PayeeUnfit, HolderNameDiffers, GradeMissing, ClaimAmountMissing),
    *refused_by(refuse_unless_open),
)
@transaction.atomic
def start_claim(
    *,
    policy: Policy,
    benefit: Benefit,
    event_date: dt.date,
    amount: Money | None,
    public_cover: Money | None,
    grade: str,
    pay_to: PayTo,
    station: Station,
    by: User,
    at: dt.datetime,
    key: str,
) -> Claim:
    """Write a claim down as a draft, where the station takes claims now. Amounts are in the currency of the product.

    `amount` is the documented cost; where the formula follows from a grade it is left out.
    """
    refuse_unless_open(station, SERVICE, by=by, at=at)
    today = day_in(station.zone, at)
    if benefit.version_id != policy.version_id or benefit.formula == _F.PARAMETRIC:
        raise BenefitUnfit(field="benefit")
    if event_date > today:
        raise EventInFuture(field="event_date")
    refuse_payee(pay_to, policy, today)
    currency = policy.version.product.currency
    claim = Claim(
        number=paper_number(station, "K", at, marks=6),
        policy=policy,
        person=policy.person,
        benefit=benefit,
        peril=benefit.peril,
        event_date=event_date,
        event_ref=event_of(benefit, event_date),
        station=station,
        payee=pay_to.payee,
        grade=grade if benefit.formula == _F.GRADED else "",
        claimed_minor=claimed_of(benefit, amount=amount, grade=grade),
        public_cover_minor=public_cover.minor if public_cover else 0,
        currency=currency,
        filer=by,
        started_at=at,
        key=f"{by.pk}:{key}",
    )
    try:
        with transaction.atomic():
            claim.save(force_insert=True)
    except IntegrityError as error:
        if not any(name in str(error) for name in ONE_AT_A_TIME):
            raise
        raise ClaimStands from error
    account_numbers.store(
        claim, bank_code=pay_to.bank_code, account_no=pay_to.account_no, holder_name=pay_to.holder_name
    )
    claim.status = ""
    return move(claim, _S.DRAFT, at=at, by=by)


@refuses(WrongState, DocumentReused, BillReused)
@transaction.atomic
def add_evidence(
    *, claim: Claim, kind: str, file: StoredFile, bill: Bill | None = None, by: User, at: dt.datetime
) -> ClaimEvidence:
    """Add a photo to a draft: of a paper, which may be a bill, or of damage."""
    claim = lock(claim)
    CLAIM.check("add_evidence", claim.status)
    return write_evidence(claim=claim, kind=kind, file=file, bill=bill, by=by, at=at)


@refuses(DocumentReused, BillReused)
@transaction.atomic
def write_evidence(
    *, claim: Claim, kind: str, file: StoredFile, bill: Bill | None = None, by: User, at: dt.datetime
) -> ClaimEvidence:
    """Store a photo of a claim; the same photo or bill proves no second live claim."""
    said = bill or Bill()
    evidence = ClaimEvidence(
        claim=claim,
        kind=kind,
        file=file,
        sha256=file.sha256,
        bill_number=said.number,
        issuer=said.issuer,
        issued_date=said.issued_date,
        total_minor=said.total.minor if said.total else None,
        public_cover_minor=said.public_cover.minor if said.public_cover else None,
        self_paid_minor=said.self_paid.minor if said.self_paid else None,
        currency=claim.currency,
        added_by=by,
        added_at=at,
    )
    try:
        with transaction.atomic():
            evidence.save(force_insert=True)
    except IntegrityError as error:
        if "photo_proves_one_claim" in str(error):
            raise DocumentReused(field="photo") from error
        if "bill_proves_one_claim" in str(error):
            raise BillReused(field="bill_number") from error
        raise
    return evidence


@refuses(WrongState, PapersMissing, InsuranceConsentMissing)
@transaction.atomic
def enter_claim(*, claim: Claim, by: User, at: dt.datetime) -> Claim:
    """File a claim with the insurer; its clock begins, and it is checked at once."""
    claim = lock(claim)
    CLAIM.check("enter_claim", claim.status)
    missing = papers_missing(claim)
    if missing:
        raise PapersMissing(papers="; ".join(missing))
    if not has_consent(claim):
        raise InsuranceConsentMissing
    claim.entered_at, claim.decide_by_date = at, decide_by(claim, at)
    move(claim, _S.ENTERED, at=at, by=by)
    plan_checks(claim, at=at)
    publish("finance.claim_entered", at=at, claim=str(claim.pk), station=claim.station_id)
    tell_family(claim, "claim_entered_family", at=at, date=claim.decide_by_date)
    return claim


@refuses(WrongState)
@transaction.atomic
def withdraw_claim(*, claim: Claim, by: User, at: dt.datetime) -> Claim:
    """End a claim at the family's word, before a visit was made; its photos and bills are free again.

    Later too, until it is decided, where the insured has taken the consent back.
    """
    claim = lock(claim)
    CLAIM.check("withdraw_claim", claim.status)
    if is_looked_at(claim) and has_consent(claim):
        raise WrongState(state=str(claim.get_review_display()))
    free_evidence(claim)
    return move(claim, _S.WITHDRAWN, at=at, by=by)


def is_looked_at(claim: Claim) -> bool:
    """Whether somebody has visited or assessed it."""
    return claim.review == Claim.Review.DELIVERED or claim.status == _S.PROCESSED


def has_consent(claim: Claim) -> bool:
    """Whether the insured lets insurance data be looked at."""
    records = Person.objects.of_people(claim.person_id)
    return Consent.objects.filter(person__in=records, purpose=CONSENT, withdrawn_at=None).exists()


def rests(claim: Claim) -> bool:
    """Whether a claim that waits for the family waits for the consent of the insured."""
    return claim.is_undecided and claim.documents_asked_at is not None and not has_consent(claim)


@refuses(InsuranceConsentWithdrawn)
def refuse_without_consent(claim: Claim) -> None:
    """Nobody visits, assesses or decides without it."""
    if not has_consent(claim):
        raise InsuranceConsentWithdrawn


def papers_missing(claim: Claim) -> list[str]:
    """What the benefit still needs, in words: "2 × photo of the damage"."""
    there = Counter(claim.evidence.values_list("kind", flat=True))
    rules = EvidenceRule.objects.filter(benefit=claim.benefit_id).order_by("pk")
    lacking = [(rule, rule.min_count - there[rule.kind]) for rule in rules]
    return [f"{count} × {rule.get_kind_display()}" for rule, count in lacking if count > 0]


def event_of(benefit: Benefit, event_date: dt.date) -> str:
    """What makes two claims claims of one event: the day, or the half-year of a term."""
    if benefit.per == Benefit.Per.TERM:
        return f"{event_date.year}-H{1 if event_date.month <= 6 else 2}"
    return event_date.isoformat()


@refuses(ClaimAmountMissing, GradeMissing)
def claimed_of(benefit: Benefit, *, amount: Money | None, grade: str) -> int:
    """What is claimed, in minor units: the cost, the grade's share, or the sum insured."""
    if benefit.formula in OF_COST:
        if amount is None or amount.minor <= 0:
            raise ClaimAmountMissing(field="amount")
        return amount.minor
    insured = benefit.sum_insured_minor or 0
    if benefit.formula == _F.FIXED:
        return insured
    row = benefit.grades.filter(grade=grade).first() if grade in Grade.values else None
    if row is None:
        raise GradeMissing(field="grade")
    return share_of(insured, row.share_bp)


def decide_by(claim: Claim, at: dt.datetime, *, days: int | None = None) -> dt.date:
    """The day by which a claim is to be decided: so many working days of the country later."""
    station = claim.station
    count = claim.policy.version.decision_working_days if days is None else days
    return working_day_after(station.county.country, day_in(station.zone, at), count)


def plan_checks(claim: Claim, *, at: dt.datetime) -> None:
    """Have the automatic checks run once this is committed."""
    run = 1 + max(claim.checks.values_list("run", flat=True), default=0)
    payload: dict[str, Any] = {"claim": str(claim.pk)}
    enqueue("insurance.check_claim", dedupe_key=f"claim-check:{claim.pk}:{run}", payload=payload, run_at=at)


def free_evidence(claim: Claim) -> None:
    """The photos and bills of a claim that has ended without money prove nothing any more."""
    claim.evidence.update(is_live=False)


def tell_assessors(claim: Claim, template: str, *, at: dt.datetime, turn: str = "") -> None:
    """A message to the assessors who reach the claim."""
    tell(people_in_role(Role.CLAIMS_ASSESSOR, at=at, station=claim.station), template, claim, at=at, turn=turn)


@refuses(PayeeUnfit, HolderNameDiffers)
def refuse_payee(pay_to: PayTo, policy: Policy, today: dt.date) -> None:
    """Money goes to the family, to an account in the name of the one who is paid."""
    payee = pay_to.payee
    if payee not in payees_of(policy, today):
        raise PayeeUnfit(field="payee")
    if fold(pay_to.holder_name) != fold(payee.full_name):
        raise HolderNameDiffers(field="holder_name", name=payee.full_name)
