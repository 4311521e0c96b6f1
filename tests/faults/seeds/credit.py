"""Loans and cover of a seed's villages: loans that run, a group, one written off, one whose borrower is gone."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.timezone import now

from core.days import day_in
from finance.loans.presets import DAYS_SAMPLE, presets
from finance.loans.services import (
    activate_loan_product,
    add_group_member,
    approve_write_off,
    draft_loan_product,
    form_loan_group,
    propose_write_off,
)
from finance.models import Loan, LoanProductVersion
from stations.models import User
from tests.factories.claims import agrees, takes_claims
from tests.factories.insurance import given, insured
from tests.factories.loans import borrower_of, lender, product_of, rates_in_force, running
from tests.factories.stations import UserFactory, claims_assessor, credit_officer, finance_officer
from tests.faults.seeds.trades import Village

DAY = dt.timedelta(days=1)
#: How many borrow at each station, and are insured there; how many are in the group.
BORROWERS, INSURED, MEMBERS = 2, 2, 3
#: So many days late is a loan whose borrower is gone, and so long ago the cover began.
GONE_FOR, INSURED_FOR = 361, 100 * DAY
LENT = 1_500_00
INSURER_HAS, ASSESSOR_MAY, LENDER_MAY = 500_000_00, 50_000_00, 200_000_00


def load_credit(villages: Sequence[Village]) -> tuple[tuple[User, User], tuple[User, User]]:
    """Two assessors of the insurer and two officers of the lender."""
    assessors = (_assessor(), _assessor())
    lenders = (_officer(), _officer())
    rates_in_force(DAYS_SAMPLE)
    version = _offered("farm_equal")
    _load_lost(villages, version, asks=lenders[0])
    for village in villages:
        for _borrower in range(BORROWERS):
            _lent(village, version)
        _load_cover(village)
    _load_group(villages[1], version)
    return assessors, lenders


def _lent(village: Village, version: LoanProductVersion, **about: Any) -> Loan:
    """Little enough that a drawer holds what pays it off."""
    return running(village, version=version, amount=LENT, at=now() - DAY, **about)


def _assessor() -> User:
    return claims_assessor(limit_minor=ASSESSOR_MAY, currency="CNY")


def _officer() -> User:
    return credit_officer(limit_minor=LENDER_MAY, currency="CNY")


def _offered(code: str) -> LoanProductVersion:
    """A product of the lender, on offer before anybody applies."""
    preset = next(each for each in presets("CNY") if each.code == code)
    version = draft_loan_product(
        product=product_of(lender(), code),
        terms=preset.terms,
        seasonal_rows=preset.seasonal_rows,
        by=UserFactory(),
        at=now() - 2 * DAY,
    )
    return activate_loan_product(version=version, by=UserFactory(), at=now() - 2 * DAY)


def _load_group(village: Village, version: LoanProductVersion) -> None:
    """Members who meet, each with an own loan that runs."""
    group = form_loan_group(
        station=village.station,
        name="养鹅一组",
        first_meeting_date=day_in(village.station.zone, now()),
        every_weeks=2,
        joint_liability=True,
        by=village.partner,
        at=now() - DAY,
    )
    people = [borrower_of(village) for _number in range(MEMBERS)]
    for person in people:
        add_group_member(group=group, person=person, by=village.partner, at=now() - DAY)
    for person in people:
        _lent(village, version, person=person)


def _load_lost(villages: Sequence[Village], version: LoanProductVersion, *, asks: User) -> None:
    """At each station a loan that was written off; at one a loan that will be, because its borrower is gone."""
    for village in villages:
        loan = _gone(village, version)
        proposal = propose_write_off(loan=loan, reason="搬走了，找不到人", by=asks, at=now())
        approve_write_off(loan=loan, proposal=proposal.pk, by=finance_officer(), at=now())
    _gone(villages[-1], version)


def _gone(village: Village, version: LoanProductVersion) -> Loan:
    """The days late are written, not waited for."""
    loan = _lent(village, version)
    Loan.objects.filter(pk=loan.pk).update(days_past_due=GONE_FOR)
    loan.refresh_from_db()
    return loan


def _load_cover(village: Village) -> None:
    """Regulars whose cover began long ago; the first has agreed that insurance data are looked at."""
    takes_claims(village)
    for person in village.regulars[:INSURED]:
        policy = insured(village, person=person, at=now() - INSURED_FOR)
    given(policy.version.product.insurer, INSURER_HAS, at=now())
    agrees(village.regulars[0], village, at=now())
