"""One person's records, card and household."""

import datetime as dt
from uuid import UUID

from django.db import connection
from django.db.models import Case, QuerySet, When

from stations.accounts.models import User
from stations.people.models import Household, Membership, Person, ResidentCard
from stations.places.models import Division
from stations.places.queries import division_today


def merged_into(person_id: UUID) -> UUID | None:
    """The record that this one became part of, through however many merges; nothing while it stands for itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nullif(standing_record(%s), %s)", [person_id, person_id])
        return cursor.fetchone()[0]


def standing_record(person: Person) -> Person:
    """The record that stands for this one: of one that was merged since, consents and guardians moved there."""
    kept = merged_into(person.pk) if person.merged_into_id else None
    return Person.objects.select_related("home_station__county").get(pk=kept) if kept else person


def records_of(person: Person) -> list[Person]:
    """The record and all others of this person, merged directly or through others: what hangs on them is theirs."""
    others = Person.objects.of_people(person.pk).exclude(pk=person.pk)
    return [person, *others.select_related("household").order_by("pk")]


def villages_for(household: Household, day: dt.date) -> list[Division]:
    """Where a household may live: what became of its village, then the other villages of the township."""
    today = division_today(household.village, day)
    beside = Division.objects.at(day).filter(parent__in={village.parent_id for village in today}, level="village")
    known = {village.pk for village in today}
    return [*today, *beside.exclude(pk__in=known).order_by("code")]


def live_card(person: Person) -> ResidentCard | None:
    """The card that finds this person now."""
    return person.cards.filter(revoked_at=None).first()


def holder_of(user: User, card: str) -> Person | None:
    """The resident whose card was shown, as far as this person can find residents; None for any other code."""
    people = Person.objects.open_to(user, "stations.find_person")
    return people.filter(cards__code=card, cards__revoked_at=None).first() if card else None


def members_of(household: Household) -> QuerySet[Membership]:
    """Who belongs to the household now, the head first, then by age."""
    return (
        household.memberships.filter(to_date=None)
        .select_related("person__home_station")
        .order_by(Case(When(relation="head", then=0), default=1), "person__birth_date", "pk")
    )
