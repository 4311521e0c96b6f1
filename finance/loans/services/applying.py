"""A wish is written down at the counter, what was seen is added, and it goes to the lender."""

import datetime as dt
from collections.abc import Collection
from typing import Any, cast
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, WrongState, refused_by, refuses
from core.events.services import publish
from core.money import Money
from finance.credit.models import Assessment
from finance.credit.queries import assessments_of
from finance.credit.services import (
    RecommendingSuspended,
    check_conflicts,
    demand_recommending,
    is_suspended_meanwhile,
    record_assessment,
    release_exposure,
)
from finance.loans.machine import APPLICATION
from finance.loans.models import LoanApplication, LoanProductVersion
from finance.loans.services.grouping import GroupNeeded, demand_group_in_time
from finance.loans.services.quotes import TermsOutsideProduct, quote_loan
from finance.loans.services.scores import CONSENT, compute_score
from finance.loans.services.signed import end_signed_loan, loan_of
from finance.loans.services.steps import move, tell
from stations.accounts.models import Role, User
from stations.accounts.queries import people_in_role
from stations.network.models import Station
from stations.network.paper_numbers import paper_number
from stations.people.models import Consent, Person
from stations.recruitment.queries import terms_at
from stations.two_persons import is_same_person

_S = LoanApplication.Status
#: A second wish for the same product, or the same press long after its answer was forgotten.
ONE_AT_A_TIME = ("person_has_one_application_of_a_product_under_way", "loanapplication_key")


class ApplicationStands(Refused):
    """One wish for one product at a time."""

    code = "application_stands"
    message = _("An application for this loan is under way already.")


class ProductNotOffered(Refused):
    """The product is not, or no more, offered here."""

    code = "product_not_offered"
    status = 422
    message = _("This loan is not offered here any more. Choose another one.")


class BorrowerUnknown(Refused):
    """Nobody here, dead, or a record that was merged into another."""

    code = "borrower_unknown"
    status = 422
    message = _("There is no such person here, or the record has ended.")


class ConsentNeeded(Refused):
    """No fact is looked at without the borrower's agreement."""

    code = "credit_consent_missing"
    status = 422
    message = _("Read the consent about credit data aloud first, and record it.")


class AssessmentMissing(Refused):
    """Whoever recommends has seen what it is about."""

    code = "assessment_missing"
    status = 422
    message = _("Write down first what you saw, with photos.")


@refuses(
    ApplicationStands,
    ProductNotOffered,
    BorrowerUnknown,
    GroupNeeded,
    *refused_by(demand_recommending, demand_group_in_time, quote_loan),
)
@transaction.atomic
def start_application(
    *,
    person: Person,
    version: LoanProductVersion,
    station: Station,
    amount: Money,
    installments: int,
    purpose: str,
    purpose_words: str,
    by: User,
    at: dt.datetime,
    key: str,
) -> LoanApplication:
    """Write a wish down as a draft, for who is in a group of this county as that of a member.

    `amount` is in the product's currency.
    """
    demand_recommending(by)
    if version.status != LoanProductVersion.Status.ACTIVE or version.product.country != station.county.country:
        raise ProductNotOffered(field="version")
    if person.died_date or person.merged_into_id:
        raise BorrowerUnknown(field="person")
    group = demand_group_in_time(person)
    if group is not None and group.station.county_id != station.county_id:
        group = None
    if version.needs_group and group is None:
        raise GroupNeeded(field="version")
    quote_loan(version=version, amount=amount, installments=installments, at=at)
    most = Money(version.amount_max_first_minor, version.currency)
    if most < amount and not _has_borrowed(person):
        raise TermsOutsideProduct(field="amount", least=version.smallest.display(), most=most.display())
    application = LoanApplication(
        number=paper_number(station, "L", at, marks=4),
        person=person,
        product=version.product,
        version=version,
        station=station,
        group=group,
        purpose=purpose,
        purpose_words=purpose_words,
        requested_minor=amount.minor,
        installments=installments,
        currency=amount.currency,
        recommender=by,
        started_at=at,
        key=f"{by.pk}:{key}",
    )
    try:
        with transaction.atomic():
            application.save(force_insert=True)
    except IntegrityError as error:
        if not any(name in str(error) for name in ONE_AT_A_TIME):
            raise
        raise ApplicationStands from error
    return move(application, _S.DRAFT, at=at, by=by, before="")


@refuses(WrongState, *refused_by(record_assessment))
@transaction.atomic
def assess_application(
    *,
    application: LoanApplication,
    station: Station,
    relationship: str,
    seen: dict[str, Any],
    opinion: str,
    photos: Collection[UUID],
    by: User,
    at: dt.datetime,
) -> Assessment:
    """Write down a visit: that of the station which recommends, else the second one, by somebody of another station.

    After the appraisal only a second one that was asked for since then, because the recommender was suspended.
    """
    application = lock(application)
    APPLICATION.check("record_assessment", application.status)
    is_own = _is_of_recommender(application, station, by)
    if application.status == _S.APPRAISED and (is_own or not application.needs_second_assessment):
        raise WrongState(state=str(application.get_status_display()))
    return record_assessment(
        application_ref=application.pk,
        person=application.person,
        station=station,
        role=Assessment.Role.RECOMMENDER if is_own else Assessment.Role.SECOND_ASSESSOR,
        relationship=relationship,
        seen=seen | {"currency": application.currency},
        opinion=opinion,
        photos=photos,
        by=by,
        at=at,
    )


def _is_of_recommender(application: LoanApplication, station: Station, by: User) -> bool:
    """What a helper, or a partner who has left, has begun, the partner of the station visits for and sends."""
    if application.status == _S.DRAFT and station.pk == application.station_id:
        return True
    visits = assessments_of(application.pk).filter(role=Assessment.Role.RECOMMENDER)
    return is_same_person(by, application.recommender_id, *visits.values_list("assessor", flat=True))


@refuses(
    *(WrongState, ConsentNeeded, AssessmentMissing, ProductNotOffered, RecommendingSuspended),
    *refused_by(check_conflicts, compute_score),
)
@transaction.atomic
def submit_application(*, application: LoanApplication, by: User, at: dt.datetime) -> LoanApplication:
    """Send it to the lender, whose officers are told; ties that are found ask for a second visit.

    Refused where who recommends, or who sends it for them, is suspended.
    """
    speak = {application.recommender_id: cast(User, application.recommender), by.pk: by}
    is_suspended = any(is_suspended_meanwhile(each) for each in speak.values())
    application = lock(application)
    APPLICATION.check("submit_application", application.status)
    if is_suspended:
        raise RecommendingSuspended
    if application.version.status != LoanProductVersion.Status.ACTIVE:
        raise ProductNotOffered
    consent = Consent.objects.filter(person=application.person_id, purpose=CONSENT, withdrawn_at=None).first()
    if consent is None:
        raise ConsentNeeded
    visit = assessments_of(application.pk).filter(role=Assessment.Role.RECOMMENDER).first()
    if visit is None:
        raise AssessmentMissing
    checks = check_conflicts(
        application_ref=application.pk,
        borrower=application.person,
        assessment=visit,
        recommender=cast(User, application.recommender),
        station=application.station,
        at=at,
    )
    if any(check.hit for check in checks):
        ask_second(application, at=at)
    application.consent, application.submitted_at = consent, at
    _keep_terms_of_fee(application)
    move(application, _S.SUBMITTED, at=at, by=by)
    compute_score(application, amount=application.requested, installments=application.installments, at=at)
    publish("finance.loan_submitted", at=at, application=str(application.pk), station=application.station_id)
    officers = people_in_role(Role.CREDIT_OFFICER, at=at, station=application.station)
    tell(officers, "loan_submitted", application, at=at)
    return application


def _keep_terms_of_fee(application: LoanApplication) -> None:
    """Who recommends earns by the contracts of today, also where another partner runs the station by then."""
    terms = terms_at(application.station, acted_by=cast(User, application.recommender))
    application.fee_partner_id = terms.partner
    application.fee_plan_code = terms.commission_plan_code
    application.fee_helper_share_bp = terms.helper_share_bp


@refuses(WrongState)
@transaction.atomic
def withdraw_application(*, application: LoanApplication, by: User, at: dt.datetime) -> LoanApplication:
    """End it at the borrower's word; what was reserved for it is free again."""
    application = lock(application)
    APPLICATION.check("withdraw_application", application.status)
    loan = loan_of(application)
    if loan is not None:
        end_signed_loan(loan, at=at, by=by)
    release_exposure(loan_ref=application.pk, amount=None, event_ref="withdrawn")
    application.offer_valid_until_date = None
    application.reasons = []
    return move(application, _S.WITHDRAWN, at=at, by=by)


def ask_second(application: LoanApplication, *, at: dt.datetime) -> None:
    """Ask a station of the same township, or else of the county, for the second visit; its partners are told."""
    application.needs_second_assessment = True
    station = application.station
    others = Station.objects.filter(county=station.county_id, kind=station.kind, status="active").exclude(pk=station.pk)
    near = others.annotate(is_near=Q(township=station.township_id)).order_by("-is_near", "code")
    application.second_station = next((each for each in near if _has_partner(each, at)), None)
    if application.second_station:
        partners = people_in_role(Role.PARTNER, at=at, station=application.second_station)
        tell(partners, "loan_second_visit", application, at=at)


def _has_partner(station: Station, at: dt.datetime) -> bool:
    return people_in_role(Role.PARTNER, at=at, station=station).exists()


def _has_borrowed(person: Person) -> bool:
    """Whether an earlier application of this person was approved and not given back."""
    earlier = LoanApplication.objects.filter(person=person, status__in=[_S.APPROVED, _S.TAKEN_UP])
    return earlier.exists()
