"""Queries over several tables of insurance."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet, Sum

from finance.insurance.models import (
    Benefit,
    Claim,
    Contribution,
    Fund,
    InsuranceProductVersion,
    Insurer,
    Policy,
    PolicyFunding,
)
from ledger.models import Account, Book
from ledger.queries import balance
from stations.accounts.models import User
from stations.people.models import Person
from stations.people.queries import confirmed_guardians
from stations.places.models import Division

READ_PRODUCT = "finance.read_insurance_product"


def versions_in_force(country: str) -> QuerySet[InsuranceProductVersion]:
    """What people of a country can be enrolled in."""
    rows = InsuranceProductVersion.objects.active().select_related("product__insurer")
    return rows.filter(product__country=country).order_by("product__code", "pk")


def county_for(user: User, verb: str, code: str = "") -> Division | None:
    """The county of this code for which a post of this person carries the verb; without a code their first one."""
    counties = Division.objects.current().filter(level=Division.Level.COUNTY).open_to(user, verb).order_by("code")
    return (counties.filter(code__startswith=code) if code else counties).first()


def policies_of(person: Person) -> QuerySet[Policy]:
    """Every policy of a person, under whichever record, the newest first."""
    rows = Policy.objects.filter(person__in=Person.objects.of_people(person.pk))
    return rows.select_related("product", "version", "station", "person").order_by("-start_date", "-pk")


def payees_of(policy: Policy, today: dt.date) -> list[Person]:
    """Who may get the money of a claim: the insured, guardians, the head of the household; nobody who has died."""
    insured = policy.person if policy.person.merged_into is None else policy.person.merged_into
    people = [insured, *confirmed_guardians(insured, today)]
    if policy.household is not None and policy.household.head is not None:
        people.append(policy.household.head)
    return list({person.pk: person for person in people if person.died_date is None}.values())


def benefit_for(policy: Policy, peril: str) -> Benefit | None:
    """What a policy pays on claims when this strikes."""
    rows = Benefit.objects.filter(version=policy.version_id, peril=peril)
    return rows.exclude(formula=Benefit.Formula.PARAMETRIC).first()


def claims_of(person: Person) -> QuerySet[Claim]:
    """Every claim of a person, under whichever record, the newest first."""
    rows = Claim.objects.filter(person__in=Person.objects.of_people(person.pk))
    return rows.select_related("station", "policy").order_by("-pk")


def given_to(funds: Iterable[Fund]) -> dict[int, int]:
    """What was given to each fund until now, in minor units of its currency, by its id."""
    rows = Contribution.objects.filter(fund__in=list(funds)).order_by().values_list("fund")
    return dict(rows.annotate(minor=Sum("amount_minor")))


def put_up_by(insurer: Insurer) -> int:
    """What an insurer has put up for claims until now, in minor units."""
    return insurer.contributions.aggregate(minor=Sum("amount_minor"))["minor"] or 0


def premiums_paid_by(funds: Iterable[Fund]) -> dict[int, int]:
    """What each fund has paid of premiums, in minor units, by its id."""
    rows = PolicyFunding.objects.filter(fund__in=list(funds)).order_by().values_list("fund")
    return dict(rows.annotate(minor=Sum("amount_minor")))


def left_in(funds: Iterable[Fund]) -> dict[int, int]:
    """What can be paid from each fund now, in minor units, by its id; none where nothing has arrived yet."""
    known = {(f"{fund.country}-INS", f"fund:{fund.code}", fund.currency): fund.pk for fund in funds}
    rows = Account.objects.filter(kind="fund", code__in=[code for _book, code, _money in known], closed_at=None)
    left = {}
    for account in rows.select_related("book"):
        key = (account.book.code, account.code, account.currency)
        if key in known:
            left[known[key]] = balance(account).available.minor
    return left


def countries_in(*, zone: str, date: dt.date) -> Iterable[str]:
    """The codes of the countries' books of this zone in which somebody insures people."""
    insuring = Insurer.objects.values("country")
    return Book.objects.filter(zone=zone, code__in=insuring).order_by("code").values_list("code", flat=True)
