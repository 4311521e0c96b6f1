"""Ties between a borrower and whoever recommends: looked for before anybody decides, and again before approval."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, refuses
from core.events.services import publish
from finance.credit.models import Assessment, ConflictCheck
from finance.credit.queries import latest_checks
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.models import Guardianship, Person
from stations.two_persons import is_same_person

_C = ConflictCheck.Code


class RecommenderIsBorrower(Refused):
    """Nobody recommends a loan to themselves."""

    code = "recommender_is_borrower"
    status = 422
    message = _("You cannot recommend a loan to yourself. Another station takes your application.")


@refuses(RecommenderIsBorrower)
@transaction.atomic
def check_conflicts(
    *,
    application_ref: UUID,
    borrower: Person,
    assessment: Assessment,
    recommender: User,
    station: Station,
    at: dt.datetime,
) -> list[ConflictCheck]:
    """Look for every kind of tie of who visited, and of who began the application for them.

    What is found of the visitor and was declared to be none opens a warning at the station, once.
    """
    is_oneself = is_same_person(assessment.assessor, borrower.pk) or is_same_person(recommender, borrower.pk)
    if assessment.relationship == Assessment.Relationship.SELF or is_oneself:
        raise RecommenderIsBorrower(field="relationship")
    declared = assessment.relationship != Assessment.Relationship.NONE
    found, beside = _ties(assessment.assessor, borrower), _ties(recommender, borrower)
    found[_C.DECLARED] = declared
    before = latest_checks(application_ref)
    checks = [
        ConflictCheck(
            application_ref=application_ref,
            code=code,
            hit=found[code] or beside[code],
            is_hidden=found[code] and not declared,
            run=before[0].run + 1 if before else 1,
            at=at,
        )
        for code in found
    ]
    ConflictCheck.objects.bulk_create(checks)
    if any(check.is_hidden for check in checks) and not any(check.is_hidden for check in before):
        publish(
            "finance.false_declaration_found",
            at=at,
            application=str(application_ref),
            station=station.pk,
            county=station.county_id,
        )
    return checks


def _ties(user: User, borrower: Person) -> dict[ConflictCheck.Code, bool]:
    """Which ties to a borrower are seen of somebody who works here; what they declare is not among them."""
    own = user.person
    phones = {str(user.phone), str(own.phone if own else "")}
    return {
        _C.DECLARED: False,
        _C.SAME_HOUSEHOLD: _lives_with(own, borrower),
        _C.SAME_PHONE: bool(borrower.phone) and str(borrower.phone) in phones,
        _C.GUARDIAN: own is not None and _is_guardian(own, borrower),
    }


def _lives_with(one: Person | None, other: Person) -> bool:
    return one is not None and one.household_id is not None and one.household_id == other.household_id


def _is_guardian(one: Person, other: Person) -> bool:
    either = Q(child=one, guardian=other) | Q(child=other, guardian=one)
    return Guardianship.objects.filter(either, to_date=None).exists()
