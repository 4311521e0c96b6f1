"""Where the kits of a campaign are, whether a child is to have one, and whom it was handed to."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from core.crypto import blind_index
from core.days import day_in
from education.safeguarding.models import ChildFile
from education.supplies.models import Campaign, Handover, Kit, KitEntitlement
from education.supplies.models.entitlements import KitEntitlementQuerySet
from stations.network.models import Station
from stations.people.models import Guardianship, Person
from stations.people.queries import age_on, confirmed_guardians

#: Of these states a kit is in no stock, and nobody was left with it.
GONE = (Kit.State.RETURNED, Kit.State.DAMAGED, Kit.State.LOST, Kit.State.WRITTEN_OFF)
AWAY = (ChildFile.LeftBehind.ONE_PARENT, ChildFile.LeftBehind.BOTH_PARENTS)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Every kit: `arrived = handed_over + returned + damaged + lost + written_off + in_stock`, or the sheet `differs`.

    What was handed over is counted from the hand-overs, everything else from the kits. `sent` left the county store.
    """

    arrived: int
    at_county: int
    in_transit: int
    at_station: int
    handed_over: int
    returned: int
    damaged: int
    lost: int
    written_off: int
    going_back: int
    sent: int

    @property
    def in_stock(self) -> int:
        """In the county store, on the way, at stations and on the way back."""
        return self.at_county + self.in_transit + self.at_station + self.going_back

    @property
    def differs(self) -> bool:
        """Whether a kit is missing or counted twice."""
        gone = self.handed_over + self.returned + self.damaged + self.lost + self.written_off
        return self.arrived != gone + self.in_stock


def sheet_of(campaign: Campaign) -> Sheet:
    """The sheet of a campaign as it stands, in one statement: a hand-over meanwhile is seen whole or not at all."""
    by_state = campaign.kits.order_by().values_list("state")
    standing_ones = Count("handovers", filter=Q(handovers__returned_at=None))
    rows = list(by_state.annotate(kits=Count("pk"), sent=Count("station"), standing=standing_ones))
    counts = {state: kits for state, kits, _sent, _standing in rows}
    sent, standing = (sum(row[place] for row in rows) for place in (2, 3))
    stock = {state.value: counts.get(state, 0) for state in Kit.IN_STOCK}
    gone = {state.value: counts.get(state, 0) for state in GONE}
    return Sheet(arrived=sum(counts.values()), handed_over=standing, sent=sent, **gone, **stock)


def child_key_of(child: Person, *, distinct: bool = False) -> str:
    """What two records of one child have in common: name and birth date.

    Distinct children of one name and birth date have their documents in it.
    """
    born = child.birth_date.isoformat() if child.birth_date else str(child.pk)
    apart = bytes(child.id_index).hex() if distinct and child.id_index else ""
    return blind_index(f"kit:{_plain(child.full_name)}:{born}:{apart}").hex()


def why_not_for(campaign: Campaign, child: Person) -> str:
    """Why a campaign is not for this child, as a code; empty when it is."""
    if child.home_station.county_id != campaign.county_id:
        return "county"
    if child.birth_date is None:
        return "birth_date"
    years = age_on(child.birth_date, campaign.starts_date)
    if years is None or not campaign.age_from <= years <= campaign.age_to:
        return "age"
    if campaign.left_behind_only and not ChildFile.objects.filter(child=child, left_behind__in=AWAY).exists():
        return "left_behind"
    return ""


def handovers_of(campaign: Campaign, child: Person) -> QuerySet[Handover]:
    """What this child was handed of a campaign, under any of its records; also what came back."""
    records: list[UUID] = list(Person.objects.of_people(child.pk).values_list("pk", flat=True))
    return Handover.objects.filter(campaign=campaign, child__in=records)


def alike(campaign: Campaign, child: Person) -> list[Handover]:
    """Standing hand-overs to other records with the name and the birth date of this child."""
    rows = Handover.objects.standing().filter(campaign=campaign).select_related("child", "entitlement")
    return list(rows.filter(_same_child(child) | Q(child_key=child_key_of(child))).exclude(child=child))


def entitlements_of(campaign: Campaign, child: Person) -> KitEntitlementQuerySet:
    """What was proposed of a campaign for this child, under any of its records."""
    records: list[UUID] = list(Person.objects.of_people(child.pk).values_list("pk", flat=True))
    return KitEntitlement.objects.filter(campaign=campaign, child__in=records)


def suspects_of(campaign: Campaign, child: Person, *, at: dt.datetime) -> list[KitEntitlement]:
    """Live entitlements of other records that may be this child, in whatever village.

    They have the same document, or the same name and birth date, or the birth date and a guardian with the same
    document. Documents of two numbers are two children.
    """
    own = Person.objects.of_people(child.pk).values("pk")
    others = KitEntitlement.objects.live().filter(campaign=campaign).exclude(child__in=own)
    alike_ones = _same_child(child)
    if child.id_index is not None:
        alike_ones |= Q(child__id_index=child.id_index)
    guardians = confirmed_guardians(child, day_in(child.home_station.zone, at)).exclude(id_index=None)
    if child.birth_date and (numbers := list(guardians.values_list("id_index", flat=True))):
        wards = Guardianship.objects.filter(guardian__id_index__in=numbers, to_date=None, confirmed_by__isnull=False)
        alike_ones |= Q(child__birth_date=child.birth_date, child__in=wards.values("child"))
    rows = others.filter(alike_ones).select_related("child__home_station__county", "station__village").order_by("pk")
    return [each for each in rows if not are_distinct(child, each.child)]


def are_distinct(one: Person, other: Person) -> bool:
    """Whether two records have documents of different numbers: two children, then."""
    if one.id_index is None or other.id_index is None:
        return False
    return bytes(one.id_index) != bytes(other.id_index)


def served_by(campaign: Campaign) -> QuerySet[Station]:
    """The open village stations of the campaign's county: kits go to these alone."""
    stations = Station.objects.filter(kind=Station.Kind.VILLAGE_STATION, status=Station.Status.ACTIVE)
    return stations.filter(county=campaign.county_id).order_by("code")


def running_on(campaign: Campaign, zone: str, at: dt.datetime) -> bool:
    """Whether the day is one of the campaign's, both included."""
    return campaign.starts_date <= day_in(zone, at) <= campaign.ends_date


def _same_child(child: Person) -> Q:
    """Of hand-overs to records of this name and birth date; where one knows only the year, of the same year."""
    born = Q(child__birth_date=child.birth_date)
    if child.birth_date:
        near = Q(child__birth_date__year=child.birth_date.year)
        known = child.birth_precision == Person.BirthPrecision.DAY
        born |= near & ~Q(child__birth_precision=Person.BirthPrecision.DAY) if known else near
    return Q(child__full_name=child.full_name) & born


def _plain(name: str) -> str:
    return "".join(name.split())
