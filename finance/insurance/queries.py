"""Queries over several tables of insurance."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from core.days import day_in
from core.web.ranges import holds_on
from finance.insurance.models import (
    Benefit,
    Claim,
    ClaimAccount,
    ClaimPayment,
    Contribution,
    EnrolmentBatch,
    Fund,
    IndexPayment,
    IndexPayout,
    InsuranceProductVersion,
    Insurer,
    Policy,
    PolicyFunding,
)
from finance.payouts.models import PayoutAccount
from ledger.models import Account, Book
from ledger.queries import balance
from stations.accounts.models import User
from stations.people.identity import InvalidIdNumber, indexes_of, normalise
from stations.people.models import EachRecordOfPerson, Guardianship, Person
from stations.people.queries import confirmed_guardians, standing_record
from stations.places.models import Division

READ_PRODUCT = "finance.read_insurance_product"
#: What payout accounts of people and of insurers are known by; those of people serve their loans too.
PERSON, INSURER = "person-", "insurer-"
#: Cover is renewed from so long before its end until so long after.
RENEWS_BEFORE, RENEWS_AFTER = dt.timedelta(days=60), dt.timedelta(days=30)


def versions_in_force(county: Division) -> QuerySet[InsuranceProductVersion]:
    """What people of a county can be enrolled in: a fund that is given for a region pays claims of that region only."""
    rows = InsuranceProductVersion.objects.active().select_related("product__insurer")
    given = Q(payer_fund=None) | Q(payer_fund__in=Fund.objects.given_for(county))
    return rows.filter(given, product__country=county.country).order_by("product__code", "pk")


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
    insured = standing_record(policy.person)
    people = [insured, *confirmed_guardians(insured, today)]
    head = head_of_family(policy)
    if head is not None:
        people.append(head)
    return list({person.pk: person for person in people if person.died_date is None}.values())


def head_of_family(policy: Policy) -> Person | None:
    """The head of the household in which the insured lives now; of one who has died, of that of the policy.

    The head of a household that the insured has left since is paid nothing.
    """
    insured = standing_record(policy.person)
    home = insured.household if insured.died_date is None else policy.household
    return home.head if home is not None else None


def unpayable(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """Approved ones that go to nobody: who was to be paid has died, or the number of the account was destroyed."""
    records = Person.objects.living().filter(pk__in=EachRecordOfPerson(OuterRef("payee")))
    known = ClaimAccount.objects.filter(claim=OuterRef("pk"), data_key__isnull=False)
    gone = Exists(records.filter(died_date__isnull=False)) | ~Exists(known)
    return claims.filter(gone, status=Claim.Status.VALUATED)


def to_correct(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """Approved ones for which the station asks the family for another account: those, and what the bank did not pay to
    the account that still stands there.
    """
    tries = ClaimPayment.objects.filter(claim=OuterRef("pk"), account_tail=OuterRef("account__account_tail"))
    is_first = Q(Exists(tries.filter(account_by=None)), account__corrected_by=None)
    is_tried = is_first | Exists(tries.filter(account_by=OuterRef("account__corrected_by")))
    refused = claims.filter(is_tried, status=Claim.Status.VALUATED)
    return claims.filter(Q(pk__in=unpayable(claims).values("pk")) | Q(pk__in=refused.values("pk")))


def covered_since(policy: Policy) -> dt.date:
    """From which day on something that happens is covered: not before the day on which the premium was paid.

    On that day itself it is: nobody looks up the hour of an accident.
    """
    funded_at = policy.batch.checked_at
    return max(policy.start_date, day_in(policy.station.zone, funded_at)) if funded_at else policy.start_date


def payees_of_payouts(policy: Policy, today: dt.date) -> list[Person]:
    """Who may get what a policy gets of an index: as of a claim, or the heirs that two people have confirmed."""
    rows = policy.index_payouts.filter(heir__isnull=False, answered_by__isnull=False)
    heirs = (standing_record(row.heir) for row in rows.select_related("heir__merged_into").order_by("pk"))
    living = [person for person in heirs if person.died_date is None]
    return list({person.pk: person for person in [*payees_of(policy, today), *living]}.values())


def has_died(policy: Policy) -> bool:
    """Whether the insured has died, under whichever record."""
    return standing_record(policy.person).died_date is not None


def without_payee(payouts: QuerySet[IndexPayout]) -> QuerySet[IndexPayout]:
    """Those whose insured has died and of whose family, or heirs, nobody who lives can be paid.

    Guardians are of children; a child's are left out of account here, and found when somebody names an heir.
    """
    dead = Q(policy__person__merged_into=None, policy__person__died_date__isnull=False) | Q(
        policy__person__merged_into__died_date__isnull=False
    )
    no_head = Q(policy__household=None) | Q(policy__household__head=None)
    no_head |= Q(policy__household__head__died_date__isnull=False)
    return payouts.filter(dead, no_head, Q(heir=None) | Q(heir__died_date__isnull=False))


def person_with_number(id_number: str) -> Person | None:
    """The living resident whose identity card has this number; none where it cannot be one."""
    try:
        indexes = indexes_of("resident_id", normalise("resident_id", id_number))
    except InvalidIdNumber:
        return None
    return Person.objects.living().filter(id_index__in=indexes, died_date=None).first()


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


def to_renew(today: dt.date) -> QuerySet[Policy]:
    """Policies whose cover ends within 60 days, or ended within 30, and goes on in no other policy."""
    ends = (today - RENEWS_AFTER, today + RENEWS_BEFORE)
    alive = Policy.objects.alive().filter(renewal_of=OuterRef("pk"))
    rows = Policy.objects.filter(status__in=[Policy.Status.ACTIVE, Policy.Status.EXPIRED], end_date__range=ends)
    return rows.filter(~Exists(alive))


def renewable(today: dt.date) -> QuerySet[Policy]:
    """Those of them whose people live, in the county still, and have no later cover in the product."""
    later = Policy.objects.alive().filter(
        person=OuterRef("person"), product=OuterRef("product"), start_date__gt=OuterRef("end_date")
    )
    here = Q(person__merged_into=None, person__died_date=None, person__home_station__county=F("batch__county")) | Q(
        person__merged_into__died_date=None, person__merged_into__home_station__county=F("batch__county")
    )
    return to_renew(today).filter(here, ~Exists(later))


def batches_to_renew(today: dt.date) -> QuerySet[EnrolmentBatch]:
    """Enrolments of which somebody's cover can be renewed."""
    return EnrolmentBatch.objects.filter(Exists(renewable(today).filter(batch=OuterRef("pk"))))


def payee_of_insurer(insurer: Insurer) -> str:
    """What an insurer's payout accounts are known by."""
    return f"{INSURER}{insurer.pk}"


def payee_of_person(person: Person) -> str:
    """What a person's payout accounts are known by."""
    return f"{PERSON}{person.pk.hex}"


def names_of_insurers(payees: Iterable[str]) -> dict[str, str]:
    """The names of those payees that are insurers."""
    ids = {payee.removeprefix(INSURER): payee for payee in payees if payee.startswith(INSURER)}
    insurers = Insurer.objects.filter(pk__in=ids) if ids else []
    return {ids[str(insurer.pk)]: insurer.shown_name for insurer in insurers}


def ways_to_pay(payouts: Sequence[IndexPayout], today: dt.date) -> dict[UUID, tuple[Person, PayoutAccount]]:
    """Who is paid and where, by a payout's id: the insured, else a guardian, the head of the household, or the heir.

    Only accounts that are in use, and to which this payout has not failed or come back from. Three statements.
    """
    people = {payout.pk: _candidates(payout) for payout in payouts}
    guardians = _guardians_of({found[0].pk for found in people.values()}, today)
    in_order = {pk: [found[0], *guardians.get(found[0].pk, []), *found[1:]] for pk, found in people.items()}
    known = _usable_accounts(person for found in in_order.values() for person in found)
    failed = set(
        IndexPayment.objects.filter(payout__in=list(people), status__in=["failed", "returned"]).values_list(
            "payout", "payout_account"
        )
    )
    ways = {}
    for pk, found in in_order.items():
        for person in found:
            account = known.get(payee_of_person(person))
            if account is not None and person.died_date is None and (pk, account.pk) not in failed:
                ways[pk] = (person, account)
                break
    return ways


def _candidates(payout: IndexPayout) -> list[Person]:
    """The insured, the head of their household, and the heir that two people have confirmed."""
    policy = payout.policy
    head = head_of_family(policy)
    insured = standing_record(policy.person)
    heir = payout.heir if payout.answered_by_id is not None else None
    others = (head, standing_record(heir) if heir is not None else None)
    return [insured, *(person for person in others if person is not None)]


def _guardians_of(children: Iterable[UUID], today: dt.date) -> dict[UUID, list[Person]]:
    rows = Guardianship.objects.filter(holds_on(today), child__in=list(children), confirmed_by__isnull=False)
    found: dict[UUID, list[Person]] = defaultdict(list)
    for row in rows.select_related("guardian").order_by("guardian__birth_date", "guardian"):
        found[row.child_id].append(row.guardian)
    return found


def _usable_accounts(people: Iterable[Person]) -> dict[str, PayoutAccount]:
    payees = {payee_of_person(person) for person in people}
    standing = PayoutAccount.objects.standing().filter(payee__in=payees, kind=PayoutAccount.Kind.BANK)
    return {row.payee: row for row in standing.filter(status=PayoutAccount.Status.ACTIVE, data_key__isnull=False)}
