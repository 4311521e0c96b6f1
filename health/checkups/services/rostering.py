"""Who comes on a day: all who may, in one go; or one resident who agrees now."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, refused_by, refuses
from core.history import record_change, record_changes
from health.checkups.models import Campaign, CheckupDay, CheckupOrder, CheckupReport
from health.checkups.queries import Place, agreed_to_record, eligible, free_places, is_listed
from health.checkups.services.campaigns import DayOver
from health.records.queries import persons_with
from health.records.services import ResidentNotFound, agree
from stations.accounts.models import User
from stations.people.models import Person
from stations.people.queries.guardians import age_on

_S = CheckupOrder.Status


class NoPlaceLeft(Refused):
    """All half-hours of the day are full."""

    code = "no_place_left"
    message = _("All places of this day are taken.")


class BudgetUsedUp(Refused):
    """The county's money pays no further check-up."""

    code = "budget_used_up"
    message = _("The budget of this campaign pays no further check-up.")


class NotEligible(Refused):
    """Too young on that day, or nobody knows the birth date."""

    code = "not_eligible"
    status = 422
    message = _("This check-up is for residents from %(age)s years on.")


class AlreadyListed(Refused):
    """One check-up in a campaign."""

    code = "already_listed"
    message = _("This resident is on a list of this campaign already.")


@dataclass(frozen=True, slots=True)
class Rostered:
    """What became of it: how many are on the list now, who has no place, and who has not agreed to a record yet."""

    day: CheckupDay
    listed: int
    without_place: int
    not_agreed: int


@refuses(DayOver, NoPlaceLeft, BudgetUsedUp)
@transaction.atomic
def roster_eligible(*, day: CheckupDay, by: User, at: dt.datetime) -> Rostered:
    """Put all residents of the day's station on the list who may come and agree to a health record.

    As many as there are places and money, in the order of their names; the same few statements for any number. Said
    again it adds who has come of age, moved here or agreed since. Refused where the day is over, or no place or no
    money is left.
    """
    _refuse_over(day, at)
    campaign = lock(day.campaign)
    people = eligible(day)
    agreed = list(agreed_to_record(people))
    places, paid = free_places(day), _still_paid(campaign)
    _refuse_full(places, paid)
    chosen = agreed[: min(len(places), paid)]
    _list(day, campaign, chosen, places, by=by, at=at)
    return Rostered(day, len(chosen), len(agreed) - len(chosen), people.count() - (len(agreed) - len(chosen)))


@refuses(ResidentNotFound, NotEligible, AlreadyListed, *refused_by(roster_eligible, agree))
@transaction.atomic
def roster_resident(
    *, day: CheckupDay, id_number: str, by: User, at: dt.datetime, manner: str = "", id_kind: str = "resident_id"
) -> CheckupOrder:
    """Put one resident of the country on the list, found by the number of the document, who agrees to a record now."""
    _refuse_over(day, at)
    country = day.campaign.clinic.division.country
    resident = persons_with(id_kind, id_number).filter(home_station__county__country=country).first()
    if resident is None:
        raise ResidentNotFound(field="id_number")
    age, needed = age_on(resident.birth_date, day.local_date), day.campaign.package.min_age
    if age is None or age < needed:
        raise NotEligible(field="id_number", age=needed)
    agree(resident=resident, manner=manner, by=by, at=at)
    campaign = lock(day.campaign)
    if is_listed(campaign, resident):
        raise AlreadyListed(field="id_number")
    places = free_places(day)
    _refuse_full(places, _still_paid(campaign))
    return _list(day, campaign, [resident], places, by=by, at=at)[0]


def _refuse_over(day: CheckupDay, at: dt.datetime) -> None:
    if day_in(day.campaign.clinic.zone, at) > day.local_date:
        raise DayOver


def _still_paid(campaign: Campaign) -> int:
    return campaign.budget_minor // campaign.price_minor - campaign.ordered


def _refuse_full(places: Sequence[Place], paid: int) -> None:
    if not places:
        raise NoPlaceLeft
    if paid < 1:
        raise BudgetUsedUp


def _list(
    day: CheckupDay,
    campaign: Campaign,
    people: Sequence[Person],
    places: Sequence[Place],
    *,
    by: User,
    at: dt.datetime,
) -> list[CheckupOrder]:
    """Orders with their reports; numbers on samples are given once, also where somebody is taken from the list."""
    first = campaign.next_serial
    made = [
        CheckupOrder(
            campaign=campaign,
            day=day,
            resident=person,
            serial=f"{campaign.number}-{number:04}",
            slot_id=place.slot,
            place=place.number,
            rostered_by=by,
        )
        for number, (person, place) in enumerate(zip(people, places, strict=False), start=first)
    ]
    CheckupOrder.objects.bulk_create(made)
    due = day.local_date + dt.timedelta(days=campaign.package.report_days)
    CheckupReport.objects.bulk_create(CheckupReport(order=each, due_date=due) for each in made)
    Campaign.objects.filter(pk=campaign.pk).update(
        ordered=F("ordered") + len(made), next_serial=F("next_serial") + len(made)
    )
    record_changes(made, old="", new=_S.ACTIVE, at=at, actor=by.pk)
    record_change(day, old="opened", new=f"{len(made)} on the list", at=at, actor=by.pk)
    return made
