"""Who may come, what still lacks, what a report says, and numbers for the county with small ones hidden."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from core.days import months_later
from core.money import Money
from health.checkups.models import (
    Campaign,
    CareTask,
    CheckupDay,
    CheckupItem,
    CheckupOrder,
    CheckupPackage,
    CheckupReport,
    CheckupResult,
)
from health.checkups.models.campaigns import DayQuerySet
from health.checkups.models.orders import INDICATOR, OrderQuerySet, ReportQuerySet
from health.checkups.models.results import TaskQuerySet
from health.chronic.queries import SMALLEST, hidden_rows, shown_part
from health.hospitals.models import Hospital
from scheduling.calendars.models import Slot
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.models import Consent, Person, StandingRecord
from stations.places.models import Division
from stations.scope import REGION_COLUMNS, division_reach

#: Who works away or has moved out is put on the list by hand.
LIVES_HERE = (Person.Residence.RESIDENT, Person.Residence.RETURNED)


def packages() -> QuerySet[CheckupPackage]:
    """With who proposed and approved them."""
    return CheckupPackage.objects.select_related("proposed_by", "approved_by")


def campaigns() -> QuerySet[Campaign]:
    """With clinic and package."""
    return Campaign.objects.select_related("clinic__division", "package")


def days() -> DayQuerySet:
    """With all that a row or a page shows."""
    rows: DayQuerySet = CheckupDay.objects.select_related(
        "campaign__clinic__division", "campaign__package", "station__county", "session"
    )
    return rows


def orders() -> OrderQuerySet:
    """With all that a row or a page shows."""
    rows: OrderQuerySet = CheckupOrder.objects.select_related(
        *("campaign__clinic__division", "campaign__package", "day__station__county", "day__session"),
        *("resident__home_station", "slot", "report"),
    )
    return rows


def reports() -> ReportQuerySet:
    """With the check-up of each."""
    rows: ReportQuerySet = CheckupReport.objects.select_related(
        "order__campaign__clinic__division", "order__campaign__package", "order__day__station", "order__resident"
    ).exclude(order__status="revoked")
    return rows


def care_tasks() -> TaskQuerySet:
    """With the check-up of each."""
    rows: TaskQuerySet = CareTask.objects.select_related(
        "clinic", "order__resident__home_station", "order__day__station", "result__item"
    )
    return rows


def clinics_of(user: User) -> QuerySet[Hospital]:
    """The clinics of the county for which this user may open a campaign."""
    reach = division_reach(user, "health.open_checkup_campaign", "division__path")
    return Hospital.objects.filter(reach, is_active=True, is_restricted=False).order_by("name_zh", "pk")


def stations_of(clinic: Hospital) -> QuerySet[Station]:
    """The stations in the clinic's place that are not closed for good."""
    place = {REGION_COLUMNS[clinic.division.level]: clinic.division}
    return Station.objects.filter(**place, kind="village_station").exclude(status="closed").order_by("code")


def eligible(day: CheckupDay) -> QuerySet[Person]:
    """Residents of the day's station who are old enough on that day and are on no list of the campaign yet.

    Who was taken from the list of this day is put on it again by hand only.
    """
    package = day.campaign.package
    born_until = months_later(day.local_date, -12 * package.min_age)
    listed = CheckupOrder.objects.filter(~Q(status="revoked") | Q(day=day), campaign=day.campaign_id)
    people = Person.objects.living().filter(
        home_station=day.station_id, birth_date__lte=born_until, died_date=None, residence__in=LIVES_HERE
    )
    return people.exclude(pk__in=listed.values_list(StandingRecord("resident"))).order_by("full_name", "pk")


def is_listed(campaign: Campaign, person: Person) -> bool:
    """Whether a record of this person is on a list of the campaign."""
    records = Person.objects.of_people(person.pk)
    return CheckupOrder.objects.standing().filter(campaign=campaign, resident__in=records).exists()


def agreed_to_record(people: QuerySet[Person]) -> QuerySet[Person]:
    """Those who agree to a health record at this moment: a consent goes with the record that stands."""
    held = Consent.objects.filter(person=StandingRecord(OuterRef("pk")), purpose="health_record", withdrawn_at=None)
    return people.filter(Exists(held))


def resident_agrees(order: CheckupOrder) -> bool:
    """Whether the resident of a check-up agrees to a health record at this moment."""
    return agreed_to_record(Person.objects.filter(pk=order.resident_id)).exists()


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a half-hour that nobody has."""

    slot: int
    number: int


def free_places(day: CheckupDay) -> list[Place]:
    """All of them, the earliest first; two statements for any number."""
    taken = set(CheckupOrder.objects.standing().filter(day=day).values_list("slot", "place"))
    slots = Slot.objects.filter(session=day.session_id).order_by("starts_at").values_list("pk", "capacity")
    numbers = [(slot, number) for slot, capacity in slots for number in range(1, capacity + 1)]
    return [Place(*each) for each in numbers if each not in taken]


def items_of(package: UUID) -> list[CheckupItem]:
    """The items of a revision with their normal ranges, in order."""
    return list(CheckupItem.objects.filter(package=package).prefetch_related("ranges").order_by("position"))


def current_results(order: CheckupOrder) -> dict[int, CheckupResult]:
    """The result that counts of each item."""
    rows = CheckupResult.objects.filter(order=order, is_current=True).select_related("item", "recorded_by")
    return {row.item_id: row for row in rows}


def former_results(order: CheckupOrder) -> list[CheckupResult]:
    """What counted before, or was typed beside, the newest first."""
    rows = CheckupResult.objects.filter(order=order, is_current=False).select_related("item", "recorded_by")
    return list(rows.order_by("-made_at", "op_id"))


def is_examined(order: CheckupOrder) -> bool:
    """Whether anything was found: a reason for having no result is nothing."""
    return CheckupResult.objects.filter(order=order, absent_because="").exists()


def missing_items(order: CheckupOrder) -> list[CheckupItem]:
    """Those that are needed and have neither a result nor a reason."""
    done = CheckupResult.objects.filter(order=order, item=OuterRef("pk"), is_current=True)
    needed = CheckupItem.objects.filter(package=order.campaign.package_id, is_required=True)
    return list(needed.exclude(Exists(done)).order_by("position"))


def lines_of_day(day: CheckupDay) -> OrderQuerySet:
    """The list of a day by time, with how many items of each check-up are done; nothing says with which value."""
    done = Count("results", filter=Q(results__is_current=True))
    rows: OrderQuerySet = orders().standing().filter(day=day).annotate(done=done)
    return rows.order_by("slot__starts_at", "place")


def progress_of_groups(day: CheckupDay) -> list[tuple[str, int, int]]:
    """Group, how many check-ups have each of its needed items, and how many are on the list."""
    needed = Count("pk", filter=Q(is_required=True))
    groups = {
        row["group"]: row["needed"]
        for row in CheckupItem.objects.filter(package=day.campaign.package_id).values("group").annotate(needed=needed)
    }
    of_day = CheckupResult.objects.filter(
        order__day=day, is_current=True, item__is_required=True, order__status__in=["active", "completed"]
    )
    counted = of_day.values("order", "item__group").annotate(done=Count("pk"))
    full = [row["item__group"] for row in counted if row["done"] >= groups[row["item__group"]]]
    whole = CheckupOrder.objects.standing().filter(day=day).count()
    return [(group, full.count(group), whole) for group in CheckupItem.Group.values if groups.get(group)]


def waiting_reports(rows: QuerySet[CheckupReport]) -> QuerySet[CheckupReport]:
    """Those that a doctor has to release."""
    return rows.filter(Q(status="preliminary") | Q(status="amended", released_at=None))


def reports_to_tell(rows: QuerySet[CheckupReport]) -> QuerySet[CheckupReport]:
    """Those that are released, and of which the resident has not been told."""
    return rows.filter(released_at__isnull=False, told_at=None)


def reports_by_day(*, on_dates: Iterable[dt.date], zone: str) -> list[dict[str, Any]]:
    """Check-up days of these dates whose reports are not told yet: day, clinic, and how many."""
    rows = CheckupReport.objects.filter(
        order__day__local_date__in=list(on_dates),
        order__campaign__clinic__zone=zone,
        order__arrived_at__isnull=False,
        told_at=None,
    ).exclude(order__status="revoked")
    day, clinic = F("order__day"), F("order__campaign__clinic")
    counted = rows.values(day=day, clinic=clinic, local_date=F("order__day__local_date"))
    return list(counted.annotate(count=Count("pk")).order_by("day"))


def listed_in(campaign: Campaign) -> int | None:
    """How many are on the lists of a campaign; None below five, for who reads no list: a few can be guessed."""
    return campaign.ordered if campaign.ordered == 0 or campaign.ordered >= SMALLEST else None


@dataclass(frozen=True, slots=True)
class Numbers:
    """A campaign in a township: on the lists, completed, told, and what the completed ones cost; None where hidden."""

    campaign: str
    place: str
    ordered: int | None
    completed: int | None
    told: int | None
    price: Money

    @property
    def cost(self) -> Money | None:
        """What the county pays for those that are completed."""
        return None if self.completed is None else Money(self.completed * self.price.minor, self.price.currency)


def numbers_of(user: User, *, at: dt.datetime) -> list[Numbers]:
    """One row for each campaign of the last two years and township within reach; small ones hidden as in `chronic`."""
    rows = _counted(user, at - dt.timedelta(days=731))
    names = _names_of(rows)
    made: list[Numbers] = []
    for campaign in dict.fromkeys(row["campaign"] for row in rows):
        own = sorted((row for row in rows if row["campaign"] == campaign), key=lambda row: -row["ordered"])
        hidden = hidden_rows([row["ordered"] for row in own])
        made += [_shown(row, names, is_hidden=index in hidden) for index, row in enumerate(own)]
        made.append(_all(own))
    return made


def _counted(user: User, since: dt.datetime) -> list[dict[str, Any]]:
    mine = CheckupOrder.objects.open_to(user, INDICATOR).standing().filter(campaign__opened_at__gte=since)
    price = ("campaign__price_minor", "campaign__currency")
    place = ("resident__home_station__township", "resident__home_station__county")
    parts = ("campaign", "campaign__name", *price, *place)
    counted = mine.values(*parts).annotate(
        ordered=Count("pk"),
        completed=Count("pk", filter=Q(status="completed")),
        told=Count("pk", filter=Q(report__told_at__isnull=False)),
    )
    return list(counted.order_by("-campaign"))


def _shown(row: dict[str, Any], names: dict[int, str], *, is_hidden: bool) -> Numbers:
    name, place = row["campaign__name"], names[_place_of(row)]
    if is_hidden:
        return Numbers(name, place, None, None, None, _price_of(row))
    return Numbers(name, place, row["ordered"], *_parts(row), _price_of(row))


def _parts(row: dict[str, Any]) -> tuple[int | None, int | None]:
    """Completed and told: not where one of them, or what lies between two, is too small to be told."""
    whole, completed, told = row["ordered"], row["completed"], row["told"]
    shown = shown_part(completed, whole)
    return shown, shown_part(told, whole if shown is None else completed)


def _all(rows: Sequence[dict[str, Any]]) -> Numbers:
    whole = sum(row["ordered"] for row in rows)
    # A sum is shown where none of its parts is hidden: it would give it away.
    columns = zip(*(_parts(row) for row in rows), strict=True)
    completed, told = (None if None in column else sum(column) for column in columns)
    first, shown = rows[0], whole if whole >= SMALLEST else None
    return Numbers(first["campaign__name"], "", shown, completed, told, _price_of(first))


def _price_of(row: dict[str, Any]) -> Money:
    return Money(row["campaign__price_minor"], row["campaign__currency"])


def _place_of(row: dict[str, Any]) -> int:
    return row["resident__home_station__township"] or row["resident__home_station__county"]


def _names_of(rows: Sequence[dict[str, Any]]) -> dict[int, str]:
    return {each.pk: each.name for each in Division.objects.filter(pk__in={_place_of(row) for row in rows})}


def with_results(rows: OrderQuerySet) -> OrderQuerySet:
    """With the results that count, for a list of check-ups."""
    current = CheckupResult.objects.filter(is_current=True)
    return rows.prefetch_related(Prefetch("results", queryset=current, to_attr="current"))
