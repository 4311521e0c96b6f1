"""Who is a child, which consents and vettings hold on a day, and what is shown of a child."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from core.countries import age_of_majority
from core.days import day_in, months_later
from core.web.ranges import holds_on
from education.safeguarding.models import Vetting
from education.safeguarding.purposes import FOR_CHILDREN, HOLDS_MONTHS
from stations.accounts.models import User
from stations.people.models import Consent, Guardianship, Person, RecordsOfPerson, StandingRecord
from stations.people.queries import confirmed_guardians, is_surely
from stations.places.models import Division

#: What an adult needs who teaches children.
REQUIRED_VETTINGS = (Vetting.Kind.IDENTITY, Vetting.Kind.POLICE_RECORD)


def is_child(person: Person, on_date: dt.date) -> bool:
    """Whether somebody is a minor of their country on a day; without a known birth date, yes."""
    return not is_surely(person, age_of_majority(person.home_station.county.country), on_date)


def standing_records(people: Collection[Person]) -> dict[UUID, Person]:
    """The same of several, by the record that was given; no statement where none was merged, else two."""
    merged = Person.objects.filter(pk__in=[each.pk for each in people if each.merged_into_id])
    stands = dict(merged.values_list("pk", StandingRecord("pk"))) if any(each.merged_into_id for each in people) else {}
    kept = Person.objects.select_related("home_station__county").in_bulk(set(stands.values())) if stands else {}
    return {each.pk: kept[stands[each.pk]] if each.pk in stands else each for each in people}


def last_day_of(consent: Consent) -> dt.date:
    """The last day on which a consent for a child holds, on the station's calendar."""
    return months_later(day_in(consent.station.zone, consent.given_at), HOLDS_MONTHS)


def consent_on(child: Person, purpose: str, on_date: dt.date) -> Consent | None:
    """The open consent of a confirmed guardian that holds on this day, if there is one."""
    open_ones = Consent.objects.filter(person=child, purpose=purpose, withdrawn_at=None)
    guardians = confirmed_guardians(child, on_date).order_by().values("pk")
    found = open_ones.filter(given_by__in=guardians).select_related("station", "given_by").first()
    return found if found and last_day_of(found) >= on_date else None


def consents_of_guardians(on_date: dt.date) -> QuerySet[Consent]:
    """The open consents of those who are confirmed guardians of a child on this day, and living."""
    guardians = Guardianship.objects.filter(
        holds_on(on_date), child=OuterRef("person"), guardian=OuterRef("given_by"), confirmed_by__isnull=False
    )
    return Consent.objects.filter(Exists(guardians), withdrawn_at=None, given_by__died_date=None)


def agreed_on(children: Collection[UUID], purpose: str, on_date: dt.date) -> set[UUID]:
    """Those of these children for whom a confirmed guardian's consent holds on this day; one statement.

    Of a record that was merged the consent stands with the record that it is part of now.
    """
    records = Person.objects.of_people(*children).values("pk")
    open_ones = consents_of_guardians(on_date).filter(person__in=records, purpose=purpose)
    rows = open_ones.select_related("station").annotate(records=RecordsOfPerson(F("person")))
    return {record for row in rows if last_day_of(row) >= on_date for record in row.records} & set(children)


@dataclass(frozen=True, slots=True)
class Agreed:
    """How a purpose stands for a child: the consent that holds and its last day, or neither."""

    purpose: str
    consent: Consent | None
    until: dt.date | None


def agreed_purposes(child: Person, on_date: dt.date) -> list[Agreed]:
    """Each purpose of education, as it stands on this day; one statement."""
    guardians = confirmed_guardians(child, on_date).order_by().values("pk")
    rows = Consent.objects.filter(
        person=child, purpose__in=FOR_CHILDREN, withdrawn_at=None, given_by__in=guardians
    ).select_related("station", "given_by")
    holding = {row.purpose: row for row in rows if last_day_of(row) >= on_date}
    return [
        Agreed(purpose, found, last_day_of(found) if found else None)
        for purpose in FOR_CHILDREN
        for found in [holding.get(purpose)]
    ]


class Agreements:
    """What guardians have agreed to for some children under one purpose, two statements for any number of days.

    A minor needs the consent of a guardian who is confirmed and living, on each day; an adult needs none.
    """

    def __init__(self, children: Collection[Person], purpose: str) -> None:
        rows = Consent.objects.filter(
            person__in=children, purpose=purpose, withdrawn_at=None, given_by__died_date=None
        ).select_related("station")
        self._consents = {row.person_id: row for row in rows}
        bonds = Guardianship.objects.filter(child__in=children, confirmed_by__isnull=False)
        self._bonds = list(bonds.values_list("child", "guardian", "from_date", "to_date"))

    def consent_of(self, child: Person, on_date: dt.date) -> Consent | None:
        """The consent that holds for this child on a day."""
        found = self._consents.get(child.pk)
        if found is None or last_day_of(found) < on_date:
            return None
        return found if any(self._holds(bond, found, on_date) for bond in self._bonds) else None

    def needed_of(self, person: Person, on_date: dt.date) -> Consent | None:
        """The consent under which somebody takes part on a day: none of an adult, whom an older one binds no more."""
        return self.consent_of(person, on_date) if is_child(person, on_date) else None

    def is_missing(self, child: Person, on_date: dt.date) -> bool:
        """Whether this is a minor on that day for whom nobody has agreed."""
        return is_child(child, on_date) and self.consent_of(child, on_date) is None

    @staticmethod
    def _holds(bond: tuple[UUID, UUID, dt.date, dt.date | None], consent: Consent, on_date: dt.date) -> bool:
        child, guardian, since, until = bond
        is_theirs = (child, guardian) == (consent.person_id, consent.given_by_id)
        return is_theirs and since <= on_date and (until is None or on_date < until)


class VettedDays:
    """On which days the required vettings of an adult are all valid; one statement for any number of days."""

    def __init__(self, person: Person) -> None:
        records = Person.objects.of_people(person.pk).values("pk")
        rows = Vetting.objects.filter(person__in=records, status=Vetting.Status.VALID, kind__in=REQUIRED_VETTINGS)
        self._spans = list(rows.values_list("kind", "issued_date", "valid_to_date"))

    def holds(self, day: dt.date) -> bool:
        """Whether every required kind is valid on this day."""
        return {kind for kind, since, until in self._spans if since <= day <= until} == set(REQUIRED_VETTINGS)

    def last_from(self, day: dt.date) -> dt.date:
        """The last day up to which they hold without a gap from this one on; the day before, where they do not."""
        until = day - dt.timedelta(days=1)
        while self.holds(following := until + dt.timedelta(days=1)):
            until = min(self._end_of(kind, following) for kind in REQUIRED_VETTINGS)
        return until

    def _end_of(self, kind: str, day: dt.date) -> dt.date:
        return max(until for found, since, until in self._spans if found == kind and since <= day <= until)


def checks_hold(user: User, on_date: dt.date) -> Q:
    """The condition that the required vettings of whoever signed in here are all valid on a day."""
    records = Person.objects.of_people(user.person_id).values("pk") if user.person_id else Person.objects.none()
    valid = Vetting.objects.filter(
        person__in=records, status=Vetting.Status.VALID, issued_date__lte=on_date, valid_to_date__gte=on_date
    )
    return Q(*(Exists(valid.filter(kind=kind)) for kind in REQUIRED_VETTINGS))


def unvetted_dates(person: Person, on_dates: Collection[dt.date]) -> list[dt.date]:
    """The days on which a required vetting of this adult is missing, in their order; one statement."""
    vetted = VettedDays(person)
    return [day for day in sorted(set(on_dates)) if not vetted.holds(day)]


def ending_vettings(on_date: dt.date, *, within_days: int) -> QuerySet[Vetting]:
    """Valid ones whose last day is so near and that no later one of the kind follows."""
    ends = on_date + dt.timedelta(days=within_days)
    near = Vetting.objects.filter(status=Vetting.Status.VALID, valid_to_date__range=(on_date, ends))
    later = Vetting.objects.filter(
        status=Vetting.Status.VALID, valid_to_date__gt=ends, person=OuterRef("person"), kind=OuterRef("kind")
    )
    return near.filter(~Exists(later)).select_related("person__home_station__county")


def vetted_in(county: Division, on_date: dt.date) -> QuerySet[Person]:
    """The adults of a county whose required vettings are all valid on a day."""
    rows = Person.objects.living().filter(home_station__county=county)
    for kind in REQUIRED_VETTINGS:
        valid = Vetting.objects.filter(
            person=OuterRef("pk"),
            kind=kind,
            status=Vetting.Status.VALID,
            issued_date__lte=on_date,
            valid_to_date__gte=on_date,
        )
        rows = rows.filter(Exists(valid))
    return rows.select_related("home_station").order_by("full_name", "pk")
